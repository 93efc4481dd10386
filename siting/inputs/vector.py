"""Vector layers of a workspace: streets, barriers, gates and the boundary, each with the datum that counts for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from scenarios.faults import Fault, FaultLog
from siting.inputs import position_messages as say
from siting.inputs.axes import examine
from siting.inputs.circle_file import CircleFile
from siting.inputs.folder import InputFolder
from siting.inputs.formats import Layer
from siting.inputs.layer_choice import chosen_layer
from siting.inputs.layer_file import read_layer
from siting.inputs.place import Place
from siting.inputs.reference import Datum
from siting.inputs.roles import role_of

FloatArray = npt.NDArray[np.float64]
POINT, LINE, POLYGON = 0, 1, 3
_KIND_ZH = {POINT: "点", LINE: "线", POLYGON: "面"}
_MAY_BE_EMPTY = ("barriers", "gates")


@dataclass(frozen=True)
class VectorLayer:
    """Single-part two-dimensional features as the file has them, and the datum that they are in."""

    place: Place
    frame: gpd.GeoDataFrame
    datum: Datum

    def points(self) -> FloatArray:
        """Every vertex (n, 2), in the layer's own datum."""
        return np.asarray(shapely.get_coordinates(self.frame.geometry.to_numpy()), dtype=float)

    def in_metres(self, target: pyproj.CRS) -> gpd.GeoDataFrame:
        """The features in ``target``, attributes kept, index 0..n-1."""
        moved = shapely.transform(self.frame.geometry.to_numpy(), lambda xy: self.datum.to_metres(xy, target))
        return gpd.GeoDataFrame(self.frame.drop(columns=self.frame.geometry.name), geometry=moved, crs=target)


@dataclass(frozen=True)
class Vectors:
    """The layers that are there."""

    streets: VectorLayer | None = None
    barriers: VectorLayer | None = None
    gates: VectorLayer | None = None
    boundary: VectorLayer | None = None

    def boundary_in_metres(self, target: pyproj.CRS) -> BaseGeometry | None:
        """The boundary as one valid (multi)polygon, or None."""
        if self.boundary is None:
            return None
        shapes = self.boundary.in_metres(target).geometry.to_numpy()
        return shapely.union_all(shapely.make_valid(shapes))


def read_vectors(folder: InputFolder, circle: CircleFile, log: FaultLog) -> Vectors:
    """Read every layer that is there; faults for layers that cannot be used."""
    kinds = {"streets": (LINE,), "barriers": (LINE, POLYGON), "gates": (POINT,), "boundary": (POLYGON,)}
    chosen = {role: chosen_layer(folder, role, log) for role in kinds}
    return Vectors(**{role: _read(folder, circle, layer, kinds[role], log) for role, layer in chosen.items() if layer})


def _read(
    folder: InputFolder, circle: CircleFile, layer: Layer, kinds: tuple[int, ...], log: FaultLog
) -> VectorLayer | None:
    place = Place(layer.file, layer.sheet)
    data = read_layer(folder, layer, log)
    if data is None:
        return None
    frame, wanted = data.frame, "、".join(_KIND_ZH[kind] for kind in kinds)
    if not isinstance(frame, gpd.GeoDataFrame):
        log.add(say.wrong_geometry(place, wanted))
        return None
    parts = _single_parts(frame, kinds, place, wanted, role_of(layer.name) in _MAY_BE_EMPTY, log)
    datum = circle.datum_for(layer.file, frame.crs, log)
    if parts is None or datum is None:
        return None
    found = VectorLayer(place, parts, datum)
    return found if _fits(found, log) else None


def _fits(layer: VectorLayer, log: FaultLog) -> bool:
    """Whether the corners of the layer are coordinates of its datum; the mistake that they show is told."""
    corners = _corners(layer.points())
    seen = examine(layer.datum, corners, None)
    if bool(seen.usable.all() and layer.datum.reaches(corners).all()):
        return True
    tellers: tuple[tuple[npt.NDArray[np.bool_], Callable[..., Fault]], ...] = (
        (seen.metres, say.metres_as_degrees),
        (seen.degrees, say.degrees_as_metres),
        (seen.swapped, say.swapped),
        (seen.prefixed, partial(say.zone_prefix, epsg=seen.epsg)),
        (seen.bare, partial(say.zone_prefix_missing, epsg=seen.epsg)),
    )
    tell = next((teller for mask, teller in tellers if mask.any()), None)
    log.add(tell(layer.place, count=1, rows=1) if tell else say.layer_range(layer.place))
    return False


def _single_parts(
    frame: gpd.GeoDataFrame, kinds: tuple[int, ...], place: Place, wanted: str, may_be_empty: bool, log: FaultLog
) -> gpd.GeoDataFrame | None:
    shapes = frame.geometry.to_numpy()
    frame = frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if frame.empty:
        if not may_be_empty:
            log.add(say.empty_layer(place))
        return None
    parts = frame.explode(ignore_index=True)
    found = shapely.get_type_id(parts.geometry.to_numpy())
    found = np.where(found == 2, LINE, found)
    keep = np.isin(found, kinds)
    if not keep.any():
        log.add(say.wrong_geometry(place, wanted))
        return None
    if not keep.all():
        log.add(say.skipped_features(place, int((~keep).sum()), wanted))
    parts = parts[keep].reset_index(drop=True)
    parts = parts.set_geometry(shapely.force_2d(parts.geometry.to_numpy()), crs=frame.crs)
    if not np.isfinite(shapely.get_coordinates(parts.geometry.to_numpy())).all():
        log.add(say.layer_range(place))
        return None
    return parts


def _corners(points: FloatArray) -> FloatArray:
    return np.array([points.min(axis=0), points.max(axis=0)])
