"""Finished runs into tables of a results schema: all of one call in one transaction, whole or not at all.

``runs`` has a row for each run: its id, the hash of run.json, the whole of run.json as jsonb. All other tables have
``run_id`` and lose a run's rows with it: ``levels``, and the layers of result.gpkg under their own names, in EPSG:4490,
since circles of several zones share a table. A run written again takes its own place. A schema that holds anything else
is never written into; ours is known by the comment on ``runs``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from scenarios.faults import FaultError, FaultLog
from siting.audit.recorded import RUN_FILE, read_recorded
from siting.inputs.formats import true_geopackage
from siting.postgis import messages
from siting.postgis.address import Address
from siting.postgis.session import Session, session
from siting.postgis.tables import LAYERS, MARK, SRID, make_schema, make_table, write_rows

_MAP = "result.gpkg"
_ID_DIGITS = 12
_RUN_COLUMNS = {
    "circle_id": "text",
    "circle": "text",
    "district": "text",
    "scenario": "text",
    "status": "text",
    "status_zh": "text",
    "simulated": "boolean",
    "simulated_note": "text",
    "solver": "text",
    "seed": "bigint",
    "program": "text",
    "run_sha256": "text",
    "run": "jsonb",
}
_LEVEL_COLUMNS = {
    "row": "integer",
    "name": "text",
    "name_zh": "text",
    "sense": "text",
    "incumbent": "double precision",
    "bound": "double precision",
    "mip_gap": "double precision",
    "status": "text",
}


@dataclass(frozen=True)
class Published:
    """What was written: the schema, and the ids of the runs in it, in the order given."""

    schema: str
    run_ids: tuple[str, ...]


@dataclass(frozen=True)
class _Run:
    id: str
    sha256: str
    data: dict[str, Any]
    layers: dict[str, pd.DataFrame]


def check_target(address: Address) -> None:
    """Whether results could be written: asked before a long solve. Raises FaultError with the reason if not."""
    with session(address, writing=False) as opened:
        _refuse_foreign(opened)
        _check_rights(opened)


def publish(run_dirs: Sequence[Path], address: Address) -> Published:
    """Write finished runs into the schema of ``address``, which is made if it is not there.

    Raises:
        FaultError: a folder is no finished run; the database cannot be written to, or holds something else there.

    """
    runs = _read_runs(run_dirs)
    with session(address, writing=True) as opened:
        opened.rows("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"{MARK}/{address.schema}",))
        _refuse_foreign(opened)
        make_schema(opened)
        make_table(opened, "runs", _RUN_COLUMNS)
        make_table(opened, "levels", _LEVEL_COLUMNS)
        for run in runs:
            _write(opened, run)
    return Published(address.schema, tuple(run.id for run in runs))


def _read_runs(run_dirs: Sequence[Path]) -> list[_Run]:
    log, runs = FaultLog(), []
    for folder in run_dirs:
        try:
            read_recorded(folder)
        except FaultError as error:
            log.faults += error.faults
            continue
        if not (folder / _MAP).is_file():
            log.add(messages.run_incomplete(str(folder), _MAP))
            continue
        runs.append(_read_run(folder))
    log.raise_if_errors()
    return runs


def _read_run(folder: Path) -> _Run:
    import pyogrio

    data = (folder / RUN_FILE).read_bytes()
    run = json.loads(data)
    timeless = {key: value for key, value in run.items() if key != "seconds"}
    canonical = json.dumps(timeless, ensure_ascii=False, sort_keys=True).encode("utf-8", errors="replace")
    short = hashlib.sha256(canonical).hexdigest()[:_ID_DIGITS]
    there = {str(name) for name, _ in pyogrio.list_layers(true_geopackage(folder / _MAP))}
    layers = {name: _layer(folder / _MAP, name) for name in LAYERS if name in there}
    name = f"{run['scenario']['name']}/{run['circle']['id']}/{short}"
    return _Run(name, hashlib.sha256(data).hexdigest(), run, layers)


def _layer(path: Path, name: str) -> pd.DataFrame:
    frame = gpd.read_file(path, layer=name, engine="pyogrio")
    if isinstance(frame, gpd.GeoDataFrame) and frame.crs is not None:
        return frame.to_crs(SRID)
    return frame


def _write(opened: Session, run: _Run) -> None:
    from psycopg import sql
    from psycopg.types.json import Jsonb

    runs = sql.Identifier(opened.address.schema, "runs")
    opened.connection.execute(sql.SQL("DELETE FROM {} WHERE run_id = %s").format(runs), (run.id,))
    circle, data = run.data["circle"], run.data
    values = {
        "circle_id": circle["id"],
        "circle": circle["name"],
        "district": circle.get("district"),
        "scenario": data["scenario"]["name"],
        "status": data["status"],
        "status_zh": data.get("status_zh"),
        "simulated": bool(data.get("simulated")),
        "simulated_note": circle.get("simulated_note"),
        "solver": data.get("solver"),
        "seed": data.get("seed"),
        "program": f"{data['program']['name']} {data['program']['version']}",
        "run_sha256": run.sha256,
        "run": Jsonb(_without_nul(data)),
    }
    write_rows(opened, "runs", run.id, tuple(_RUN_COLUMNS), [tuple(_clean(values[c]) for c in _RUN_COLUMNS)])
    levels = [tuple(level.get(c, i) for c in _LEVEL_COLUMNS) for i, level in enumerate(data["levels"], 1)]
    write_rows(opened, "levels", run.id, tuple(_LEVEL_COLUMNS), levels)
    for name, frame in run.layers.items():
        _write_layer(opened, name, run.id, frame)


def _write_layer(opened: Session, name: str, run_id: str, frame: pd.DataFrame) -> None:
    """A layer's rows; an empty one makes a table without its columns, since it does not know their types."""
    has_shape = isinstance(frame, gpd.GeoDataFrame)
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name)) if has_shape else frame
    if frame.empty:
        plain = plain[[]]
    kinds = {str(c): _KINDS.get(plain[c].dtype.kind, "text") for c in plain.columns}
    make_table(opened, name, {"row": "integer", **kinds}, has_shape=True)
    columns = [[_clean(value) for value in plain[c].astype(object)] for c in plain.columns]
    shapes = [None if s is None else s.wkb for s in frame.geometry] if has_shape else [None] * len(frame)
    rows = list(zip(range(1, len(frame) + 1), *columns, shapes, strict=True))
    write_rows(opened, name, run_id, ("row", *kinds), rows, has_shape=True)


