"""What the outputs look up in a bundle: places by id, sums of newly served residents by pick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from scenarios.business_type import SITE_KIND_LABELS_ZH, BusinessType, SiteKind
from siting.bundle import NewlyServed, Pick, ResultBundle
from siting.workspace import Workspace


@dataclass(frozen=True)
class Place:
    """A candidate site or an existing outlet, as planners read it. ``floor`` is None where unknown."""

    id: str
    name: str
    kind_zh: str
    address: str = ""
    floor: int | None = None
    area_m2: float | None = None
    owner: str = ""
    is_site: bool = True
    kind: str = ""
    available_year: int | None = None


@dataclass(frozen=True)
class Gain:
    """Residents newly served by one pick, nearest place first: sums by segment, estates, mean walks in metres.

    ``walk_before_m`` is the resident-weighted mean over the demand points whose walk was known; ``unknown_before``
    counts the residents for whom it was not.
    """

    by_segment: Mapping[str, float] = field(default_factory=dict)
    estates: tuple[tuple[str, float], ...] = ()
    walk_before_m: float | None = None
    walk_after_m: float | None = None
    unknown_before: float = 0.0


def known(value: Any) -> bool:
    """False for None, NaN and pandas' NA."""
    return value is not None and not bool(pd.isna(value))


def kind_zh(kind: str) -> str:
    """Chinese word of a site kind; the identifier where unknown."""
    return {str(k): word for k, word in SITE_KIND_LABELS_ZH.items()}.get(kind, kind)


def _cell(row: Mapping[str, Any], column: str) -> str:
    return str(row[column]) if known(row.get(column)) else ""


def places(bundle: ResultBundle) -> dict[str, Place]:
    """All places of a bundle by id."""
    return places_in(bundle.workspace)


def places_in(workspace: Workspace) -> dict[str, Place]:
    """All places by id; a candidate site wins where an outlet has the same id."""
    found: dict[str, Place] = {}
    for row in workspace.outlets.to_dict("records"):
        area = float(row["area_m2"]) if known(row.get("area_m2")) else None
        found[str(row["id"])] = Place(str(row["id"]), _cell(row, "name"), "现有网点", area_m2=area, is_site=False)
    for row in workspace.sites.to_dict("records"):
        found[str(row["id"])] = Place(
            id=str(row["id"]),
            name=_cell(row, "name"),
            kind_zh=kind_zh(_cell(row, "kind")),
            address=_cell(row, "address"),
            floor=int(row["floor"]) if known(row.get("floor")) else None,
            area_m2=float(row["area_m2"]) if known(row.get("area_m2")) else None,
            owner=_cell(row, "owner"),
            kind=_cell(row, "kind"),
            available_year=int(row["available_year"]) if known(row.get("available_year")) else None,
        )
    return found


def place_of(pick: Pick, by_id: Mapping[str, Place]) -> Place:
    """The place of a pick: its site, or the existing outlet that carries it."""
    return by_id.get(pick.site_id) or by_id.get(pick.host) or Place(pick.site_id, "", "")


def label(place_id: str, by_id: Mapping[str, Place]) -> str:
    """``S001 名称``; the id alone where there is no name."""
    name = by_id[place_id].name if place_id in by_id else ""
    return f"{place_id} {name}".strip() if name != place_id else place_id


def type_name(bundle: ResultBundle, type_id: str) -> str:
    """Chinese name of a business type; the id where the catalogue has none."""
    business = business_type(bundle, type_id)
    return business.name_zh if business else type_id


def business_type(bundle: ResultBundle, type_id: str) -> BusinessType | None:
    """The business type, or None where the catalogue has none of that id."""
    return bundle.catalogue.types.get(type_id)


def type_names(bundle: ResultBundle, type_ids: tuple[str, ...]) -> str:
    """Chinese names joined with 、."""
    return "、".join(type_name(bundle, t) for t in type_ids)


def build_mode_zh(pick: Pick, place: Place) -> str:
    """建设方式: an add-on is 一店多能, a parcel is built new, a room that stands is converted."""
    if pick.host:
        return "一店多能"
    return "新建" if place.kind == SiteKind.MIXED_USE_PARCEL else "改造"


def host_zh(bundle: ResultBundle, pick: Pick, by_id: Mapping[str, Place]) -> str:
    """Who carries an add-on service, in words; empty for a fitted-out outlet."""
    if not pick.host:
        return ""
    if pick.host in bundle.catalogue.types:
        return f"同址新设{type_name(bundle, pick.host)}"
    return f"现有网点 {label(pick.host, by_id)}"


def gains(bundle: ResultBundle) -> dict[tuple[str, str], Gain]:
    """Gains by (place id, type id)."""
    groups: dict[tuple[str, str], list[NewlyServed]] = defaultdict(list)
    for item in bundle.served:
        groups[(item.site_id, item.type_id)].append(item)
    demand = bundle.workspace.demand
    names = dict(zip(demand["id"].astype(str), demand["name"], strict=True))
    return {key: _gain(items, names) for key, items in groups.items()}


def gain_of(pick: Pick, by_pick: Mapping[tuple[str, str], Gain]) -> Gain:
    """The gain of a pick; an add-on at an existing outlet may be listed under the outlet's id."""
    empty = Gain()
    return by_pick.get((pick.site_id, pick.type_id)) or by_pick.get((pick.host, pick.type_id)) or empty


def _gain(items: list[NewlyServed], names: Mapping[str, Any]) -> Gain:
    by_segment: dict[str, float] = defaultdict(float)
    by_estate: dict[str, float] = defaultdict(float)
    for item in items:
        for segment, residents in item.residents_by_segment.items():
            by_segment[segment] += residents
        name = names.get(item.demand_id)
        by_estate[str(name) if known(name) and str(name) else item.demand_id] += item.residents
    before = [(i.walk_before_m, i.residents) for i in items if i.walk_before_m is not None]
    return Gain(
        by_segment=dict(by_segment),
        estates=tuple(sorted(by_estate.items(), key=lambda pair: (-pair[1], pair[0]))),
        walk_before_m=_weighted_mean(before),
        walk_after_m=_weighted_mean([(i.walk_after_m, i.residents) for i in items]),
        unknown_before=sum(i.residents for i in items if i.walk_before_m is None),
    )


def _weighted_mean(pairs: list[tuple[float, float]]) -> float | None:
    weight = sum(w for _, w in pairs)
    return sum(v * w for v, w in pairs) / weight if weight > 0 else None
