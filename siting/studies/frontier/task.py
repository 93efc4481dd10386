"""What a worker does with one circle: its budget curve, pareto.json and 预算曲线.xlsx; never raises."""

from __future__ import annotations

from pathlib import Path

from siting.batch import Job, RunOutcome
from siting.failures import ExitCode
from siting.outputs.folders import refuse_foreign
from siting.progress import Progress
from siting.studies.folder import answer_study, asked_of, study_folder
from siting.studies.frontier.grid import BudgetGrid
from siting.tasks import guarded, request_of, throttled
from siting.workers import Report

PARETO_FILE, WORKBOOK = "pareto.json", "预算曲线.xlsx"
SUFFIX = ".预算曲线"


def curve_folder(out: Path, scenario_name: str, circle_id: str) -> Path:
    """``OUT/<scenario>/<circle>.预算曲线``."""
    return study_folder(out, scenario_name, circle_id, SUFFIX)


def curve_one(job: Job, report: Report) -> RunOutcome:
    """Solve the curve of one circle over the :class:`BudgetGrid` of ``job.question`` and write its folder."""

    def work() -> RunOutcome:
        from siting.outputs.plain import plain
        from siting.outputs.run_json import relative_path
        from siting.prepare import read_inputs
        from siting.studies.frontier.results import curve_of
        from siting.studies.frontier.study import study_curve
        from siting.studies.frontier.workbook import write_curve

        grid: BudgetGrid = job.question
        tell = throttled(report)
        tell(Progress("读取与测距"))
        inputs = read_inputs(request_of(job))
        circle = inputs.workspace.circle
        folder = curve_folder(job.out, inputs.scenario_name, circle.id)
        refuse_foreign(folder, PARETO_FILE)
        asked = asked_of(job, inputs, folder, PARETO_FILE, WORKBOOK)
        if asked.outcome is not None:
            return asked.outcome
        study = study_curve(inputs, grid, job.seed, tell)
        curve = curve_of(inputs, study, job.seed, relative_path(inputs.workspace.folder, folder))
        tell(Progress("写出结果"))
        outcome = RunOutcome(
            circle.id,
            circle.name,
            curve.status,
            int(ExitCode.DONE if study.proven else ExitCode.LIMIT),
            run_dir=str(folder),
            message_zh="各点最优，已证明" if study.proven else "有的点到时限仍未证明最优",
            faults=inputs.workspace.warnings,
            notes=curve.notes,
            report=plain(curve),
        )
        return answer_study(asked, outcome, PARETO_FILE, WORKBOOK, lambda path: write_curve(curve, path))

    return guarded(job, work)
