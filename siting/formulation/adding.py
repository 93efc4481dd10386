"""Levels that add up over the plan, as arrays: what one outlet, one used room and one add-on service count."""

from __future__ import annotations

import numpy as np

from models.instance import FloatArray, LevelSum
from scenarios.business_type import BusinessType
from scenarios.levels import LEVELS
from siting.workspace import Workspace


def level_sums(levels: tuple[str, ...], workspace: Workspace, kinds: tuple[BusinessType, ...]) -> tuple[LevelSum, ...]:
    """One :class:`~models.instance.LevelSum` for each of the scenario's levels that adds up."""
    asked = [LEVELS[name] for name in levels]
    return tuple(
        LevelSum(
            level.id,
            level.sense,
            outlet=_of_types(level.adds.outlet, kinds),
            room=_of_rooms(level.adds.room, workspace),
            addon=_of_types(level.adds.addon, kinds),
        )
        for level in asked
        if level.adds is not None
    )


def _of_types(what: str | None, kinds: tuple[BusinessType, ...]) -> FloatArray:
    """[k]"""
    if what is None or what == "one":
        return np.full(len(kinds), float(what == "one"))
    said = [getattr(kind, what) for kind in kinds]
    return np.array([0.0 if number is None else float(number.value) for number in said])


def _of_rooms(what: str | None, workspace: Workspace) -> FloatArray:
    """[j]"""
    if what is None or what == "one":
        return np.full(len(workspace.sites), float(what == "one"))
    return np.asarray(np.nan_to_num(workspace.sites[what].to_numpy(dtype=float)))
