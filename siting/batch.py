"""Many circles in worker processes: each is written as soon as it is done, one's failure does not stop the others.

Light to import: the pipeline and its libraries are imported in the workers alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.circles import PilotCircle
from scenarios.faults import Fault, FaultError
from siting.failures import ExitCode, RunFailure
from siting.outputs.folders import run_folder
from siting.outputs.words import status_zh
from siting.workers import Died, Report, run_in_processes

if TYPE_CHECKING:
    from siting.bundle import ResultBundle
    from siting.pipeline import ProgressEvent, RunRequest

_FAILED = {
    ExitCode.INFEASIBLE: "infeasible",
    ExitCode.LIMIT: "limit",
    ExitCode.SOLVER: "solver_failed",
    ExitCode.INTERNAL: "internal_error",
}
_EVENTS_APART_S = 0.1


@dataclass(frozen=True)
class Job:
    """One circle to work on: a workspace folder or a pilot circle, and the options of the command line."""

    source: Path | PilotCircle
    circle_id: str
    name: str
    scenario_text: str
    sets: tuple[str, ...]
    out: Path
    seed: int
    solver: str | None = None
    time_limit_s: float | None = None
    mip_gap: float | None = None
    ranking: bool = True


@dataclass(frozen=True)
class Progress:
    """How a running circle is getting on; a small copy of the pipeline's ``ProgressEvent``."""

    stage_zh: str
    level: str = ""
    incumbent: float | None = None
    bound: float | None = None
    mip_gap: float | None = None
    seconds: float = 0.0
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class RunOutcome:
    """How one circle ended, small enough to travel between processes.

    ``status``: optimal, feasible, done (commands without a solve), infeasible, limit, solver_failed, bad_input,
    internal_error, worker_died. ``levels``, ``totals`` and ``picks`` are as in run.json; ``report`` is the gap report
    or the check's figures, as plain data; ``trace`` is for ``-v`` alone.
    """

    circle_id: str
    name: str
    status: str
    exit_code: int
    run_dir: str = ""
    message_zh: str = ""
    reasons_zh: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    levels: tuple[dict[str, Any], ...] = ()
    totals: dict[str, Any] | None = None
    picks: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    report: dict[str, Any] | None = None
    seconds: float = 0.0
    trace: str = ""


Task = Callable[[Job, Report], RunOutcome]
OnProgress = Callable[[int, Progress], None]
OnOutcome = Callable[[int, RunOutcome], None]


def run_batch(
    jobs: Sequence[Job],
    task: Task,
    processes: int | None = None,
    on_progress: OnProgress = lambda _index, _event: None,
    on_outcome: OnOutcome = lambda _index, _outcome: None,
) -> list[RunOutcome]:
    """Do ``task`` (``run_one``, ``gaps_one``, ``check_one``) for all jobs; outcomes in the order of ``jobs``.

    ``processes`` defaults to the smaller of CPUs and jobs. Raises KeyboardInterrupt on Ctrl-C, after the workers have
    ended and their unfinished folders are gone; circles that were done stay written.
    """
    outcomes: dict[int, RunOutcome] = {}

    def finish(index: int, result: RunOutcome | Died) -> None:
        outcome = result if isinstance(result, RunOutcome) else _died(jobs[index], result)
        outcomes[index] = outcome
        on_outcome(index, outcome)

    def clean(pids: tuple[int, ...]) -> None:
        for out in {job.out for job in jobs}:
            _remove_leftovers(out, pids)

    run_in_processes(task, jobs, min(processes or cpus(), len(jobs)), on_progress, finish, clean)
    return [outcomes[index] for index in range(len(jobs))]


