"""What a worker process does with one circle: run it, report its gaps, or check it. None of these raises.

Light to import: the pipeline and its libraries are imported when a task starts.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.faults import Fault, FaultError
from siting.batch import CityQuestion, Earlier, Job, RunOutcome, failed
from siting.disk import reason_zh, replaced_file
from siting.failures import FAILED_AS, ExitCode, InfeasibleRun, RunFailure
from siting.outputs.folders import run_folder
from siting.outputs.words import status_zh
from siting.progress import Progress
from siting.workers import Report

if TYPE_CHECKING:
    from siting.bundle import ResultBundle
    from siting.pipeline import Prepared, ProgressEvent, RunRequest

_EVENTS_APART_S = 0.1


def run_one(job: Job, report: Report) -> RunOutcome:
    """Run one circle and write its folder, or keep the one that is finished with the same inputs; never raises."""

    def work() -> RunOutcome:
        from siting.pipeline import run_circle
        from siting.prepare import read_inputs
        from siting.resume import earlier_run, fingerprint

        began = time.perf_counter()
        request = request_of(job)
        inputs = read_inputs(request)
        run_dir = run_folder(job.out, inputs.scenario_name, inputs.workspace.circle.id)
        mark = fingerprint(request, inputs, run_dir)
        earlier, data = (Earlier.NONE, {}) if job.again else earlier_run(run_dir, mark)
        if earlier is Earlier.SAME:
            return _outcome_again(data, run_dir, inputs.workspace.warnings)
        read_s = time.perf_counter() - began
        try:
            bundle = run_circle(request, throttled(report), inputs)
        except InfeasibleRun as failure:
            raise _with_nearest_written(failure) from None
        bundle = _as_asked(bundle, mark, read_s)
        report(Progress("写出结果"))
        from siting.outputs.writer import write_run

        write_run(bundle, run_dir)
        return replace(outcome_of(bundle, run_dir), earlier=earlier)

    return guarded(job, work)


def _as_asked(bundle: ResultBundle, mark: str, read_s: float) -> ResultBundle:
    """With its fingerprint, and with the reading that came before the run in its seconds."""
    seconds = dict(bundle.seconds) | {"prepare": bundle.seconds.get("prepare", 0.0) + read_s}
    return replace(bundle, fingerprint=mark, seconds=seconds)


def city_one(job: Job, report: Report) -> RunOutcome:
    """Run the circles of ``job.question`` (a :class:`siting.batch.CityQuestion`) as one model; never raises."""

    def work() -> RunOutcome:
        from siting.city.names import city_id
        from siting.city.run import CityRequest, read_city, run_city
        from siting.resume import city_mark, earlier_run

        began = time.perf_counter()
        question: CityQuestion = job.question
        tell = throttled(report)
        tell(Progress("读取与测距"))
        request = CityRequest(question.sources, question.every, request_of(job))
        read = read_city(request)
        whole = city_id([one.workspace.circle.id for one in read.inputs], question.every)
        run_dir = run_folder(job.out, read.inputs[0].scenario_name, whole)
        mark = city_mark(request.run, read.inputs, run_dir, every=question.every)
        earlier, data = (Earlier.NONE, {}) if job.again else earlier_run(run_dir, mark)
        if earlier is Earlier.SAME and "city" in data:
            warnings = tuple(fault for one in read.inputs for fault in one.workspace.warnings)
            return replace(_outcome_again(data, run_dir, warnings), report={"city": data["city"]})
        read_s = time.perf_counter() - began
        try:
            bundle = _as_asked(run_city(request, tell, read), mark, read_s)
        except InfeasibleRun as failure:
            raise _with_nearest_written(failure) from None
        report(Progress("写出结果"))
        from siting.outputs.writer import write_run

        write_run(bundle, run_dir)
        return replace(outcome_of(bundle, run_dir), report={"city": plain(bundle.city)}, earlier=earlier)

    from siting.outputs.plain import plain

    return guarded(job, work)


def _with_nearest_written(failure: InfeasibleRun) -> InfeasibleRun:
    """The failure that tells of the nearest possible scenario, once it is written (whole or not at all)."""
    nearest = failure.nearest
    if nearest is None:
        return failure
    try:
        with replaced_file(nearest.path) as fresh:
            # A lone surrogate from a file name cannot be encoded; it is shown as "?".
            fresh.write_bytes(nearest.text.encode("utf-8", errors="replace"))
        told = (f"已把可行情景写成 {nearest.path}；运行：{nearest.command}",)
        where: dict[str, Any] = {"file": str(nearest.path), "command": nearest.command}
    except OSError as error:
        told = (f"可行情景没有写成 {nearest.path}：{reason_zh(error)}",)
        where = {"file": None, "command": None}
    found = None if failure.relaxation is None else failure.relaxation | where
    return InfeasibleRun(failure.message_zh, (*failure.reasons_zh, *told), found, nearest)


def gaps_one(job: Job, report: Report) -> RunOutcome:
    """The gap report of one circle; never raises."""

    def work() -> RunOutcome:
        from siting.outputs.plain import gaps_plain

        report(Progress("读取与测距"))
        prepared = _prepared(job)
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

        report(Progress("读取与测距"))
        prepared = _prepared(job)
        circle = prepared.workspace.circle
        figures = workspace_figures(prepared.workspace, prepared.walks)
        return RunOutcome(
            circle.id, circle.name, "done", ExitCode.DONE, faults=prepared.workspace.warnings, report=figures
        )

    return guarded(job, work)


def _prepared(job: Job) -> Prepared:
    """One circle read and measured; a lock or a floor that a run would refuse is a fault here too."""
    from siting.formulation import build
    from siting.pipeline import prepare

    request = request_of(job)
    ready = prepare(request)
    build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps, request.seed)
    return ready


def guarded(job: Job, work: Callable[[], RunOutcome]) -> RunOutcome:
    """``work()``, or what its exception means; with the seconds it took."""
    start = time.perf_counter()
    try:
        outcome = work()
    except FaultError as error:
        count = sum(1 for fault in error.faults if fault.severity == "error")
        outcome = failed(job, "bad_input", ExitCode.BAD_INPUT, f"输入或情景有 {count} 处错误", faults=error.faults)
    except RunFailure as error:
        outcome = failed(
            job, FAILED_AS[error.exit_code], error.exit_code, error.message_zh, reasons_zh=error.reasons_zh
        )
        outcome = replace(outcome, relaxation=getattr(error, "relaxation", None))
    except MemoryError:
        outcome = failed(job, "internal_error", ExitCode.INTERNAL, "内存不足")
    except OSError as error:
        message = f"读写文件失败：{reason_zh(error)} {error.filename or ''}".strip()
        outcome = failed(job, "internal_error", ExitCode.INTERNAL, message, trace=traceback.format_exc())
    except Exception as error:
        message = f"程序内部错误（{type(error).__name__}）"
        outcome = failed(job, "internal_error", ExitCode.INTERNAL, message, trace=traceback.format_exc())
    return replace(outcome, seconds=time.perf_counter() - start)


def request_of(job: Job) -> RunRequest:
    """The request that the pipeline understands."""
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
        committed=job.committed,
        alternatives=job.alternatives,
        within=job.within,
    )


def throttled(report: Report) -> Callable[[ProgressEvent], None]:
    """Pass on every new stage and level, and at most ten events a second between."""
    last: list[Any] = ["", "", 0.0]

    def pass_on(event: ProgressEvent) -> None:
        now = time.monotonic()
        if [event.stage_zh, event.level] == last[:2] and now - last[2] < _EVENTS_APART_S:
            return
        last[:] = [event.stage_zh, event.level, now]
        report(event)

    return pass_on


def outcome_of(bundle: ResultBundle, run_dir: Path) -> RunOutcome:
    """The outcome of a run that is written."""
    from siting.outputs.alternatives import alternatives_plain
    from siting.outputs.committed_plain import committed_plain
    from siting.outputs.fallbacks import fallbacks_plain
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
        committed=committed_plain(bundle, run_dir),
        alternatives=alternatives_plain(bundle),
        fallbacks=tuple(fallbacks_plain(bundle)),
        notes=bundle.notes,
    )


def _outcome_again(data: dict[str, Any], run_dir: Path, warnings: tuple[Fault, ...]) -> RunOutcome:
    """The outcome of a run that was written earlier; ``data`` is its run.json."""
    return RunOutcome(
        circle_id=data["circle"]["id"],
        name=data["circle"]["name"],
        status=data["status"],
        exit_code=data["exit_code"],
        run_dir=str(run_dir),
        message_zh=data["status_zh"],
        faults=warnings,
        levels=tuple(data["levels"]),
        totals=data["totals"],
        picks=tuple(data["picks"]),
        committed=data["committed"],
        alternatives=data["alternatives"],
        fallbacks=tuple(data["fallbacks"]),
        notes=tuple(data["notes"]),
        earlier=Earlier.SAME,
    )
