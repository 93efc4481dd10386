"""Which sites of several runs are one and the same room.

1. The same id, name and position (to 7 decimals of a degree): the same room, in whichever runs it stands. Without a
   position, the same id and name in runs of the same circle.
2. Positions at most 15 m apart, and the same name or the same address (blank ones never match): the same room.
3. But never two sites that stand side by side in one run: there they are two rooms.

Rule 2 is applied from the nearest pair to the farthest, ties by the sites' keys; a pair that rule 3 keeps apart (itself
or through what has been merged already) is recorded with its reason. The outcome does not depend on the order of runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pyproj import Geod
from scipy.spatial import cKDTree

from siting.city.same import NEAR_M
from siting.studies.citywide.reading import CityRun, SiteSeen

_GEOD = Geod(ellps="WGS84")
_EARTH_M = 6_400_000.0

Key = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Standing:
    """One site in one run: the run's number, and the site as its map holds it."""

    run: int
    site: SiteSeen


@dataclass(frozen=True)
class Merge:
    """A decision about two sites: ``rule_zh`` says why they are one room, or why they are kept apart."""

    merged: bool
    rule_zh: str
    metres: float
    one: tuple[str, str, str]
    other: tuple[str, str, str]


def merge_rooms(runs: Sequence[CityRun]) -> tuple[tuple[tuple[Standing, ...], ...], tuple[Merge, ...]]:
    """Rooms, each a tuple of its standings (at most one for each run), and the record of rule 2 and 3.

    ``one`` and ``other`` of a :class:`Merge` are (circle id, site id, name).
    """
    nodes = _nodes(runs)
    keys = sorted(nodes)
    owner = list(range(len(keys)))
    in_runs = [{standing.run for standing in nodes[key]} for key in keys]
    record = []
    for metres, a, b, rule in _near_pairs(keys, nodes):
        one, other = owner[a], owner[b]
        if one == other:
            continue
        merged = not in_runs[one] & in_runs[other]
        why = rule if merged else f"{rule}，但在同一次结果里是两个点位，不合并"
        record.append(Merge(merged, why, metres, _named(runs, nodes[keys[a]][0]), _named(runs, nodes[keys[b]][0])))
        if merged:
            in_runs[one] |= in_runs[other]
            owner = [one if o == other else o for o in owner]
    rooms: dict[int, list[Standing]] = defaultdict(list)
    for n, key in enumerate(keys):
        rooms[owner[n]] += nodes[key]
    ordered = tuple(tuple(sorted(room, key=lambda s: s.run)) for _, room in sorted(rooms.items()))
    return ordered, tuple(record)


def _nodes(runs: Sequence[CityRun]) -> dict[Key, list[Standing]]:
    """Rule 1: standings by key; the key's first part is the circle where there is no position."""
    nodes: dict[Key, list[Standing]] = defaultdict(list)
    for number, run in enumerate(runs):
        for site in run.sites:
            where = ("", f"{site.lon:.7f}", f"{site.lat:.7f}") if _placed(site) else (run.record.circle.id, "", "")
            nodes[(where[0], site.site_id, site.name, where[1], where[2])].append(Standing(number, site))
    return dict(nodes)


def _near_pairs(keys: Sequence[Key], nodes: dict[Key, list[Standing]]) -> list[tuple[float, int, int, str]]:
    """Pairs (metres, a, b, rule) that rule 2 would merge, nearest first."""
    sites = [nodes[key][0].site for key in keys]
    placed = [n for n, site in enumerate(sites) if _placed(site)]
    if len(placed) < 2:
        return []
    lon, lat = (np.array([getattr(sites[n], axis) for n in placed], dtype=float) for axis in ("lon", "lat"))
    found = cKDTree(_on_sphere(lon, lat)).query_pairs(NEAR_M * 1.02, output_type="ndarray")
    if not len(found):
        return []
    _, _, metres = _GEOD.inv(lon[found[:, 0]], lat[found[:, 0]], lon[found[:, 1]], lat[found[:, 1]])
    pairs = []
    for (i, j), distance in zip(found, metres, strict=True):
        a, b = sorted((placed[i], placed[j]))
        rule = _likeness(sites[a], sites[b])
        if distance <= NEAR_M and rule:
            pairs.append((round(float(distance), 3), a, b, rule))
    return sorted(pairs)


def _on_sphere(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Points on a sphere whose radius is the earth's largest: a chord is at most 1.1 % longer than the metres."""
    east, north = np.radians(lon), np.radians(lat)
    return _EARTH_M * np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def _likeness(one: SiteSeen, other: SiteSeen) -> str:
    if one.name.strip() and one.name.strip() == other.name.strip():
        return f"相距不超过 {NEAR_M:g} 米且名称相同"
    if one.address.strip() and one.address.strip() == other.address.strip():
        return f"相距不超过 {NEAR_M:g} 米且地址相同"
    return ""


def _placed(site: SiteSeen) -> bool:
    return site.lon is not None and site.lat is not None


def _named(runs: Sequence[CityRun], standing: Standing) -> tuple[str, str, str]:
    return runs[standing.run].record.circle.id, standing.site.site_id, standing.site.name
