"""What a worker does with one circle of a sweep: solve the grid, write sweep.json and 扫描.xlsx; never raises."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from siting.batch import Job, RunOutcome
from siting.failures import worst
from siting.progress import Progress
from siting.studies.folder import study_folder, write_study
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
        known = solve_grid(prepare_points(inputs, grid), grid, job.seed, tell)
        circle = inputs.workspace.circle
        folder = sweep_folder(job.out, inputs.scenario_name, circle.id)
        sweep = sweep_of(inputs, grid, known, job.seed, relative_path(inputs.workspace.folder, folder))
        tell(Progress("写出结果"))
        data = plain(sweep)
        write_study(folder, SWEEP_FILE, data, WORKBOOK, lambda path: write_sweep(sweep, path))
        code = worst(point.exit_code for point in sweep.points)
        status = next(p.status for p in sweep.points if p.exit_code == code)
        return RunOutcome(
            circle.id,
            circle.name,
            status,
            int(code),
            run_dir=str(folder),
            message_zh=_counts_zh(sweep),
            faults=inputs.workspace.warnings,
            notes=(circle.simulated_note,) if circle.simulated else (),
            report=data,
        )

    return guarded(job, work)


def _counts_zh(sweep: Sweep) -> str:
    counts = Counter(SHORT_ZH[point.status] for point in sweep.points)
    return f"{len(sweep.points)} 个点：" + "，".join(
        f"{word} {counts[word]} 个" for word in SHORT_ZH.values() if counts[word]
    )
