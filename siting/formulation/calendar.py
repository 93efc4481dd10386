"""Years: the phases of a scenario, the year in which each room becomes free, works committed to a year.

A room that is free in year y may be used from the first phase whose year is not before y. Without phases years do not
bind; a committed year is then only told with the pick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from models.instance import Phases
from models.solution import Decision
from scenarios.faults import Fault, FaultLog
from scenarios.schema import Scenario
from siting.bundle import Refusal
from siting.formulation.locks import Locks
from siting.workspace import Workspace

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Calendar:
    """``years`` of the phases in order (none: no phases); ``committed``: pair → the year it is locked to."""

    years: tuple[int, ...] = ()
    committed: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def opened(self, decision: Decision, j: int, k: int) -> int | None:
        """Year in which site j opens type k."""
        if self.years and decision.open_phase is not None:
            return self.years[int(decision.open_phase[j, k])]
        return self.committed.get((j, k))

    def added(self, decision: Decision, p: int, k: int) -> int | None:
        """Year in which place p starts to carry type k as an add-on service."""
        return self.years[int(decision.addon_phase[p, k])] if self.years and decision.addon_phase is not None else None


def calendar(scenario: Scenario, locks: Locks) -> Calendar:
    """The years of a scenario."""
    return Calendar(tuple(sorted(int(year) for year in scenario.phases)), dict(locks.year_of))


def phases(scenario: Scenario, workspace: Workspace) -> Phases | None:
    """The phases for the model; None where the scenario has none."""
    years = sorted(scenario.phases, key=int)
    if not years:
        return None
    number = np.array([int(year) for year in years])
    return Phases(
        budget_cny=np.array([scenario.phases[year] for year in years]),
        worth=scenario.phasing.later_year_worth ** (number - number[0]).astype(float),
        available=np.searchsorted(number, free_from(workspace)).astype(np.int64),
        carry_over=scenario.phasing.carry_over,
    )


def free_from(workspace: Workspace) -> IntArray:
    """[j]: the year in which the room becomes free, 0 where the survey is blank."""
    return np.asarray(workspace.sites["available_year"].fillna(0).to_numpy(dtype=np.int64))


def too_late(workspace: Workspace, scenario: Scenario) -> dict[int, Refusal]:
    """Sites that become free only after the last phase, by row."""
    if not scenario.phases:
        return {}
    last = max(int(year) for year in scenario.phases)
    return {
        int(row): Refusal(
            str(workspace.sites["id"].iloc[row]),
            "",
            "available-late",
            f"{free_from(workspace)[row]} 年才能交付使用，晚于规划末年 {last} 年",
        )
        for row in np.flatnonzero(free_from(workspace) > last)
    }


def locked_phases(
    years: Calendar,
    workspace: Workspace,
    type_ids: tuple[str, ...],
    file: str,
    log: FaultLog,
) -> IntArray:
    """(n,3) site, type, phase of the works committed to a year; a year out of the plan, or before the room is free,
    goes into ``log`` (a room that is never free is told by :func:`too_late`).
    """
    rows = []
    if years.years:
        free = free_from(workspace)
        for (j, k), year in sorted(years.committed.items()):
            text = f"{workspace.sites['id'].iloc[j]}:{type_ids[k]}@{year}"
            if year not in years.years:
                log.add(_not_a_phase(text, years.years, file))
            elif year < free[j] <= years.years[-1]:
                rule = f"该点位 {free[j]} 年才能交付使用，不能锁定在 {year} 年"
                log.add(
                    Fault("lock-refused", file, rule, "改为交付之后的年度，或更正调查表", column="lock.in", value=text)
                )
            else:
                rows.append((j, k, years.years.index(year)))
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _not_a_phase(text: str, years: tuple[int, ...], file: str) -> Fault:
    rule = f"锁定的年度不在规划年度（{'、'.join(str(year) for year in years)}）之内"
    return Fault(
        "unknown-year", file, rule, "改为规划年度之一，或在 [phases] 中加上这一年", column="lock.in", value=text
    )
