"""One run, end to end: prepare, build, solve, rank, explain; the result is one :class:`~siting.bundle.ResultBundle`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from models.backends import Progress
from models.errors import SolverError, SolverHung, SolverMissing, VerificationError
from models.lexicographic import solve
from models.solution import Decision, Solution, SolveOptions, Termination, relative_gap
from scenarios.faults import FaultError
from siting.allocation import allocations
from siting.assignment import assignment_report, notes_zh, static_solution
from siting.bundle import OtherPlans, Pick, ResultBundle
from siting.by_year import phase_totals
from siting.committed.report import committed_report
from siting.diagnose import Asked, Names, explain_infeasible, nearest_file
from siting.explain import newly_served, picks, totals
from siting.failures import InfeasibleRun, LimitRun, SolverRun
from siting.formulation import Built, build
from siting.gaps import unknown_notes
from siting.on_map import covered_homes, walk_areas
from siting.other_plans import other_plans
from siting.outputs.folders import nearest_path
from siting.prepare import CircleInputs, Prepared, RunRequest, prepare
from siting.progress import Progress as ProgressEvent
from siting.ranking import force_sites, rank_sites
from siting.walks import SnapReport

__all__ = ["Prepared", "ProgressEvent", "RunRequest", "prepare", "run_circle"]


Watcher = Callable[[ProgressEvent], None]


class Stages:
    """Tells the watcher of each stage and keeps its seconds."""

    def __init__(self, watcher: Watcher | None) -> None:
        self.seconds: dict[str, float] = {}
        self._tell = watcher or (lambda event: None)

    @contextmanager
    def stage(self, key: str, name_zh: str) -> Iterator[None]:
        began = time.perf_counter()
        self._tell(ProgressEvent(name_zh))
        try:
            yield
        finally:
            self.seconds[key] = time.perf_counter() - began

    def level(self, level: str, state: Progress) -> None:
        known = state.incumbent is not None and state.bound is not None
        gap = relative_gap(state.incumbent or 0.0, state.bound or 0.0) if known else None
        self._tell(ProgressEvent("求解", level, state.incumbent, state.bound, gap, state.seconds))

    def tick(self, name_zh: str) -> Callable[[int, int], None]:
        return lambda done, total: self._tell(ProgressEvent(name_zh, done=done, total=total))


NoPlan = Callable[[RunRequest, Prepared, Built, Solution, SolveOptions], InfeasibleRun | LimitRun]
Areas = Callable[[Built, tuple[Pick, ...]], Mapping[tuple[str, str], BaseGeometry]]


def run_circle(
    request: RunRequest, progress: Watcher | None = None, inputs: CircleInputs | None = None
) -> ResultBundle:
    """Run one circle; ``inputs`` are those of ``request`` where they have been read already.

    Raises:
        FaultError: bad input or scenario (exit code 3).
        InfeasibleRun: proven that no plan meets the scenario (4), with a first diagnosis.
        LimitRun: a limit stopped the solver before any plan was found (5).
        SolverRun: the solver is missing or failed, or its plan does not verify (6).
    """
    stages = Stages(progress)
    with stages.stage("prepare", "读取与测距"):
        ready = prepare(request) if inputs is None else inputs.prepared()
    with stages.stage("build", "建模"):
        built = _built(ready, request.seed)
    return solved(request, ready, built, stages, _no_plan)


def solved(
    request: RunRequest,
    ready: Prepared,
    built: Built,
    stages: Stages,
    no_plan: NoPlan,
    start: Decision | None = None,
    areas: Areas | None = None,
) -> ResultBundle:
    """Solve what is built, and say what the plan means; ``areas`` measures the map's.

    The answer is never lexicographically worse than ``start``, where that is given and lawful.

    Raises:
        InfeasibleRun, LimitRun, SolverRun: see :func:`run_circle`; the first two as ``no_plan`` makes them.
    """
    options = _options(ready, request.seed)
    with _solver_faults(options.solver):
        with stages.stage("solve", "求解"):
            solution = solve(
                built.instance, built.rules, options, start=start, adopt=start is not None, progress=stages.level
            )
        if solution.decision is None:
            with stages.stage("diagnosis", "查明原因"):
                raise no_plan(request, ready, built, solution, options)
        with stages.stage("ranking", "点位排序"):
            ranking = rank_sites(built, solution, options, stages.tick("点位排序")) if request.ranking else ()
            forced = force_sites(built, solution, options, stages.tick("备选点位")) if request.ranking else ()
        others = _other_plans(request, built, solution, options, stages)
        static = _static(request, built, solution, options, stages)
    shared = allocations(built, ready.walks, solution.decision)
    served = newly_served(built, ready.workspace, ready.walks, solution.decision, shared)
    chosen = picks(built, ready.workspace, solution.decision, tuple(rank.site_id for rank in ranking), shared)
    assignment = assignment_report(built, solution, shared, static)
    sums = totals(built, ready.gaps, solution.decision, served)
    measured = areas or (lambda b, picked: walk_areas(ready.workspace, b, picked, ready.scenario.scenario.walking))
    return ResultBundle(
        workspace=ready.workspace,
        catalogue=ready.catalogue,
        scenario=ready.scenario,
        gaps=ready.gaps,
        termination=solution.termination,
        levels=solution.levels,
        picks=chosen,
        ranking=ranking,
        forced=forced,
        other_plans=others,
        refusals=built.refusals,
        served=served,
        totals=sums,
        seed=request.seed,
        solver=solution.solver,
        snap=ready.walks.snap,
        seconds=stages.seconds,
        notes=(*_notes(ready), *(notes_zh(assignment, built) if assignment else ())),
        assignment=assignment,
        phases=phase_totals(built, solution.decision),
        committed=committed_report(ready.committed, chosen, sums, ready.catalogue) if ready.committed else None,
        covered=covered_homes(built),
        walk_areas=measured(built, chosen),
    )


def _options(ready: Prepared, seed: int) -> SolveOptions:
    settings = ready.scenario.scenario.solver
    return SolveOptions(settings.name, settings.time_limit_s, settings.mip_gap, seed)


@contextmanager
def _solver_faults(solver: str) -> Iterator[None]:
    """What goes wrong with a solver, as planners read it."""
    try:
        yield
    except SolverMissing as error:
        raise SolverRun(f"本机没有求解器“{error.name}”", (f"可用的有：{'、'.join(error.available)}",)) from error
    except SolverHung as error:
        raise SolverRun(f"求解器 {error.name} 过了时限 {error.time_limit_s:g} 秒不停，已强行终止") from error
    except SolverError as error:
        raise SolverRun(f"求解器 {solver} 不可用或出错", (str(error),)) from error
    except VerificationError as error:
        raise SolverRun("求解器给出的方案未通过独立校核，已丢弃", error.breaches) from error


def _static(
    request: RunRequest, built: Built, solution: Solution, options: SolveOptions, stages: Stages
) -> Solution | None:
    """The same question by the static rule, where types are shared out 按分配 and the run is to be explained."""
    if not request.ranking or not len(built.instance.assigned_types):
        return None
    with stages.stage("static_rule", "对照静态规则"):
        return static_solution(built, solution, options)


def _other_plans(
    request: RunRequest, built: Built, solution: Solution, options: SolveOptions, stages: Stages
) -> OtherPlans | None:
    if not request.alternatives:
        return None
    with stages.stage("alternatives", "备选方案"):
        tick = stages.tick("备选方案")
        return other_plans(built, solution, options, count=request.alternatives, within=request.within, tick=tick)


def _built(ready: Prepared, seed: int) -> Built:
    """The instance; a fault about what an annual plan has committed is told at its row there."""
    try:
        return build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps, seed)
    except FaultError as error:
        raise (ready.committed.located(error) if ready.committed else error) from None


def _no_plan(
    request: RunRequest, ready: Prepared, built: Built, solution: Solution, options: SolveOptions
) -> InfeasibleRun | LimitRun:
    if solution.termination is Termination.INFEASIBLE:
        found = explain_infeasible(built, options, Names.of(ready.workspace))
        target = str(request.source) if isinstance(request.source, Path) else request.source.id
        asked = Asked(target, request.scenario_text, request.sets, request.committed, request.seed)
        path = nearest_path(request.out, ready.scenario.name, ready.workspace.circle.id)
        nearest = nearest_file(found, ready.scenario, ready.workspace, ready.catalogue, asked, path)
        message = "已证明：没有方案能同时满足情景的全部要求"
        return InfeasibleRun(message, found.reasons_zh, found.plain(), nearest)
    return LimitRun(f"到时限 {options.time_limit_s:g} 秒仍未找到可行方案", ("可加大 --time-limit，或放宽情景",))


def _notes(ready: Prepared) -> tuple[str, ...]:
    """Chinese sentences that every output prints."""
    notes = []
    circle = ready.workspace.circle
    if circle.simulated:
        notes.append(circle.simulated_note or "示意布局，非实测")
    notes += [f"方案自相矛盾，两说并列：{text}" for text in ready.gaps.contradictions]
    notes += unknown_notes(ready.workspace, ready.gaps.rows)
    notes += [str(warning) for warning in ready.workspace.warnings]
    notes += _phase_notes(ready)
    notes += _snap_notes(ready.walks.snap, {str(i) for i in ready.workspace.demand["id"]})
    return tuple(notes)


def _phase_notes(ready: Prepared) -> list[str]:
    scenario = ready.scenario.scenario
    worth = scenario.phasing.later_year_worth
    if len(scenario.phases) < 2 or worth == 1:
        return []
    return [
        f"分年度方案：“补齐缺失网点”和各类“新增覆盖”的目标值按先后折算（每晚一年乘 {worth:g}），小于实际数；"
        "实际数见合计与分年度表。均衡、投入等其他目标只看末年建成后的状态"
    ]


def _snap_notes(snap: SnapReport | None, demand_ids: set[str]) -> list[str]:
    if snap is None or not snap.cut_off:
        return []
    lost = [f"{point}（{why}）" for point, why in snap.cut_off.items()]
    homes = sum(1 for point in snap.cut_off if point in demand_ids)
    shown = "；".join(lost[:5]) + (" 等" if len(lost) > 5 else "")
    return [f"{len(lost)} 个点接不上步行网络，其中居民点 {homes} 个：{shown}"]
