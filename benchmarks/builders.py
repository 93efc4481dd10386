"""The four ways to build the same maximal covering model, and the two questions asked of each.

``build`` is what is timed. ``reach`` reads back, from the built model, who is reached by what; ``optimum`` solves it.
Both are for checking and never timed.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pulp

from benchmarks.towns import (
    FloatArray,
    Town,
    distance_matrix,
    mclp_instance,
    mclp_rules,
    reach_from_matrix,
    reach_from_points,
)
from models.assemble import assemble
from models.backends import backend
from models.columns import Problem, lay_out
from models.linear import LinearModel
from models.objectives import objective
from models.solution import SolveOptions

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Given:
    """What every builder is handed: the town, its dense distances (None where the builder needs none), radius, p."""

    town: Town
    metres: FloatArray | None
    radius_m: float
    p: int


@dataclass(frozen=True)
class Builder:
    """One way to build; ``needs_matrix`` says whether the dense distances are made for it beforehand."""

    label: str
    needs_matrix: bool
    prepare: Callable[[], None]
    build: Callable[[Given], Any]
    reach: Callable[[Given, Any], BoolArray]
    optimum: Callable[[Any], float]
    size: Callable[[Any], tuple[int, int, int]]


def _ours_from_matrix(given: Given) -> tuple[Problem, LinearModel]:
    assert given.metres is not None
    problem = lay_out(
        mclp_instance(reach_from_matrix(given.metres, given.radius_m), given.town.residents), mclp_rules(given.p)
    )
    return problem, assemble(problem)


def _ours_from_points(given: Given) -> tuple[Problem, LinearModel]:
    problem = lay_out(
        mclp_instance(reach_from_points(given.town, given.radius_m), given.town.residents), mclp_rules(given.p)
    )
    return problem, assemble(problem)


def _our_reach(_given: Given, built: tuple[Problem, LinearModel]) -> BoolArray:
    """Read back from the rows of block ``cover``, spread over the demand points of each group."""
    problem, model = built
    cover = model.matrix[model.blocks["cover"]][:, problem.column("open")].toarray() < 0
    by_group = np.zeros((problem.groups.n, problem.instance.n_site), dtype=bool)
    by_group[:, problem.open_site] = cover
    of = problem.groups.of[:, 0]
    reach = np.zeros((problem.instance.n_demand, problem.instance.n_site), dtype=bool)
    reach[of >= 0] = by_group[of[of >= 0]]
    return reach


def _our_optimum(built: tuple[Problem, LinearModel]) -> float:
    problem, model = built
    answer = backend("highs").solve(model, objective("basic_coverage", problem), SolveOptions(mip_gap=0.0))
    return math.nan if answer.objective is None else answer.objective


def _our_size(built: tuple[Problem, LinearModel]) -> tuple[int, int, int]:
    return built[1].n_row, built[1].n_col, int(built[1].matrix.nnz)


def _pulp_by_hand(given: Given) -> Any:
    """PuLP as a careful user writes it: only the rooms in reach of a home enter its row."""
    assert given.metres is not None
    n_demand, n_site = given.metres.shape
    model = pulp.LpProblem("mclp", pulp.LpMaximize)
    x = [pulp.LpVariable(f"x[{j}]", cat=pulp.LpBinary) for j in range(n_site)]
    y = [pulp.LpVariable(f"y[{i}]", cat=pulp.LpBinary) for i in range(n_demand)]
    model += pulp.lpSum(int(w) * v for w, v in zip(given.town.residents, y, strict=True))
    for i in range(n_demand):
        model += pulp.lpSum(x[j] for j in np.flatnonzero(given.metres[i] <= given.radius_m)) >= y[i]
    model += pulp.lpSum(x) == given.p
    return model


def _spopt(given: Given) -> Any:
    mclp = importlib.import_module("spopt.locate.coverage").MCLP
    return mclp.from_cost_matrix(given.metres, given.town.residents, given.radius_m, given.p).problem


def _pulp_reach(given: Given, model: Any) -> BoolArray:
    """Read back from the rows that hold a ``y`` (every home has one, also where nothing reaches it)."""
    reach = np.zeros((len(given.town.homes), len(given.town.rooms)), dtype=bool)
    for row in model.constraints.values():
        terms = [(v.name, a) for v, a in row.items() if a]
        home = [_index(name) for name, _ in terms if name.startswith("y")]
        if home:
            reach[home[0], [_index(name) for name, _ in terms if name.startswith("x")]] = True
    return reach


def _index(name: str) -> int:
    return int("".join(c for c in name if c.isdigit()))


def _pulp_optimum(model: Any) -> float:
    status = model.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0.0))
    return float(pulp.value(model.objective)) if status == pulp.LpStatusOptimal else math.nan


def _pulp_size(model: Any) -> tuple[int, int, int]:
    rows = list(model.constraints.values())
    return len(rows), model.numVariables(), sum(len(row) for row in rows)


def _nothing() -> None:
    """No import of its own."""


def _import_spopt() -> None:
    importlib.import_module("spopt.locate.coverage")


def _ours(label: str, needs_matrix: bool, build: Callable[[Given], Any]) -> Builder:
    return Builder(label, needs_matrix, _nothing, build, _our_reach, _our_optimum, _our_size)


def _with_pulp(label: str, prepare: Callable[[], None], build: Callable[[Given], Any]) -> Builder:
    return Builder(label, True, prepare, build, _pulp_reach, _pulp_optimum, _pulp_size)


BUILDERS: dict[str, Builder] = {
    "ours": _ours("ours, from the dense matrix", True, _ours_from_matrix),
    "ours_points": _ours("ours, from coordinates", False, _ours_from_points),
    "pulp": _with_pulp("PuLP by hand, sparse", _nothing, _pulp_by_hand),
    "spopt": _with_pulp("spopt MCLP.from_cost_matrix", _import_spopt, _spopt),
}


def given_for(builder: Builder, town: Town, radius_m: float, p: int) -> Given:
    """What ``builder`` is handed."""
    return Given(town, distance_matrix(town) if builder.needs_matrix else None, radius_m, p)
