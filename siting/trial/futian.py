"""A trial circle in Futian, Shenzhen: the walking network is real, everything on it is simulated."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from scenarios.catalogue import load_catalogue
from scenarios.faults import Fault, FaultError
from siting.trial.folder import Trial, write_trial
from siting.trial.simulate import beside_streets, simulate_kinds, simulate_people, simulate_rooms

CRS = "EPSG:4547"
HOMES, SITES = 150, 50
HOMES_WITHIN_M, OUTLETS_WITHIN_M = 1100.0, 1500.0
MEAN_RESIDENTS = 420.0
PER_HOUSEHOLD = 3.2
NOTE = (
    "试算数据，非实测：街道（位置、走向、名称）取自 OpenStreetMap 深圳福田真实步行路网；"
    "居民点及人口、现有网点、候选点及其面积租金均为随机模拟，放在真实街道旁，不对应任何真实住户、店铺或房屋。"
)
OUTLET_MIX: dict[str, int] = {
    "convenience_store": 26, "supermarket": 5, "fresh_grocery": 9, "breakfast_shop": 22, "hair_beauty": 14,
    "laundry": 3, "pharmacy": 12, "photo_print": 2, "housekeeping": 2, "repair_point": 1, "parcel_service_point": 8,
    "smart_locker": 18, "health_station": 2, "culture_station": 1, "kindergarten": 5, "charging_ebike": 6,
    "specialty_restaurant": 24, "gym": 3, "training": 4, "flower_gift": 4, "cafe": 9, "pet_service": 2, "leisure": 2,
}  # fmt: skip
"""Outlets by type. Types left out (菜市场, 便民缝补, 再生资源回收, 养老, 助餐, 托育, 书店 …) are missing on purpose."""
TYPICAL_M2 = {"supermarket": 700.0, "kindergarten": 2600.0, "smart_locker": 5.0, "gym": 350.0, "health_station": 180.0}


def make_futian_workspace(gpkg: Path, folder: Path, seed: int) -> Path:
    """Write the trial circle FT01 into ``folder`` (absent or empty) and return it.

    ``gpkg`` has a layer ``edges`` of street lines in WGS84. Raises FaultError where it cannot be read or the folder is
    not empty.
    """
    streets = _streets(Path(gpkg))
    rng = np.random.default_rng(seed)
    centre = shapely.centroid(shapely.MultiPoint(shapely.get_coordinates(streets.geometry.array)))
    metres = shapely.distance(np.asarray(streets.geometry, dtype=object), centre)
    lines = np.asarray(streets.geometry, dtype=object)
    homes_xy = beside_streets(lines[metres <= HOMES_WITHIN_M], HOMES, (12.0, 45.0), rng)
    outlets_xy = beside_streets(lines[metres <= OUTLETS_WITHIN_M], sum(OUTLET_MIX.values()), (3.0, 18.0), rng)
    sites_xy = beside_streets(lines[metres <= HOMES_WITHIN_M], SITES, (4.0, 30.0), rng)
    trial = Trial(
        "FT01", "福田试算圈（真实路网，模拟数据）", "深圳市福田区", NOTE, streets,
        _homes(homes_xy, rng), _outlets(outlets_xy, rng), _sites(sites_xy, rng),
    )  # fmt: skip
    return write_trial(trial, folder)


def _streets(gpkg: Path) -> gpd.GeoDataFrame:
    try:
        edges = pyogrio.read_dataframe(gpkg, layer="edges", columns=["name", "highway"])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        fault = Fault("unreadable-map", str(gpkg), "读不出 edges 图层", "给出含道路图层 edges 的 GeoPackage")
        raise FaultError([fault]) from None
    return edges.to_crs(CRS)


def _homes(xy: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    residents = MEAN_RESIDENTS * rng.lognormal(-0.18, 0.6, len(xy))
    names = [f"模拟居民点{n:03d}" for n in range(1, len(xy) + 1)]
    ids = [f"FT01-D{n:03d}" for n in range(1, len(xy) + 1)]
    head = pd.DataFrame({"id": ids, "name": names, "x": xy[:, 0], "y": xy[:, 1]})
    return pd.concat([head, simulate_people(residents, PER_HOUSEHOLD, rng)], axis=1)


def _outlets(xy: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    types = load_catalogue().types
    type_ids = np.repeat(np.array(list(OUTLET_MIX), dtype=object), list(OUTLET_MIX.values()))
    number = np.concatenate([np.arange(1, count + 1) for count in OUTLET_MIX.values()])
    typical = np.array([TYPICAL_M2.get(t, types[t].area_m2.value) for t in type_ids])
    return pd.DataFrame(
        {
            "id": [f"FT01-O{n:03d}" for n in range(1, len(xy) + 1)],
            "name": [f"模拟{types[t].name_zh}{n}" for t, n in zip(type_ids, number, strict=True)],
            "type": type_ids,
            "x": xy[:, 0],
            "y": xy[:, 1],
            "area_m2": np.maximum(np.rint(typical * rng.lognormal(0, 0.3, len(xy))), 1),
            "chain": np.where(rng.random(len(xy)) < 0.35, "是", "否"),
        }
    )


def _sites(xy: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    rooms = simulate_rooms(simulate_kinds(len(xy), rng), rng)
    ids = [f"FT01-S{n:03d}" for n in range(1, len(xy) + 1)]
    names = [f"模拟候选点{n:03d}" for n in range(1, len(xy) + 1)]
    return pd.concat([pd.DataFrame({"id": ids, "name": names, "x": xy[:, 0], "y": xy[:, 1]}), rooms], axis=1)
