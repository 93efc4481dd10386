"""Datum functions, and what the reader makes of datums: every way in ends at the same metres."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from input_folders import (
    CIRCLE,
    DEMAND,
    GOOD,
    faults_of,
    metres_of,
    one_street,
    read,
    street_grid,
    write_boundary,
    write_files,
    write_good,
    write_streets,
)

from siting.datum import (
    bd09_to_gcj02,
    from_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    in_china,
    metre_crs,
    to_wgs84,
    wgs84_to_gcj02,
)

METRES_PER_DEGREE = 111_320.0
TRUE_METRES = metres_of([(115.98, 36.45), (115.981, 36.451), (115.982, 36.449), (115.979, 36.4505)])


def shifted(text: str, datum: str) -> str:
    """A CSV text whose third and fourth columns (WGS84) are moved to another datum."""
    lines = [line.split(",") for line in text.strip().split("\n")]
    at = lines[0].index("经度")
    lonlat = np.array([[float(c) for c in line[at : at + 2]] for line in lines[1:]])
    moved = np.column_stack(from_wgs84(datum, lonlat[:, 0], lonlat[:, 1]))
    for line, (lon, lat) in zip(lines[1:], moved, strict=True):
        line[at : at + 2] = [f"{lon:.9f}", f"{lat:.9f}"]
    return "\n".join(",".join(line) for line in lines)


def in_metres(text: str, epsg: int, digits: int = 4) -> str:
    lines = [line.split(",") for line in text.strip().split("\n")]
    at = lines[0].index("经度")
    moved = metres_of([[float(c) for c in line[at : at + 2]] for line in lines[1:]], epsg)
    lines[0][at : at + 2] = ["x", "y"]
    for line, (x, y) in zip(lines[1:], moved, strict=True):
        line[at : at + 2] = [f"{x:.{digits}f}", f"{y:.{digits}f}"]
    return "\n".join(",".join(line) for line in lines)


def tables(change: object) -> dict[str, str]:
    return {name: change(text) for name, text in GOOD.items() if name.endswith(".csv")}  # type: ignore[operator]


def circle_with(datum: str, more: str = "") -> str:
    return CIRCLE.replace("wgs84", datum) + more


# ---- the functions


def test_gcj02_offset_at_liaocheng() -> None:
    lon, lat = wgs84_to_gcj02(np.array([115.98]), np.array([36.45]))
    east = (lon[0] - 115.98) * METRES_PER_DEGREE * np.cos(np.radians(36.45))
    north = (lat[0] - 36.45) * METRES_PER_DEGREE
    assert east == pytest.approx(508, abs=5)
    assert north == pytest.approx(9, abs=5)


def test_gcj02_at_a_published_pair() -> None:
    """Tiananmen, as the common open implementations give it: 116.397 39.909 to 116.40324 39.91040."""
    lon, lat = wgs84_to_gcj02(np.array([116.397]), np.array([39.909]))
    assert lon[0] == pytest.approx(116.40324, abs=2e-5)
    assert lat[0] == pytest.approx(39.91040, abs=2e-5)


def test_bd09_offset_at_liaocheng() -> None:
    lon, lat = from_wgs84("bd09", np.array([115.98]), np.array([36.45]))
    assert (lon[0] - 115.98) * METRES_PER_DEGREE * np.cos(np.radians(36.45)) == pytest.approx(1100, abs=60)
    assert (lat[0] - 36.45) * METRES_PER_DEGREE == pytest.approx(640, abs=40)


@given(lon=st.floats(74, 134), lat=st.floats(18, 53), datum=st.sampled_from(["gcj02", "bd09", "wgs84", "cgcs2000"]))
def test_round_trip_within_a_millimetre(lon: float, lat: float, datum: str) -> None:
    there = from_wgs84(datum, np.array([lon]), np.array([lat]))
    back = to_wgs84(datum, *there)
    assert abs(back[0][0] - lon) * METRES_PER_DEGREE < 0.001
    assert abs(back[1][0] - lat) * METRES_PER_DEGREE < 0.001
    again = from_wgs84(datum, *back)
    assert abs(again[0][0] - there[0][0]) * METRES_PER_DEGREE < 0.001


def test_inverses_take_many_points_at_once() -> None:
    lon, lat = np.linspace(75, 130, 50), np.linspace(20, 50, 50)
    assert np.allclose(gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat)), (lon, lat), atol=1e-9, rtol=0)
    assert np.allclose(bd09_to_gcj02(*gcj02_to_bd09(lon, lat)), (lon, lat), atol=1e-9, rtol=0)


def test_gcj02_is_wgs84_outside_china() -> None:
    lon, lat = np.array([2.35, -74.0]), np.array([48.86, 40.7])
    assert not in_china(lon, lat).any()
    assert np.array_equal(wgs84_to_gcj02(lon, lat), (lon, lat))


def test_unknown_datum_is_an_error() -> None:
    with pytest.raises(ValueError, match="wgs72"):
        to_wgs84("wgs72", np.zeros(1), np.zeros(1))
    with pytest.raises(ValueError, match="wgs72"):
        from_wgs84("wgs72", np.zeros(1), np.zeros(1))


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [(117, 36, 4548), (115.98, 36.45, 4548), (115.4, 36, 4547), (118.6, 36, 4549), (135, 48, 4554), (75, 39, 4534)],
)
def test_zone_in_china(lon: float, lat: float, epsg: int) -> None:
    assert metre_crs(lon, lat) == epsg


@pytest.mark.parametrize(("lon", "lat", "epsg"), [(2.35, 48.86, 32631), (151.2, -33.9, 32756), (179.9, 10, 32660)])
def test_zone_elsewhere(lon: float, lat: float, epsg: int) -> None:
    assert metre_crs(lon, lat) == epsg


# ---- the reader


@pytest.mark.parametrize("datum", ["wgs84", "cgcs2000", "gcj02", "bd09", "GCJ-02"])
def test_degrees_of_every_datum_come_to_the_same_metres(tmp_path: Path, datum: str) -> None:
    plain = datum.lower().replace("-", "")
    workspace = read(
        write_good(tmp_path, **tables(lambda text: shifted(text, plain)), **{"circle.toml": circle_with(datum)})
    )
    assert workspace.crs == "EPSG:4548"
    assert workspace.circle.datum == plain
    assert np.abs(workspace.demand[["x", "y"]].to_numpy() - TRUE_METRES).max() < 0.01


@pytest.mark.parametrize("epsg", [4548, 4549, 4527, 32650])
def test_projected_tables(tmp_path: Path, epsg: int) -> None:
    changed = tables(lambda text: in_metres(text, epsg))
    workspace = read(write_good(tmp_path, **changed, **{"circle.toml": circle_with(f"epsg:{epsg}")}))
    assert np.abs(workspace.demand[["x", "y"]].to_numpy() - TRUE_METRES).max() < 0.01


def test_metres_in_the_final_crs_stay_to_the_last_digit(tmp_path: Path) -> None:
    changed = tables(lambda text: in_metres(text, 4548))
    toml = 'id = "T1"\nname = "x"\nepsg = 4548\n'
    workspace = read(write_good(tmp_path, **changed, **{"circle.toml": toml}))
    first = changed["demand.csv"].split("\n")[1].split(",")
    assert workspace.demand[["x", "y"]].iloc[0].tolist() == [float(first[2]), float(first[3])]


def test_a_file_may_have_its_own_datum(tmp_path: Path) -> None:
    changed = {
        "demand.csv": shifted(DEMAND, "bd09"),
        "circle.toml": circle_with("wgs84", '[datums]\n"demand.csv" = "bd09"\n'),
    }
    workspace = read(write_good(tmp_path, **changed))
    assert np.abs(workspace.demand[["x", "y"]].to_numpy() - TRUE_METRES).max() < 0.01


def test_declared_crs_of_streets_counts_even_where_the_circle_says_gcj02(tmp_path: Path) -> None:
    write_good(tmp_path, **tables(lambda t: shifted(t, "gcj02")), **{"circle.toml": circle_with("gcj02")})
    streets = read(tmp_path).streets
    assert streets is not None
    expected = metres_of(np.array(street_grid()[0].coords))
    assert np.abs(np.array(streets.geometry[0].coords) - expected).max() < 0.01


def test_streets_in_gcj02_by_datums_table(tmp_path: Path) -> None:
    toml = circle_with("gcj02", '[datums]\n"streets.gpkg" = "gcj02"\n')
    write_good(tmp_path, **tables(lambda t: shifted(t, "gcj02")), **{"circle.toml": toml, "streets.gpkg": None})
    lon, lat = wgs84_to_gcj02(*np.array(one_street()[0].coords).T)
    from shapely.geometry import LineString

    write_streets(tmp_path, [LineString(np.column_stack([lon, lat]))])
    streets = read(tmp_path).streets
    assert streets is not None
    assert np.abs(np.array(streets.geometry[0].coords) - metres_of(np.array(one_street()[0].coords))).max() < 0.01


def test_streets_without_crs_take_the_circles_datum(tmp_path: Path) -> None:
    write_good(tmp_path, **{"streets.gpkg": None})
    write_streets(tmp_path, crs=None)
    streets = read(tmp_path).streets
    assert streets is not None
    assert streets.crs.to_epsg() == 4548


def near_street(lat: float = 36.45) -> str:
    rows = "".join(f"D{i},楼{i},{115.97 + 0.002 * i:.4f},{lat + 0.0001},50\n" for i in range(10))
    return "编号,名称,经度,纬度,居民数\n" + rows


def few_places(folder: Path, demand: str, toml: str = CIRCLE) -> Path:
    sites = "编号,类型,经度,纬度,面积(㎡)\nS1,闲置房屋,115.98,36.45,100\n"
    write_files(folder, {"circle.toml": toml, "demand.csv": demand, "sites.csv": sites})
    return folder


def test_wrong_datum_is_told_by_the_streets(tmp_path: Path) -> None:
    write_streets(tmp_path, one_street())
    few_places(tmp_path, shifted(near_street(), "bd09"))
    (fault,) = faults_of(tmp_path)
    assert (fault.code, fault.file, fault.column) == ("wrong-datum", "demand.csv", "经度、纬度")
    assert '"demand.csv" = "bd09"' in fault.remedy
    assert "BD-09" in fault.rule


def test_the_remedy_for_a_wrong_datum_works(tmp_path: Path) -> None:
    write_streets(tmp_path, one_street())
    few_places(tmp_path, shifted(near_street(), "bd09"), CIRCLE + '[datums]\n"demand.csv" = "bd09"\n')
    assert faults_of(tmp_path) == ()


def test_wrong_datum_is_told_by_the_boundary(tmp_path: Path) -> None:
    write_streets(tmp_path)
    write_boundary(tmp_path, half=0.003)
    many = [f"D{i},楼,{115.9775 + 0.0005 * i:.4f},36.4503,9" for i in range(11)]
    few_places(tmp_path, shifted("\n".join(["编号,名称,经度,纬度,居民数", *many]), "gcj02"))
    assert [(f.code, f.file) for f in faults_of(tmp_path)] == [("wrong-datum", "demand.csv")]


def test_of_few_points_a_better_datum_is_a_warning(tmp_path: Path) -> None:
    write_streets(tmp_path, one_street())
    few_places(tmp_path, shifted("\n".join(near_street().split("\n")[:6]), "bd09"))
    assert ("wrong-datum", "demand.csv") in [(f.code, f.file) for f in read(tmp_path).warnings]


def test_right_datum_is_not_doubted(tmp_path: Path) -> None:
    write_streets(tmp_path, one_street())
    write_boundary(tmp_path, half=0.02)
    assert faults_of(few_places(tmp_path, near_street())) == ()


def test_gcj02_abroad_is_a_fault(tmp_path: Path) -> None:
    paris = near_street().replace("115.9", "2.3").replace("36.45", "48.85")
    write_streets(tmp_path, street_grid(2.38, 48.85))
    sites = "id,kind,lon,lat,area_m2\nS1,vacant_room,2.38,48.85,100\n"
    write_files(tmp_path, {"circle.toml": circle_with("gcj02"), "demand.csv": paris, "sites.csv": sites})
    assert {f.code for f in faults_of(tmp_path)} == {"datum-outside-china"}


def test_abroad_in_wgs84_ends_in_utm(tmp_path: Path) -> None:
    paris = near_street().replace("115.9", "2.3").replace("36.45", "48.85")
    write_streets(tmp_path, street_grid(2.38, 48.85))
    sites = "id,kind,lon,lat,area_m2\nS1,vacant_room,2.38,48.85,100\n"
    write_files(tmp_path, {"circle.toml": CIRCLE, "demand.csv": paris, "sites.csv": sites})
    assert read(tmp_path).crs == "EPSG:32631"


@pytest.mark.parametrize(
    ("written", "declared", "code", "hint"),
    [
        (4527, "epsg:4548", "zone-prefix", "epsg:4527"),
        (4548, "epsg:4527", "zone-prefix", "epsg:4548"),
        (4548, "wgs84", "metres-as-degrees", "epsg"),
    ],
)
def test_metres_under_the_wrong_declaration(tmp_path: Path, written: int, declared: str, code: str, hint: str) -> None:
    changed = tables(lambda text: in_metres(text, written))
    found = faults_of(write_good(tmp_path, **changed, **{"circle.toml": circle_with(declared)}))
    assert {f.code for f in found} == {code}
    assert {f.file for f in found} == {"demand.csv", "outlets.csv", "sites.csv"}
    assert all(hint in f.remedy for f in found)


def test_degrees_under_a_projected_declaration(tmp_path: Path) -> None:
    found = faults_of(write_good(tmp_path, **{"circle.toml": circle_with("epsg:4548")}))
    assert {f.code for f in found} == {"degrees-as-metres"}


def test_northing_and_easting_swapped(tmp_path: Path) -> None:
    changed = tables(lambda text: in_metres(text, 4548).replace(",x,y,", ",y,x,"))
    found = faults_of(write_good(tmp_path, **changed, **{"circle.toml": circle_with("epsg:4548")}))
    assert {f.code for f in found} == {"swapped-lon-lat"}


def test_swapped_pair_within_range_is_told_by_the_streets(tmp_path: Path) -> None:
    """In western Xinjiang both numbers are valid latitudes."""
    west = "id,lon,lat,residents\n" + "".join(f"D{i},75.99,39.47,10\n" for i in range(5)) + "D9,39.47,75.99,10\n"
    write_streets(tmp_path, street_grid(75.99, 39.47))
    sites = "id,kind,lon,lat,area_m2\nS1,vacant_room,75.99,39.47,100\n"
    write_files(tmp_path, {"circle.toml": CIRCLE, "demand.csv": west, "sites.csv": sites})
    assert [(f.code, f.row) for f in faults_of(tmp_path)] == [("swapped-lon-lat", 7)]


def test_a_whole_swapped_table_is_one_fault(tmp_path: Path) -> None:
    rows = "".join(f"D{i},36.45,115.98,10\n" for i in range(50))
    found = faults_of(write_good(tmp_path, **{"demand.csv": "id,lon,lat,residents\n" + rows}))
    assert [(f.code, f.row) for f in found] == [("swapped-lon-lat", 2)]
    assert "50 行中有 50 行" in found[0].rule


def test_layer_crs_counts_against_the_circles_datum(tmp_path: Path) -> None:
    write_good(tmp_path, **{"demand.csv": None, "circle.toml": circle_with("wgs84")})
    points = gpd.points_from_xy(*metres_of([(115.98, 36.45), (115.981, 36.451)], 32650).T)
    gpd.GeoDataFrame({"id": ["D1", "D2"], "居民数": [10, 20]}, geometry=points, crs=32650).to_file(
        tmp_path / "tables.gpkg", layer="demand"
    )
    assert np.abs(read(tmp_path).demand[["x", "y"]].to_numpy() - TRUE_METRES[:2]).max() < 0.01


@pytest.mark.parametrize("datum", ["wgs84", "epsg:32650"])
def test_of_two_pairs_of_columns_the_datum_chooses(tmp_path: Path, datum: str) -> None:
    """Longitude and latitude stand beside easting and northing, and both are right."""
    metric = [line.split(",")[2:4] for line in in_metres(DEMAND, 32650).split("\n")]
    both = "\n".join(",".join([line, *xy]) for line, xy in zip(DEMAND.strip().split("\n"), metric, strict=True))
    others = tables(lambda text: text if datum == "wgs84" else in_metres(text, 32650))
    changed = {**others, "demand.csv": both, "circle.toml": circle_with(datum)}
    workspace = read(write_good(tmp_path, **changed))
    assert np.abs(workspace.demand[["x", "y"]].to_numpy() - TRUE_METRES).max() < 0.01
