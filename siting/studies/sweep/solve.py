"""Solve a grid for one circle: read and walked once, loosest points first, each helped by what is already known.

Three ways to save work, none of which changes an answer beyond the gap asked for (:mod:`.order` says why):
- the plan of the nearest solved point is the start of the next;
- the bounds of the nearest relaxation are the reference of :func:`models.lexicographic.solve`;
- where that relaxation is proven and its plan is lawful here (:func:`models.verify.breaches`), it is the answer, and
  where it is proven to have no plan, neither has this point.
``help_each_other=False`` solves every point by itself, for comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.errors import SolverError, SolverMissing, VerificationError
from models.lexicographic import Reference, solve
from models.solution import Decision, Solution, SolveOptions, Termination
from models.verify import breaches
from scenarios.faults import Fault, FaultError
from siting.diagnose import Names, explain_infeasible
from siting.formulation import Built, build
from siting.prepare import CircleInputs, Prepared
from siting.progress import Progress
from siting.studies.sweep.carry import carried_over, same_arrays
from siting.studies.sweep.grid import Grid
from siting.studies.sweep.order import by_distance, relaxes, solving_order
from siting.studies.sweep.points import IMPLIED, REUSED, SOLVED

Tell = Callable[[Progress], None]


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a point: inputs, arrays, the solution (None where the solver failed) and how it came about."""

    ready: Prepared
    built: Built
    options: SolveOptions
    solution: Solution | None
    origin: str = SOLVED
    reference: int | None = None
    reasons_zh: tuple[str, ...] = ()

    @property
    def decision(self) -> Decision | None:
        """The plan, if there is one."""
        return None if self.solution is None else self.solution.decision


def prepare_points(inputs: CircleInputs, grid: Grid) -> list[Prepared]:
    """Every point, resolved and measured, in grid order.

    Raises:
        FaultError: the faults of all points, each once.
    """
    ready: list[Prepared] = []
    faults: list[Fault] = []
    for point in grid.points:
        try:
            ready.append(inputs.prepared(*grid.layers(point)))
        except FaultError as error:
            faults += error.faults
    if faults:
        raise FaultError(list(dict.fromkeys(faults)))
    return ready


def solve_grid(
    ready: list[Prepared], grid: Grid, seed: int, tell: Tell, *, help_each_other: bool = True
) -> list[Known]:
    """All points in grid order.

    Raises:
        FaultError: locks or floors that do not fit the circle, of all points at once.
    """
    order = solving_order(grid)
    known: dict[int, Known] = {}
    for done, number in enumerate(order):
        tell(Progress("扫描", done=done, total=len(order)))
        here = ready[number]
        try:
            built = build(here.workspace, here.catalogue, here.scenario, here.walks, here.gaps, seed)
        except FaultError as error:
            raise _all_faults(error, [ready[n] for n in order[done + 1 :]], seed) from None
        settings = here.scenario.scenario.solver
        options = SolveOptions(settings.name, settings.time_limit_s, settings.mip_gap, seed)
        known[number] = _solve(grid, number, known if help_each_other else {}, here, built, options)
    return [known[number] for number in range(len(order))]


def _solve(
    grid: Grid, number: int, known: dict[int, Known], ready: Prepared, built: Built, options: SolveOptions
) -> Known:
    wider = _relaxations(grid, number, known, built)
    for q in wider:
        solution = known[q].solution
        if solution is not None and solution.termination is Termination.INFEASIBLE:
            return Known(ready, built, options, solution, IMPLIED, q)
    planned = [q for q in wider if known[q].decision is not None]
    for q in planned:
        if _answers(known[q], built):
            return Known(ready, built, options, known[q].solution, REUSED, q)
    start = _start(grid, number, known, built)
    return _ask(ready, built, options, start, planned[0] if planned else None, known)


def _relaxations(grid: Grid, number: int, known: dict[int, Known], built: Built) -> list[int]:
    """The solved points that relax this one, nearest first."""
    points = grid.points
    return by_distance(
        grid,
        number,
        [
            q
            for q, point in known.items()
            if point.solution is not None
            and relaxes(grid, points[q], points[number])
            and same_arrays(point.built.instance, built.instance)
        ],
    )


def _answers(wider: Known, built: Built) -> bool:
    """A proven relaxation's plan that is lawful here is the best here."""
    if wider.decision is None or wider.solution is None or wider.solution.termination is not Termination.OPTIMAL:
        return False
    return not breaches(built.instance, built.rules, wider.decision)


def _start(grid: Grid, number: int, known: dict[int, Known], built: Built) -> Decision | None:
    """The plan of the nearest solved point, unless the points differ in their solver."""
    if any(axis.key.startswith("solver.") for axis in grid.axes):
        return None
    for near in by_distance(grid, number, list(known)):
        decision = known[near].decision
        if decision is not None:
            return carried_over(decision, known[near].built.instance, built.instance)
    return None


def _ask(
    ready: Prepared,
    built: Built,
    options: SolveOptions,
    start: Decision | None,
    q: int | None,
    points: dict[int, Known],
) -> Known:
    wider = None if q is None else points[q].solution
    reference = None if wider is None else Reference(wider.levels)
    reasons: tuple[str, ...] = ()
    try:
        solution = solve(built.instance, built.rules, options, start=start, reference=reference)
        if solution.termination is Termination.INFEASIBLE:
            reasons = explain_infeasible(built, options, Names.of(ready.workspace)).reasons_zh
    except SolverMissing as error:
        known = "、".join(error.available)
        return Known(ready, built, options, None, reasons_zh=(f"本机没有求解器“{error.name}”，可用的有：{known}",))
    except SolverError as error:
        return Known(ready, built, options, None, reasons_zh=(f"求解器 {options.solver} 不可用或出错：{error}",))
    except VerificationError as error:
        return Known(ready, built, options, None, reasons_zh=("方案未通过独立校核，已丢弃", *error.breaches))
    return Known(ready, built, options, solution, SOLVED, q, reasons)


def _all_faults(error: FaultError, rest: list[Prepared], seed: int) -> FaultError:
    faults = list(error.faults)
    for here in rest:
        try:
            build(here.workspace, here.catalogue, here.scenario, here.walks, here.gaps, seed)
        except FaultError as more:
            faults += more.faults
    return FaultError(list(dict.fromkeys(faults)))
