"""Raw tables to typed tables: every cell parsed, ids checked, blanks filled as :class:`Workspace` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.faults import FaultLog
from siting.inputs import messages
from siting.inputs.columns import COST_COLUMNS, POINT_TABLES, SEGMENT_COLUMNS, Column, TableSpec
from siting.inputs.headers import match_headers
from siting.inputs.parse import BadCell, CellReader
from siting.inputs.raw_table import RawTable

FloatArray = npt.NDArray[np.float64]
POSITION_COLUMNS = ("lon", "lat", "x", "y")


@dataclass(frozen=True)
class TypedTable:
    """``frame`` has the columns of :class:`siting.workspace.Workspace` but for ``x`` and ``y``.

    ``headers`` maps the column ids that the file has to the headers as written; ``numbers`` holds its position
    columns, (n,) with NaN where blank or broken; ``broken`` marks cells of position columns already told as faults.
    """

    raw: RawTable
    frame: pd.DataFrame
    headers: dict[str, str]
    numbers: dict[str, FloatArray] = field(default_factory=dict)
    broken: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)


def typed_table(raw: RawTable, reader: CellReader, log: FaultLog) -> TypedTable:
    """Parse every cell of ``raw``; what is wrong goes to ``log`` and is left blank."""
    where = match_headers(raw, log)
    headers = {column_id: raw.headers[j] for column_id, j in where.items()}
    frame: dict[str, object] = {}
    table = TypedTable(raw, pd.DataFrame(), headers)
    for column in raw.spec.columns:
        cells = raw.columns[where[column.id]] if column.id in where else [None] * len(raw.rows)
        is_position = column.id in POSITION_COLUMNS
        if is_position and (column.id not in where or raw.points is not None):
            continue
        values, broken = _parse(column, cells, raw, headers.get(column.id, ""), reader, log)
        if is_position:
            table.numbers[column.id] = np.array([np.nan if v is None else v for v in values], dtype=float)
            table.broken[column.id] = np.array(broken, dtype=bool)
        else:
            frame["type_id" if column.id == "type" else column.id] = _filled(column, values)
    whole = pd.DataFrame(frame, index=pd.RangeIndex(len(raw.rows)))
    whole["name"] = whole["name"].where(whole["name"] != "", whole["id"])
    typed = TypedTable(raw, whole, headers, table.numbers, table.broken)
    _check_ids(typed, log)
    if raw.spec.id == "demand":
        _check_segments(typed, log)
    if raw.spec.id == "sites":
        _check_costs(typed, log)
    return typed


def empty_table(spec: TableSpec) -> pd.DataFrame:
    """A table of no rows with every column of the workspace, ``x`` and ``y`` included."""
    columns = [c for c in spec.columns if c.id not in POSITION_COLUMNS]
    frame = pd.DataFrame({"type_id" if c.id == "type" else c.id: _filled(c, []) for c in columns})
    return with_positions(frame, np.empty((0, 2)))


def with_positions(frame: pd.DataFrame, metres: FloatArray) -> pd.DataFrame:
    """The frame with ``x`` and ``y`` from ``metres`` (n, 2), placed where the workspace has them."""
    before = frame.columns.get_loc(next(c for c in frame.columns if c not in ("id", "name", "kind", "type_id")))
    whole = frame.copy()
    whole.insert(before, "x", metres[:, 0])
    whole.insert(before + 1, "y", metres[:, 1])
    return whole


def check_shared_ids(tables: Sequence[TypedTable], log: FaultLog) -> None:
    """Ids are unique over all three tables, since results and distances name a place by its id alone."""
    sheets = {spec.id: spec.sheet for spec in POINT_TABLES}
    for i, table in enumerate(tables):
        for other in tables[:i]:
            shared = sorted((set(table.frame["id"]) & set(other.frame["id"])) - {""})
            if shared:
                place = table.raw.place.at(column=table.headers.get("id", "id"))
                log.add(messages.shared_ids(place, sheets[other.raw.spec.id], shared))


def _parse(
    column: Column, cells: Sequence[object], raw: RawTable, header: str, reader: CellReader, log: FaultLog
) -> tuple[list[object], list[bool]]:
    values: list[object] = []
    broken: list[bool] = []
    tell_blank = messages.blank_id if column.parser == "id" else messages.blank_value
    for row, cell in zip(raw.rows, cells, strict=True):
        value, bad = None, False
        try:
            value = reader.read(column, cell)
            if value is None and column.required and header:
                log.add(tell_blank(raw.place.at(row=row, column=header)))
        except BadCell as fault:
            bad = True
            log.add(fault.tell(raw.place.at(row=row, column=header, value=cell)))
        values.append(value)
        broken.append(bad)
    return values, broken


def _filled(column: Column, values: list[object]) -> object:
    if column.parser == "number":
        return np.array([column.blank if v is None else v for v in values], dtype=float)
    if column.parser == "boolean":
        return pd.array(values, dtype="boolean")
    if column.parser in ("floor", "year"):
        return pd.array(values, dtype="Int64")
    blank: object = () if column.parser == "types" else ""
    return pd.Series([blank if v is None else v for v in values], dtype=object)


def _check_ids(table: TypedTable, log: FaultLog) -> None:
    ids = table.frame["id"]
    again = ids.duplicated() & (ids != "")
    first = {str(point): row for point, row in zip(reversed(ids.tolist()), reversed(table.raw.rows), strict=True)}
    for i in np.flatnonzero(again.to_numpy()):
        place = table.raw.place.at(row=table.raw.rows[i], column=table.headers["id"], value=ids[i])
        log.add(messages.duplicate_id(place, first[ids[i]]))


def _check_segments(table: TypedTable, log: FaultLog) -> None:
    frame, raw = table.frame, table.raw
    for column_id in SEGMENT_COLUMNS:
        header = table.headers.get(column_id)
        cells = raw.columns[raw.headers.index(header)] if header is not None else ()
        if raw.rows and all(cell is None or not str(cell).strip() for cell in cells):
            log.add(messages.segment_missing(raw.place.at(column=header or raw.spec.column(column_id).headers[0])))
    if "residents" not in table.headers:
        return
    residents, parts = frame["residents"].to_numpy(), frame[list(SEGMENT_COLUMNS)].sum(axis=1).to_numpy()
    for i in np.flatnonzero((parts > residents + 1e-9) & ~np.isnan(residents)):
        place = raw.place.at(row=raw.rows[i], column=table.headers["residents"], value=float(residents[i]))
        log.add(messages.segments_exceed_residents(place, float(parts[i]), float(residents[i])))


def _check_costs(table: TypedTable, log: FaultLog) -> None:
    raw = table.raw
    for column_id in COST_COLUMNS:
        header = table.headers.get(column_id)
        cells = raw.columns[raw.headers.index(header)] if header is not None else [None] * len(raw.rows)
        blank = sum(cell is None or not str(cell).strip() for cell in cells)
        if blank:
            shown = header or raw.spec.column(column_id).headers[0]
            log.add(messages.blank_cost(raw.place.at(column=shown), blank, len(raw.rows)))
