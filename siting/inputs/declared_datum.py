"""The datum that a planner chose inside the workbook: the cell beside 坐标基准 on its sheet 填表说明."""

from __future__ import annotations

import re
from dataclasses import replace

from scenarios.faults import FaultLog
from siting.inputs import position_messages as say
from siting.inputs.circle_file import CircleFile
from siting.inputs.columns import normal
from siting.inputs.excel_file import Workbook
from siting.inputs.place import Place, show
from siting.inputs.reference import parse_datum

SHEET, LABEL, AS_CIRCLE = "填表说明", "坐标基准", "同 circle.toml"
_NAME = re.compile(r"[A-Za-z]+[\w:\-]*|\d{4}")


def with_workbook_datum(circle: CircleFile, workbook: Workbook | None, log: FaultLog) -> CircleFile:
    """The circle, with the workbook's own datum if its form names one.

    It counts for the workbook as ``[datums]`` does for any file. Where it differs from the circle's, that is said;
    where ``[datums]`` says a third thing, it is a fault.
    """
    if workbook is None or not workbook.is_open:
        return circle
    row, written = _written(workbook)
    if not written or normal(written) == normal(AS_CIRCLE):
        return circle
    place = Place(workbook.name, SHEET, row, LABEL, written)
    name = _NAME.search(written)
    datum = parse_datum(name[0]) if name else None
    if datum is None:
        log.add(say.unknown_datum(place))
        return circle
    said = circle.datums.get(workbook.name)
    if said is not None and said.name != datum.name:
        log.add(say.workbook_datum_twice(place, said.name))
        return circle
    if circle.datum is not None and circle.datum.name != datum.name:
        log.add(say.workbook_datum(place, datum.name, circle.datum.name))
    meta = circle.meta if circle.meta.datum else replace(circle.meta, datum=datum.name)
    return replace(circle, meta=meta, datums={**circle.datums, workbook.name: datum})


def _written(workbook: Workbook) -> tuple[int, str]:
    for row, cells in workbook.cells(SHEET):
        if cells and show(cells[0]).strip().rstrip("：:") == LABEL:
            return row, next((show(cell).strip() for cell in cells[1:] if show(cell).strip()), "")
    return 0, ""
