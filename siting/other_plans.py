"""Near-optimal alternatives 备选方案 of a solved circle, as data for the outputs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.alternatives import Alternative, alternatives
from models.solution import Decision, LevelResult, Solution, SolveOptions
from siting.bundle import OtherPlan, OtherPlans
from siting.explain import carried
from siting.formulation.builder import Built

Ticker = Callable[[int, int], None]


def other_plans(
    built: Built, solution: Solution, options: SolveOptions, *, count: int, within: float, tick: Ticker | None = None
) -> OtherPlans:
    """Up to ``count`` plans within the share ``within`` of the plan on every level, each as different as can be.

    Raises:
        SolverError: the solver is missing or failed.
        VerificationError: a plan does not check (a fault of ours).
    """
    assert solution.decision is not None
    found = alternatives(built.instance, built.rules, solution, options, count=count, within=within, tick=tick)
    plans = tuple(_plan(built, solution, solution.decision, other) for other in found.plans)
    return OtherPlans(count, within, plans, str(found.ended), found.furthest)


def _plan(built: Built, solution: Solution, best: Decision, other: Alternative) -> OtherPlan:
    i = built.instance
    here, there = best.sites_used, other.decision.sites_used
    services = carried(built, other.decision)
    places = (*i.site_ids, *i.host_ids)
    pairs = zip(solution.levels, other.levels, strict=True)
    return OtherPlan(
        difference=other.difference,
        services=other.services,
        bound=other.bound,
        proven=other.proven,
        levels=other.levels,
        losses={old.name: _loss(old, new) for old, new in pairs},
        kept=_ids(built, here & there),
        enters=_ids(built, there & ~here),
        leaves=_ids(built, here & ~there),
        hosts={
            places[p]: tuple(i.type_ids[k] for k in np.flatnonzero(services[p]))
            for p in np.flatnonzero(services.any(axis=1))
        },
    )


def _loss(old: LevelResult, new: LevelResult) -> float:
    loss = old.incumbent - new.incumbent if old.sense == "max" else new.incumbent - old.incumbent
    return 0.0 if abs(loss) <= 1e-9 * abs(old.incumbent) else loss


def _ids(built: Built, sites: np.ndarray) -> tuple[str, ...]:
    return tuple(built.instance.site_ids[j] for j in np.flatnonzero(sites))
