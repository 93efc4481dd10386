"""What a sweep holds: its axes, one result for each point, and what is needed to read them later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SOLVED, REUSED, IMPLIED = "solved", "reused", "implied"
SHORT_ZH = {
    "optimal": "最优",
    "feasible": "可行",
    "infeasible": "无可行方案",
    "limit": "时限内无解",
    "solver_failed": "求解失败",
}
ORIGINS_ZH = {SOLVED: "求解", REUSED: "沿用更宽的点（其方案在此仍合规，故同为最优）", IMPLIED: "由更宽的点已无解推出"}


@dataclass(frozen=True)
class SweptKey:
    """An axis as it is told: its dotted key, Chinese words, values as they resolved (None = no limit)."""

    key: str
    name_zh: str
    values: tuple[Any, ...]
    values_zh: tuple[str, ...]
    monotone: bool


@dataclass(frozen=True)
class ChosenPlace:
    """A place that a point's plan uses, with its types; ``is_outlet``: an existing outlet that carries add-ons."""

    place_id: str
    name: str
    is_outlet: bool
    type_ids: tuple[str, ...]
    types_zh: tuple[str, ...]
    cost_cny: float


@dataclass(frozen=True)
class PointResult:
    """One point. ``steps`` are its value numbers, one for each axis; ``status`` is optimal, feasible, infeasible, limit
    or solver_failed; ``levels`` are as in run.json; ``measures`` is None where there is no plan. ``origin`` says
    whether it was solved, reuses the plan of point ``reference`` (a relaxation), or is proven infeasible by it.
    ``seconds`` are those of the solve.
    """

    number: int
    steps: tuple[int, ...]
    values_zh: tuple[str, ...]
    status: str
    status_zh: str
    exit_code: int
    origin: str = SOLVED
    reference: int | None = None
    levels: tuple[dict[str, Any], ...] = ()
    measures: Mapping[str, float] | None = None
    missing_types_total: int = 0
    places: tuple[ChosenPlace, ...] = ()
    reasons_zh: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Sweep:
    """One circle's sweep. ``points`` are in the order of their numbers (from 1; the last axis changes fastest)."""

    circle_id: str
    circle_name: str
    scenario: str
    fixed: tuple[str, ...]
    axes: tuple[SweptKey, ...]
    points: tuple[PointResult, ...]
    simulated: bool
    simulated_note: str
    seed: int
    solver: str
    mip_gap: float
    workspace: str
    inputs: tuple[dict[str, str], ...]
    notes: tuple[str, ...] = ()
    scenario_values: Mapping[str, Any] = field(default_factory=dict)
