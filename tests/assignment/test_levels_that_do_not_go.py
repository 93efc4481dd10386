"""Which levels go with types whose residents are shared out, and what a full outlet is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.hand import hand_instance

from models.assignment import can_be_full, drawn, require_separate
from models.errors import ModelError
from models.instance import Phases, Rules, Tier

ENDLESS = np.full(2, np.inf)


def shared(assigned: list[bool], outlet: list[float], addon: Any = ENDLESS, **more: Any) -> Any:
    return hand_instance(
        assigned=np.array(assigned), outlet_serves=np.array(outlet), addon_serves=np.array(addon, dtype=float), **more
    )


FULL_0 = shared([True, False], [60.0, 60.0])
FULL_1 = shared([False, True], [60.0, 60.0])
OPEN = shared([True, True], [np.inf, np.inf])
BOTH = shared([True, True], [60.0, 70.0])


def test_who_can_be_full():
    assert can_be_full(FULL_0).tolist() == [True, False]
    assert can_be_full(FULL_1).tolist() == [False, True]
    assert can_be_full(OPEN).tolist() == [False, False]
    assert can_be_full(shared([True, True], [np.inf, 60.0], [5.0, np.inf])).tolist() == [True, True]
    assert can_be_full(hand_instance()).tolist() == [False, False]


def refused(instance: Any, *levels: str, phases: bool = False) -> str:
    years = Phases(np.array([9e3, 9e3]), np.array([1.0, 0.5]), np.zeros(2, dtype=np.int64)) if phases else None
    try:
        require_separate(instance, Rules(levels=levels, phases=years))
    except ModelError as error:
        return str(error)
    return ""


def test_what_does_not_go_together():
    """Type 0 is basic, type 1 of quality."""
    mixed = {"tier": np.array([Tier.BASIC, Tier.QUALITY])}
    first, second = (shared(on, [60.0, 60.0], **mixed) for on in ([True, False], [False, True]))
    assert "phases" in refused(OPEN, "basic_coverage", phases=True)
    assert refused(hand_instance(), "basic_coverage", phases=True) == ""
    assert refused(first, "basic_coverage", "equity") == (
        f"level equity does not go with basic types whose outlets can be full: {first.type_ids[0]}"
    )
    assert refused(second, "equity") == ""
    assert refused(shared([True, True], [np.inf, 60.0], **mixed), "equity") == ""
    for level in ("walking", "farthest_walk"):
        assert refused(BOTH, "cost", level) == (
            f"walking levels do not go with types whose outlets can be full: {', '.join(BOTH.type_ids)}"
        )
        assert refused(OPEN, level) == refused(hand_instance(), level) == ""
    assert refused(BOTH, "basic_coverage", "cost") == ""


@pytest.mark.parametrize(("new", "rivals", "share"), [(0, 0, 0), (0, 3, 0), (1, 0, 1), (1, 3, 0.25), (2, 3, 0.4)])
def test_what_new_outlets_draw(new: int, rivals: int, share: float):
    assert drawn(np.array([new]), np.array(rivals)).tolist() == [share]
