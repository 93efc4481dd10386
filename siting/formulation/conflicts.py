"""Pairs of places that must not stand together: spacing of one type, separation of incompatible types.

Distances are straight lines. Existing outlets count: a site too near to one is refused for the type. Without
coordinates only "in the same site" can be told apart.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from scenarios.business_type import BusinessType
from siting.bundle import Refusal
from siting.coverage import provides
from siting.formulation.hosting import Hosting
from siting.workspace import Workspace

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


def _xy(table: object) -> npt.NDArray[np.float64]:
    return np.asarray(table[["x", "y"]].to_numpy(dtype=float))  # type: ignore[index]


def near_pairs(xy: npt.NDArray[np.float64], metres: float) -> IntArray:
    """(n,2) rows nearer than ``metres`` to each other, first < second; rows without coordinates are near nothing."""
    known = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if len(known) < 2 or metres <= 0:
        return np.zeros((0, 2), dtype=np.int64)
    pairs = cKDTree(xy[known]).query_pairs(np.nextafter(metres, 0.0), output_type="ndarray")
    return np.asarray(known[pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]].reshape(-1, 2))


def spacing_pairs(workspace: Workspace, kinds: tuple[BusinessType, ...], eligible: BoolArray) -> IntArray:
    """(n,3) site, site, type: both eligible and nearer than the type's spacing."""
    parts = [np.zeros((0, 3), dtype=np.int64)]
    for k, kind in enumerate(kinds):
        if kind.spacing_m is None or kind.spacing_m.value <= 0:
            continue
        pairs = near_pairs(_xy(workspace.sites), kind.spacing_m.value)
        pairs = pairs[eligible[pairs[:, 0], k] & eligible[pairs[:, 1], k]]
        parts.append(np.column_stack([pairs, np.full(len(pairs), k)]))
    return np.concatenate(parts)


def separated_types(kinds: tuple[BusinessType, ...]) -> Iterator[tuple[int, int, float]]:
    """(type, type, metres) of every separation, each pair once, with the larger distance where both say one."""
    number = {kind.id: k for k, kind in enumerate(kinds)}
    metres: dict[tuple[int, int], float] = {}
    for k, kind in enumerate(kinds):
        for rule in kind.separations.value if kind.separations else ():
            if rule.type_id in number:
                pair = (min(k, number[rule.type_id]), max(k, number[rule.type_id]))
                metres[pair] = max(metres.get(pair, 0.0), rule.metres)
    yield from ((a, b, m) for (a, b), m in sorted(metres.items()))


def separation_pairs(
    workspace: Workspace, kinds: tuple[BusinessType, ...], eligible: BoolArray, hosts: Hosting
) -> IntArray:
    """(n,4) place, type, place, type: in the same place, or nearer than the separation; add-on services count."""
    may = hosts.addon_eligible.copy()
    may[: len(eligible)] |= eligible
    xy = _places_xy(workspace, hosts)
    parts = [np.zeros((0, 4), dtype=np.int64)]
    for k, m, metres in separated_types(kinds):
        near = near_pairs(xy, metres)
        same = np.arange(len(xy))
        a = np.concatenate([same, near[:, 0], near[:, 1]])
        b = np.concatenate([same, near[:, 1], near[:, 0]])
        keep = may[a, k] & may[b, m]
        a, b = a[keep], b[keep]
        parts.append(np.column_stack([a, np.full(len(a), k), b, np.full(len(b), m)]))
    return np.concatenate(parts)


def addons_apart(workspace: Workspace, kinds: tuple[BusinessType, ...], hosts: Hosting) -> BoolArray:
    """[p,k]: no existing outlet of an incompatible type is too near for k as an add-on service at p."""
    apart = np.ones(hosts.addon_eligible.shape, dtype=bool)
    has = provides(workspace, tuple(kind.id for kind in kinds))
    places, outlets = _places_xy(workspace, hosts), _xy(workspace.outlets)
    known = np.isfinite(places).all(axis=1)
    for one, other, metres in separated_types(kinds):
        for k, m in ((one, other), (other, one)):
            there = np.flatnonzero(has[:, m] & np.isfinite(outlets).all(axis=1)) if len(outlets) else np.zeros(0, int)
            if len(there) and known.any():
                apart[known, k] &= cKDTree(outlets[there]).query(places[known])[0] >= metres
    return apart


def _places_xy(workspace: Workspace, hosts: Hosting) -> npt.NDArray[np.float64]:
    """(n_place, 2): sites, then existing hosts."""
    return np.concatenate([_xy(workspace.sites), _xy(workspace.outlets)[hosts.outlets].reshape(-1, 2)])


def too_near_to_outlets(
    workspace: Workspace, kinds: tuple[BusinessType, ...], eligible: BoolArray
) -> Iterator[tuple[int, int, Refusal]]:
    """(site, type, reason) of pairs too near to an existing outlet of the same or of an incompatible type."""
    has = provides(workspace, tuple(kind.id for kind in kinds))
    rules = [(k, k, kind.spacing_m.value, "too-near") for k, kind in enumerate(kinds) if kind.spacing_m]
    for k, m, metres in separated_types(kinds):
        rules += [(k, m, metres, "separation"), (m, k, metres, "separation")]
    sites, outlets = _xy(workspace.sites), _xy(workspace.outlets)
    for k, m, metres, code in rules:
        there = np.flatnonzero(has[:, m] & np.isfinite(outlets).all(axis=1)) if len(outlets) else np.zeros(0, int)
        asked = np.flatnonzero(eligible[:, k] & np.isfinite(sites).all(axis=1))
        if not len(there) or not len(asked):
            continue
        distance, nearest = cKDTree(outlets[there]).query(sites[asked])
        for row, d, which in zip(asked, distance, nearest, strict=True):
            if d < metres:
                outlet = workspace.outlets["name"].iloc[there[which]]
                reason = f"距现有{kinds[m].name_zh}“{outlet}”直线 {d:.0f} 米，按规定应不小于 {metres:g} 米"
                yield int(row), k, Refusal(str(workspace.sites["id"].iloc[row]), kinds[k].id, code, reason)
