"""A generated circle as a workspace folder: written whole or not at all, the same bytes for the same circle."""

from __future__ import annotations

import filecmp
import json
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from scenarios.faults import Fault, FaultError
from siting.disk import passing_folder
from siting.disk.geopackages import stamped
from siting.generator.survey_book import survey_bytes
from siting.generator.tables import GeneratedCircle, to_metres
from siting.generator.toml_text import toml_text

FIXED_TIME = "2024-05-24T00:00:00.000Z"
DEGREE_DIGITS = 8


def write_circle(circle: GeneratedCircle, type_names: Mapping[str, str], folder: Path) -> Path:
    """Write ``circle.toml``, ``survey.xlsx``, ``streets.gpkg`` and ``boundary.geojson`` into ``folder``; return it.

    The folder is made beside itself under a passing name and renamed. If it already holds exactly these files it is
    left as it is. ``type_names`` are Chinese names by type id.
    Raises FaultError where the folder exists with other content (nothing is overwritten), OSError where the disk fails.
    """
    folder = Path(folder)
    with passing_folder(folder) as made:
        _write_files(circle, type_names, made)
        _move(made, folder)
    return folder


def _move(made: Path, folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    try:
        made.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        if not _same(made, folder):
            rule = "这里已有内容，与要生成的示意布局不同，未覆盖"
            remedy = "换一个文件夹，或先移走其中的文件"
            raise FaultError([Fault("folder-occupied", str(folder), rule, remedy)]) from None


def _same(made: Path, there: Path) -> bool:
    if not there.is_dir():
        return False
    names = sorted(p.name for p in made.iterdir())
    if names != sorted(p.name for p in there.iterdir()):
        return False
    _, different, unreadable = filecmp.cmpfiles(made, there, names, shallow=False)
    return not different and not unreadable


def _write_files(circle: GeneratedCircle, type_names: Mapping[str, str], folder: Path) -> None:
    meta = circle.meta()
    (folder / "circle.toml").write_text(toml_text(meta), encoding="utf-8", newline="\n")
    tables = {
        "居民点": _with_degrees(circle.demand),
        "现有网点": _with_degrees(circle.outlets),
        "候选点": _with_degrees(circle.sites),
    }
    (folder / "survey.xlsx").write_bytes(survey_bytes(tables, type_names, meta["simulated_note"]))
    layers = {"streets": circle.streets, "barriers": circle.barriers, "gates": circle.gates}
    write_layers({name: _in_degrees(layer) for name, layer in layers.items()}, folder / "streets.gpkg")
    feature = {
        "type": "Feature",
        "properties": {"id": circle.spec.id, "name": circle.spec.name, "note": meta["simulated_note"]},
        "geometry": json.loads(shapely.to_geojson(_degrees(circle.boundary))),
    }
    collection = {"type": "FeatureCollection", "name": "boundary", "features": [feature]}
    text = json.dumps(collection, ensure_ascii=False, indent=1) + "\n"
    (folder / "boundary.geojson").write_text(text, encoding="utf-8", newline="\n")


def _with_degrees(table: pd.DataFrame) -> pd.DataFrame:
    lon, lat = to_metres().transform(table["x"].to_numpy(), table["y"].to_numpy(), direction="INVERSE")
    return table.assign(lon=lon.round(DEGREE_DIGITS), lat=lat.round(DEGREE_DIGITS))


def _degrees(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, _to_degrees, interleaved=False)


def _to_degrees(x: object, y: object) -> tuple[object, object]:
    lon, lat = to_metres().transform(x, y, direction="INVERSE")
    return lon.round(DEGREE_DIGITS), lat.round(DEGREE_DIGITS)


def _in_degrees(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    plain = layer.drop(columns="geometry")
    return gpd.GeoDataFrame(plain, geometry=_degrees(layer.geometry.to_numpy()), crs="EPSG:4326")


def write_layers(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write ``path``: a GeoPackage with fixed timestamps; empty layers are left out."""
    with stamped(FIXED_TIME):
        for name, layer in layers.items():
            if len(layer):
                pyogrio.write_dataframe(layer, path, layer=name, driver="GPKG", append=path.exists())
