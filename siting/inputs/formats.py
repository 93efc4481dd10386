"""The GIS formats that a workspace may hold: which files make one dataset, and which layers are in it.

A format that holds many layers (GeoPackage, File Geodatabase) may have any file name; its layers are told by their
names. A format of one layer (Shapefile, GeoJSON, MapInfo) is told by its file's name: ``demand.shp``, ``道路.tab``.
GDAL goes by contents, not by names, and follows references in some formats (VRT, views, linked tables). So every file
must first look like what it is called; what does not is never handed to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATABASE_COPY = "postgis.gpkg"  # the layers of a survey that was copied from a database
_HEAD_BYTES = 4096
_GEOJSON_TYPES = ("FeatureCollection", "Feature", "GeometryCollection", "Polygon", "MultiPolygon", "LineString")
_TAB_KINDS = (b"type native", b"type dbf")


@dataclass(frozen=True)
class Format:
    """One format. ``parts`` are the suffixes of files without which a dataset is incomplete, ``extras`` of those that
    are read where they are there. ``is_raw``: texts come as the bytes that the file holds, in an encoding to be found.
    """

    suffix: str
    name_zh: str
    looks_right: Callable[[Path], bool]
    parts: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    has_layers: bool = False
    is_raw: bool = False


@dataclass(frozen=True)
class Layer:
    """A layer: its dataset's name in the folder, its own name, GDAL's name of its geometry type ("" for a table)."""

    file: str
    name: str
    geometry: str
    format: Format

    @property
    def sheet(self) -> str:
        """What to call the layer beside its file: nothing where the file holds one layer only."""
        return self.name if self.format.has_layers else ""

    @property
    def is_lines(self) -> bool:
        """Whether the layer is declared as lines."""
        return "LineString" in self.geometry or "Curve" in self.geometry


def format_of(name: str) -> Format | None:
    """The format of a file or folder, by its suffix; None if it is none."""
    return _BY_SUFFIX.get(Path(name).suffix.casefold())


def is_geopackage(path: Path) -> bool:
    """Whether ``path``, which somebody may have sent, is a file of this format by its contents."""
    try:
        return FORMATS[0].looks_right(path)
    except OSError:
        return False


def true_geopackage(path: Path) -> Path:
    """``path`` for GDAL, which goes by contents, and whom other contents may send elsewhere; OSError if it is none."""
    if not is_geopackage(path):
        raise OSError(f"{path.name} is no GeoPackage")
    return path


def files_of(path: Path) -> tuple[Path, ...]:
    """Every file that makes the dataset at ``path``, sorted by name: parts beside it, or the files in its folder.

    Lock files, which ArcGIS leaves while it has a geodatabase open, are no part of it.
    """
    if path.is_dir():
        inside = (p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
        return tuple(sorted(p for p in inside if p.suffix.casefold() != ".lock"))
    form = format_of(path.name)
    suffixes = {*form.parts, *form.extras} if form else set()
    beside = (
        p
        for p in path.parent.iterdir()
        if p.stem == path.stem and p.suffix.casefold() in suffixes and p.is_file() and p != path
    )
    return tuple(sorted((path, *beside)))


def part(path: Path, suffix: str) -> Path | None:
    """The file beside ``path`` with the same stem and that suffix, in whatever case; None if there is none."""
    return next((p for p in files_of(path) if p.suffix.casefold() == suffix), None)


def _starts_with(*marks: bytes) -> Callable[[Path], bool]:
    def check(path: Path) -> bool:
        return path.is_file() and _head(path).startswith(marks)

    return check


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _is_geojson(path: Path) -> bool:
    try:
        document = json.loads(path.read_bytes(), object_pairs_hook=_offline)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("type") in _GEOJSON_TYPES


def _offline(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of its members; ValueError for a coordinate system by reference, which GDAL would fetch."""
    for name, value in members:
        if name.casefold() == "crs" and isinstance(value, dict):
            kinds = {str(inner).casefold() for key, inner in value.items() if key.casefold() == "type"}
            if kinds & {"link", "url"}:
                raise ValueError("a coordinate system by reference")
    return dict(members)


def _is_geodatabase(path: Path) -> bool:
    return path.is_dir() and (path / "a00000001.gdbtable").is_file()


def _is_native_tab(path: Path) -> bool:
    head = _head(path).lower()
    return head.lstrip().startswith(b"!table") and any(kind in head for kind in _TAB_KINDS)


def _is_mif(path: Path) -> bool:
    return _head(path).lstrip().lower().startswith(b"version")


FORMATS = (
    Format(".gpkg", "GeoPackage", _starts_with(b"SQLite format 3\x00"), has_layers=True),
    Format(".gdb", "文件地理数据库", _is_geodatabase, has_layers=True),
    Format(
        ".shp",
        "Shapefile",
        _starts_with(b"\x00\x00\x27\x0a"),
        parts=(".shx", ".dbf"),
        extras=(".prj", ".cpg"),
        is_raw=True,
    ),
    Format(".geojson", "GeoJSON", _is_geojson),
    Format(".tab", "MapInfo 表", _is_native_tab, parts=(".dat", ".map"), extras=(".id", ".ind"), is_raw=True),
    Format(".mif", "MapInfo 交换文件", _is_mif, parts=(".mid",), is_raw=True),
)
_BY_SUFFIX = {form.suffix: form for form in FORMATS}
