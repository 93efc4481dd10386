"""What a worker does with one circle: the study over a set of futures, robust.json and 稳健性.xlsx; never raises."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scenarios.futures import FutureSet
from siting.batch import Job, RunOutcome
from siting.failures import ExitCode
from siting.outputs.folders import refuse_foreign
from siting.outputs.words import status_zh
from siting.progress import Progress
from siting.studies.folder import answer_study, asked_of, study_folder
from siting.tasks import guarded, request_of, throttled
from siting.workers import Report

ROBUST_FILE, WORKBOOK = "robust.json", "稳健性.xlsx"
SUFFIX = ".稳健性"

WorstMeasure = Literal["worst_regret", "worst_value"]


@dataclass(frozen=True)
class RobustQuestion:
    """What the command asks of every circle."""

    futures: FutureSet
    measure: WorstMeasure


def robust_folder(out: Path, scenario_name: str, circle_id: str) -> Path:
    """``OUT/<scenario>/<circle>.稳健性``."""
    return study_folder(out, scenario_name, circle_id, SUFFIX)


def robust_one(job: Job, report: Report) -> RunOutcome:
    """Answer the :class:`RobustQuestion` of ``job.question`` for one circle and write its folder."""

    def work() -> RunOutcome:
        from models.solution import SolveOptions
        from siting.outputs.plain import plain
        from siting.outputs.run_json import relative_path
        from siting.prepare import read_inputs
        from siting.studies.robust.results import record_of
        from siting.studies.robust.study import run_study
        from siting.studies.robust.variants import variants_of
        from siting.studies.robust.workbook import write_workbook

        question: RobustQuestion = job.question
        tell = throttled(report)
        tell(Progress("读取与测距"))
        inputs = read_inputs(request_of(job))
        circle = inputs.workspace.circle
        folder = robust_folder(job.out, inputs.scenario_name, circle.id)
        refuse_foreign(folder, ROBUST_FILE)
        variants = variants_of(inputs, question.futures, job.seed)
        asked = asked_of(job, inputs, folder, ROBUST_FILE, WORKBOOK)
        if asked.outcome is not None:
            return asked.outcome
        settings = variants.today.scenario.scenario.solver
        options = SolveOptions(settings.name, settings.time_limit_s, settings.mip_gap, job.seed)
        study = run_study(variants, question.measure, options, tell)
        workspace = relative_path(inputs.workspace.folder, folder)
        record = record_of(inputs, question.futures, study, job.seed, workspace)
        tell(Progress("写出结果"))
        gaps = [level.mip_gap for future in record.futures for level in future.levels]
        gaps += [stage.mip_gap for plan in record.plans for stage in plan.stages]
        outcome = RunOutcome(
            circle.id,
            circle.name,
            record.status,
            int(ExitCode.DONE if study.proven else ExitCode.LIMIT),
            run_dir=str(folder),
            message_zh=status_zh(record.status, tuple(gaps)),
            faults=inputs.workspace.warnings,
            notes=record.notes,
            report=plain(record),
        )
        return answer_study(asked, outcome, ROBUST_FILE, WORKBOOK, lambda path: write_workbook(record, path))

    return guarded(job, work)
