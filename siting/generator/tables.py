"""A generated circle in memory: tables and geometries in metres, ready for files or, without files, for benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from scenarios.business_type import BusinessType
from siting.generator.blocks import GATED, Blocks, make_blocks
from siting.generator.frontage import Ground, make_frontage
from siting.generator.lattice import CLASS_NAMES, Lattice, make_lattice
from siting.generator.outlets import make_outlets
from siting.generator.people import make_demand
from siting.generator.sites import make_sites
from siting.generator.spec import CRS, GENERATOR_VERSION, SIMULATED_NOTE, CircleSpec
from siting.workspace import CircleMeta, Workspace

FloatArray = npt.NDArray[np.float64]
SHORE_M = 14.0


class TypeCatalogue(Protocol):
    """What the generator needs of a catalogue."""

    @property
    def types(self) -> Any:
        """Mapping of type id to BusinessType, in catalogue order."""


@dataclass(frozen=True)
class GeneratedCircle:
    """The generated tables; coordinates ``x``, ``y`` in metres in EPSG:4548, geometries likewise.

    demand   id, name, x, y, residents, elderly, toddlers, children, households
    outlets  id, name, type_id, x, y, area_m2, chain, services (tuple of type ids)
    sites    the columns of :class:`siting.workspace.Workspace`
    streets  columns name, class; barriers columns name, kind; gates columns name, kind
    """

    spec: CircleSpec
    seed: int
    demand: pd.DataFrame
    outlets: pd.DataFrame
    sites: pd.DataFrame
    streets: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    boundary: shapely.Polygon

    def meta(self) -> dict[str, Any]:
        """``circle.toml`` as plain data."""
        return {
            "id": self.spec.id,
            "name": self.spec.name,
            "district": self.spec.district,
            "street_office": self.spec.street_office,
            "datum": "wgs84",
            "simulated": True,
            "simulated_note": f"{SIMULATED_NOTE}（生成器版本 {GENERATOR_VERSION}，随机种子 {self.seed}）",
            "plan": self.spec.facts.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
        }

    def to_workspace(self) -> Workspace:
        """A workspace without files, as a reader would hand it on (``folder`` is the working directory)."""
        meta = self.meta()
        circle = CircleMeta(
            id=meta["id"],
            name=meta["name"],
            district=meta["district"],
            street_office=meta["street_office"],
            datum=meta["datum"],
            simulated=True,
            simulated_note=meta["simulated_note"],
            plan=meta["plan"],
        )
        return Workspace(
            folder=Path(),
            circle=circle,
            crs=CRS,
            demand=self.demand,
            outlets=self.outlets,
            sites=self.sites,
            streets=self.streets,
            barriers=self.barriers,
            gates=self.gates,
            boundary=self.boundary,
        )


def generate_tables(spec: CircleSpec, catalogue: TypeCatalogue, seed: int) -> GeneratedCircle:
    """The whole circle of ``spec`` in memory. Raises ValueError for a negative seed."""
    types: dict[str, BusinessType] = dict(catalogue.types)
    lattice = make_lattice(spec, seed)
    blocks = make_blocks(spec, lattice, seed)
    ground = Ground(lattice, blocks, make_frontage(lattice))
    demand = make_demand(spec, lattice, blocks, seed)
    outlets = make_outlets(spec, types, ground, demand, seed)
    sites = make_sites(spec, types, ground, seed)
    origin = _origin(spec.anchor)
    for table in (demand, outlets, sites):
        table["x"] = (table["x"] + origin[0]).round(3)
        table["y"] = (table["y"] + origin[1]).round(3)
    barriers, gates = _barriers(spec, lattice, blocks, origin)
    return GeneratedCircle(
        spec=spec,
        seed=seed,
        demand=demand.drop(columns="block"),
        outlets=outlets,
        sites=sites,
        streets=_streets(lattice, blocks, origin),
        barriers=barriers,
        gates=gates,
        boundary=_boundary(lattice, origin),
    )


@lru_cache(maxsize=1)
def to_metres() -> Transformer:
    """WGS84 lon, lat → EPSG:4548 metres east, north."""
    return Transformer.from_crs("EPSG:4326", CRS, always_xy=True)


def _origin(anchor: tuple[float, float]) -> FloatArray:
    east, north = to_metres().transform(*anchor)
    return np.round(np.array([east, north]))


def _streets(lattice: Lattice, blocks: Blocks, origin: FloatArray) -> gpd.GeoDataFrame:
    halves = np.stack(
        [
            np.stack([lattice.ends[:, 0], lattice.middle], axis=1),
            np.stack([lattice.middle, lattice.ends[:, 1]], axis=1),
        ],
        axis=1,
    ).reshape(-1, 2, 2)
    lines = np.round(np.concatenate([halves, blocks.lanes]) + origin, 3)
    kind = np.where(lattice.bridge, "bridge", np.array(CLASS_NAMES)[lattice.edge_class])
    names = [n for n in lattice.edge_name for _ in range(2)] + [""] * len(blocks.lanes)
    kinds = np.repeat(kind, 2).tolist() + ["lane"] * len(blocks.lanes)
    return gpd.GeoDataFrame({"name": names, "class": kinds}, geometry=shapely.linestrings(lines), crs=CRS)


def _barriers(
    spec: CircleSpec, lattice: Lattice, blocks: Blocks, origin: FloatArray
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    rings = [np.round(ring + origin, 3) for ring in blocks.walls]
    shapes: list[Any] = [shapely.linestrings(ring) for ring in rings]
    walled = np.flatnonzero(blocks.use == GATED)
    names = [f"{blocks.estate_name[e]}围墙" for e in blocks.estate[walled].tolist()]
    kinds = ["wall"] * len(shapes)
    wet = lattice.corners[lattice.water.ravel()]
    if len(wet):
        water = shapely.union_all(shapely.polygons(np.round(wet + origin, 3))).buffer(-SHORE_M)
        parts = shapely.get_parts(shapely.set_precision(water, 0.001))
        shapes += list(parts)
        kinds += ["water"] * len(parts)
        names += [water_name(spec)] * len(parts)
    bridge = lattice.middle[lattice.bridge]
    points = np.round(np.concatenate([blocks.gates, bridge]) + origin, 3)
    gate_names = [f"{blocks.estate_name[e]}出入口" for e in blocks.estate[blocks.gate_block].tolist()]
    over = [f"{n}桥" for n, b in zip(lattice.edge_name, lattice.bridge.tolist(), strict=True) if b]
    gate_kinds = ["gate"] * len(gate_names) + ["bridge"] * len(over)
    return (
        gpd.GeoDataFrame({"name": names, "kind": kinds}, geometry=shapes, crs=CRS),
        gpd.GeoDataFrame({"name": gate_names + over, "kind": gate_kinds}, geometry=shapely.points(points), crs=CRS),
    )


def water_name(spec: CircleSpec) -> str:
    """The plan's name of the water beside the circle, where its boundary names one."""
    side = spec.lake if spec.lake != "none" else spec.river
    name = spec.facts.boundary_roads.get(side, "")
    return name if name.endswith(("河", "湖")) else ("湖" if spec.lake != "none" else "河")


def _boundary(lattice: Lattice, origin: FloatArray) -> shapely.Polygon:
    row0, row1, col0, col1 = lattice.box
    nodes = lattice.nodes
    sides = [
        (nodes[row0, col0:col1], lattice.edge_of[row0, col0:col1, 0]),
        (nodes[row0:row1, col1], lattice.edge_of[row0:row1, col1 - 1, 3]),
        (nodes[row1, col1:col0:-1], lattice.edge_of[row1 - 1, col0:col1, 1][::-1]),
        (nodes[row1:row0:-1, col0], lattice.edge_of[row0:row1, col0, 2][::-1]),
    ]
    ring = []
    for corner, edge in sides:
        middle = np.where((edge >= 0)[:, None], lattice.middle[edge], corner)
        ring.append(np.stack([corner, middle], axis=1).reshape(-1, 2))
    return shapely.remove_repeated_points(shapely.Polygon(np.round(np.concatenate(ring) + origin, 3)), 0.01)
