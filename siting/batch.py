"""Many circles in worker processes: each is written as soon as it is done, one's failure does not stop the others.

Light to import: the pipeline and its libraries are imported in the workers alone.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

from models.errors import HUNG_EXIT
from scenarios.circles import PilotCircle
from scenarios.faults import Fault, FaultError
from siting.disk import passing_name, tidy
from siting.engine.cluster import Lost, run_on_cluster, unseen_fault
from siting.engine.on_worker import Unseen, View, view_of
from siting.failures import ExitCode
from siting.progress import Progress
from siting.workers import Died, Report, run_in_processes


class Earlier(StrEnum):
    """How the run that stands in the target folder is to the one that is asked for."""

    NONE = ""
    SAME = "same"
    CHANGED = "changed"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Job:
    """One circle to work on: a workspace folder or a pilot circle, and the options of the command line.

    ``question`` is what a command asks besides (a budget grid, a set of scenarios …); it must pickle. ``committed`` is
    the workbook of an annual plan to keep to; ``alternatives`` other plans within the share ``within`` are looked for.
    ``again`` solves what is finished too.
    """

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
    question: Any = None
    committed: Path | None = None
    alternatives: int = 0
    within: float = 0.01
    again: bool = False


@dataclass(frozen=True)
class CityQuestion:
    """Circles to be run as one model; ``every`` where they are all pilots."""

    sources: tuple[Path | PilotCircle, ...]
    every: bool


@dataclass(frozen=True)
class RunOutcome:
    """How one circle ended, small enough to travel between processes.

    ``status``: optimal, feasible, done (commands without a solve), infeasible, limit, solver_failed, bad_input,
    internal_error, worker_died. ``levels``, ``totals`` and ``picks`` are as in run.json; ``report`` is the gap report
    or the check's figures, as plain data; ``committed`` what became of an annual plan, as in run.json, and so
    ``alternatives`` and ``fallbacks``; ``relaxation`` what an infeasible scenario lacks; ``trace`` is for ``-v`` alone.
    ``earlier`` is what stood in the run folder (with SAME nothing was solved).
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
    committed: dict[str, Any] | None = None
    alternatives: dict[str, Any] | None = None
    fallbacks: tuple[dict[str, Any], ...] = ()
    relaxation: dict[str, Any] | None = None
    seconds: float = 0.0
    trace: str = ""
    earlier: Earlier = Earlier.NONE


def failed(job: Job, status: str, code: ExitCode, message_zh: str, **more: Any) -> RunOutcome:
    """The outcome of a job that ended without a plan."""
    return RunOutcome(job.circle_id, job.name, status, int(code), message_zh=message_zh, **more)


Task = Callable[[Job, Report], RunOutcome]
OnProgress = Callable[[int, Progress], None]
OnOutcome = Callable[[int, RunOutcome], None]


def run_batch(
    jobs: Sequence[Job],
    task: Task,
    processes: int | None = None,
    on_progress: OnProgress = lambda _index, _event: None,
    on_outcome: OnOutcome = lambda _index, _outcome: None,
    cluster: str | None = None,
) -> list[RunOutcome]:
    """Do ``task`` (one of :mod:`siting.tasks`) for all jobs; outcomes in the order of ``jobs``.

    ``processes`` defaults to the smaller of CPUs and jobs. ``cluster`` is the address of a Dask scheduler whose workers
    do the jobs instead; inputs and results must be in folders that they share. Raises KeyboardInterrupt on Ctrl-C,
    after the workers have ended and their unfinished folders are gone (a cluster's worker ends the circle it is at);
    circles that were done stay written.
    """
    outcomes: dict[int, RunOutcome] = {}

    def finish(index: int, result: RunOutcome | Died | Unseen | FaultError) -> None:
        outcome = result if isinstance(result, RunOutcome) else _without_plan(jobs[index], result)
        outcomes[index] = outcome
        on_outcome(index, outcome)

    def clean(pids: tuple[int, ...] = ()) -> None:
        for out in {job.out for job in jobs}:
            for folder in (out, *filter(Path.is_dir, out.glob("*"))):
                tidy(folder, ended=pids)

    clean()
    if cluster is not None and jobs:
        sent = [absolute(job) for job in jobs]
        try:
            with _tokens({job.out for job in sent if job.out.is_dir()}) as tokens:
                views = [_views(job, tokens) for job in sent]
                run_on_cluster(cluster, task, sent, views, on_progress, finish)
        except FaultError as error:
            for index in range(len(jobs)):
                finish(index, error)
        return [outcomes[index] for index in range(len(jobs))]
    run_in_processes(task, jobs, min(processes or cpus(), len(jobs)), on_progress, finish, clean)
    return [outcomes[index] for index in range(len(jobs))]


