"""What stands by the end of a year: the plan cut down to the picks of that year and the years before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from siting.audit.plan import Case


def phase_years(case: Case) -> list[int]:
    """Years of the scenario's phases, in order; none where it has no phases."""
    return sorted(int(year) for year in case.facts.scenario.phases)


def standing(case: Case, year: int) -> Case:
    """The case with the picks that stand by the end of ``year``."""
    return replace(case, placed=tuple(p for p in case.placed if p.record.year is not None and p.record.year <= year))


def worth(case: Case, value: Callable[[Case], float]) -> float:
    """What a value is worth over the years: a gain counts ``later_year_worth`` to the power of the years since the
    first; the value itself where there are no phases.
    """
    years = phase_years(case)
    if not years:
        return value(case)
    total, before = 0.0, 0.0
    for year in years:
        now = value(standing(case, year))
        total += case.facts.scenario.phasing.later_year_worth ** (year - years[0]) * (now - before)
        before = now
    return total
