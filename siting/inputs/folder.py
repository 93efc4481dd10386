"""The workspace folder: which files and layers are there, and the sha256 of each one that is read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.faults import FaultError, FaultLog
from siting.disk import reason_zh
from siting.inputs import messages
from siting.inputs.formats import Layer, files_of
from siting.inputs.layer_list import datasets_in, layers_in
from siting.inputs.place import Place
from siting.inputs.roles import NAMES
from siting.workspace import InputFile


@dataclass
class InputFolder:
    """Reads files of one folder and keeps account of them."""

    path: Path
    log: FaultLog
    layers: tuple[Layer, ...] = ()
    _hashes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path, log: FaultLog) -> InputFolder:
        """Look into ``path``; raises FaultError at once if it is not a folder."""
        if not path.is_dir():
            raise FaultError([messages.missing_folder(Place(str(path)))])
        folder = cls(path, log)
        folder.layers = layers_in(path, log)
        return folder

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        return (self.path / name).is_file()

    def holds(self, name: str) -> bool:
        """Whether there is a file, or a dataset kept as a folder, of that name."""
        return self.has(name) or name in self.datasets()

    def datasets(self) -> tuple[str, ...]:
        """Names of the datasets that may hold layers of the workspace."""
        return datasets_in(self.path)

    def names(self, suffix: str = "") -> tuple[str, ...]:
        """Names of the folder's files that end so, sorted; hidden and lock files (``~$…``) left out."""
        files = (p.name for p in self.path.iterdir() if p.is_file() and p.name.lower().endswith(suffix))
        return tuple(sorted(name for name in files if not name.startswith((".", "~$"))))

    def read(self, name: str) -> bytes | None:
        """The file's bytes, counted among the inputs; None, with a fault, if it cannot be read."""
        try:
            data = (self.path / name).read_bytes()
        except OSError as error:
            self.log.add(messages.unreadable_file(Place(name), reason_zh(error)))
            return None
        self._hashes[name] = hashlib.sha256(data).hexdigest()
        return data

    def count(self, name: str) -> bool:
        """Count a dataset, that another reader opens by its path, among the inputs, with every file that makes it;
        False, with a fault, if one is unreadable.
        """
        parts = [file.relative_to(self.path).as_posix() for file in files_of(self.path / name)]
        unreadable = [part for part in parts if part not in self._hashes and self.read(part) is None]
        return not unreadable

    def find_layers(self, role: str) -> tuple[Layer, ...]:
        """The layers that are named for ``role`` (a key of :data:`siting.inputs.roles.NAMES`), in any dataset."""
        wanted = {name.casefold() for name in NAMES[role]}
        return tuple(layer for layer in self.layers if layer.name.strip().casefold() in wanted)

    def inputs(self) -> tuple[InputFile, ...]:
        """Every file read so far, sorted by path."""
        return tuple(InputFile(name, self._hashes[name]) for name in sorted(self._hashes))
