"""The city's money, the circles' shares of it by residents, and locks whose ids have changed: as layers of a scenario.

purse = city.capital_cny, else city.capital_per_circle_cny × circles, else the sum of the circles' own budgets

A plan by years keeps the proportions of its years. Yearly subsidies are the circles' own added up; ``limits`` are the
city's. For the comparison each circle gets the share residents[c] / sum residents of all of these, counts rounded down.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.faults import Fault, FaultLog
from scenarios.layers import Layer
from scenarios.schema import Scenario

LABEL = "全市（--city）"
BY_SIZE = Layer({"solver": {"name": "auto"}}, "全市默认", LABEL)
"""Below all others: where nobody names a solver, a city's levels are solved by what their size asks for."""


@dataclass(frozen=True)
class Purse:
    """Money of the city, 元 (None: no limit), and in words where it comes from; ``own`` are the circles' budgets."""

    capital_cny: float | None
    subsidy_cny_year: float | None
    years: dict[str, float]
    source_zh: str
    own: tuple[float | None, ...] = ()


def purse_of(scenarios: Sequence[Scenario]) -> Purse:
    """The purse of circles with these scenarios."""
    first, n = scenarios[0], len(scenarios)
    own = tuple(own_capital(s) for s in scenarios)
    capital, source = _sum(own), f"{n} 个圈各自的预算相加"
    if first.city.capital_cny is not None:
        capital, source = first.city.capital_cny, "情景 city.capital_cny"
    elif first.city.capital_per_circle_cny is not None:
        capital, source = first.city.capital_per_circle_cny * n, f"情景 city.capital_per_circle_cny × {n} 圈"
    years = dict(first.phases)
    if years and capital is not None:
        total = sum(years.values())
        years = {year: capital * money / total if total else 0.0 for year, money in years.items()}
    return Purse(capital, _sum(s.budget.subsidy_cny_year for s in scenarios), years, source, own)


def own_capital(scenario: Scenario) -> float | None:
    """A circle's own money: its budget, that of its years together, or the lesser of both."""
    limits = [scenario.budget.capital_cny, sum(scenario.phases.values()) if scenario.phases else None]
    return min((limit for limit in limits if limit is not None), default=None)


def _sum(values: Any) -> float | None:
    found = list(values)
    return None if any(value is None for value in found) else math.fsum(found)


def city_layer(purse: Purse, locks: tuple[Sequence[str], Sequence[str]]) -> Layer:
    """The city's money and locks on top of the shared scenario."""
    return _layer(purse, 1.0, None, locks)


def share_layer(purse: Purse, scenario: Scenario, share: float, locks: tuple[Sequence[str], Sequence[str]]) -> Layer:
    """A circle's part of the city's money and counts."""
    return _layer(purse, share, scenario, locks)


def _layer(purse: Purse, share: float, counted: Scenario | None, locks: tuple[Sequence[str], Sequence[str]]) -> Layer:
    data: dict[str, Any] = {
        "budget": {
            "capital_cny": "none" if purse.capital_cny is None else purse.capital_cny * share,
            "subsidy_cny_year": "none" if purse.subsidy_cny_year is None else purse.subsidy_cny_year * share,
        },
        "lock": {"in": list(locks[0]), "out": list(locks[1])},
    }
    if purse.years:
        data["phases"] = {year: money * share for year, money in purse.years.items()}
    if counted is not None:
        limits = {"max_sites": counted.limits.max_sites, "max_outlets": counted.limits.max_outlets}
        data["limits"] = {key: math.floor(limit * share) for key, limit in limits.items() if limit is not None}
    return Layer(data, LABEL, LABEL)


def renamed_lock(text: str, new_id: Callable[[str], str | None]) -> str | None:
    """A lock with its site renamed (``SITE``, ``SITE:type``, ``SITE:type@year``); None where no site is known."""
    for end in [len(text), *(n for n in range(len(text) - 1, 0, -1) if text[n] in ":：")]:
        new = new_id(text[:end])
        if new is not None:
            return new + text[end:]
    return None


def check_same(scenarios: Sequence[tuple[str, Scenario]], log: FaultLog) -> None:
    """All circles must mean the same scenario but for money and locks: one model has one walking speed, one lease …"""
    first_id, first = scenarios[0]
    wanted = _comparable(first)
    for circle_id, scenario in scenarios[1:]:
        found = _comparable(scenario)
        for key in [key for key in wanted if wanted[key] != found[key]]:
            rule = f"本圈 [scenario] 的 {key} 与 {first_id} 不同，不能放进一个模型（预算与锁定可以不同）"
            remedy = "改成一致，写进 --scenario，或分开运行"
            log.add(Fault("city-differs", f"{circle_id}/circle.toml", rule, remedy, column=key))


def _comparable(scenario: Scenario) -> dict[str, Any]:
    plain = scenario.model_dump(mode="json", by_alias=True)
    plain.pop("lock")
    for key in ("capital_cny", "subsidy_cny_year"):
        plain["budget"].pop(key)
    return plain
