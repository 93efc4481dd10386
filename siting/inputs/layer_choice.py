"""Which layer holds the streets, and which the barriers, gates and boundary, where several might."""

from __future__ import annotations

from pathlib import PurePath

from scenarios.faults import FaultLog
from siting.inputs import messages, position_messages
from siting.inputs.folder import InputFolder
from siting.inputs.formats import Layer
from siting.inputs.place import Place
from siting.inputs.roles import role_of

_SECOND_NAME = "edges"
_WORDS = {"streets": "道路", "barriers": "障碍", "gates": "出入口", "boundary": "边界"}


def chosen_layer(folder: InputFolder, role: str, log: FaultLog) -> Layer | None:
    """The layer of a role; a second one is a fault."""
    found = list(folder.find_layers(role))
    own = _street_files(folder) if role == "streets" else ()
    named = {layer.file for layer in found}
    found += [layer for name in own if name not in named for layer in _lines(folder, name, log)]
    if len(found) > 1:
        shown = tuple(f"{layer.file}（{layer.sheet}）" if layer.sheet else layer.file for layer in found)
        log.add(messages.table_twice(Place(found[0].file), _WORDS[role], shown))
    return next((layer for layer in found if layer.file in own), found[0] if found else None)


def has_streets(folder: InputFolder) -> bool:
    """Whether something in the folder is meant as streets, usable or not."""
    return bool(_street_files(folder) or folder.find_layers("streets"))


def _street_files(folder: InputFolder) -> tuple[str, ...]:
    """Datasets that are named for streets: a single layer, or several among which the lines are meant."""
    return tuple(name for name in folder.datasets() if role_of(PurePath(name).stem) == "streets")


def _lines(folder: InputFolder, name: str, log: FaultLog) -> list[Layer]:
    """In a dataset named for streets without a layer of that name: ``edges``, or the first layer of lines."""
    inside = [layer for layer in folder.layers if layer.file == name]
    named = [layer for layer in inside if layer.name.casefold() == _SECOND_NAME]
    lines = [layer for layer in inside if layer.is_lines and not role_of(layer.name)]
    if not named and not lines and (inside or not any(fault.file == name for fault in log.errors)):
        log.add(position_messages.missing_layer(Place(name)))
    return (named or lines)[:1]
