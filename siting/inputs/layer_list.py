"""Which layers a workspace folder holds, in whichever GIS format; datasets that cannot be opened are told."""

from __future__ import annotations

import warnings
from pathlib import Path

import pyogrio

from scenarios.faults import FaultLog
from siting.inputs import layer_messages, messages
from siting.inputs.formats import Format, Layer, format_of, part
from siting.inputs.place import Place
from siting.inputs.roles import role_of
from siting.inputs.shapefile import check_sizes


def datasets_in(folder: Path) -> tuple[str, ...]:
    """Names of the folder's datasets that may hold something: with many layers, or named for what they hold."""
    found = []
    for path in folder.iterdir():
        form = format_of(path.name)
        if form is None or path.name.startswith((".", "~$")) or path.is_dir() != (form.suffix == ".gdb"):
            continue
        if form.has_layers or role_of(path.stem):
            found.append(path.name)
    return tuple(sorted(found))


def layers_in(folder: Path, log: FaultLog) -> tuple[Layer, ...]:
    """Every layer of every dataset; a dataset that is damaged or incomplete is a fault, and none of its layers come."""
    return tuple(layer for name in datasets_in(folder) for layer in _layers_of(folder / name, log))


def _layers_of(path: Path, log: FaultLog) -> tuple[Layer, ...]:
    form, place = format_of(path.name), Place(path.name)
    if form is None:
        return ()
    missing = [suffix for suffix in form.parts if part(path, suffix) is None]
    if missing:
        log.add(layer_messages.missing_parts(place, form.name_zh, [f"{path.stem}{suffix}" for suffix in missing]))
        return ()
    looks_right = _looks_right(path, form)
    if looks_right and form.suffix == ".shp" and not check_sizes(path, log):
        return ()
    found = _opened(path) if looks_right else None
    if found is None:
        log.add(messages.unreadable_file(place, f"不是有效的 {form.name_zh}" + _hint(form)))
        return ()
    if not form.has_layers:
        return tuple(Layer(path.name, path.stem, kind, form) for _, kind in found[:1])
    return tuple(Layer(path.name, name, kind, form) for name, kind in found)


def _hint(form: Format) -> str:
    return "，GeoJSON 须为 UTF-8 编码，坐标系不能写成网址" if form.suffix == ".geojson" else ""


def _looks_right(path: Path, form: Format) -> bool:
    try:
        return form.looks_right(path)
    except OSError:
        return False


def _opened(path: Path) -> list[tuple[str, str]] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return [(str(name), str(kind or "")) for name, kind in pyogrio.list_layers(path)]
    except (pyogrio.errors.DataSourceError, UnicodeError, OSError):
        return None
