"""result.gpkg: the run as map layers in the workspace's metres, for QGIS and ArcGIS."""

from __future__ import annotations

from collections import defaultdict
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from siting.bundle import ResultBundle
from siting.disk.geopackages import stamped
from siting.outputs.place import build_mode_zh, gain_of, gains, host_zh, kind_zh, place_of, places, type_name
from siting.outputs.plain import bundle_status_zh, ranked
from siting.outputs.workbook.book import SIMULATED_ZH
from siting.outputs.workbook.text import clean

_FIXED_DATE = "2000-01-01T00:00:00.000Z"


def write_geopackage(bundle: ResultBundle, path: Path) -> None:
    """Write ``path``; the same bundle gives the same bytes.

    A table without coordinates becomes an attribute table; a layer that the workspace lacks is left out.
    """
    layers = [
        ("demand", demand_layer(bundle)),
        ("outlets", outlets_layer(bundle)),
        ("sites", sites_layer(bundle)),
        ("picks", picks_layer(bundle)),
        ("streets", streets_layer(bundle)),
        ("boundary", boundary_layer(bundle)),
        ("walk_areas", walk_areas_layer(bundle)),
        ("run_info", info_table(bundle)),
    ]
    with fixed_date():
        for name, frame in layers:
            if frame is not None:
                write_layer(frame, path, name)


def demand_layer(bundle: ResultBundle) -> pd.DataFrame:
    """Demand points with what they gain."""
    gained: dict[str, list[str]] = defaultdict(list)
    for item in bundle.served:
        gained[item.demand_id].append(type_name(bundle, item.type_id))
    frame = bundle.workspace.demand
    table = _columns(frame, ("id", "name"), ("residents", "elderly", "toddlers", "children", "households"))
    names = [list(dict.fromkeys(gained.get(i, []))) for i in table["id"]]
    table["types_gained"] = np.array([len(n) for n in names], dtype=np.int32)
    table["types_gained_zh"] = [clean("、".join(n)) for n in names]
    return _points(table, frame, bundle.workspace.crs)


def outlets_layer(bundle: ResultBundle) -> pd.DataFrame:
    """Existing outlets."""
    frame = bundle.workspace.outlets
    table = _columns(frame, ("id", "name", "type_id"), ("area_m2",))
    table["type_zh"] = [type_name(bundle, t) for t in table["type_id"]]
    return _points(table, frame, bundle.workspace.crs)


def sites_layer(bundle: ResultBundle) -> pd.DataFrame:
    """Candidate sites: chosen or not, for which types, at which rank."""
    frame = bundle.workspace.sites
    table = _columns(
        frame,
        ("id", "name", "kind", "address", "owner"),
        ("area_m2", "floor", "rent_cny_year", "renovation_cny_m2", "opening_cny", "available_year"),
    )
    table["kind_zh"] = [kind_zh(k) for k in table["kind"]]
    types: dict[str, list[str]] = defaultdict(list)
    cost: dict[str, float] = defaultdict(float)
    for pick in ranked(bundle):
        types[pick.site_id].append(type_name(bundle, pick.type_id))
        cost[pick.site_id] += pick.cost_cny
    ranks = {r.site_id: r.rank for r in bundle.ranking}
    first = {p.site_id: p.rank for p in reversed(ranked(bundle))}
    table["chosen"] = np.array([i in types for i in table["id"]], dtype=bool)
    table["types_zh"] = ["、".join(types.get(i, [])) for i in table["id"]]
    table["rank"] = np.array([float(ranks.get(i, first.get(i, np.nan))) for i in table["id"]])
    table["cost_cny"] = np.array([cost.get(i, 0.0) for i in table["id"]])
    return _points(table, frame, bundle.workspace.crs)


def picks_layer(bundle: ResultBundle) -> pd.DataFrame:
    """One point for every pick, at its site or at the outlet that carries it."""
    by_id, by_pick = places(bundle), gains(bundle)
    where = _positions(bundle)
    rows, positions = [], []
    for pick in ranked(bundle):
        place, gain = place_of(pick, by_id), gain_of(pick, by_pick)
        positions.append(where.get(place.id, (np.nan, np.nan)))
        rows.append(
            {
                "rank": pick.rank,
                "site_id": place.id,
                "site_name": clean(place.name),
                "type_id": pick.type_id,
                "type_zh": type_name(bundle, pick.type_id),
                "mode_zh": build_mode_zh(pick, place),
                "host_zh": clean(host_zh(bundle, pick, by_id)),
                "year": float(pick.year) if pick.year is not None else np.nan,
                "cost_cny": float(pick.cost_cny),
                "area_m2": float(pick.area_m2),
                "residents_newly_covered": float(pick.residents_newly_covered),
                "walk_after_m": gain.walk_after_m if gain.walk_after_m is not None else np.nan,
                "check_on_site": clean("；".join(pick.check_on_site)),
            }
        )
    xy = pd.DataFrame(positions, columns=["x", "y"], dtype=float)
    return _points(pd.DataFrame(rows, columns=_PICK_COLUMNS), xy, bundle.workspace.crs)


