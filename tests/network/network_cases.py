"""Small workspaces for the walking tests: points and streets given by coordinates in metres."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point

from siting.walks import Walks, WalkTable
from siting.workspace import CircleMeta, Workspace

CRS = "EPSG:4548"
XY = tuple[float, float]


def table(prefix: str, xy: Sequence[XY], ids: Sequence[str] | None = None) -> pd.DataFrame:
    array = np.array(xy, dtype=float).reshape(-1, 2)
    names = list(ids) if ids is not None else [f"{prefix}{n}" for n in range(len(array))]
    return pd.DataFrame({"id": names, "x": array[:, 0], "y": array[:, 1]})


def layer(geometries: Sequence[Any] | None) -> gpd.GeoDataFrame | None:
    return None if geometries is None else gpd.GeoDataFrame(geometry=list(geometries), crs=CRS)


def workspace(
    demand: Sequence[XY],
    sites: Sequence[XY],
    streets: Sequence[Any] | None,
    outlets: Sequence[XY] = (),
    barriers: Sequence[Any] | None = None,
    gates: Sequence[XY] | None = None,
    distances: pd.DataFrame | None = None,
) -> Workspace:
    lines = None if streets is None else [s if hasattr(s, "geom_type") else LineString(s) for s in streets]
    return Workspace(
        folder=Path(),
        circle=CircleMeta("T01", "测试圈"),
        crs=CRS,
        demand=table("D", demand),
        outlets=table("O", outlets),
        sites=table("S", sites),
        streets=layer(lines),
        barriers=layer(barriers),
        gates=layer([Point(g) for g in gates] if gates else None),
        distances=distances,
    )


def grid(columns: int, rows: int, step: float) -> list[LineString]:
    """Streets every ``step`` metres; each line carries a vertex at every crossing."""
    across = [LineString([(c * step, r * step) for c in range(columns)]) for r in range(rows)]
    return across + [LineString([(c * step, r * step) for r in range(rows)]) for c in range(columns)]


def metres(walks: Walks | WalkTable, demand: int = 0, place: int = 0) -> float:
    """Walking metres of one pair; inf where it is not listed."""
    rows = walks.general if isinstance(walks, Walks) else walks
    hit = (rows.demand == demand) & (rows.place == place)
    return float(rows.metres[hit][0]) if hit.any() else float("inf")


def as_dict(rows: WalkTable) -> dict[tuple[int, int], float]:
    return {(int(d), int(p)): float(m) for d, p, m in zip(rows.demand, rows.place, rows.metres, strict=True)}
