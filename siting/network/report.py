"""How the points met the streets: access legs, points cut off and why, in the planner's words."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from siting.network.graph import StreetGraph
from siting.network.snap import Cut, Snaps
from siting.walks import SnapReport


def snap_report(
    graph: StreetGraph, sides: Sequence[tuple[str, Sequence[str], Snaps]], max_access_m: float
) -> SnapReport:
    """``sides``: the Chinese word for a kind of point, its ids and snaps. An id of two kinds keeps its longer leg."""
    access: dict[str, float] = {}
    cut_off: dict[str, str] = {}
    for kind, ids, snaps in sides:
        for point_id, metres in zip(ids, snaps.access_m.tolist(), strict=True):
            if math.isfinite(metres):
                access[point_id] = max(round(metres, 3), access.get(point_id, 0.0))
        for row in np.flatnonzero(snaps.cut != Cut.NO).tolist():
            reason = _reason(kind, Cut(int(snaps.cut[row])), float(snaps.access_m[row]), max_access_m)
            earlier = cut_off.get(ids[row])
            cut_off[ids[row]] = f"{earlier}；{reason}" if earlier else reason
    return SnapReport(access, cut_off, graph.components()[0], float(graph.edge_m.sum()) / 1000.0)


def _reason(kind: str, cut: Cut, metres: float, max_access_m: float) -> str:
    if cut is Cut.NO_COORDINATES:
        return f"{kind}没有坐标，无法接入路网"
    if cut is Cut.BARRIER:
        return f"{kind}距最近道路 {metres:.0f} 米，但 {max_access_m:.0f} 米内每条接入线都被围墙、铁路或河流等障碍隔断"
    if cut is Cut.ISLAND:
        other = "网点或候选点" if kind == "居民点" else "居民点"
        return f"{kind}接入的道路（接入 {metres:.0f} 米）是与主路网不相连的孤岛，岛上没有任何{other}"
    if not math.isfinite(metres):
        return f"{kind}附近没有任何道路"
    return f"{kind}距最近道路 {metres:.0f} 米，超过允许的接入距离 {max_access_m:.0f} 米"
