"""Assignment types 按分配 as arrays: who is shared out, and how many residents one outlet or add-on can serve.

outlet_serves = capacity / use_rate                         residents of the segment, inf where either is blank
addon_serves  = floor(capacity * addon_area_m2 / area_m2) / use_rate      whole places, by the add-on's area
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenarios.business_type import BusinessType, Tier
from scenarios.faults import Fault, FaultLog
from scenarios.levels import LEVELS
from scenarios.schema import Scenario
from siting.formulation.money import addon_area_m2


@dataclass(frozen=True, eq=False)
class Sharing:
    """``assigned`` [k], ``outlet_serves`` [k], ``addon_serves`` [k] as in ``SitingInstance``; empty where none is."""

    assigned: npt.NDArray[np.bool_]
    outlet_serves: npt.NDArray[np.float64]
    addon_serves: npt.NDArray[np.float64]


def sharing(kinds: tuple[BusinessType, ...], scenario: Scenario, file: str, log: FaultLog) -> Sharing:
    """The scenario's assignment types; what cannot be asked together goes into ``log``."""
    assigned = np.array([kind.id in scenario.assignment.types for kind in kinds], dtype=bool)
    if not assigned.any():
        return Sharing(np.zeros(0, dtype=bool), np.zeros(0), np.zeros(0))
    outlet = np.array([_serves(kind, kind.area_m2.value) for kind in kinds])
    addon = np.array([_serves(kind, addon_area_m2(kind)) for kind in kinds])
    chosen = [(kind, float(outlet[k])) for k, kind in enumerate(kinds) if assigned[k]]
    for kind, serves in chosen:
        if serves < kind.min_catchment.value - 1e-6:
            log.add(_too_few(kind, serves, file))
    full = [kind for kind, serves in chosen if math.isfinite(serves)]
    _refuse_levels(full, scenario, file, log)
    if scenario.phases:
        rule = "按分配规则还不能与分期规划同用"
        log.add(_together(rule, "请删去 [phases] 或 [assignment]", "assignment.types", scenario.assignment.types, file))
    return Sharing(assigned, outlet, addon)


def places(kind: BusinessType, area_m2: float) -> float | None:
    """Places on ``area_m2``: all at the type's own area, whole ones by share below it; None without a capacity."""
    if kind.capacity is None:
        return None
    if area_m2 >= kind.area_m2.value or kind.area_m2.value <= 0:
        return kind.capacity.value
    return float(math.floor(kind.capacity.value * area_m2 / kind.area_m2.value + 1e-9))


def _serves(kind: BusinessType, area_m2: float) -> float:
    there = places(kind, area_m2)
    if there is None or kind.use_rate is None or kind.use_rate.value <= 0:
        return math.inf
    return there / kind.use_rate.value


def _refuse_levels(full: list[BusinessType], scenario: Scenario, file: str, log: FaultLog) -> None:
    levels = scenario.objective.levels
    basic = [kind.name_zh for kind in full if kind.tier is Tier.BASIC]
    if basic and "equity" in levels:
        rule = f"{'、'.join(basic)}是基本保障类且有容量，可达多少类不再是整数，不能与目标“最薄弱居民可达基本业态数”同用"
        log.add(
            _together(rule, "请从 assignment.types 或 objective.levels 中删去一项", "assignment.types", basic, file)
        )
    walks = [level.name_zh for level in LEVELS.values() if level.walks and level.id in levels]
    if full and walks:
        rule = f"目标“{'、'.join(walks)}”按就近网点计算，不问有无容量，不能与有容量的按分配业态同用"
        remedy = "请从 assignment.types 或 objective.levels 中删去一项"
        log.add(_together(rule, remedy, "assignment.types", [kind.name_zh for kind in full], file))


def _too_few(kind: BusinessType, serves: float, file: str) -> Fault:
    rule = (
        f"{kind.name_zh}的服务能力按使用率只够 {serves:,.0f} 人，少于最少覆盖人口 {kind.min_catchment.value:g} 人，"
        "任何点位都不可能同时满足"
    )
    remedy = f"请调大 types.{kind.id}.capacity，或调小其 use_rate、min_catchment"
    return Fault(
        "capacity-below-catchment", file, rule, remedy, column=f"types.{kind.id}.capacity", value=f"{serves:g}"
    )


def _together(rule: str, remedy: str, column: str, value: object, file: str) -> Fault:
    shown = "、".join(value) if isinstance(value, list | tuple) else str(value)
    return Fault("not-together", file, rule, remedy, column=column, value=shown)
