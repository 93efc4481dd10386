"""The budgets of a curve, as the command line gives them: ``--budget LO:HI:STEP`` or ``--steps N``. Light to import."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from scenarios.faults import Fault, FaultLog

DEFAULT_POINTS = 17
MOST_POINTS = 401
_PLACE = "命令行"
_ROUND_CNY = 10_000.0
_AMOUNT = re.compile(r"(\d[\d_,]*(?:\.\d+)?|\.\d+)\s*(万|亿)?元?")
_UNITS = {None: 1.0, "万": 1e4, "亿": 1e8}


@dataclass(frozen=True)
class BudgetGrid:
    """``lo`` to ``hi`` 元 by ``step``, both ends included; or, where ``hi`` is None, ``points`` budgets from 0 to the
    scenario's own.
    """

    points: int = DEFAULT_POINTS
    lo: float = 0.0
    hi: float | None = None
    step: float = 0.0

    def budgets(self, top_cny: float) -> tuple[float, ...]:
        """The budgets, smallest first; ``top_cny`` is where the scenario's own range ends."""
        if self.hi is None:
            if top_cny <= 0:
                return (0.0,)
            return tuple(round(top_cny * n / (self.points - 1), 2) for n in range(self.points))
        count = _count(self.lo, self.hi, self.step)
        values = [round(self.lo + n * self.step, 2) for n in range(count)]
        return tuple(values if values[-1] >= self.hi else [*values, self.hi])


def rounded_up(money_cny: float) -> float:
    """The next round sum (10,000 元): where a curve without a budget ends."""
    return math.ceil(money_cny / _ROUND_CNY - 1e-9) * _ROUND_CNY


def read_budget_grid(budget: str | None, steps: int | None) -> BudgetGrid:
    """The grid that the options ask for.

    Raises:
        FaultError: every mistake in them, at once.
    """
    log = FaultLog()
    if budget is not None and steps is not None:
        rule, remedy = "--budget 与 --steps 不能同时给出", "步数由 --budget 的步长决定，请删去 --steps"
        log.add(Fault("budget-and-steps", _PLACE, rule, remedy, value=str(steps)))
    if steps is not None and not 2 <= steps <= MOST_POINTS:
        rule = f"预算点数须为 2 到 {MOST_POINTS}"
        log.add(Fault("bad-steps", _PLACE, rule, "例如 --steps 17", column="--steps", value=str(steps)))
    numbers = None if budget is None else _numbers(budget, log)
    log.raise_if_errors()
    if numbers is None:
        return BudgetGrid(steps or DEFAULT_POINTS)
    lo, hi, step = numbers
    return BudgetGrid(_count(lo, hi, step), lo, hi, step)


def _numbers(text: str, log: FaultLog) -> tuple[float, float, float] | None:
    """The three amounts, or None with every fault in the log."""
    parts = text.replace("：", ":").split(":")
    remedy = "例如 --budget 0:3000000:250000，或 --budget 0:300万:25万"
    if len(parts) != 3:
        log.add(_fault("bad-budget", "应写成“起:止:步长”", remedy, text))
        return None
    amounts = [amount_cny(part) for part in parts]
    for name, part, amount in zip(("起点", "止点", "步长"), parts, amounts, strict=True):
        if amount is None:
            log.add(_fault("bad-amount", f"{name}不是不小于 0 的金额", remedy, part))
    lo, hi, step = amounts
    if step is not None and step <= 0:
        log.add(_fault("bad-step", "步长须大于 0", remedy, parts[2]))
    if lo is not None and hi is not None and hi < lo:
        log.add(_fault("bad-range", "止点小于起点", remedy, text))
    if lo is None or hi is None or not step:
        return None
    if _count(lo, hi, step) > MOST_POINTS:
        log.add(_fault("too-many-points", f"预算点超过 {MOST_POINTS} 个", "请加大步长", text))
    return lo, hi, step


def amount_cny(text: str) -> float | None:
    """元 of ``3000000``, ``300万``, ``1.2亿元``; None where it is no amount."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    value = float(match[1].replace("_", "").replace(",", "")) * _UNITS[match[2]]
    return value if math.isfinite(value) and value < 1e13 else None


def _count(lo: float, hi: float, step: float) -> int:
    return math.floor((hi - lo) / step + 1e-9) + 1


def _fault(code: str, rule: str, remedy: str, value: str) -> Fault:
    return Fault(code, _PLACE, rule, remedy, column="--budget", value=value)
