"""The budget curve as a record: what pareto.json, 预算曲线.xlsx and the screen show; values, nothing formatted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class CurveLevel:
    """An objective level of the curve; ``added`` where the scenario does not name it."""

    name: str
    name_zh: str
    unit_zh: str
    sense: str
    added: bool = False


@dataclass(frozen=True)
class LevelValue:
    """A level at a point: value, bound, gap and how it ended."""

    name: str
    incumbent: float
    bound: float
    mip_gap: float
    status: str


@dataclass(frozen=True)
class CurvePick:
    """A pick of a plan. ``addon``: carried by another outlet (一店多能)."""

    site: str
    site_name: str
    type: str
    type_zh: str
    addon: bool = False

    @property
    def text_zh(self) -> str:
        """``S012 名称：药店``."""
        where = f"{self.site} {self.site_name}".strip() if self.site_name != self.site else self.site
        return f"{where}：{self.type_zh}" + ("（搭载）" if self.addon else "")


@dataclass(frozen=True)
class CurvePlan:
    """The plan at a point. ``reused``: taken over from another point, without a solve; the proof holds here too."""

    status: str
    levels: tuple[LevelValue, ...] = ()
    cost_cny: float | None = None
    spent_cny: float | None = None
    residents_newly_covered: float | None = None
    missing_types_filled: int | None = None
    sites_used: int | None = None
    picks: tuple[CurvePick, ...] = ()
    reused: bool = False

    @property
    def known(self) -> bool:
        """There is a plan."""
        return self.cost_cny is not None


@dataclass(frozen=True)
class Loss:
    """The first level that a plan loses against the free plan, by how much, and whether both are proven."""

    level: str
    amount: float
    proven: bool


@dataclass(frozen=True)
class CurvePoint:
    """A budget of the curve. ``free``, ``nested`` and ``backward`` are residents newly covered (person-times).

    ``nested`` keeps what smaller budgets chose; ``backward`` is a part of what larger budgets choose, down from the
    free plan of the largest. Their losses are against the free plan, None where they cost nothing. ``dropped`` are
    picks of the free plan one step before that the free plan here does not have; ``keeping_loss`` is what keeping them
    all would cost here.
    """

    budget_cny: float
    free: float | None
    nested: float | None
    backward: float | None
    free_plan: CurvePlan
    nested_plan: CurvePlan
    backward_plan: CurvePlan
    nested_loss: Loss | None = None
    backward_loss: Loss | None = None
    dropped: tuple[CurvePick, ...] = ()
    keeping_loss: Loss | None = None


@dataclass(frozen=True)
class Marginal:
    """From one free point to the next: what each level gains (positive = better), per step and per 10,000 元 of budget.

    Gains of a level after the first that changes may be negative: the levels before it come first.
    """

    from_cny: float
    to_cny: float
    gains: Mapping[str, float]
    gains_per_10k: Mapping[str, float]
    residents: float
    residents_per_10k: float
    spent_more_cny: float
    added: tuple[CurvePick, ...]
    dropped: tuple[CurvePick, ...]


@dataclass(frozen=True)
class ThresholdRow:
    """The least money, counted against the budget, for ``filled`` missing outlets; ``extra_cny`` over one less."""

    filled: int
    cost_cny: float
    bound_cny: float
    mip_gap: float
    status: str
    extra_cny: float | None
    within_budget: bool
    picks: tuple[CurvePick, ...]


@dataclass(frozen=True)
class BudgetCurve:
    """The whole answer for one circle."""

    circle: Mapping[str, Any]
    scenario: Mapping[str, Any]
    seed: int
    solver: str
    mip_gap: float
    time_limit_s: float
    status: str
    budget_cny: float | None
    levels: tuple[CurveLevel, ...]
    points: tuple[CurvePoint, ...]
    knee_cny: float | None
    knee_level: str
    knee_zh: str
    marginals: tuple[Marginal, ...]
    thresholds: tuple[ThresholdRow, ...]
    missing_total: int
    most_filled: int
    most_filled_proven: bool
    simulated: bool
    simulated_note: str
    solver_calls: int
    points_reused: int
    workspace: str
    inputs: tuple[Mapping[str, str], ...]
    notes: tuple[str, ...] = field(default=())
