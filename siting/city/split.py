"""The comparison: every circle alone with its share of the money by residents, and these plans put together.

The plans together are the city's first plan (where they are lawful, the city's is never lexicographically worse), and
what "the budget split by residents" would have done. Where they cannot stand together (one room twice over its area,
outlets of two circles too near, …), circles go first to last and a pair that breaks a rule is left out and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.instance import Rules, SitingInstance
from models.lexicographic import solve
from models.schedule import scheduled
from models.solution import Decision, Solution, SolveOptions
from models.thresholds import filled
from models.verify import breaches, total_cost_cny
from siting.city.join import City
from siting.formulation import build
from siting.formulation.builder import Built
from siting.prepare import Prepared


@dataclass(frozen=True, eq=False)
class OwnPlan:
    """What a circle does with its share: its plan in the city's rows (None where none was found), and its totals."""

    status: str
    decision: Decision | None
    missing_filled: int | None = None
    cost_cny: float | None = None


def own_plan(city: City, c: int, ready: Prepared, instance: SitingInstance, options: SolveOptions) -> OwnPlan:
    """Solve circle ``c`` alone.

    Raises:
        FaultError: a lock or a floor of the circle that cannot be (see :func:`siting.formulation.build`).
    """
    built = build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps, options.seed)
    solution = solve(built.instance, built.rules, options)
    if solution.decision is None:
        return OwnPlan(str(solution.termination), None)
    plan = solution.decision
    return OwnPlan(
        str(solution.termination),
        _in_city(city, c, built, solution, instance),
        filled(built.instance, plan),
        total_cost_cny(built.instance, plan),
    )


def _in_city(city: City, c: int, built: Built, solution: Solution, instance: SitingInstance) -> Decision:
    """The circle's plan in the rows of the city."""
    assert solution.decision is not None
    host_of = {host: instance.n_site + n for n, host in enumerate(instance.host_ids)}
    outlets = city.workspace.outlets["id"].astype(str)
    places = np.full(built.instance.n_place, -1, dtype=np.int64)
    places[: built.instance.n_site] = city.sites.rows[c]
    for n, outlet in enumerate(built.hosting.outlets):
        places[built.instance.n_site + n] = host_of.get(outlets[int(city.outlets.rows[c][outlet])], -1)
    made = Decision.empty(instance)
    row, k = np.nonzero(solution.decision.open)
    made.open[places[row], k] = True
    row, k = np.nonzero(solution.decision.addon)
    known = places[row] >= 0
    made.addon[places[row[known]], k[known]] = True
    return made


def together(instance: SitingInstance, rules: Rules, plans: Sequence[Decision]) -> tuple[Decision, int]:
    """All plans as one, and how many pairs had to be left out."""
    loose = replace(
        rules,
        phases=None,
        coverage_floor=(),
        lock_in_sites=rules.lock_in_sites[:0],
        lock_in_pairs=rules.lock_in_pairs[:0],
        purses=tuple(replace(purse, least_share=0.0) for purse in rules.purses),
    )
    whole, dropped = Decision.empty(instance), 0
    for plan in plans:
        both = Decision(open=whole.open | plan.open, addon=whole.addon | plan.addon)
        if not breaches(instance, loose, both):
            whole = both
            continue
        for block, place, k in _pairs(plan):
            trial = Decision(open=whole.open.copy(), addon=whole.addon.copy())
            getattr(trial, block)[place, k] = True
            if breaches(instance, loose, trial):
                dropped += 1
            else:
                whole = trial
    return (whole if rules.phases is None else scheduled(instance, rules, whole)), dropped


def _pairs(plan: Decision) -> Iterator[tuple[str, int, int]]:
    for block in ("open", "addon"):
        for place, k in np.argwhere(getattr(plan, block)):
            yield block, int(place), int(k)