_KINDS = {"b": "boolean", "i": "bigint", "u": "bigint", "f": "double precision"}


def _clean(value: Any) -> Any:
    """NaN and NA as NULL; text without the NUL that PostgreSQL cannot hold."""
    if isinstance(value, str):
        return value.replace("\0", "")
    return None if pd.api.types.is_scalar(value) and pd.isna(value) else value


def _without_nul(value: Any) -> Any:
    return json.loads(json.dumps(value).replace("\\u0000", ""))


def _refuse_foreign(opened: Session) -> None:
    """No results beside what somebody else keeps in the schema."""
    found = opened.rows(
        "SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relkind = ANY(%s) ORDER BY 1",
        (opened.address.schema, list("rvmpf")),
    )
    if found and ("runs", MARK) not in found:
        raise FaultError([messages.not_ours(opened.address.shown, [name for name, _ in found])])


def _may_insert(opened: Session) -> bool:
    """Whether the tables are there already, and the user may write into them."""
    found = opened.rows(
        "SELECT bool_and(has_table_privilege(c.oid, 'INSERT')) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relkind = 'r'",
        (opened.address.schema,),
    )
    return bool(found[0][0])


def _check_rights(opened: Session) -> None:
    (may,) = opened.rows(
        "SELECT CASE WHEN to_regnamespace(quote_ident(%s)) IS NULL"
        " THEN has_database_privilege(current_database(), 'CREATE')"
        " ELSE has_schema_privilege(quote_ident(%s)::regnamespace, 'CREATE') END",
        (opened.address.schema, opened.address.schema),
    )
    if not may[0] and not _may_insert(opened):
        raise FaultError([messages.may_not_write(opened.address.shown)])
