"""What a worker does with one circle of a sweep: solve the grid, write sweep.json and 扫描.xlsx; never raises."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from siting.batch import Job, RunOutcome
from siting.failures import worst
from siting.progress import Progress
from siting.studies.folder import answer_study, asked_of, study_folder
from siting.studies.sweep.grid import Grid, read_grid
from siting.studies.sweep.points import SHORT_ZH, Sweep
from siting.tasks import guarded, request_of, throttled
from siting.workers import Report

SWEEP_FILE, WORKBOOK = "sweep.json", "扫描.xlsx"
SUFFIX = ".扫描"


def sweep_folder(out: Path, scenario_name: str, circle_id: str) -> Path:
    """``OUT/<scenario>/<circle>.扫描``."""
    return study_folder(out, scenario_name, circle_id, SUFFIX)


def sweep_one(job: Job, report: Report) -> RunOutcome:
    """Sweep one circle over the grid of ``job.question`` (the ``--set`` texts) and write its folder."""

    def work() -> RunOutcome:
        from siting.outputs.plain import plain
        from siting.outputs.run_json import relative_path
        from siting.prepare import read_inputs
        from siting.studies.sweep.results import sweep_of
        from siting.studies.sweep.solve import prepare_points, solve_grid
        from siting.studies.sweep.workbook import write_sweep

        grid: Grid = read_grid(job.question)
        tell = throttled(report)
        tell(Progress("读取与测距"))
        inputs = read_inputs(request_of(job))
        circle = inputs.workspace.circle
        folder = sweep_folder(job.out, inputs.scenario_name, circle.id)
        points = prepare_points(inputs, grid)
        asked = asked_of(job, inputs, folder, SWEEP_FILE, WORKBOOK)
        if asked.outcome is not None:
            return asked.outcome
        known = solve_grid(points, grid, job.seed, tell)
        sweep = sweep_of(inputs, grid, known, job.seed, relative_path(inputs.workspace.folder, folder))
        tell(Progress("写出结果"))
        code = worst(point.exit_code for point in sweep.points)
        status = next(p.status for p in sweep.points if p.exit_code == code)
        outcome = RunOutcome(
            circle.id,
            circle.name,
            status,
            int(code),
            run_dir=str(folder),
            message_zh=_counts_zh(sweep),
            faults=inputs.workspace.warnings,
            notes=(circle.simulated_note,) if circle.simulated else (),
            report=plain(sweep),
        )
        return answer_study(asked, outcome, SWEEP_FILE, WORKBOOK, lambda path: write_sweep(sweep, path))

    return guarded(job, work)


def _counts_zh(sweep: Sweep) -> str:
    counts = Counter(SHORT_ZH[point.status] for point in sweep.points)
    return f"{len(sweep.points)} 个点：" + "，".join(
        f"{word} {counts[word]} 个" for word in SHORT_ZH.values() if counts[word]
    )
