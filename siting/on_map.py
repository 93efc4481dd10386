"""What the map of a run shows beside the plan: who is covered already, and how far one walks from each pick."""

from __future__ import annotations

import numpy as np
from shapely.geometry.base import BaseGeometry

from scenarios.schema import Walking
from siting.bundle import Pick
from siting.coverage import reach_m
from siting.formulation.builder import Built
from siting.network.areas import walking_areas
from siting.workspace import Workspace


def covered_homes(built: Built) -> dict[str, tuple[str, ...]]:
    """Type id → demand points that an existing outlet serves."""
    i = built.instance
    return {
        type_id: tuple(i.demand_ids[d] for d in np.flatnonzero(i.covered[:, k])) for k, type_id in enumerate(i.type_ids)
    }


def walk_areas(
    workspace: Workspace, built: Built, picks: tuple[Pick, ...], walking: Walking
) -> dict[tuple[str, str], BaseGeometry]:
    """(place, type) of each pick → the streets within the type's reach; picks without an area are left out."""
    row = {str(place): n for n, place in enumerate([*workspace.sites["id"], *workspace.outlets["id"]])}
    row |= {str(place): n for n, place in enumerate(workspace.sites["id"])}
    radius = {kind.id: reach_m(kind, walking) for kind in built.kinds}
    keys = sorted({(pick.site_id, pick.type_id) for pick in picks})
    places = np.array([row[site] for site, _ in keys], dtype=np.int64)
    radii = np.array([radius[kind] for _, kind in keys])
    areas = walking_areas(workspace, places, radii, walking.max_access_m)
    return {key: area for key, area in zip(keys, areas, strict=True) if area is not None and not area.is_empty}
