"""Small OpenStreetMap files written by the tests, in metres around a point in Liaocheng."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import osmium

LON, LAT = 115.98, 36.45
_M_LAT = 111_132.0
_M_LON = 111_320.0 * math.cos(math.radians(LAT))


def degrees(x: float, y: float) -> tuple[float, float]:
    return LON + x / _M_LON, LAT + y / _M_LAT


class MapWriter:
    """Nodes are shared by position, so that lines that pass through the same point meet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.nodes: dict[tuple[float, float], int] = {}
        self.tagged: dict[int, dict[str, str]] = {}
        self.lines: list[tuple[list[int], dict[str, str]]] = []

    def node(self, x: float, y: float, **tags: str) -> int:
        number = self.nodes.setdefault((x, y), len(self.nodes) + 1)
        self.tagged.setdefault(number, {}).update({k.replace("__", ":"): v for k, v in tags.items()})
        return number

    def spot(self, x: float, y: float, **tags: str) -> None:
        """A node of its own, whatever stands at the same place."""
        number = len(self.nodes) + 1
        self.nodes[(x, y, number)] = number  # type: ignore[index]
        self.tagged[number] = {k.replace("__", ":"): v for k, v in tags.items()}

    def line(self, *points: tuple[float, float], **tags: str) -> None:
        self.lines.append(([self.node(*p) for p in points], {k.replace("__", ":"): v for k, v in tags.items()}))

    def block(self, x: float, y: float, width: float, height: float, **tags: str) -> None:
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        self.line(*corners, **tags)

    def write(self) -> Path:
        with osmium.SimpleWriter(str(self.path), overwrite=True) as out:
            for key, number in self.nodes.items():
                made: Any = osmium.osm.mutable.Node(
                    id=number, location=degrees(key[0], key[1]), tags=self.tagged.get(number, {})
                )
                out.add_node(made)
            for number, (refs, tags) in enumerate(self.lines, start=1):
                out.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags))
        return self.path


def ring_roads(writer: MapWriter, size: float = 800.0, corner_gap: float = 0.0, offset: float = 0.0) -> None:
    """Four named roads around a square: 100 m longer than its sides, or ending ``corner_gap`` before the corners."""
    o, s = offset, size
    reach = -corner_gap if corner_gap else 100.0
    low, far = -reach, s + reach
    junctions = () if corner_gap else ((o, s), (o + s, s))
    writer.line((o + low, s), *junctions, (o + far, s), highway="primary", name="东昌路")
    writer.line((o, low), (o, far), highway="secondary", name="柳园路")
    writer.line((o + s, low), (o + s, far), highway="secondary", name="花园路")
    writer.line((o + low, 0), (o + far, 0), highway="tertiary", name="育新街")
