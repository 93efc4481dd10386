"""Homes that no lawful site or host can reach for a type: what no relaxation of money or counts can mend."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.instance import BoolArray
from siting.diagnose.names import Names, percent_zh
from siting.formulation.builder import Built

_SHOWN = 5


def floors_out_of_reach(built: Built, names: Names) -> Iterator[str]:
    """One sentence for each coverage floor that all lawful sites together do not reach."""
    for k, share in built.rules.coverage_floor:
        reachable = _reachable(built, k)
        best = share_in_reach(built, k)
        if best < share - 1e-9:
            yield (
                f"{built.kinds[k].name_zh}的覆盖底线 {percent_zh(share)} 达不到：用上全部合规点位也只到 "
                f"{percent_zh(best)}，没有点位能覆盖的居民点是{_homes(built, k, ~reachable, names)}"
            )


def share_in_reach(built: Built, k: int) -> float:
    """Share of the type's segment that all lawful sites and hosts together, and the existing outlets, reach."""
    people = built.instance.segment_residents[:, k]
    total = float(people.sum())
    return float(people[_reachable(built, k)].sum()) / total if total else 1.0


def nobody_serves(built: Built, names: Names) -> Iterator[str]:
    """One sentence for each type that some homes cannot walk to at all, where a walking level asks that they can."""
    i = built.instance
    if not i.walk_m:
        return
    for k in range(i.n_type):
        listed = i.walk_m[k].tocoo()
        served = np.isfinite(i.outlet_walk_m[:, k])
        served[listed.row[_can(built, k)[listed.col]]] = True
        if np.any(~served & (i.segment_residents[:, k] > 0)):
            homes = _homes(built, k, ~served, names)
            yield f"{built.kinds[k].name_zh}：居民点{homes}步行到不了任何网点或合规点位"


def _reachable(built: Built, k: int) -> BoolArray:
    i = built.instance
    return np.asarray((i.reach[k] @ _can(built, k).astype(np.int64)) > 0) | i.covered[:, k]


def _can(built: Built, k: int) -> BoolArray:
    """[p]: the place may carry the type, locks out included."""
    i, rules = built.instance, built.rules
    can = i.addon_eligible[:, k].copy()
    can[: i.n_site] |= i.eligible[:, k]
    can[rules.lock_out_sites] = False
    return can


def _homes(built: Built, k: int, lost: BoolArray, names: Names) -> str:
    i = built.instance
    people = i.segment_residents[:, k]
    order = [d for d in np.argsort(-people, kind="stable") if lost[d] and people[d] > 0]
    shown = "、".join(f"{names.homes[i.demand_ids[d]]}（{people[d]:,.0f} 人）" for d in order[:_SHOWN])
    more = f" 等 {len(order)} 处共 {people[order].sum():,.0f} 人" if len(order) > _SHOWN else ""
    return f" {shown}{more}"
