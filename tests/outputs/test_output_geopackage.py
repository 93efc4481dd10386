from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from support.bundles import CRS, bundle_without_coordinates, make_bundle, make_picks, make_workspace

from siting.outputs.geopackage import write_geopackage


def layers(path: Path) -> dict[str, str | None]:
    return {str(name): kind for name, kind in pyogrio.list_layers(path)}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gpkg") / "result.gpkg"
    write_geopackage(make_bundle(), path)
    return path


def test_layers_and_crs(path: Path) -> None:
    found = layers(path)
    assert set(found) == {"demand", "outlets", "sites", "picks", "streets", "boundary", "run_info"}
    assert found["run_info"] is None
    for name in set(found) - {"run_info"}:
        assert gpd.read_file(path, layer=name).crs == CRS


def test_sites_tell_what_was_chosen(path: Path) -> None:
    sites = gpd.read_file(path, layer="sites").set_index("id")
    assert list(sites["chosen"].astype(bool)) == [True, True, False]
    assert sites.loc["S1", "types_zh"] == "洗染店、药店"
    assert sites.loc["S1", "rank"] == 1
    assert np.isnan(sites.loc["S3", "rank"])
    assert sites.loc["S1", "cost_cny"] == pytest.approx(155_000.25)
    assert sites.loc["S3", "kind_zh"] == "地下室"
    assert (sites.loc["S1"].geometry.x, sites.loc["S1"].geometry.y) == (20.0, 10.0)


def test_picks_stand_at_their_sites(path: Path) -> None:
    picks = gpd.read_file(path, layer="picks")
    assert list(picks["rank"]) == [1, 2, 3]
    assert list(picks["site_id"]) == ["S1", "S2", "S1"]
    assert picks.geometry.iloc[1].x == 150.0
    assert list(picks["mode_zh"]) == ["改造", "改造", "一店多能"]


def test_demand_tells_what_it_gains(path: Path) -> None:
    demand = gpd.read_file(path, layer="demand").set_index("id")
    assert demand.loc["D2", "types_gained"] == 2
    assert demand.loc["D2", "types_gained_zh"] == "洗染店、老年助餐点"
    assert demand.loc["D3", "types_gained"] == 0


def test_the_map_says_that_it_is_simulated(path: Path) -> None:
    info = pyogrio.read_dataframe(path, layer="run_info")
    assert info.loc[info["item"] == "数据性质", "text"].str.contains("示意布局，非实测").all()
    assert len(info.loc[info["item"] == "数据性质"]) == 1


def test_without_coordinates_tables_have_no_geometry(tmp_path: Path) -> None:
    write_geopackage(bundle_without_coordinates(), tmp_path / "result.gpkg")
    found = layers(tmp_path / "result.gpkg")
    assert set(found) == {"demand", "outlets", "sites", "picks", "run_info"}
    assert not any(found.values())
    sites = pyogrio.read_dataframe(tmp_path / "result.gpkg", layer="sites")
    assert not isinstance(sites, gpd.GeoDataFrame)
    assert list(sites["chosen"].astype(bool)) == [True, True, False]


def test_a_point_without_position_among_others_has_no_geometry(tmp_path: Path) -> None:
    base = make_workspace()
    sites = base.sites.copy()
    sites.loc[2, ["x", "y"]] = np.nan
    write_geopackage(make_bundle(replace(base, sites=sites)), tmp_path / "result.gpkg")
    read = gpd.read_file(tmp_path / "result.gpkg", layer="sites")
    assert list(read.geometry.isna()) == [False, False, True]


def test_no_picks_no_outlets(tmp_path: Path) -> None:
    base = make_workspace()
    bundle = make_bundle(replace(base, outlets=base.outlets.iloc[:0]), picks=(), ranking=(), served=())
    write_geopackage(bundle, tmp_path / "result.gpkg")
    assert len(gpd.read_file(tmp_path / "result.gpkg", layer="picks")) == 0
    assert len(gpd.read_file(tmp_path / "result.gpkg", layer="outlets")) == 0


def test_an_addon_at_an_existing_outlet_stands_there(tmp_path: Path) -> None:
    pick = replace(make_picks()[2], site_id="O1", host="O1")
    write_geopackage(make_bundle(picks=(pick,)), tmp_path / "result.gpkg")
    picks = gpd.read_file(tmp_path / "result.gpkg", layer="picks")
    assert picks.geometry.iloc[0].x == 490.0
    assert picks["host_zh"].iloc[0] == "现有网点 O1 利民药店"


def test_missing_numbers_stay_missing(path: Path) -> None:
    sites = pd.DataFrame(gpd.read_file(path, layer="sites"))
    assert list(sites["available_year"].isna()) == [False, True, True]
