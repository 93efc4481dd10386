"""The ``[unknown]`` table of ``circle.toml``: types whose outlets the data cannot show, so that none is not missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scenarios.faults import FaultLog
from siting.inputs import messages
from siting.inputs.parse import BadCell, text
from siting.inputs.place import Place
from siting.inputs.toml_file import nearest

if TYPE_CHECKING:
    from scenarios.catalogue import Catalogue

_KEYS = ("types", "note")


def checked_unknown(
    table: Mapping[str, Any], catalogue: Catalogue, place: Place, log: FaultLog
) -> tuple[tuple[str, ...], str]:
    """Type ids in the order written, each once, and the note; names that are no type go to ``log``."""
    for key in table:
        if key not in _KEYS:
            log.add(messages.unknown_key(place.at(column=f"unknown.{key}"), nearest(key, _KEYS)))
    written = table.get("types", [])
    if not isinstance(written, list) or not all(isinstance(name, str) for name in written):
        log.add(messages.bad_value(place.at(column="unknown.types", value=written), "一列业态名称（[…, …]）"))
        written = []
    found = {name: catalogue.resolve(name) for name in written}
    for name, type_id in found.items():
        if type_id is None:
            where = place.at(column="unknown.types", value=name)
            log.add(messages.unknown_type(where, catalogue.suggest(name)))
    return tuple(dict.fromkeys(t for t in found.values() if t is not None)), _note(table, place, log)


def _note(table: Mapping[str, Any], place: Place, log: FaultLog) -> str:
    where = place.at(column="unknown.note", value=table.get("note", ""))
    if not isinstance(table.get("note", ""), str):
        log.add(messages.bad_value(where, "文字"))
        return ""
    try:
        return text(table.get("note", "")) or ""
    except BadCell as fault:
        log.add(fault.tell(where))
        return ""
