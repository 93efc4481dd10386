"""One linear model over all futures: the decision columns are the same columns in every future (nonanticipativity).

    columns   x[j,k], u[j], h[p,k]   once, for the plan
              y[c]                   once for all groups of any future that the same columns reach
              all others             once in each future (filled outlets, equity, walking, shares)
              v                      one more, for the worst case (models.robust.aims); fixed at 0 elsewhere
    rows      the blocks of every future over these columns, equal rows once

A site that has fallen away in a future has no column in its rows, so it neither counts nor costs there; one that has
fallen in all of them has an idle column, fixed at 0, as v has until it is asked for. Columns of y
may be shared because nothing but their own row holds them down: each is as large as the plan allows in any future.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse

from models.assemble import assemble
from models.columns import Problem, bounds, lay_out
from models.completion import complete
from models.grouping import identical_rows
from models.instance import FloatArray, IntArray
from models.linear import Kind, LinearModel, Objective
from models.objectives import objective
from models.robust.family import Family
from models.robust.same_rows import first_of_each
from models.solution import Decision

_PLAN = ("open", "used", "addon")


@dataclass(frozen=True, eq=False)
class Joint:
    """The laid-out family. ``columns`` [s] maps a future's own columns to joint ones, -1 where it has fallen away."""

    family: Family
    problems: tuple[Problem, ...]
    columns: tuple[IntArray, ...]
    open_column: IntArray
    addon_column: IntArray
    n_col: int

    @property
    def worst_column(self) -> int:
        """The column of the worst case: the last."""
        return self.n_col - 1

    @cached_property
    def model(self) -> LinearModel:
        """All futures' blocks over the joint columns."""
        parts = [assemble(problem) for problem in self.problems]
        stacked = sparse.vstack(
            [self._moved(part.matrix, columns) for part, columns in zip(parts, self.columns, strict=True)],
            format="csr",
        )
        lower = np.concatenate([part.row_lower for part in parts])
        upper = np.concatenate([part.row_upper for part in parts])
        kept = first_of_each(stacked, lower, upper)
        col_lower, col_upper, kind = self._bounds(parts)
        names = [(f.name, part) for f, part in zip(self.family.futures, parts, strict=True)]
        return LinearModel(
            matrix=sparse.csr_array(stacked[kept]),
            row_lower=lower[kept],
            row_upper=upper[kept],
            col_lower=col_lower,
            col_upper=col_upper,
            kind=kind,
            blocks={"futures": slice(0, int(kept.sum()))},
            row_labels=(
                lambda: [
                    name
                    for name, keep in zip(
                        [f"{name}:{row}" for name, part in names for row in part.row_names()], kept, strict=True
                    )
                    if keep
                ],
            ),
            column_label=lambda: self._column_names(parts),
        )

    def objective(self, s: int, level: str) -> Objective:
        """A level of future s over the joint columns."""
        own = objective(level, self.problems[s])
        there = self.columns[s] >= 0
        coefficients = np.zeros(self.n_col)
        np.add.at(coefficients, self.columns[s][there], own.coefficients[there])
        return Objective(level, own.sense, coefficients, own.constant)

    def complete(self, plan: Decision) -> FloatArray:
        """(n_col,): the point that stands for ``plan``; pairs without a column are dropped."""
        values = np.zeros(self.n_col)
        kept = self.within(plan)
        for s, (problem, columns) in enumerate(zip(self.problems, self.columns, strict=True)):
            own = complete(problem, self.family.there(s, kept))
            there = columns >= 0
            values[columns[there]] = own[there]
        return values

    def within(self, plan: Decision) -> Decision:
        """The plan without the pairs that have no column."""
        return Decision(open=plan.open & self.family.opens, addon=plan.addon & self.family.addons)

    def plan_of(self, values: FloatArray) -> Decision:
        """The plan that a point stands for (binaries rounded)."""
        chosen = np.append(values > 0.5, False)
        return Decision(open=chosen[self.open_column], addon=chosen[self.addon_column])

    def _moved(self, matrix: sparse.csr_array, columns: IntArray) -> sparse.csr_array:
        part = matrix.tocoo()
        row, col = part.coords
        there = columns[col] >= 0
        moved = sparse.coo_array(
            (part.data[there], (row[there], columns[col[there]])), shape=(matrix.shape[0], self.n_col)
        ).tocsr()
        moved.sum_duplicates()
        return sparse.csr_array(moved)

    def _bounds(self, parts: list[LinearModel]) -> tuple[FloatArray, FloatArray, np.ndarray]:
        lower, upper = np.full(self.n_col, -np.inf), np.full(self.n_col, np.inf)
        kind = np.full(self.n_col, Kind.CONTINUOUS, dtype=np.int8)
        for part, problem, columns in zip(parts, self.problems, self.columns, strict=True):
            there = columns >= 0
            own_upper = part.col_upper.copy()
            if problem.assign is not None:
                longest = problem.assign.metres.max(initial=0.0)
                own_upper[problem.offsets["farthest"]] = np.floor(longest * 1000.0 + 1e-6)
            np.maximum.at(lower, columns[there], part.col_lower[there])
            np.minimum.at(upper, columns[there], own_upper[there])
            kind[columns[there]] = part.kind[there]
        idle = ~np.isfinite(lower)
        lower[idle], upper[idle] = 0.0, 0.0
        return lower, upper, kind

    def _column_names(self, parts: list[LinearModel]) -> list[str]:
        made = [""] * self.n_col
        for future, part, problem, columns in zip(self.family.futures, parts, self.problems, self.columns, strict=True):
            plan = np.zeros(problem.n_col, dtype=bool)
            for block in _PLAN:
                plan[problem.offsets[block]] = True
            for name, column, shared in zip(part.column_names(), columns, plan, strict=True):
                if column >= 0 and not made[column]:
                    made[column] = name if shared else f"{future.name}:{name}"
        made[self.worst_column] = "worst"
        return made


