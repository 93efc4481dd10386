"""One table of a schema as a frame: attributes as plain values, the geometry as shapes in the CRS of its SRID."""

from __future__ import annotations

import datetime
import decimal
import json
from collections import Counter
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from scenarios.faults import FaultError
from siting.inputs.columns import normal
from siting.postgis import messages
from siting.postgis.session import Session

_SHAPES = ("geometry", "geography")
_ROW_NUMBERS = ("fid", "ogc_fid")
_IDS = ("id", "编号")


def read_table(opened: Session, name: str, oid: int) -> pd.DataFrame:
    """Every row, sorted by its id so that the same table is the same frame; a GeoDataFrame where it has a geometry.

    Raises:
        FaultError: several geometry columns, columns that differ by case alone, an SRID that is mixed or unknown.

    """
    from psycopg import sql

    columns = opened.rows(
        "SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
        " WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        (oid,),
    )
    where, table = opened.address.shown, sql.Identifier(opened.address.schema, name)
    shapes = [column for column, kind in columns if kind in _SHAPES]
    plain = [column for column, kind in columns if kind not in _SHAPES and column.casefold() not in _ROW_NUMBERS]
    if len(shapes) > 1:
        raise FaultError([messages.geometry_twice(where, name, shapes)])
    alike = [column for column, count in Counter(c.casefold() for c in plain).items() if count > 1]
    if alike:
        raise FaultError([messages.columns_alike(where, name, column) for column in alike])
    wanted: list[sql.Composable] = [sql.Identifier(column) for column in plain]
    crs = _crs(opened, name, shapes[0]) if shapes else None
    if shapes:
        flat = sql.SQL("ST_AsBinary(ST_Force2D(ST_CurveToLine({}::geometry)))").format(sql.Identifier(shapes[0]))
        wanted.append(flat)
    rows = opened.rows(sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(wanted), table))
    order = [j for j, column in enumerate(plain) if normal(column) in _IDS]
    rows.sort(key=lambda row: tuple(str(row[j]) for j in order) + tuple(str(value) for value in row))
    frame = pd.DataFrame({column: _column([row[j] for row in rows]) for j, column in enumerate(plain)})
    if not shapes:
        return frame
    drawn = np.array([None if row[-1] is None else shapely.from_wkb(bytes(row[-1])) for row in rows], dtype=object)
    return gpd.GeoDataFrame(frame, geometry=drawn, crs=crs, index=pd.RangeIndex(len(rows)))


def _crs(opened: Session, name: str, column: str) -> pyproj.CRS | None:
    """The CRS of a geometry column; None where no row has a geometry."""
    from psycopg import sql

    shape, table = sql.Identifier(column), sql.Identifier(opened.address.schema, name)
    query = sql.SQL("SELECT DISTINCT ST_SRID({0}::geometry) FROM {1} WHERE {0} IS NOT NULL ORDER BY 1")
    found = [int(row[0]) for row in opened.rows(query.format(shape, table))]
    where = opened.address.shown
    if len(found) > 1:
        raise FaultError([messages.srid_mixed(where, name, column, found)])
    if not found:
        return None
    crs = _known(opened, found[0])
    if crs is None:
        raise FaultError([messages.srid_unknown(where, opened.address.schema, name, column, found[0])])
    return crs


def _known(opened: Session, srid: int) -> pyproj.CRS | None:
    """By the server's own definition, so that a bureau's own SRID counts; by EPSG code where it says so."""
    if srid == 0:
        return None
    defined = opened.rows("SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s", (srid,))
    authority, code, text = defined[0] if defined else ("EPSG", srid, "")
    tries = ([f"{authority}:{code}"] if authority and code else []) + ([text] if text else [])
    for written in tries:
        try:
            return pyproj.CRS.from_user_input(written)
        except pyproj.exceptions.CRSError:
            continue
    return None


def _column(values: list[Any]) -> Any:
    """Numbers as numbers, truth as truth, everything else as text; NULL stays NULL."""
    found = [value for value in values if value is not None]
    if found and all(isinstance(value, bool) for value in found):
        return pd.array(values, dtype="boolean")
    if found and all(isinstance(value, int) and not isinstance(value, bool) for value in found):
        return pd.array(values, dtype="Int64")
    if found and all(isinstance(value, (int, float, decimal.Decimal)) for value in found):
        return np.array([np.nan if value is None else float(value) for value in values])
    return pd.Series([None if value is None else _text(value) for value in values], dtype=object)


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "；".join(_text(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)
