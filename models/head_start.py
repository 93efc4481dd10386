"""A first plan by years from two easy solves: what to build in the end, then when (a heuristic; it proves nothing).

1. The end state alone, without years, under the money of all phases: rooms that are never free are out, committed works
   are in.
2. The model by years with only the pairs that the first solve opened. Nearly every column is gone, so it is quick.

Both stop at a loose gap or after a few nodes, the same nodes on every run where the solver counts them; the time limit
is there for a starved machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from models.instance import Phases, Rules, SitingInstance
from models.objectives import sense
from models.presolve import COVERAGE_LEVELS
from models.schedule import scheduled
from models.solution import Decision, Solution, SolveOptions
from models.verify import breaches, level_value

_GAP, _NODES, _TIME_SHARE, _LEAST_S = 1e-3, 100, 0.25, 10.0

Solve = Callable[[SitingInstance, Rules, SolveOptions, Decision | None], Solution]


def head_start(
    instance: SitingInstance, rules: Rules, options: SolveOptions, start: Decision | None, solve: Solve
) -> Decision | None:
    """The better of ``start`` and the plan of the two solves, in the order of the levels; None where there is neither.

    ``rules`` has phases; ``solve`` is the solver of levels, here called without any start of this kind.
    """
    phases = rules.phases
    assert phases is not None
    quick = replace(
        options,
        mip_gap=max(options.mip_gap, _GAP),
        node_limit=_NODES,
        time_limit_s=max(options.time_limit_s * _TIME_SHARE, min(options.time_limit_s, _LEAST_S)),
    )
    timed = tuple(level for level in rules.levels if level == "missing_types" or level in COVERAGE_LEVELS)
    levels = timed or rules.levels[:1]
    end = solve(instance, _end_state(rules, phases, levels), quick, None).decision
    if end is None:
        return start
    when = solve(instance, _only(instance, rules, levels, end), quick, scheduled(instance, rules, end)).decision
    plans = [plan for plan in (start, when) if plan is not None and not breaches(instance, rules, plan)]
    return max(plans, key=lambda plan: _merit(instance, rules, plan), default=start)


def _end_state(rules: Rules, phases: Phases, levels: tuple[str, ...]) -> Rules:
    """The rules without years: a relaxation of the plan by years as far as lawful plans go."""
    return replace(
        rules,
        levels=levels,
        phases=None,
        budget_cny=rules.capital_cny,
        lock_in_pairs=np.concatenate([rules.lock_in_pairs, rules.lock_in_phases[:, :2]]),
        lock_in_phases=rules.lock_in_phases[:0],
        lock_out_sites=np.union1d(rules.lock_out_sites, np.flatnonzero(phases.available >= phases.n)),
    )


def _only(instance: SitingInstance, rules: Rules, levels: tuple[str, ...], end: Decision) -> Rules:
    """The rules by years with every pair locked out that ``end`` does not open."""
    others = np.argwhere(instance.eligible & ~end.open)
    return replace(rules, levels=levels, lock_out_pairs=np.concatenate([rules.lock_out_pairs, others]))


def _merit(instance: SitingInstance, rules: Rules, plan: Decision) -> tuple[float, ...]:
    values = [level_value(instance, rules, plan, level) for level in rules.levels]
    return tuple(v if sense(level, rules) == "max" else -v for v, level in zip(values, rules.levels, strict=True))