def cpus() -> int:
    """CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def absolute(job: Job) -> Job:
    """The job with paths that mean the same in any working folder."""

    def source(path: Path | PilotCircle) -> Path | PilotCircle:
        return path.absolute() if isinstance(path, Path) else path

    question = job.question
    if isinstance(question, CityQuestion):
        question = replace(question, sources=tuple(map(source, question.sources)))
    parts = [job.scenario_text] if Path(job.scenario_text).is_file() else job.scenario_text.split("+")
    return replace(
        job,
        source=source(job.source),
        out=job.out.absolute(),
        committed=job.committed and job.committed.absolute(),
        scenario_text="+".join(str(Path(part).absolute()) if Path(part).is_file() else part for part in parts),
        question=question,
    )


@contextlib.contextmanager
def _tokens(folders: Collection[Path]) -> Iterator[dict[Path, Path]]:
    """An empty file in each folder, by which a worker knows the folder for the same one; gone at the end."""
    tokens = {folder: folder / passing_name(uuid4().hex, "new") for folder in folders}
    try:
        for token in tokens.values():
            token.touch()
        yield tokens
    finally:
        for token in tokens.values():
            token.unlink(missing_ok=True)


def _views(job: Job, tokens: dict[Path, Path]) -> list[View]:
    sources = job.question.sources if isinstance(job.question, CityQuestion) else (job.source,)
    paths = (*sources, job.committed, tokens.get(job.out))
    return [view_of(path) for path in paths if isinstance(path, Path) and path.exists()]


def _without_plan(job: Job, result: Died | Unseen | FaultError) -> RunOutcome:
    if isinstance(result, Unseen):
        return failed(job, "bad_input", ExitCode.BAD_INPUT, "集群看不到文件夹", faults=(unseen_fault(result),))
    if isinstance(result, FaultError):
        return failed(job, "bad_input", ExitCode.BAD_INPUT, "集群不能用", faults=tuple(result.faults))
    return _died(job, result)


def _died(job: Job, died: Died) -> RunOutcome:
    if isinstance(died, Lost):
        message = "与集群调度器的连接断了；本圈没有听到结果，已完成的圈都已写在盘上"
        return failed(job, "worker_died", ExitCode.INTERNAL, message)
    if died.trace:
        return failed(job, "internal_error", ExitCode.INTERNAL, "程序内部错误", trace=died.trace)
    if died.exitcode is None:
        message = "换了几个工作进程都意外终止，可能是内存不足或求解器崩溃；本圈没有结果"
        return failed(job, "worker_died", ExitCode.INTERNAL, message)
    if died.exitcode == HUNG_EXIT:
        message = "求解器远远过了时限仍不停，已连同工作进程强行终止；本圈没有结果"
        return failed(job, "solver_failed", ExitCode.SOLVER, message, reasons_zh=("可换求解器（--solver）再运行本圈",))
    how = f"信号 {-died.exitcode}" if died.exitcode and died.exitcode < 0 else f"退出码 {died.exitcode}"
    message = f"工作进程意外终止（{how}），可能是内存不足或求解器崩溃；本圈没有结果"
    return failed(job, "worker_died", ExitCode.INTERNAL, message)
