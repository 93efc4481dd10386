"""Which rows are one place, how ids are told apart, and who walks where."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from siting.city.join import City, join
from siting.city.purse import renamed_lock
from siting.city.same import clear_ids, join_tables
from siting.city.walking import city_walks
from siting.workspace import CircleMeta, Workspace


def rooms(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "name", "x", "y"])


@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        (("S1", "甲", 0.0, 0.0), ("S1", "甲", 0.6, 0.6), True),
        (("S1", "甲", 0.0, 0.0), ("S9", "甲", 9.0, 12.0), True),
        (("S1", "甲", 0.0, 0.0), ("S9", "甲", 9.0, 12.1), False),
        (("S1", "甲", 0.0, 0.0), ("S1", "乙", 0.0, 0.0), False),
        (("S1", "", 0.0, 0.0), ("S9", "", 3.0, 0.0), False),
        (("S1", "甲", np.nan, np.nan), ("S1", "甲", np.nan, np.nan), False),
    ],
)
def test_rooms_that_are_one_place(one: tuple, other: tuple, merged: bool):
    joined = join_tables("sites", [rooms(one), rooms(other)], ["A", "B"])
    assert len(joined.table) == (1 if merged else 2)
    assert len(joined.merges) == merged
    assert [rows.tolist() for rows in joined.rows] == [[0], [0 if merged else 1]]


def test_homes_are_one_only_by_id_name_and_place():
    near = join_tables("demand", [rooms(("D1", "院", 0, 0)), rooms(("D2", "院", 0.5, 0))], ["A", "B"])
    assert len(near.table) == 2
    same = join_tables("demand", [rooms(("D1", "院", 0, 0)), rooms(("D1", "院", 0.5, 0))], ["A", "B"])
    assert len(same.table) == 1


def test_rows_of_one_circle_never_become_one_not_even_through_another():
    first = rooms(("S1", "甲", 0, 0), ("S2", "甲", 20, 0))
    joined = join_tables("sites", [first, rooms(("S7", "甲", 9, 0))], ["A", "B"])
    assert joined.table["id"].tolist() == ["S1", "S2"]
    assert joined.rows[1].tolist() == [0]


def test_ids_that_clash_get_their_circle_in_front_and_stay_unique():
    homes = join_tables("demand", [rooms(("1", "a", 0, 0)), rooms(("1", "b", 900, 0))], ["A", "B"])
    sites = join_tables("sites", [rooms(("A-1", "c", 0, 0)), rooms(("2", "d", 0, 0))], ["A", "B"])
    made = clear_ids([homes, sites], ["A", "B"])
    assert made == [["A-1'", "B-1"], ["A-1", "2"]]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("S1", "X-S1"), ("S1:药店", "X-S1:药店"), ("S1:药店@2025", "X-S1:药店@2025"), ("S2", None), ("S1x", None)],
)
def test_locks_follow_their_room(text: str, wanted: str | None):
    assert renamed_lock(text, {"S1": "X-S1"}.get) == wanted


def street(name: str, lines: list[LineString], home_x: float, room_x: float) -> Workspace:
    """A circle of one home and one room beside its streets."""
    people = {"residents": [100.0], "elderly": [0.0], "toddlers": [0.0], "children": [0.0], "households": [40.0]}
    demand = rooms(("D", f"{name}院", home_x, 3.0)).assign(**people)
    outlets = pd.DataFrame(columns=["id", "name", "type_id", "x", "y", "area_m2", "chain", "services"])
    outlets = outlets.astype({"x": float, "y": float})
    sites = rooms(("S", f"{name}铺", room_x, 3.0))
    layer = gpd.GeoDataFrame(geometry=lines, crs="EPSG:4548")
    return Workspace(Path("/w") / name, CircleMeta(name, name), "EPSG:4548", demand, outlets, sites, layer)


def line(*xs: float, y: float = 0.0) -> LineString:
    return LineString([(x, y) for x in xs])


def walked(city: City) -> dict[tuple[str, str], float]:
    table = city_walks(city, 5000.0, 100.0).walks.general
    homes, places = city.workspace.demand["id"], city.workspace.sites["id"]
    return {(homes[d], places[p]): m for d, p, m in zip(table.demand, table.place, table.metres, strict=True)}


def test_people_walk_out_of_their_circle_where_the_streets_are_one():
    shared = line(0, 500, 1000)
    west = street("W", [shared, line(-500, 0)], -400.0, 100.0)
    east = street("E", [shared, line(1000, 1500)], 1400.0, 900.0)
    found = walked(join([west, east], False))
    assert found["W-D", "W-S"] == pytest.approx(506)
    assert found["W-D", "E-S"] == pytest.approx(1306)
    assert found["E-D", "W-S"] == pytest.approx(1306)


def test_circles_that_only_overlap_or_lie_apart_keep_their_own_streets():
    west = street("W", [line(0, 10, 20, 30, 40, 500)], 100.0, 400.0)
    other = street("E", [line(1, 11, 21, 31, 41, 501, y=8.0)], 200.0, 300.0)
    far = street("F", [line(90_000, 90_500)], 90_100.0, 90_400.0)
    city = join([west, other, far], False)
    found = city_walks(city, 200_000.0, 100.0)
    assert found.networks == (0, 1, 2)
    assert found.apart == () or found.apart == (("W", "E"),)
    assert set(walked(city)) == {("W-D", "W-S"), ("E-D", "E-S"), ("F-D", "F-S")}


def test_the_order_of_circles_changes_no_distance():
    shared = line(0, 500, 1000)
    west = street("W", [shared, line(-500, 0)], -400.0, 100.0)
    east = street("E", [shared, line(1000, 1500)], 1400.0, 900.0)
    assert walked(join([west, east], False)) == walked(join([east, west], False))