def cpus() -> int:
    """CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_one(job: Job, report: Report) -> RunOutcome:
    """Run one circle and write its folder; never raises."""

    def work() -> RunOutcome:
        from siting.outputs.writer import write_run
        from siting.pipeline import run_circle

        bundle = run_circle(_request(job), _throttled(report))
        run_dir = run_folder(job.out, bundle.scenario.name, bundle.workspace.circle.id)
        report(Progress("写出结果"))
        write_run(bundle, run_dir)
        return _outcome(bundle, run_dir)

    return guarded(job, work)


def gaps_one(job: Job, report: Report) -> RunOutcome:
    """The gap report of one circle; never raises."""

    def work() -> RunOutcome:
        from siting.outputs.plain import gaps_plain
        from siting.pipeline import prepare

        report(Progress("读取与测距"))
        prepared = prepare(_request(job))
        circle = prepared.workspace.circle
        data = gaps_plain(prepared.gaps) | {"simulated": circle.simulated}
        notes = (circle.simulated_note,) if circle.simulated else ()
        return RunOutcome(
            circle.id,
            circle.name,
            "done",
            ExitCode.DONE,
            faults=prepared.workspace.warnings,
            notes=notes,
            report=data,
        )

    return guarded(job, work)


def check_one(job: Job, report: Report) -> RunOutcome:
    """Read and measure one circle, and say what is there; never raises."""

    def work() -> RunOutcome:
        from siting.outputs.figures import workspace_figures
        from siting.pipeline import prepare

        report(Progress("读取与测距"))
        prepared = prepare(_request(job))
        circle = prepared.workspace.circle
        figures = workspace_figures(prepared.workspace, prepared.walks)
        return RunOutcome(
            circle.id, circle.name, "done", ExitCode.DONE, faults=prepared.workspace.warnings, report=figures
        )

    return guarded(job, work)


def guarded(job: Job, work: Callable[[], RunOutcome]) -> RunOutcome:
    """``work()``, or what its exception means; with the seconds it took."""
    start = time.perf_counter()
    try:
        outcome = work()
    except FaultError as error:
        count = sum(1 for fault in error.faults if fault.severity == "error")
        outcome = _failed(job, "bad_input", ExitCode.BAD_INPUT, f"输入或情景有 {count} 处错误", faults=error.faults)
    except RunFailure as error:
        outcome = _failed(job, _FAILED[error.exit_code], error.exit_code, error.message_zh, reasons_zh=error.reasons_zh)
    except MemoryError:
        outcome = _failed(job, "internal_error", ExitCode.INTERNAL, "内存不足")
    except OSError as error:
        message = f"读写文件失败：{error.strerror or type(error).__name__} {error.filename or ''}".strip()
        outcome = _failed(job, "internal_error", ExitCode.INTERNAL, message, trace=traceback.format_exc())
    except Exception as error:
        message = f"程序内部错误（{type(error).__name__}）"
        outcome = _failed(job, "internal_error", ExitCode.INTERNAL, message, trace=traceback.format_exc())
    return replace(outcome, seconds=time.perf_counter() - start)


def _request(job: Job) -> RunRequest:
    from siting.pipeline import RunRequest

    return RunRequest(
        source=job.source,
        scenario_text=job.scenario_text,
        sets=job.sets,
        out=job.out,
        seed=job.seed,
        solver=job.solver,
        time_limit_s=job.time_limit_s,
        mip_gap=job.mip_gap,
        ranking=job.ranking,
    )


def _throttled(report: Report) -> Callable[[ProgressEvent], None]:
    """Pass on every new stage and level, and at most ten events a second between."""
    last: list[Any] = ["", "", 0.0]

    def pass_on(event: ProgressEvent) -> None:
        now = time.monotonic()
        if [event.stage_zh, event.level] == last[:2] and now - last[2] < _EVENTS_APART_S:
            return
        last[:] = [event.stage_zh, event.level, now]
        report(
            Progress(
                event.stage_zh,
                event.level,
                event.incumbent,
                event.bound,
                event.mip_gap,
                event.seconds,
                event.done,
                event.total,
            )
        )

    return pass_on


def _outcome(bundle: ResultBundle, run_dir: Path) -> RunOutcome:
    from siting.outputs.plain import exit_code, level_plain, picks_plain, totals_plain

    circle = bundle.workspace.circle
    return RunOutcome(
        circle_id=circle.id,
        name=circle.name,
        status=str(bundle.termination),
        exit_code=int(exit_code(bundle)),
        run_dir=str(run_dir),
        message_zh=status_zh(str(bundle.termination), tuple(level.mip_gap for level in bundle.levels)),
        faults=bundle.workspace.warnings,
        levels=tuple(level_plain(level) for level in bundle.levels),
        totals=totals_plain(bundle.totals),
        picks=tuple(picks_plain(bundle)),
        notes=bundle.notes,
    )


def _failed(job: Job, status: str, code: ExitCode, message_zh: str, **more: Any) -> RunOutcome:
    return RunOutcome(job.circle_id, job.name, status, int(code), message_zh=message_zh, **more)


def _died(job: Job, died: Died) -> RunOutcome:
    if died.trace:
        return _failed(job, "internal_error", ExitCode.INTERNAL, "程序内部错误", trace=died.trace)
    how = f"信号 {-died.exitcode}" if died.exitcode and died.exitcode < 0 else f"退出码 {died.exitcode}"
    message = f"工作进程意外终止（{how}），可能是内存不足或求解器崩溃；本圈没有结果"
    return _failed(job, "worker_died", ExitCode.INTERNAL, message)


def _remove_leftovers(out: Path, pids: tuple[int, ...]) -> None:
    """Unfinished folders of ended workers go; an earlier run that was being replaced comes back."""
    with contextlib.suppress(OSError):
        for pid in pids:
            for aside in list(out.glob(f"*/.*.old-{pid}")):
                target = aside.with_name(aside.name[1:].removesuffix(f".old-{pid}"))
                if target.exists():
                    shutil.rmtree(aside, ignore_errors=True)
                else:
                    aside.rename(target)
            for fresh in list(out.glob(f"*/.*.new-{pid}")):
                shutil.rmtree(fresh, ignore_errors=True)
