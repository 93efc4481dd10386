"""A Shapefile is three files that must agree: lengths in their headers, and one record in each for every feature.

GDAL reads a truncated .shp or .dbf as far as it goes, and tells no planner of it; so this is asked first.
Layout: ESRI Shapefile Technical Description (1998), pp. 3-5, 23; dBASE III header: records at byte 4, header length at
8, record length at 10, little-endian.
"""

from __future__ import annotations

import struct
from pathlib import Path

from scenarios.faults import FaultLog
from siting.inputs import layer_messages
from siting.inputs.formats import part
from siting.inputs.place import Place

_HEADER, _INDEX_RECORD, _DBF_HEADER = 100, 8, 32


def check_sizes(path: Path, log: FaultLog) -> bool:
    """Whether the parts of the Shapefile at ``path`` (all there) are whole and agree; what is wrong goes to ``log``."""
    index, table = part(path, ".shx"), part(path, ".dbf")
    assert index is not None
    assert table is not None
    short = [file.name for file in (path, index) if _declared_bytes(file) > file.stat().st_size]
    records, least = _dbf(table)
    if least > table.stat().st_size:
        short.append(table.name)
    for name in short:
        log.add(layer_messages.cut_off(Place(name)))
    features = (index.stat().st_size - _HEADER) // _INDEX_RECORD
    if not short and features != records:
        log.add(layer_messages.parts_disagree(Place(path.name), features, table.name, records))
    return not short and features == records


def _declared_bytes(file: Path) -> int:
    with file.open("rb") as data:
        head = data.read(_HEADER)
    return 2 * int(struct.unpack(">i", head[24:28])[0]) if len(head) == _HEADER else _HEADER


def _dbf(file: Path) -> tuple[int, int]:
    """Records, and the bytes that they and the header take at least."""
    with file.open("rb") as data:
        head = data.read(_DBF_HEADER)
    if len(head) < _DBF_HEADER:
        return 0, _DBF_HEADER
    records, header, length = struct.unpack("<IHH", head[4:12])
    return records, header + records * length
