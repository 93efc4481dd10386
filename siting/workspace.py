"""The workspace of one living circle, read and checked: frozen tables in metres, unique ids, clean types.

Everything downstream trusts these tables; :mod:`siting.inputs` is the only room that makes them from files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from scenarios.faults import Fault

SEGMENTS = ("all", "elderly", "toddlers", "children")


@dataclass(frozen=True)
class InputFile:
    """An input file as it was read: path relative to the workspace folder, and the sha256 of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True)
class CircleMeta:
    """``circle.toml``; ``datum`` is ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09``, ``epsg:N``, or empty.

    ``simulated`` is true where the layout is made by the generator; every output then carries ``simulated_note``.
    ``plan`` holds the planner's ``[plan]`` table as it stands; ``scenario`` the circle's own ``[scenario]`` overrides.
    ``unknown_types`` are types whose outlets the data cannot show (``[unknown]``): too few of them is not a shortfall.
    """

    id: str
    name: str
    district: str = ""
    street_office: str = ""
    datum: str = ""
    simulated: bool = False
    simulated_note: str = ""
    plan: Mapping[str, Any] = field(default_factory=dict)
    scenario: Mapping[str, Any] = field(default_factory=dict)
    unknown_types: tuple[str, ...] = ()
    unknown_note: str = ""


@dataclass(frozen=True)
class Workspace:
    """All inputs of one circle.

    demand   columns id, name, x, y, residents, elderly, toddlers, children, households
    outlets  columns id, name, type_id, x, y, area_m2, chain (bool or NA), services (tuple of type ids)
    sites    columns id, name, kind (SiteKind value), x, y, area_m2, address, floor (int or NA), elevator, street_front,
             flue (bool or NA), rent_cny_year, renovation_cny_m2, opening_cny (0 where blank), available_year (int or
             NA), owner, allowed_types, forbidden_types (tuples of type ids)
    Row order is file order; the index is 0..n-1. Ids are unique over all three tables. ``x``, ``y`` are metres in
    ``crs`` (NaN where the workspace has ready distances and no coordinates; ``crs`` is "" where nothing at all has a
    position). Missing optional columns are filled, never absent: numbers with 0 (but ``outlets.area_m2`` with NaN,
    unknown), text with "", lists with (), booleans ("boolean") and ``floor``, ``available_year`` ("Int64") with NA.
    streets  lines in ``crs`` (no attributes needed), or None with ready distances
    barriers lines or polygons that cannot be walked across; gates are points where they can
    distances columns from_id, to_id, metres, type_id ("" = every type), or None
    costs    columns site_id, type_id, cny, or None
    """

    folder: Path
    circle: CircleMeta
    crs: str
    demand: pd.DataFrame
    outlets: pd.DataFrame
    sites: pd.DataFrame
    streets: gpd.GeoDataFrame | None = None
    barriers: gpd.GeoDataFrame | None = None
    gates: gpd.GeoDataFrame | None = None
    boundary: BaseGeometry | None = None
    distances: pd.DataFrame | None = None
    costs: pd.DataFrame | None = None
    catalogue_overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    inputs: tuple[InputFile, ...] = ()
    warnings: tuple[Fault, ...] = ()
