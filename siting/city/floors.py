"""What each circle lacks: the city's gap report, and the zones of the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from models.instance import SitingInstance, Zones
from scenarios.business_type import Tier
from siting.city.join import City
from siting.gap_report import GapReport, ShortfallStatus, TypeShortfall


def city_gaps(whole: GapReport, circles: Sequence[GapReport]) -> GapReport:
    """``whole`` (reach and outlets of the joined tables) with what the circles need and lack, added up by type.

    The share of basic types that are there is the circles' mean.
    """
    return replace(
        whole,
        rows=tuple(_row(row, [gaps.row(row.type_id) for gaps in circles]) for row in whole.rows),
        basic_complete_share=float(np.mean([gaps.basic_complete_share for gaps in circles])),
        contradictions=tuple(f"{g.circle_id}：{text}" for g in circles for text in g.contradictions),
    )


def _row(row: TypeShortfall, circles: Sequence[TypeShortfall]) -> TypeShortfall:
    missing = sum(r.missing_outlets for r in circles)
    if all(r.status is ShortfallStatus.UNKNOWN for r in circles):
        status = ShortfallStatus.UNKNOWN
    else:
        status = ShortfallStatus.MET if not missing else ShortfallStatus.SHORT
        status = ShortfallStatus.MISSING if missing and not row.outlets else status
    required = sum(r.required for r in circles)
    return replace(row, required=required, missing_outlets=missing, status=status, agrees=None)


def zones_of(city: City, circles: Sequence[GapReport], instance: SitingInstance) -> Zones:
    """Zone z is circle z. A place counts for the circles whose tables name it or whose boundary it lies in."""
    missing = np.array(
        [[_lacks(gaps.row(type_id)) for type_id in instance.type_ids] for gaps in circles], dtype=np.int64
    ).reshape(len(circles), instance.n_type)
    outlet_row = {str(o): n for n, o in enumerate(city.workspace.outlets["id"])}
    hosts = np.array([outlet_row[o] for o in instance.host_ids], dtype=np.int64)
    inside = np.zeros((len(circles), instance.n_place), dtype=bool)
    for c, ws in enumerate(city.circles):
        here = [
            _there(city, "sites", c, ws.boundary),
            _there(city, "outlets", c, ws.boundary)[hosts],
        ]
        inside[c] = np.concatenate(here)
    return Zones(missing, inside)


def _lacks(row: TypeShortfall) -> int:
    return row.missing_outlets if row.tier is Tier.BASIC and row.sitable else 0


def _there(city: City, kind: str, c: int, boundary: shapely.Geometry | None) -> np.ndarray:
    table = getattr(city.workspace, kind)
    there = np.zeros(len(table), dtype=bool)
    there[getattr(city, kind).rows[c]] = True
    if boundary is not None and len(table):
        xy = table[["x", "y"]].to_numpy(dtype=float)
        there |= np.asarray(shapely.intersects_xy(boundary, xy[:, 0], xy[:, 1]))
    return there
