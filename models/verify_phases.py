"""The independent check of a plan by years: sums over what stands by the end of each phase; no code of the blocks.

``decision.open_phase`` and ``decision.addon_phase`` say when each pair starts; what stands by the end of phase t is the
plan cut down to the pairs that have started (:func:`stands_by`), and every figure of the phase is taken from that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from models.errors import ModelError
from models.instance import FloatArray, Phases, Rules, SitingInstance
from models.solution import Decision

MONEY_TOLERANCE_CNY = 0.01
RELATIVE_TOLERANCE = 1e-6


def stands_by(decision: Decision, t: int) -> Decision:
    """What stands by the end of phase t. A plan without years stands from the first phase on."""
    if decision.open_phase is None or decision.addon_phase is None:
        return decision
    return Decision(
        open=decision.open & (decision.open_phase <= t),
        addon=decision.addon & (decision.addon_phase <= t),
    )


def worth_over_phases(phases: Phases, decision: Decision, value: Callable[[Decision], float]) -> float:
    """``sum_t worth[t] (value by t - value by t-1)`` of a value that only grows with the plan."""
    standing = np.array([value(stands_by(decision, t)) for t in range(phases.n)])
    return float(phases.worth @ np.diff(standing, prepend=0.0))


def schedule_breaches(instance: SitingInstance, rules: Rules, decision: Decision) -> Iterator[str]:
    """A phase for every pair and for nothing else, rooms free by then, works in the phase they are committed to."""
    phases = rules.phases
    if phases is None:
        return
    if decision.open_phase is None or decision.addon_phase is None:
        yield "phases: the plan says of no pair in which phase it starts"
        return
    places = instance.site_ids + instance.host_ids
    free = np.concatenate([phases.available, np.zeros(instance.n_host, dtype=np.int64)])
    for name, there, phase in (
        ("opens", decision.open, decision.open_phase),
        ("carries", decision.addon, decision.addon_phase),
    ):
        if phase.shape != there.shape:
            raise ModelError(f"the phases of what {name} have shape {phase.shape}, want {there.shape}")
        for p, k in np.argwhere(there & ((phase < 0) | (phase >= phases.n))):
            yield f"phases: place {places[p]} {name} {instance.type_ids[k]} in no phase of the plan ({phase[p, k]})"
        for p, k in np.argwhere(~there & (phase >= 0)):
            yield f"phases: place {places[p]} has a phase for {instance.type_ids[k]} and does not have the type"
        for p, k in np.argwhere(there & (phase < free[: len(there), None])):
            yield f"available: place {places[p]} {name} {instance.type_ids[k]} before phase {free[p]}, when it is free"
    for j, k, t in rules.lock_in_phases:
        if not decision.open[j, k] or decision.open_phase[j, k] != t:
            yield f"lock_phase: site {places[j]} must open {instance.type_ids[k]} in phase {t} and does not"


def money_breaches(phases: Phases, spent_by: FloatArray) -> Iterator[str]:
    """``spent_by`` [t]: what has been spent by the end of each phase, against what there was."""
    carried = 0.0
    for t, (spent, budget) in enumerate(zip(np.diff(spent_by, prepend=0.0), phases.budget_cny, strict=True)):
        limit = float(budget) + carried
        if spent > limit + MONEY_TOLERANCE_CNY + RELATIVE_TOLERANCE * abs(limit):
            yield f"phase_budget: phase {t} takes {spent:.2f} CNY, it has {limit:.2f}"
        carried = limit - float(spent) if phases.carry_over else 0.0
