"""``circle.toml``: who the circle is, the datum of its files, the plan's facts, its own scenario overrides.

The datum of a file is looked for in this order: ``[datums]`` (file name → datum), the CRS that a layer of a GIS file
declares, ``datum`` (or ``epsg``) of the circle. A declared CRS thus counts for itself even where the
circle says ``gcj02``; a layer digitised on a shifted map but labelled EPSG:4326 needs a line in ``[datums]``, and
:mod:`siting.inputs.datum_check` says so when it notices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import pyproj

from scenarios.faults import FaultLog
from siting.inputs import layer_messages, messages, position_messages
from siting.inputs.folder import InputFolder
from siting.inputs.formats import format_of
from siting.inputs.parse import BadCell, identifier, text
from siting.inputs.place import Place
from siting.inputs.plan_table import checked_plan
from siting.inputs.reference import Datum, datum_of_crs, parse_datum
from siting.inputs.toml_file import nearest, read_toml
from siting.inputs.unknown_table import checked_unknown
from siting.workspace import CircleMeta

if TYPE_CHECKING:
    from scenarios.catalogue import Catalogue

CIRCLE_FILE = "circle.toml"
_DEFAULT_NOTE = "示意布局，非实测"
_NOT_IN_FOLDER_NAMES = frozenset('/\\:*?"<>|')
_MAX_ID = 60
_KEYS = {
    "id": str,
    "name": str,
    "district": str,
    "street_office": str,
    "datum": str,
    "epsg": int,
    "simulated": bool,
    "simulated_note": str,
    "plan": dict,
    "scenario": dict,
    "datums": dict,
    "unknown": dict,
}
_WANTED_ZH = {str: "文字", int: "整数", bool: "true 或 false", dict: "一张表（[…]）"}


@dataclass(frozen=True)
class CircleFile:
    """What ``circle.toml`` says; ``datum`` is None where it says nothing, ``datums`` holds the files' own."""

    meta: CircleMeta
    datum: Datum | None = None
    datums: Mapping[str, Datum] = field(default_factory=dict)
    is_broken: bool = False

    def datum_for(self, file: str, crs: pyproj.CRS | None, log: FaultLog) -> Datum | None:
        """The datum of ``file``, whose own declared CRS is ``crs`` (None: none declared).

        None where nothing declares it; that is told once, and not where ``circle.toml`` itself is at fault.
        """
        found = self.datums.get(file) or (datum_of_crs(crs) if crs is not None else None)
        if found is None and format_of(file) is not None:
            found = self._for_layer(file, log)
        found = found or self.datum
        if found is not None and found.old_base:
            log.add(layer_messages.old_datum(Place(file), found.old_base))
        told = any(f.code in ("datum-missing", "no-crs", "unknown-datum") for f in log.faults)
        if found is None and not told and not self.is_broken:
            log.add(position_messages.datum_missing(Place(CIRCLE_FILE, column="datum")))
        return found

    def _for_layer(self, file: str, log: FaultLog) -> Datum | None:
        """The circle's datum for a layer that declares none, and what there is to say of that, once for each file."""
        if self.datum is not None:
            said = layer_messages.crs_of_circle(Place(file), self.datum.name)
        else:
            said = layer_messages.no_crs(Place(file), f"{PurePath(file).stem}.prj" if file.endswith(".shp") else "")
        if said not in log.faults and not (self.datum is None and self.is_broken):
            log.add(said)
        return self.datum


def read_circle(folder: InputFolder, catalogue: Catalogue, log: FaultLog) -> CircleFile:
    """Read and check ``circle.toml``; the folder's name stands in for ``id`` and ``name``."""
    default = folder.path.resolve().name or "circle"
    place = Place(CIRCLE_FILE)
    if not folder.has(CIRCLE_FILE):
        log.add(messages.no_circle_file(place, default))
        return CircleFile(CircleMeta(default, default))
    raw = read_toml(folder, CIRCLE_FILE, log)
    if raw is None:
        return CircleFile(CircleMeta(default, default), is_broken=True)
    values = _checked_keys(raw, place, log)
    for key in ("id", "name"):
        if not values.get(key):
            log.add(messages.default_key(place.at(column=key), default))
    datum = _datum(values, place, log)
    simulated = values.get("simulated", False)
    unknown_types, unknown_note = checked_unknown(values.get("unknown", {}), catalogue, place, log)
    meta = CircleMeta(
        id=values.get("id") or default,
        name=values.get("name") or default,
        district=values.get("district", ""),
        street_office=values.get("street_office", ""),
        datum=datum.name if datum else "",
        simulated=simulated,
        simulated_note=values.get("simulated_note") or (_DEFAULT_NOTE if simulated else ""),
        plan=checked_plan(values.get("plan", {}), catalogue, place, log),
        scenario=values.get("scenario", {}),
        unknown_types=unknown_types,
        unknown_note=unknown_note,
    )
    return CircleFile(meta, datum, _file_datums(values.get("datums", {}), folder, place, log))


def _checked_keys(raw: dict[str, Any], place: Place, log: FaultLog) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in _KEYS:
            log.add(messages.unknown_key(place.at(column=key), nearest(key, _KEYS)))
        elif not isinstance(value, _KEYS[key]) or (_KEYS[key] is int and isinstance(value, bool)):
            log.add(messages.bad_value(place.at(column=key, value=value), _WANTED_ZH[_KEYS[key]]))
        else:
            values[key] = checked_text(key, value, place, log) if isinstance(value, str) else value
    return values


def checked_text(key: str, value: str, place: Place, log: FaultLog) -> str:
    """The value of ``id``, ``name`` or another text key, on one line; a text that cannot be one goes to ``log``."""
    where = place.at(column=key, value=value)
    try:
        clean = (identifier if key == "id" else text)(value) or ""
    except BadCell as fault:
        log.add(fault.tell(where))
        return ""
    if key == "id" and (_NOT_IN_FOLDER_NAMES & set(clean) or clean.endswith(".") or len(clean) > _MAX_ID):
        log.add(messages.bad_circle_id(where, _MAX_ID))
    return clean


def _datum(values: Mapping[str, Any], place: Place, log: FaultLog) -> Datum | None:
    found = []
    for key, written in (("datum", values.get("datum")), ("epsg", values.get("epsg"))):
        if written is None or written == "":
            continue
        datum = parse_datum(f"epsg:{written}" if key == "epsg" else written)
        if datum is None:
            log.add(position_messages.unknown_datum(place.at(column=key, value=written)))
        else:
            found.append(datum)
    if len(found) == 2 and found[0].name != found[1].name:
        log.add(position_messages.datum_twice(place.at(column="epsg", value=values["epsg"])))
    return found[0] if found else None


def _file_datums(table: Mapping[str, Any], folder: InputFolder, place: Place, log: FaultLog) -> dict[str, Datum]:
    datums: dict[str, Datum] = {}
    for file, written in table.items():
        where = place.at(column=f"datums.{file}", value=written)
        datum = parse_datum(str(written))
        if not folder.holds(file):
            near = nearest(file, (*folder.names(), *folder.datasets()))
            log.add(position_messages.datum_for_unknown_file(where, near))
        elif datum is None:
            log.add(position_messages.unknown_datum(where))
        else:
            datums[file] = datum
    return datums
