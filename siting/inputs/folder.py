"""The workspace folder: which files and layers are there, and the sha256 of each one that is read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import pyogrio

from scenarios.faults import FaultError, FaultLog
from siting.inputs import messages
from siting.inputs.place import Place
from siting.workspace import InputFile

_SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True)
class Layer:
    """A layer of a GeoPackage; ``geometry`` is GDAL's name of its type, empty for a plain table."""

    file: str
    name: str
    geometry: str

    @property
    def is_lines(self) -> bool:
        """Whether the layer is declared as lines."""
        return "LineString" in self.geometry or "Curve" in self.geometry


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
        folder.layers = tuple(layer for name in folder.names(".gpkg") for layer in folder._list_layers(name))
        return folder

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        return (self.path / name).is_file()

    def names(self, suffix: str = "") -> tuple[str, ...]:
        """Names of the folder's files that end so, sorted; hidden and lock files (``~$…``) left out."""
        files = (p.name for p in self.path.iterdir() if p.is_file() and p.name.lower().endswith(suffix))
        return tuple(sorted(name for name in files if not name.startswith((".", "~$"))))

    def read(self, name: str) -> bytes | None:
        """The file's bytes, counted among the inputs; None, with a fault, if it cannot be read."""
        try:
            data = (self.path / name).read_bytes()
        except OSError as error:
            self.log.add(messages.unreadable_file(Place(name), error.strerror or type(error).__name__))
            return None
        self._hashes[name] = hashlib.sha256(data).hexdigest()
        return data

    def count(self, name: str) -> bool:
        """Count a file, that another reader opens by its path, among the inputs; False, with a fault, if unreadable."""
        return name in self._hashes or self.read(name) is not None

    def find_layers(self, *names: str) -> tuple[Layer, ...]:
        """The layers of these names (case does not matter) in any GeoPackage of the folder."""
        wanted = {name.casefold() for name in names}
        return tuple(layer for layer in self.layers if layer.name.casefold() in wanted)

    def inputs(self) -> tuple[InputFile, ...]:
        """Every file read so far, sorted by path."""
        return tuple(InputFile(name, self._hashes[name]) for name in sorted(self._hashes))

    def _list_layers(self, name: str) -> tuple[Layer, ...]:
        try:
            if not _starts_with(self.path / name, _SQLITE):
                raise pyogrio.errors.DataSourceError(name)
            found = pyogrio.list_layers(self.path / name)
        except (pyogrio.errors.DataSourceError, OSError):
            self.log.add(messages.unreadable_file(Place(name), "不是有效的 GeoPackage"))
            return ()
        return tuple(Layer(name, str(layer), str(kind or "")) for layer, kind in found)


def _starts_with(path: Path, mark: bytes) -> bool:
    """GDAL goes by contents, not by name: whatever is no GeoPackage (a VRT, say) must not get that far."""
    with path.open("rb") as file:
        return file.read(len(mark)) == mark