def join(family: Family) -> Joint:
    """Lay out every future over the family's pairs, and number the joint columns."""
    problems = tuple(
        lay_out(
            future.instance,
            rules,
            family.opens & future.stands[:, None],
            family.addons[family.place_of[s]] & family.standing(s)[:, None],
        )
        for s, (future, rules) in enumerate(zip(family.futures, family.rules, strict=True))
    )
    opened = _numbered(family.opens, 0)
    n_open = int(family.opens.sum())
    carried = _numbered(family.addons, n_open + family.n_site)
    n_plan = n_open + family.n_site + int(family.addons.sum())
    covers, n_cover = _cover_columns(family, problems)
    columns, end = [], n_plan + n_cover
    for s, (future, problem) in enumerate(zip(family.futures, problems, strict=True)):
        own = np.full(problem.n_col, -2, dtype=np.int64)
        own[problem.offsets["open"]] = opened[problem.open_site, problem.open_type]
        own[problem.offsets["used"]] = np.where(future.stands, n_open + np.arange(family.n_site), -1)
        own[problem.offsets["addon"]] = carried[family.place_of[s][problem.addon_place], problem.addon_type]
        own[problem.offsets["cover"]] = np.where(covers[s] >= 0, n_plan + covers[s], -2)
        rest = np.flatnonzero(own == -2)
        own[rest] = end + np.arange(len(rest))
        end += len(rest)
        columns.append(own)
    return Joint(family, problems, tuple(columns), opened, carried, end + 1)


def _numbered(there: np.ndarray, start: int) -> IntArray:
    table = np.full(there.shape, -1, dtype=np.int64)
    table[there] = start + np.arange(int(there.sum()))
    return table


def _cover_columns(family: Family, problems: tuple[Problem, ...]) -> tuple[list[IntArray], int]:
    """For each future and group the number of its shared column, -1 where it needs one of its own; and their count."""
    width = family.n_place + family.n_type
    stacked, shared = [], []
    for s, problem in enumerate(problems):
        reach = problem.groups.reach.tocoo()
        row, place = reach.coords
        mine = np.arange(problem.groups.n)
        stacked.append(
            sparse.coo_array(
                (
                    np.ones(len(row) + len(mine), dtype=bool),
                    (
                        np.concatenate([row, mine]),
                        np.concatenate([family.place_of[s][place], family.n_place + problem.groups.type_]),
                    ),
                ),
                shape=(problem.groups.n, width),
            ).tocsr()
        )
        kind = bounds(problem)[2]
        shared.append(kind[problem.offsets["cover"]] == Kind.IMPLIED)
    matrix = sparse.csr_array(sparse.vstack(stacked, format="csr"))
    matrix.sort_indices()
    may = np.concatenate(shared)
    number = np.full(len(may), -1, dtype=np.int64)
    number[may] = identical_rows(sparse.csr_array(matrix[may]))
    ends = np.cumsum([0, *(problem.groups.n for problem in problems)])
    return [number[a:b] for a, b in pairwise(ends)], int(number.max(initial=-1)) + 1
