"""``read_workspace``: one folder in, one checked :class:`~siting.workspace.Workspace` out, or every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.catalogue import Catalogue
from scenarios.catalogue_file import read_catalogue_file
from scenarios.faults import FaultError, FaultLog
from siting.inputs import messages
from siting.inputs.capped_log import CappedLog
from siting.inputs.circle_file import CircleFile, read_circle
from siting.inputs.columns import POINT_TABLES
from siting.inputs.declared_datum import with_workbook_datum
from siting.inputs.folder import InputFolder
from siting.inputs.layer_choice import has_streets
from siting.inputs.layout import Layout, lay_out
from siting.inputs.links import read_costs, read_distances
from siting.inputs.parse import CellReader
from siting.inputs.place import Place
from siting.inputs.sources import open_workbook, raw_tables
from siting.inputs.tables import TypedTable, check_shared_ids, empty_table, typed_table
from siting.inputs.vector import read_vectors
from siting.workspace import Workspace

CATALOGUE_FILE = "catalogue.toml"
OSM_FILE = "map.osm.pbf"
_STREETS_FILE = "streets.gpkg"


def read_workspace(folder: Path, catalogue: Catalogue) -> Workspace:
    """Read every file of ``folder``, check it, and bring positions to metres in one projected CRS.

    The three tables may come in different forms (workbook, CSV, layer). Positions end in the CGCS2000 3-degree zone of
    their median longitude inside China, in the UTM zone elsewhere; ``crs`` is empty where nothing has a position.
    The datum of a file is chosen as :mod:`siting.inputs.circle_file` says. Types are resolved against ``catalogue``
    with the folder's ``catalogue.toml`` laid over it.

    Raises:
        FaultError: every fault of every file, warnings included, if any of them is an error.

    """
    log = CappedLog()
    files = InputFolder.open(Path(folder), log)
    overrides, names = _catalogue(files, catalogue, log)
    circle = read_circle(files, names, log)
    reader = CellReader(names)
    workbook = open_workbook(files, log)
    circle = with_workbook_datum(circle, workbook, log)
    tables = {name: typed_table(raw, reader, log) for name, raw in raw_tables(files, workbook, log).items()}
    check_shared_ids(list(tables.values()), log)
    ids = {spec.id: _ids(tables.get(spec.id)) for spec in POINT_TABLES}
    distances = read_distances(files, ids["demand"], ids["sites"] | ids["outlets"], reader, log)
    costs = read_costs(files, ids["sites"], reader, log)
    layout = _positions(files, circle, tables, log)
    log.close()
    log.raise_if_errors()
    return Workspace(
        folder=files.path,
        circle=circle.meta,
        **{spec.id: layout.tables.get(spec.id, empty_table(spec)) for spec in POINT_TABLES},
        crs=layout.crs,
        streets=layout.streets,
        barriers=layout.barriers,
        gates=layout.gates,
        boundary=layout.boundary,
        distances=distances,
        costs=costs,
        catalogue_overrides=overrides,
        inputs=files.inputs(),
        warnings=log.warnings,
    )


def _catalogue(
    files: InputFolder, catalogue: Catalogue, log: FaultLog
) -> tuple[Mapping[str, Mapping[str, Any]], Catalogue]:
    if not files.has(CATALOGUE_FILE) or not files.count(CATALOGUE_FILE):
        return {}, catalogue
    try:
        overrides = read_catalogue_file(files.path / CATALOGUE_FILE)
        return overrides, catalogue.with_overrides(overrides, source=CATALOGUE_FILE, file=CATALOGUE_FILE)
    except FaultError as error:
        for fault in error.faults:
            log.add(fault)
        return {}, catalogue


def _positions(files: InputFolder, circle: CircleFile, tables: Mapping[str, TypedTable], log: FaultLog) -> Layout:
    vectors = read_vectors(files, circle, log)
    has_distances = files.has("distances.csv")
    if not has_distances and not has_streets(files):
        log.add(
            messages.not_built(Place(OSM_FILE)) if files.has(OSM_FILE) else messages.no_walking(Place(_STREETS_FILE))
        )
    return lay_out(tables, vectors, circle, needed=not has_distances, log=log)


def _ids(table: TypedTable | None) -> set[str]:
    return set() if table is None else set(pd.Series(table.frame["id"])) - {""}
