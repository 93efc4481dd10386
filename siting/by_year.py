"""A plan by years: what each year spends, starts and gives."""

from __future__ import annotations

import numpy as np

from models.solution import Decision
from models.thresholds import filled
from models.verify import budget_spent_cny, newly_covered_residents
from models.verify_phases import stands_by
from siting.bundle import PhaseTotals
from siting.formulation.builder import Built


def phase_totals(built: Built, decision: Decision) -> tuple[PhaseTotals, ...]:
    """One entry for each phase in order; () where the scenario has none. Over the years they add up to the totals."""
    phases = built.rules.phases
    if phases is None:
        return ()
    i = built.instance
    every = np.ones(i.n_type, dtype=bool)
    made: list[PhaseTotals] = []
    before, spent_before, covered_before, filled_before, carried = Decision.empty(i), 0.0, 0.0, 0, 0.0
    for t, year in enumerate(built.calendar.years):
        now = stands_by(decision, t)
        spent, covered = budget_spent_cny(i, now), float(newly_covered_residents(i, now, every).sum())
        fill = filled(i, now)
        budget = float(phases.budget_cny[t])
        left = budget + carried - (spent - spent_before)
        made.append(
            PhaseTotals(
                year=year,
                budget_cny=budget,
                carried_in_cny=carried,
                spent_cny=spent - spent_before,
                left_cny=left,
                sites_started=int((now.sites_used & ~before.sites_used).sum()),
                outlets_opened=int(now.open.sum() - before.open.sum()),
                addons=int(now.addon.sum() - before.addon.sum()),
                residents_newly_covered=covered - covered_before,
                missing_types_filled=fill - filled_before,
            )
        )
        before, spent_before, covered_before, filled_before = now, spent, covered, fill
        carried = left if phases.carry_over else 0.0
    return tuple(made)
