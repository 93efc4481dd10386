"""Headers of a raw table matched with the registry of columns, with the faults that this brings up."""

from __future__ import annotations

from scenarios.faults import FaultLog
from siting.inputs import layer_messages, messages
from siting.inputs.columns import TableSpec
from siting.inputs.raw_table import RawTable, is_empty


def match_headers(raw: RawTable, log: FaultLog) -> dict[str, int]:
    """Column id → index of the header that names it; unknown, doubled and missing columns and wrong units are told.

    Position columns are never required here; :mod:`siting.inputs.positions` knows when they are.
    """
    found: dict[str, list[int]] = {}
    for j, header in enumerate(raw.headers):
        column, unit_fits = raw.match(header) if header else (None, True)
        if column is None:
            _tell_unknown(raw, j, log)
            continue
        if not unit_fits:
            where = raw.place.at(column=header)
            names = (column.id, *(column.units or ()))
            is_cut = raw.spec.match(header)[0] is None
            log.add(layer_messages.cut_unit(where, column) if is_cut else messages.wrong_unit(where, names))
        found.setdefault(column.id, []).append(j)
    for columns in found.values():
        if len(columns) > 1:
            names = tuple(raw.headers[j] for j in columns)
            log.add(messages.column_twice(raw.place.at(column=names[1]), names))
    _tell_cut(raw, found, log)
    _tell_missing(raw, raw.spec, set(found), log)
    return {column_id: columns[0] for column_id, columns in found.items()}


def _tell_unknown(raw: RawTable, j: int, log: FaultLog) -> None:
    if all(is_empty(cell) for cell in raw.columns[j]):
        return
    header = raw.headers[j]
    place = raw.place.at(column=header or f"（第 {j + 1} 列，没有表头）")
    log.add(messages.unknown_column(place, raw.spec.nearest(header) if header else ""))


def _tell_cut(raw: RawTable, found: dict[str, list[int]], log: FaultLog) -> None:
    """What headers that the format has cut were taken for."""
    matched = ((raw.headers[j], column_id) for column_id, columns in found.items() for j in columns)
    pairs = [(header, column_id) for header, column_id in matched if raw.spec.match(header)[0] is None]
    if pairs:
        shown = [(header, next(iter(raw.spec.column(column_id).headers), column_id)) for header, column_id in pairs]
        log.add(layer_messages.cut_headers(raw.place, shown))


def _tell_missing(raw: RawTable, spec: TableSpec, found: set[str], log: FaultLog) -> None:
    for column in spec.columns:
        if column.required and column.id not in found:
            shown = column.headers[0] if column.headers else column.id
            log.add(messages.missing_column(raw.place.at(column=shown), (*column.headers[:3], column.id)))
