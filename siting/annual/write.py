"""The plan's folder: workbook, Word document, plan.json; whole or not at all, and never over a planner's edits."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from scenarios.faults import Fault, FaultError
from siting.annual.plain import plan_plain
from siting.annual.plan import AnnualPlan
from siting.annual.word import write_plan_word
from siting.annual.workbook import write_plan_workbook
from siting.disk import replaced_folder
from siting.outputs.folders import refuse_foreign, safe_name

WORKBOOK, DOCUMENT, DATA = "年度建设计划.xlsx", "年度建设计划.docx", "plan.json"


def plan_folder(out: Path, name_zh: str) -> Path:
    """``OUT/年度建设计划-<名>``."""
    return out / safe_name(f"年度建设计划-{name_zh}")


def write_plan(plan: AnnualPlan, folder: Path) -> None:
    """Write the plan's three files into ``folder``; an earlier plan there is replaced.

    Raises:
        FaultError: something else stands there, or an earlier plan that somebody has edited since; it stays.
        OSError: the folder cannot be written.
    """
    refuse_foreign(folder, DATA)
    _refuse_edited(folder)
    with replaced_folder(folder) as fresh:
        write_plan_workbook(plan, fresh / WORKBOOK)
        write_plan_word(plan, fresh / DOCUMENT)
        data = plan_plain(plan) | {"files": {name: _sha256(fresh / name) for name in (WORKBOOK, DOCUMENT)}}
        text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
        (fresh / DATA).write_bytes((text + "\n").encode("utf-8", errors="replace"))


def _refuse_edited(folder: Path) -> None:
    """An edited plan is the planner's work."""
    try:
        data: Any = json.loads((folder / DATA).read_bytes())
        known = dict(data["files"])
    except (OSError, ValueError, TypeError, KeyError):
        known = {}
    edited = [name for name, digest in known.items() if (folder / name).is_file() and _sha256(folder / name) != digest]
    if edited:
        rule = f"这里已有一份计划，其中 {'、'.join(edited)} 在写出之后改过，不能覆盖"
        raise FaultError([Fault("edited-plan", str(folder), rule, "请用 --out 换一个文件夹，或先把改过的文件移走")])


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
