"""Homes from a map: buildings that people may live in, residents in proportion to floor area. An estimate, said to be.

    floor_m2 = footprint_m2 · storeys        (storeys as mapped, else usual for the kind of building)
    residents = population · floor_m2 / sum floor_m2        or, without a population, floor_m2 / 38 m2 a person

38 m2 is the mean of urban homes in the 2020 census of China. Where the map shows no homes, the population stands along
its residential streets, one point every 60 m.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from siting.osm.extract import MapExtract

FLOOR_M2_PER_RESIDENT = 38.0
HOUSEHOLD_SIZE = 3.2
SHARES = {"elderly": 0.19, "toddlers": 0.027, "children": 0.037}
STOREYS = {"house": 2.0, "detached": 2.0, "bungalow": 1.0, "semidetached_house": 2.0, "terrace": 2.0, "apartments": 6.0}
USUAL_STOREYS = 4.0
HOME_KINDS = frozenset({"yes", "apartments", "residential", "dormitory", *STOREYS})
OTHER_USE = (
    "amenity", "office", "shop", "craft", "tourism", "leisure", "industrial", "military", "man_made", "healthcare",
)  # fmt: skip
MIN_FOOTPRINT_M2 = 40.0
STREET_STEP_M = 60.0
_LIVED_STREETS = ("residential", "living_street", "unclassified", "tertiary", "service", "pedestrian", "footway")


@dataclass(frozen=True)
class Homes:
    """``table`` has columns id, name, lon, lat, inside, residents, elderly, toddlers, children, households.

    ``how_zh`` says what the residents rest on.
    """

    table: pd.DataFrame
    how_zh: str


def homes(found: MapExtract, population: float | None) -> Homes:
    """Homes inside the outline and within a 15-minute walk outside; ``population`` is that of the inside."""
    lived = _lived_in(found.buildings)
    if lived["inside"].any():
        floor_m2 = (lived["area_m2"] * lived["storeys"]).to_numpy()
        inside = lived["inside"].to_numpy()
        per_m2 = 1.0 / FLOOR_M2_PER_RESIDENT if population is None else population / floor_m2[inside].sum()
        basis = f"每人 {FLOOR_M2_PER_RESIDENT:g} ㎡" if population is None else f"圈内人口 {population:,.0f} 人"
        how = f"居民数按地图上住宅的建筑面积（占地 × 层数）和{basis}推算，为估计；年龄结构按全市平均，为估计"
        return Homes(_people(lived, floor_m2 * per_m2), how)
    spots = _along_streets(found)
    if population is None or not len(spots):
        return Homes(_people(spots.iloc[:0], np.zeros(0)), "地图里没有住宅建筑，又没有给出人口，居民点请自行填写")
    how = f"地图里没有住宅建筑：圈内人口 {population:,.0f} 人沿居住街道每 {STREET_STEP_M:g} 米均摊，为估计"
    return Homes(_people(spots, np.full(len(spots), population / len(spots))), how)


def _lived_in(buildings: pd.DataFrame) -> pd.DataFrame:
    tags = buildings["tags"]
    kind = np.array([t.get("building", "") for t in tags], dtype=object)
    used = np.array([any(key in t for key in OTHER_USE) for t in tags], dtype=bool)
    keep = np.isin(kind, list(HOME_KINDS)) & ~used & (buildings["area_m2"].to_numpy() >= MIN_FOOTPRINT_M2)
    mapped = pd.to_numeric(pd.Series([t.get("building:levels") for t in tags], dtype=object), errors="coerce")
    usual = np.array([STOREYS.get(k, USUAL_STOREYS) for k in kind])
    storeys = mapped.where(mapped.between(1, 60)).fillna(pd.Series(usual)).to_numpy(dtype=float)
    kept = buildings.assign(storeys=storeys, name=[_address(t) for t in tags])[keep]
    return kept.reset_index(drop=True)


def _address(tags: dict[str, str]) -> str:
    if tags.get("name"):
        return tags["name"]
    return " ".join(tags[key] for key in ("addr:street", "addr:housenumber") if tags.get(key))


def _along_streets(found: MapExtract) -> pd.DataFrame:
    streets = found.streets[found.streets["highway"].isin(_LIVED_STREETS)]
    inside = shapely.intersection(streets.geometry.to_numpy(), found.outline.polygon)
    lines = shapely.get_parts(inside)
    lines = lines[shapely.length(lines) > STREET_STEP_M / 2]
    number = np.maximum(np.rint(shapely.length(lines) / STREET_STEP_M), 1).astype(int)
    rank = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    at = shapely.line_interpolate_point(
        np.repeat(lines, number), (rank + 0.5) / np.repeat(number, number), normalized=True
    )
    x, y = shapely.get_x(at), shapely.get_y(at)
    ids = [f"h{n}" for n in range(1, len(at) + 1)]
    return pd.DataFrame({"id": ids, "name": "", "x": x, "y": y, "inside": True})


def _people(table: pd.DataFrame, residents: np.ndarray) -> pd.DataFrame:
    """Whole residents that keep the sum; points without anybody are left out."""
    whole = np.diff(np.rint(np.concatenate([[0.0], np.cumsum(residents)]))).astype(int)
    made = pd.DataFrame({"id": table["id"], "name": table["name"], "x": table["x"], "y": table["y"]})
    made["inside"] = table["inside"].astype(bool)
    made["residents"] = whole
    for segment, share in SHARES.items():
        made[segment] = np.diff(np.rint(np.concatenate([[0.0], np.cumsum(whole * share)]))).astype(int)
    made["households"] = np.maximum(np.rint(whole / HOUSEHOLD_SIZE), whole > 0).astype(int)
    made["name"] = made["name"].where(made["name"] != "", "住宅 " + made["id"].astype(str))
    return made[made["residents"] > 0].reset_index(drop=True)
