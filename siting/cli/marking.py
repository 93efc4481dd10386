"""The marked copy of a workbook after a check: when it is written, where, and what keeps it from being written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenarios.faults import Fault, FaultError, Severity
from siting.batch import Job, RunOutcome
from siting.disk import reason_zh

_SURVEY = "survey.xlsx"


@dataclass(frozen=True)
class Copy:
    """Where the copy is (None: none was written), how many faults it marks, and why it could not be written."""

    path: Path | None = None
    cells: int = 0
    faults: tuple[Fault, ...] = ()


def mark_copy(job: Job, outcome: RunOutcome, wanted: Path | None) -> Copy:
    """Mark the faults of one circle's workbook.

    Without a ``wanted`` file a copy is written beside the workbook where that has errors, or where an earlier copy of
    ours lies there and would go on telling of faults that are mended.
    """
    survey = job.source / _SURVEY if isinstance(job.source, Path) else None
    if survey is None or not survey.is_file():
        return Copy()
    has_errors = any(f.file == _SURVEY and f.severity is Severity.ERROR for f in outcome.faults)
    if wanted is None and not has_errors and not _has_old_copy(survey):
        return Copy()
    from siting.intake.marked import marked_name, write_marked

    target = wanted or marked_name(survey)
    if wanted is None and not has_errors and not target.exists():
        return Copy()
    try:
        marked = write_marked(survey, outcome.faults, target)
    except FaultError as error:
        told = {fault.code for fault in outcome.faults}
        return Copy(faults=() if wanted is None and "unreadable-file" in told else error.faults)
    except OSError as error:
        rule = f"标注副本写不进去（{reason_zh(error)}）"
        severity = Severity.WARNING if wanted is None else Severity.ERROR
        return Copy(faults=(Fault("marked-not-writable", str(target), rule, "换一个可写的位置", severity=severity),))
    return Copy(marked.path, marked.cells)


def _has_old_copy(survey: Path) -> bool:
    return any(survey.parent.glob(f"{survey.stem}.检查*{survey.suffix}"))
