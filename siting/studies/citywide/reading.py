"""The runs of a city and the candidate sites of each, with positions, as result.gpkg holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from scenarios.faults import Fault, FaultError, FaultLog
from siting.inputs.formats import true_geopackage
from siting.studies.runs import RunRecord, read_run

MAP_FILE, RUN_FILE = "result.gpkg", "run.json"
_LONLAT = "EPSG:4326"
_DEGREE_DIGITS = 7
_REMEDY = "请用 siting run 重新求解，不要手工改结果文件夹"


@dataclass(frozen=True)
class SiteSeen:
    """A candidate site as one run's map holds it; ``lon``, ``lat`` in degrees (7 decimals, a centimetre) or None."""

    site_id: str
    name: str
    address: str
    kind_zh: str
    area_m2: float | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class CityRun:
    """A run and its candidate sites, chosen or not, in file order."""

    record: RunRecord
    sites: tuple[SiteSeen, ...]


def runs_under(folders: Sequence[Path]) -> tuple[Path, ...]:
    """The run folders among ``folders``: each is one itself, or holds some one or two levels down; each once, sorted.

    Raises:
        FaultError: ``no-run`` for every folder in which there is none.
    """
    log = FaultLog()
    found: dict[Path, Path] = {}
    for folder in folders:
        inside = _inside(folder)
        if not inside:
            rule = "这里没有结果（自身与下两级文件夹里都找不到 run.json）"
            log.add(Fault("no-run", str(folder), rule, "请给出 siting run 写出的结果文件夹，或装着它们的文件夹"))
        for run in inside:
            found.setdefault(run.resolve(), run)
    log.raise_if_errors()
    return tuple(found[path] for path in sorted(found))


def _inside(folder: Path) -> list[Path]:
    try:
        if (folder / RUN_FILE).is_file():
            return [folder]
        files = [*folder.glob(f"*/{RUN_FILE}"), *folder.glob(f"*/*/{RUN_FILE}")]
    except (OSError, ValueError):
        return []
    return sorted(f.parent for f in files if not any(p.startswith(".") for p in f.relative_to(folder).parts))


def read_city(folders: Sequence[Path]) -> tuple[CityRun, ...]:
    """Read run folders with their maps.

    Raises:
        FaultError: the faults of all folders at once (see :func:`siting.studies.runs.read_run`), ``unreadable-file``
            for a map that is missing or broken, ``bad-run`` where a chosen site is not on it.
    """
    log = FaultLog()
    runs = []
    for folder in folders:
        try:
            record = read_run(folder)
            runs.append(CityRun(record, _sites(record)))
        except FaultError as error:
            log.faults += error.faults
    log.raise_if_errors()
    return tuple(runs)


def _sites(record: RunRecord) -> tuple[SiteSeen, ...]:
    path = record.folder / MAP_FILE
    try:
        table = pyogrio.read_dataframe(true_geopackage(path), layer="sites")
        if isinstance(table, gpd.GeoDataFrame) and table.crs is not None:
            table = table.to_crs(_LONLAT)
        seen = tuple(_seen(row) for row in table.to_dict("records"))
    except Exception as error:  # a broken file raises whatever GDAL makes of it
        rule = f"{MAP_FILE} 的 sites 图层打不开（{type(error).__name__}）"
        raise FaultError([Fault("unreadable-file", str(path), rule, _REMEDY)]) from None
    known = {site.site_id for site in seen}
    lost = sorted({rank.site_id for rank in record.ranking} - known)
    if lost:
        raise FaultError([Fault("bad-run", str(path), "入选点位不在 sites 图层中", _REMEDY, value="、".join(lost))])
    return seen


def _seen(row: dict[Any, Any]) -> SiteSeen:
    lon, lat = _position(row.get("geometry"))
    area = row.get("area_m2")
    return SiteSeen(
        site_id=str(row["id"]),
        name=str(row["name"]),
        address=str(row["address"]),
        kind_zh=str(row["kind_zh"]),
        area_m2=None if area is None or pd.isna(area) else float(area),
        lon=lon,
        lat=lat,
    )


def _position(point: Any) -> tuple[float | None, float | None]:
    if point is None or point.is_empty:
        return None, None
    return round(float(point.x), _DEGREE_DIGITS), round(float(point.y), _DEGREE_DIGITS)
