"""A simulated city whose circles overlap: one large layout, cut into windows that share streets, homes and rooms.

The layout is that of one large circle. A window is a cell of a grid over it, widened on all sides; what lies in two
windows stands in both circles' tables with the same id, name and position. Each circle gets whole street pieces a
little beyond its window, so that neighbours share junctions and people walk from one into the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.generator.spec import CircleSpec
from siting.generator.tables import GeneratedCircle, TypeCatalogue, generate_tables
from siting.generator.write import write_circle

_STREETS_BEYOND_M, _GATES_BEYOND_M = 250.0, 500.0


@dataclass(frozen=True)
class CitySpec:
    """``columns`` × ``rows`` circles; homes, rooms, residents and area are those of a cell, ``widened`` the part of a
    cell's side that its window reaches beyond it. A district is ``district_columns`` columns wide.
    """

    columns: int
    rows: int
    n_demand: int = 60
    n_site: int = 20
    population: int = 9_000
    area_km2: float = 0.8
    widened: float = 0.12
    district_columns: int = 3
    anchor: tuple[float, float] = (115.98, 36.456)


def generate_city(spec: CitySpec, catalogue: TypeCatalogue, folder: Path, seed: int = 0) -> tuple[Path, ...]:
    """Write one workspace for each circle below ``folder`` and return them, west to east and south to north.

    All say that they are simulated. Raises as :func:`siting.generator.generate_circle`.
    """
    names = {type_id: kind.name_zh for type_id, kind in catalogue.types.items()}
    return tuple(write_circle(made, names, folder / made.spec.id) for made in cut_city(spec, catalogue, seed))


def cut_city(spec: CitySpec, catalogue: TypeCatalogue, seed: int = 0) -> list[GeneratedCircle]:
    """The circles in memory."""
    n = spec.columns * spec.rows
    large = CircleSpec(
        "City",
        "模拟城区",
        n_demand=n * spec.n_demand,
        n_site=n * spec.n_site,
        population=n * spec.population,
        area_km2=n * spec.area_km2,
        aspect=float(np.clip(spec.columns / spec.rows, 0.5, 2.0)),
        anchor=spec.anchor,
    )
    whole = generate_tables(large, catalogue, seed)
    return [_window(spec, whole, column, row) for row in range(spec.rows) for column in range(spec.columns)]


def _window(spec: CitySpec, whole: GeneratedCircle, column: int, row: int) -> GeneratedCircle:
    west, south, east, north = whole.boundary.bounds
    wide, high = (east - west) / spec.columns, (north - south) / spec.rows
    cell = shapely.box(west + column * wide, south + row * high, west + (column + 1) * wide, south + (row + 1) * high)
    beyond = spec.widened * min(wide, high)
    window = cell.buffer(beyond, join_style="mitre").intersection(whole.boundary.buffer(beyond))
    number = row * spec.columns + column + 1
    about = replace(
        whole.spec,
        id=f"M{number:03d}",
        name=f"模拟{number}号圈",
        district=f"模拟{column // spec.district_columns + 1}区",
    )
    return replace(
        whole,
        spec=about,
        demand=_rows_in(whole.demand, window),
        outlets=_rows_in(whole.outlets, window),
        sites=_rows_in(whole.sites, window),
        streets=_lines_in(whole.streets, window.buffer(_STREETS_BEYOND_M)),
        barriers=_lines_in(whole.barriers, window.buffer(_STREETS_BEYOND_M)),
        gates=_lines_in(whole.gates, window.buffer(_GATES_BEYOND_M)),
        boundary=window,
    )


def _rows_in(table: pd.DataFrame, window: shapely.Geometry) -> pd.DataFrame:
    inside = shapely.intersects_xy(window, table["x"].to_numpy(dtype=float), table["y"].to_numpy(dtype=float))
    return table[inside].reset_index(drop=True)


def _lines_in(layer: gpd.GeoDataFrame, area: shapely.Geometry) -> gpd.GeoDataFrame:
    return layer[shapely.intersects(layer.geometry.to_numpy(), area)].reset_index(drop=True)
