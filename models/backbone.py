"""The backbone of a finished level: the choices shared by all plans that keep the level, and those above, as they are.

Let P be the plan in hand, S the choices (open, addon) that matter to the level, D those already seen to differ among
plans as good as P, empty at first. Ask for a plan as good as P that differs from it in S without D:

    sum_{c in S-D, P_c = 0} v_c  +  sum_{c in S-D, P_c = 1} (1 - v_c)  >=  1        (the level held at its value)

If there is none, all plans as good agree with P on S-D: those columns may be fixed for the levels to come, exactly,
which then have next to nothing left to choose. If there is one, D grows by what it does otherwise; after ``MAX_TIES``
such plans the search is given up and nothing is fixed. (A backbone in the sense of Monasson et al. 1999, made relative
to a plan.) The question has no objective, as any such plan will do: that there is none is then proven sooner. All this
costs one to three more solves of the level, and saves most of the work of all levels after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.backends import Backend
from models.columns import Problem
from models.completion import complete, decision_of
from models.instance import BoolArray, FloatArray, IntArray
from models.linear import LinearModel, Objective, Rows, rows
from models.one_level import ask
from models.reduction import reduce
from models.solution import SolveOptions, Termination

MAX_TIES = 6
MIN_COLUMNS = 40
_FIRST_FOUND = 1e9


@dataclass(frozen=True, eq=False)
class Backbone:
    """``columns`` are proven equal in all plans as good, none where the search was given up.

    ``unique``: no tie was met, so no plan at all is better or as good on the choices that matter. ``better`` is a plan
    that the search met and that beats the one in hand (within the gap that was left). ``calls`` counts solves.
    """

    columns: IntArray
    unique: bool
    better: FloatArray | None
    calls: int


def backbone(
    solver: Backend, problem: Problem, model: LinearModel, goal: Objective, plan: FloatArray, options: SolveOptions
) -> Backbone:
    """The backbone of ``goal`` in ``model``, which holds the level at the value of ``plan`` already."""
    columns = np.flatnonzero(reduce(model, goal).kept & _choices(problem))
    nothing = np.zeros(0, dtype=np.int64)
    if len(columns) < MIN_COLUMNS:
        return Backbone(nothing, False, None, 0)
    differs = np.zeros(len(columns), dtype=bool)
    first_found = replace(options, mip_gap=_FIRST_FOUND)
    any_plan = Objective("any", "max", np.zeros(model.n_col))
    for n in range(MAX_TIES + 1):
        shared = columns[~differs]
        answer = ask(solver, model.with_rows(_different(plan, shared, model.n_col)), any_plan, first_found)
        if answer.values is None:
            proven = answer.termination is Termination.INFEASIBLE
            return Backbone(shared if proven else nothing, proven and n == 0, None, n + 1)
        tie = complete(problem, decision_of(problem, answer.values))
        gain = goal.value(tie) - goal.value(plan)
        if (gain if goal.sense == "max" else -gain) > 1e-9 * max(1.0, abs(goal.value(plan))):
            return Backbone(nothing, False, tie, n + 1)
        differs |= (tie[columns] > 0.5) != (plan[columns] > 0.5)
    return Backbone(nothing, False, None, MAX_TIES + 1)


def fixed(model: LinearModel, columns: IntArray, plan: FloatArray) -> LinearModel:
    """The model with ``columns`` fixed at their values in ``plan``."""
    lower, upper = model.col_lower.copy(), model.col_upper.copy()
    lower[columns] = upper[columns] = np.rint(plan[columns])
    return replace(model, col_lower=lower, col_upper=upper)


def _choices(problem: Problem) -> BoolArray:
    chosen = np.zeros(problem.n_col, dtype=bool)
    for block in ("open", "addon"):
        chosen[problem.offsets[block]] = True
    return chosen


def _different(plan: FloatArray, columns: IntArray, n_col: int) -> Rows:
    """One row: at least one of ``columns`` is not as in ``plan``."""
    there = plan[columns] > 0.5
    entries = [(np.zeros(len(columns), dtype=np.int64), columns, np.where(there, -1.0, 1.0))]
    return rows("different", (1, n_col), entries, 1.0 - float(there.sum()), np.inf, lambda: ["different"])
