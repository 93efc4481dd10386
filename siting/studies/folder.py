"""Where the answer of a study goes, and its two files: data for programs, a workbook for planners. Light to import.

A study of a circle says in its data what it was made from and how it ended, under a seal over both files: a second
start with the same inputs and the same question finds the answer there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.batch import Earlier, Job, RunOutcome
from siting.outputs.folders import safe_name

if TYPE_CHECKING:
    from siting.prepare import CircleInputs

_HEAD = ("schema_version", "program", "versions", "fingerprint", "ended", "seal")


def study_folder(out: Path, scenario_name: str, circle_id: str, suffix: str) -> Path:
    """``OUT/<scenario>/<circle><suffix>``, beside the circle's run."""
    return out / safe_name(scenario_name) / f"{safe_name(circle_id)}{suffix}"


@dataclass(frozen=True)
class Asked:
    """What a circle is asked, by its digest ``mark``, and what ``earlier`` stands where the answer goes.

    ``outcome`` is the answer's, where it stands there already.
    """

    mark: str
    earlier: Earlier = Earlier.NONE
    outcome: RunOutcome | None = None


def asked_of(job: Job, inputs: CircleInputs, folder: Path, data_file: str, workbook_file: str) -> Asked:
    """The question of ``job``.

    Raises:
        FaultError: every fault of the scenario.
    """
    from siting.resume import ENDED, earlier_study, study_mark
    from siting.tasks import request_of

    mark = study_mark(request_of(job), inputs, folder, job.question)
    if job.again:
        return Asked(mark)
    earlier, data = earlier_study(folder / data_file, workbook_file, mark)
    if not data:
        return Asked(mark, earlier)
    circle, ended = inputs.workspace.circle, data[ENDED]
    report = {key: value for key, value in data.items() if key not in _HEAD}
    outcome = RunOutcome(
        circle.id,
        circle.name,
        ended["status"],
        ended["exit_code"],
        run_dir=str(folder),
        message_zh=ended["message_zh"],
        faults=inputs.workspace.warnings,
        notes=tuple(ended["notes"]),
        report=report,
        earlier=earlier,
    )
    return Asked(mark, earlier, outcome)


def answer_study(
    asked: Asked, outcome: RunOutcome, data_file: str, workbook_file: str, fill: Callable[[Path], None]
) -> RunOutcome:
    """Write ``outcome.report`` into ``outcome.run_dir`` as :func:`write_study` does; the outcome, and what was earlier.

    Raises:
        OSError: as :func:`write_study`.
    """
    write_study(Path(outcome.run_dir), data_file, outcome.report or {}, workbook_file, fill, (asked.mark, outcome))
    return replace(outcome, earlier=asked.earlier)


def write_study(
    folder: Path,
    data_file: str,
    data: Mapping[str, Any],
    workbook_file: str,
    fill: Callable[[Path], None],
    ended: tuple[str, RunOutcome] | None = None,
) -> None:
    """Write ``data`` under its head as JSON, and the workbook by ``fill``; whole or not at all.

    ``ended``: the mark of the question, and how it ended, for a second start.

    Raises:
        OSError: the folder cannot be written; an earlier answer then stays as it was.
    """
    from siting.disk import replaced_folder
    from siting.outputs.plain import SCHEMA_VERSION, plain
    from siting.outputs.run_json import PROGRAM, version, versions
    from siting.outputs.seal import SEAL, seal_of
    from siting.resume import ENDED

    head: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "program": {"name": PROGRAM, "version": version(PROGRAM)}}
    whole = head | {"versions": versions()} | dict(data)
    with replaced_folder(folder) as fresh:
        fill(fresh / workbook_file)
        if ended is not None:
            mark, end = ended
            how = {key: plain(getattr(end, key)) for key in ("status", "exit_code", "message_zh", "notes")}
            whole |= {"fingerprint": mark, ENDED: how}
            whole[SEAL] = seal_of(whole, fresh, (workbook_file,))
        text = json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False)
        # A lone surrogate from a file name cannot be encoded; it is shown as "?".
        (fresh / data_file).write_bytes((text + "\n").encode("utf-8", errors="replace"))