_PICK_COLUMNS = [
    "rank",
    "site_id",
    "site_name",
    "type_id",
    "type_zh",
    "mode_zh",
    "host_zh",
    "year",
    "cost_cny",
    "area_m2",
    "residents_newly_covered",
    "walk_after_m",
    "check_on_site",
]


def streets_layer(bundle: ResultBundle) -> pd.DataFrame | None:
    """The street lines, geometry alone."""
    streets = bundle.workspace.streets
    if streets is None or streets.empty:
        return None
    lines = streets.geometry.values
    return gpd.GeoDataFrame({"number": np.arange(1, len(lines) + 1)}, geometry=lines, crs=_crs(bundle.workspace.crs))


def walk_areas_layer(bundle: ResultBundle) -> gpd.GeoDataFrame | None:
    """The streets within reach of every pick, by site and type; None where there are no streets."""
    rows = [(site, kind, shape) for (site, kind), shape in sorted(bundle.walk_areas.items())]
    if not rows:
        return None
    columns = {"site_id": [clean(r[0]) for r in rows], "type_id": [r[1] for r in rows]}
    return gpd.GeoDataFrame(columns, geometry=[r[2] for r in rows], crs=_crs(bundle.workspace.crs))


def boundary_layer(bundle: ResultBundle) -> pd.DataFrame | None:
    """The circle's boundary."""
    boundary = bundle.workspace.boundary
    if boundary is None or boundary.is_empty:
        return None
    circle = bundle.workspace.circle
    table = {"id": [clean(circle.id)], "name": [clean(circle.name)]}
    return gpd.GeoDataFrame(table, geometry=[boundary], crs=_crs(bundle.workspace.crs))


def info_table(bundle: ResultBundle) -> pd.DataFrame:
    """What the map shows, in words; an attribute table."""
    circle = bundle.workspace.circle
    pairs = [
        ("生活圈", f"{circle.name}（{circle.id}）"),
        ("情景", bundle.scenario.name),
        ("求解状态", bundle_status_zh(bundle)),
    ]
    if circle.simulated:
        pairs.append(("数据性质", f"{SIMULATED_ZH}：{circle.simulated_note}"))
    pairs += [("说明", note) for note in bundle.notes]
    return pd.DataFrame([(clean(k), clean(v)) for k, v in pairs], columns=["item", "text"])


def _columns(frame: pd.DataFrame, texts: tuple[str, ...], numbers: tuple[str, ...]) -> pd.DataFrame:
    """Text columns cleaned, numeric columns as floats; the rest of the table stays behind."""
    table: dict[str, Any] = {c: [clean(str(v)) if not pd.isna(v) else "" for v in frame[c]] for c in texts}
    for column in numbers:
        table[column] = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return pd.DataFrame(table)


def _positions(bundle: ResultBundle) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for frame in (bundle.workspace.outlets, bundle.workspace.sites):
        ids = frame["id"].astype(str)
        found.update(zip(ids, zip(frame["x"].astype(float), frame["y"].astype(float), strict=True), strict=True))
    return found


def _points(table: pd.DataFrame, frame: pd.DataFrame, crs: str) -> pd.DataFrame:
    """Points at x, y; the bare table where not one row has a position."""
    x, y = frame["x"].to_numpy(dtype=float), frame["y"].to_numpy(dtype=float)
    located = np.isfinite(x) & np.isfinite(y)
    if not crs or (len(table) and not located.any()):
        return table
    geometry = np.full(len(table), None, dtype=object)
    geometry[located] = shapely.points(x[located], y[located])
    return gpd.GeoDataFrame(table, geometry=geometry, crs=_crs(crs))


def _crs(crs: str) -> str | None:
    return crs or None


def write_layer(frame: pd.DataFrame, path: Path, layer: str) -> None:
    """Write one layer, or a table where the frame has no geometry, into a new or existing GeoPackage."""
    options: dict[str, Any] = {"layer": layer, "driver": "GPKG", "append": path.exists()}
    if isinstance(frame, gpd.GeoDataFrame) and (frame.empty or frame.geometry.isna().all()):
        options["geometry_type"] = "Point"
    pyogrio.write_dataframe(frame, path, **options)


def fixed_date() -> AbstractContextManager[None]:
    """A fixed ``last_change`` in the contents table of what is written meanwhile, see :func:`stamped`."""
    return stamped(_FIXED_DATE)
