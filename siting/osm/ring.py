"""A ring from named roads: the face that all sides border.

    lines of each side, in ring order ─ links over small gaps ─► union ─ polygonize ─► faces
    a face counts where at least ``TOUCH_M`` of its border runs along every side; the largest such face is the circle

A link joins two pieces of one side that lie within ``SELF_JOIN_M``, or of two neighbouring sides within ``JOIN_M``
(a junction whose ramp or square has another name). With two carriageways the inner one closes the ring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import shapely

JOIN_M = 200.0
SELF_JOIN_M = 80.0
TOUCH_M = 40.0
_SAME_M = 1.0
_ALONG_M = 2.0


@dataclass(frozen=True)
class Faces:
    """``rings`` are the faces that every side borders, largest first; ``apart`` the neighbouring sides that do not
    meet: (number, number, metres between them).
    """

    rings: tuple[Any, ...]
    apart: tuple[tuple[int, int, float], ...]


def faces_of(sides: Sequence[Any]) -> Faces:
    """The faces that ``sides`` (arrays of lines in metres, in ring order) close."""
    pieces = [_pieces(side) for side in sides]
    neighbours = {tuple(sorted((n, (n + 1) % len(sides)))) for n in range(len(sides))}
    links = [link for own in pieces for a, b in combinations(own, 2) for link in _link(a, b, SELF_JOIN_M)]
    apart = []
    for n, m in sorted(neighbours):
        joined = [link for a in pieces[n] for b in pieces[m] for link in _link(a, b, JOIN_M)]
        links += joined
        between = float(shapely.distance(shapely.union_all(pieces[n]), shapely.union_all(pieces[m])))
        if between > JOIN_M:
            apart.append((n, m, between))
    net = shapely.union_all([*(shapely.union_all(own) for own in pieces), *links])
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(net))), dtype=object)
    along = [shapely.buffer(shapely.union_all(own), _ALONG_M) for own in pieces]
    borders = shapely.boundary(faces)
    touched = np.array([shapely.length(shapely.intersection(borders, band)) >= TOUCH_M for band in along])
    closed = faces[touched.all(axis=0)] if len(faces) else faces
    order = np.argsort(-shapely.area(closed), kind="stable")
    return Faces(tuple(closed[order]), tuple(apart))


def meeting_points(first: Any, second: Any) -> list[Any]:
    """Where two roads (arrays of lines) meet, each crossing once, however many carriageways it has."""
    a, b = shapely.union_all(first), shapely.union_all(second)
    met = shapely.intersection(a, b)
    spots = [shapely.centroid(part) for part in shapely.get_parts(met)]
    spots += [
        shapely.line_interpolate_point(link, 0.5, normalized=True)
        for p in _pieces(first)
        for q in _pieces(second)
        for link in _link(p, q, JOIN_M)
    ]
    if not spots:
        return []
    groups = shapely.get_parts(shapely.union_all(shapely.buffer(np.array(spots, dtype=object), JOIN_M / 2)))
    return [shapely.centroid(shapely.union_all([s for s in spots if shapely.intersects(s, g)])) for g in groups]


def _pieces(lines: Any) -> list[Any]:
    """Lines that touch each other, put together."""
    whole = np.asarray(lines, dtype=object)
    groups = shapely.get_parts(shapely.union_all(shapely.buffer(whole, _SAME_M / 2, quad_segs=1)))
    tree = shapely.STRtree(whole)
    return [shapely.union_all(whole[tree.query(group, predicate="intersects")]) for group in groups]


def _link(a: Any, b: Any, within_m: float) -> list[Any]:
    between = shapely.distance(a, b)
    return [shapely.shortest_line(a, b)] if 0 < between <= within_m else []
