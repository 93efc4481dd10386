"""One small circle whose figures are worked out by hand: 3 demand points, 2 sites, 1 host, 2 basic types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse
from support.instances import plain_instance

from models.instance import SitingInstance
from models.solution import Decision

RESIDENTS = np.array([100.0, 50.0, 30.0])
# places S0, S1, H0; columns of each block are demand points D0, D1, D2
REACH = np.array(
    [
        [[1, 1, 0], [0, 1, 1], [1, 0, 0]],
        [[1, 0, 0], [0, 0, 1], [0, 1, 1]],
    ],
    dtype=bool,
).transpose(2, 1, 0)


def hand_instance(**changes: Any) -> SitingInstance:
    """Areas 10 and 20 m2 on sites of 30 and 25 m2; outlets cost 1000, sites 500; add-ons 5 m2 and 300 元."""
    made = plain_instance(
        REACH,
        n_host=1,
        residents=RESIDENTS,
        segment_residents=np.column_stack([RESIDENTS, [10.0, 0.0, 30.0]]),
        area_m2=np.array([10.0, 20.0]),
        site_area_m2=np.array([30.0, 25.0]),
        host_area_m2=np.array([4.0]),
        addon_area_m2=np.array([5.0, 4.0]),
        addon_eligible=np.ones((3, 2), dtype=bool),
        hosts=np.array([[False, True], [False, False]]),
        subsidy_cny_year=np.array([7000.0, 11000.0]),
    )
    return replace(made, **changes)


def with_walks(instance: SitingInstance) -> SitingInstance:
    """Walking metres: D0–S0 is zero and listed; D0 has an outlet of type 0 at 400 m, D2 one of type 1 at 900 m."""
    walks = (
        _walk([(0, 0, 0.0), (1, 0, 300.0), (1, 1, 200.0), (2, 1, 700.0), (0, 2, 50.0)]),
        _walk([(0, 0, 0.0), (2, 1, 800.0), (2, 2, 100.0)]),
    )
    inf = np.inf
    return replace(instance, walk_m=walks, outlet_walk_m=np.array([[400.0, inf], [inf, inf], [inf, 900.0]]))


def plan(opens: list[tuple[int, int]], addons: list[tuple[int, int]] | None = None) -> Decision:
    """Decision on the hand instance from pairs (site, type) and (place, type)."""
    decision = Decision(open=np.zeros((2, 2), dtype=bool), addon=np.zeros((3, 2), dtype=bool))
    for j, k in opens:
        decision.open[j, k] = True
    for p, k in addons or []:
        decision.addon[p, k] = True
    return decision


def _walk(entries: list[tuple[int, int, float]]) -> sparse.csr_array:
    row, col, metres = zip(*entries, strict=True)
    return sparse.coo_array((metres, (row, col)), shape=(3, 3)).tocsr()
