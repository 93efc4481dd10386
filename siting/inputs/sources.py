"""Finds the three point tables in whichever form they come: workbook, CSV file or layer of a GIS file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from scenarios.faults import FaultLog
from siting.inputs import messages
from siting.inputs.columns import POINT_TABLES, TableSpec
from siting.inputs.csv_file import read_csv
from siting.inputs.examples import without_examples
from siting.inputs.excel_file import Workbook
from siting.inputs.folder import InputFolder
from siting.inputs.layer_file import read_table_layer
from siting.inputs.place import Place
from siting.inputs.raw_table import RawTable
from siting.inputs.roles import role_of

WORKBOOK = "survey.xlsx"
_LIKELY = (".xls", ".xlsx", ".et", ".csv", ".shp", ".geojson", ".tab", ".mif", ".zip", ".rar", ".kml", ".kmz", ".dwg")


@dataclass(frozen=True)
class _Form:
    place: Place
    read: Callable[[], RawTable | None]


def open_workbook(folder: InputFolder, log: FaultLog) -> Workbook | None:
    """The survey's workbook, if there is one that can be read as a file."""
    data = folder.read(WORKBOOK) if folder.has(WORKBOOK) else None
    return None if data is None else Workbook(WORKBOOK, data, log)


def raw_tables(folder: InputFolder, workbook: Workbook | None, log: FaultLog) -> dict[str, RawTable]:
    """The point tables that are there and have rows, by id; what is missing or doubled goes to ``log``."""
    tables: dict[str, RawTable] = {}
    for spec in POINT_TABLES:
        forms = _forms(spec, folder, workbook, log)
        if len(forms) > 1:
            names = tuple(_shown(form.place) for form in forms)
            log.add(messages.table_twice(forms[0].place, spec.sheet, names))
        if not forms:
            _tell_missing(spec, folder, workbook, log)
            continue
        table = forms[0].read()
        table = None if table is None else without_examples(table, log)
        if table is not None and not table.rows:
            empty = messages.no_outlets if spec.id == "outlets" else messages.empty_table
            log.add(empty(table.place))
        elif table is not None:
            tables[spec.id] = table
    return tables


def _forms(spec: TableSpec, folder: InputFolder, workbook: Workbook | None, log: FaultLog) -> list[_Form]:
    forms: list[_Form] = []
    if workbook is not None and workbook.is_open:
        forms += [
            _Form(Place(WORKBOOK, title), lambda title=title: workbook.read(spec, title))  # type: ignore[misc]
            for title in workbook.sheets_of(spec)
        ]
    name = f"{spec.id}.csv"
    if folder.has(name):
        forms.append(_Form(Place(name), lambda: _read_csv(spec, folder, name, log)))
    forms += [
        _Form(Place(layer.file, layer.sheet), lambda layer=layer: read_table_layer(spec, folder, layer, log))  # type: ignore[misc]
        for layer in folder.find_layers(spec.id)
    ]
    return forms


def _read_csv(spec: TableSpec, folder: InputFolder, name: str, log: FaultLog) -> RawTable | None:
    data = folder.read(name)
    return None if data is None else read_csv(spec, name, data, log)


def _tell_missing(spec: TableSpec, folder: InputFolder, workbook: Workbook | None, log: FaultLog) -> None:
    if spec.id == "outlets":
        log.add(messages.no_outlets(Place(WORKBOOK if workbook else f"{spec.id}.csv", spec.sheet if workbook else "")))
    elif workbook is not None:
        if workbook.is_open:
            log.add(messages.missing_sheet(Place(WORKBOOK, spec.sheet), workbook.sheets))
    else:
        others = [n for n in (*folder.names(), *folder.datasets()) if n.lower().endswith(_LIKELY)]
        broken = {fault.file for fault in log.errors}
        if any(role_of(PurePath(name).stem) == spec.id for name in broken):
            return
        known = ("distances.csv", "costs.csv", *(f"{s.id}.csv" for s in POINT_TABLES))
        others = [n for n in others if n not in known and not role_of(PurePath(n).stem)]
        hint = f"；文件夹里的 {others[0]} 如是这张表，请另存为上述名称和格式" if others else ""
        log.add(messages.missing_table(Place(f"{spec.id}.csv"), spec.sheet, spec.id, hint))


def _shown(place: Place) -> str:
    return f"{place.file}（{place.sheet}）" if place.sheet else place.file
