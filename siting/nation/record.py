"""The nation's answer as data: money by circle, what it brings, why, levels with their bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from models.nation import Answer, Nation
from siting.nation.asking import CircleFacts
from siting.outputs.words import level_words, number_zh

_WAN = 1e4
_CENT = 100.0
_NO_PRICE = 1e-9


@dataclass(frozen=True)
class Step:
    """Another plan of the circle: money and value of the level that the price weighs, against those of its plan."""

    money_cny: float
    value: float


@dataclass(frozen=True)
class CircleShare:
    """What one circle gets. ``values`` by level, in the level's own unit; ``by_residents_cny`` is what a split of the
    purse by residents would give; ``less`` and ``more`` are the best cheaper and the best dearer plan seen.
    """

    circle_id: str
    name: str
    district: str
    residents: float
    missing_total: int
    share_cny: float
    by_residents_cny: float
    opened: int
    add_ons: int
    values: dict[str, float]
    less: Step | None
    more: Step | None
    reason_zh: str


@dataclass(frozen=True)
class LevelRecord:
    """A level over all circles: incumbent, proven bound, relative gap, price (its unit a 万元), rounds over all."""

    name: str
    name_zh: str
    unit_zh: str
    sense: str
    incumbent: float
    bound: float
    mip_gap: float
    status: str
    price_per_wan: float
    rounds: int


@dataclass(frozen=True)
class NationRecord:
    """The whole answer. ``weighed`` is the level whose price of money divides the purse; "" where there is enough."""

    scenario: str
    status: str
    capital_cny: float
    capital_zh: str
    spent_cny: float
    left_cny: float
    levels: tuple[LevelRecord, ...]
    weighed: str
    circles: tuple[CircleShare, ...]
    simulated: bool
    simulated_note: str
    seed: int
    solver: str
    questions: int
    seconds: float
    notes: tuple[str, ...]


def shares_cny(chosen: Sequence[Answer], capital_cny: float) -> list[float]:
    """Each circle's money, rounded up to the 分 where the purse has that much to spare."""
    exact = [one.money_cny for one in chosen]
    rounded = [math.ceil(money * _CENT - 1e-6) / _CENT for money in exact]
    return rounded if math.fsum(rounded) <= capital_cny else exact


def circle_shares(found: Nation, facts: Sequence[CircleFacts], capital_cny: float) -> tuple[CircleShare, ...]:
    """A row a circle, in the order of ``facts``."""
    assert found.chosen is not None
    n = weighed(found)
    price = 0.0 if n is None else found.levels[n].price
    people = math.fsum(one.residents for one in facts)
    seen: dict[int, list[Answer]] = {}
    for one in found.seen:
        seen.setdefault(one.circle, []).append(one)
    rows = []
    for c, (fact, plan, share) in enumerate(
        zip(facts, found.chosen, shares_cny(found.chosen, capital_cny), strict=True)
    ):
        less, more = (None, None) if n is None else _beside(plan, seen[c], n, price)
        even = capital_cny * (fact.residents / people if people > 0 else 1 / len(facts))
        assert plan.opened is not None
        assert plan.added is not None
        rows.append(
            CircleShare(
                circle_id=fact.circle_id,
                name=fact.name,
                district=fact.district,
                residents=fact.residents,
                missing_total=fact.missing_total,
                share_cny=share,
                by_residents_cny=even,
                opened=len(plan.opened),
                add_ons=len(plan.added),
                values={
                    v.result.name: _own(v.result.sense, x) for v, x in zip(found.levels, plan.values, strict=False)
                },
                less=less,
                more=more,
                reason_zh=_reason(found, n, plan, less, more, share - even),
            )
        )
    return tuple(rows)


def weighed(found: Nation) -> int | None:
    """The last level at which money has a price: the one that the last 元 goes to."""
    return max((n for n, level in enumerate(found.levels) if level.price > _NO_PRICE), default=None)


def level_records(found: Nation) -> tuple[LevelRecord, ...]:
    """The levels, with words."""
    return tuple(
        LevelRecord(
            v.result.name,
            level_words(v.result.name).name_zh,
            level_words(v.result.name).unit_zh,
            v.result.sense,
            v.result.incumbent,
            v.result.bound,
            v.result.mip_gap,
            str(v.result.termination),
            v.price * _WAN,
            v.rounds,
        )
        for v in found.levels
    )


def _beside(plan: Answer, seen: Sequence[Answer], n: int, price: float) -> tuple[Step | None, Step | None]:
    """The best cheaper and the best dearer plan at the price, among those that keep the levels before ``n``."""
    kept = [a for a in seen if all(a.values[m] >= plan.values[m] - 1e-6 for m in range(n))]
    best = []
    for side in (-1.0, 1.0):
        others = [
            a
            for a in kept
            if side * (a.money_cny - plan.money_cny) > 1.0 and side * (a.values[n] - plan.values[n]) > 1e-6
        ]
        one = max(others, key=lambda a: a.values[n] - price * a.money_cny, default=None)
        best.append(None if one is None else Step(one.money_cny - plan.money_cny, one.values[n] - plan.values[n]))
    return best[0], best[1]


def _reason(found: Nation, n: int | None, plan: Answer, less: Step | None, more: Step | None, over: float) -> str:
    amount = number_zh(abs(over) / _WAN, 1)
    head = f"比按人口分{'多' if over >= 0 else '少'} {amount} 万元"
    if n is None:
        return f"{head}；资金够用，按需要分"
    level = found.levels[n]
    unit, price = level_words(level.result.name).unit_zh, level.price * _WAN
    parts = [head]
    for step, give, brings in ((less, "少给", "就少"), (more, "再给", "只多")):
        if step is not None:
            rate = step.value / step.money_cny * _WAN
            word = "高于" if rate > price * (1 + 1e-6) else "低于" if rate < price * (1 - 1e-6) else "等于"
            parts.append(
                f"{give} {number_zh(abs(step.money_cny) / _WAN, 1)} 万元{brings} {number_zh(abs(step.value))} {unit}"
                f"（每万元 {rate_zh(rate)}，{word}全局价 {rate_zh(price)}）"
            )
    if less is None and plan.money_cny > 1.0 and n > 0:
        parts.append("这笔钱是补齐前面各级目标所需的最少投入")
    return "；".join(parts)


def rate_zh(rate: float) -> str:
    """What 10,000 元 bring, with as many decimals as it needs."""
    return number_zh(rate, 1 if abs(rate) >= 1 else 4)


def _own(sense: str, value: float) -> float:
    return value if sense == "max" else -value + 0.0
