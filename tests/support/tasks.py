"""Tasks for worker processes, chosen by the circle's id; importable by name from a spawned process."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from siting.batch import Job, OnOutcome, OnProgress, RunOutcome, Task
from siting.progress import Progress
from siting.tasks import guarded, outcome_of
from siting.workers import Report


def fake_run(job: Job, report: Report) -> RunOutcome:
    """C02 bad input, C03 dies, C04 a bug, C05 infeasible, C06 stopped by a limit, C07 no solver, C08 hangs; the
    others end well (C09 with a chatty solver). What ends well is written for real.
    """
    report(Progress("求解", "basic_coverage", 10.0, 12.0, 0.2, 1.0))
    if job.circle_id == "C03":
        print("half a line of a solver that crashes", flush=True)
        os._exit(9)
    if job.circle_id == "C08":
        Path(job.out / "started").write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(600)
    return guarded(job, lambda: _work(job))


def _work(job: Job) -> RunOutcome:
    from support.bundles import make_bundle, make_workspace

    from models.solution import Termination
    from scenarios.faults import Fault, FaultError
    from siting.failures import InfeasibleRun, SolverRun
    from siting.outputs.folders import run_folder
    from siting.outputs.writer import write_run

    if job.circle_id == "C02":
        raise FaultError([Fault("negative-number", "survey.xlsx", "不得为负", "改正", "居民点", 4, "residents", "-3")])
    if job.circle_id == "C04":
        raise ZeroDivisionError("a bug [bold]")
    if job.circle_id == "C05":
        raise InfeasibleRun("锁定的点位放不下", ("S1 面积 20 ㎡ 不足",))
    if job.circle_id == "C07":
        raise SolverRun("没有安装求解器 gurobi")
    termination = Termination.FEASIBLE if job.circle_id == "C06" else Termination.OPTIMAL
    if job.circle_id == "C09":
        os.write(1, b"a solver prints this\n")
    base = make_workspace(job.out / "workspaces" / job.circle_id)
    workspace = replace(base, circle=replace(base.circle, id=job.circle_id, name=job.name))
    bundle = make_bundle(workspace, termination=termination)
    run_dir = run_folder(job.out, bundle.scenario.name, bundle.workspace.circle.id)
    write_run(bundle, run_dir)
    return outcome_of(bundle, run_dir)


def batch_here(
    jobs: Sequence[Job],
    task: Task,
    processes: int | None = None,
    on_progress: OnProgress = lambda _index, _event: None,
    on_outcome: OnOutcome = lambda _index, _outcome: None,
    _cluster: str | None = None,
) -> list[RunOutcome]:
    """``run_batch`` without processes, for tests of what is printed."""
    outcomes = []
    for index, job in enumerate(jobs):
        outcomes.append(task(job, partial(on_progress, index)))
        on_outcome(index, outcomes[-1])
    return outcomes


def hanging_write(job: Job, report: Report) -> RunOutcome:
    """Hangs in the middle of writing a run."""
    from siting.disk import replaced_folder

    with replaced_folder(job.out / "base" / job.circle_id) as folder:
        (folder / "run.json").write_text("half", encoding="utf-8")
        (job.out / "started").write_text("", encoding="utf-8")
        time.sleep(600)
    raise AssertionError


def pid_task(job: Job, report: Report) -> RunOutcome:
    """Tells the process that did it."""
    return RunOutcome(job.circle_id, job.name, "done", 0, message_zh=str(os.getpid()))


def telling_task(job: Job, report: Report) -> RunOutcome:
    """Tells how far it is, and ends without a run."""
    report(Progress("求解", "basic_coverage", 10.0, 12.0, 0.2, 1.0))
    return RunOutcome(job.circle_id, job.name, "done", 0)


def raising_task(job: Job, report: Report) -> RunOutcome:
    """A task that breaks its promise never to raise."""
    raise ValueError("broken promise")
