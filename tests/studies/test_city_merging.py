"""Which sites are one room: exactly the rule, whatever the order of the runs."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from support.run_records import record

from siting.studies.citywide.merging import merge_rooms
from siting.studies.citywide.reading import CityRun, SiteSeen

LON, LAT = 116.0, 36.45
GEOD = Geod(ellps="WGS84")


def east(metres: float) -> tuple[float, float]:
    lon, lat, _ = GEOD.fwd(LON, LAT, 90, metres)
    return round(lon, 7), round(lat, 7)


def site(site_id: str, at: float | None = 0.0, name: str = "空房", address: str = "") -> SiteSeen:
    lon, lat = (None, None) if at is None else east(at)
    return SiteSeen(site_id, name, address, "闲置房屋", 50.0, lon, lat)


def run(circle: str, *sites: SiteSeen, scenario: str = "base") -> CityRun:
    return CityRun(record(circle, scenario), sites)


def rooms(*runs: CityRun) -> list[set[tuple[str, str]]]:
    found, _ = merge_rooms(runs)
    return [{(runs[s.run].record.circle.id, s.site.site_id) for s in room} for room in found]


def test_same_id_name_and_position_are_one_room():
    assert rooms(run("C01", site("S1")), run("C02", site("S1"))) == [{("C01", "S1"), ("C02", "S1")}]
    found, record_ = merge_rooms([run("C01", site("S1")), run("C02", site("S1"))])
    assert len(found) == 1
    assert record_ == ()


@pytest.mark.parametrize(("metres", "merged"), [(0.0, True), (14.9, True), (15.1, False), (200.0, False)])
@pytest.mark.parametrize("words", [{"name": "旧锅炉房"}, {"address": "前进街 5 号"}])
def test_near_and_alike_are_one_room(metres: float, merged: bool, words: dict[str, str]):
    one = site("S1", 0.0, **{"name": "甲", **words})
    other = site("S7", metres, **{"name": "乙", **words})
    found, decisions = merge_rooms([run("C01", one), run("C02", other)])
    assert len(found) == (1 if merged else 2)
    assert [d.merged for d in decisions] == [True] * merged
    if merged:
        assert decisions[0].metres == pytest.approx(metres, abs=0.02)
        assert ("地址" if "address" in words else "名称") in decisions[0].rule_zh


def test_near_but_unlike_are_two_rooms():
    assert len(rooms(run("C01", site("S1", 0.0, "甲")), run("C02", site("S2", 3.0, "乙")))) == 2
    assert len(rooms(run("C01", site("S1", 0.0, " ")), run("C02", site("S2", 3.0, " ")))) == 2


def test_two_rooms_of_one_run_never_merge():
    found, decisions = merge_rooms([run("C01", site("S1", 0.0), site("S2", 5.0))])
    assert len(found) == 2
    assert [(d.merged, d.one[1], d.other[1]) for d in decisions] == [(False, "S1", "S2")]


def test_a_third_site_joins_the_nearer_of_two_that_stand_side_by_side():
    here = run("C01", site("S1", 0.0), site("S2", 12.0))
    found, decisions = merge_rooms([here, run("C02", site("S9", 9.0))])
    assert sorted(len(room) for room in found) == [1, 2]
    assert {(d.merged, d.one[1], d.other[1]) for d in decisions} == {
        (True, "S2", "S9"), (False, "S1", "S9"), (False, "S1", "S2"),
    }  # fmt: skip


def test_without_positions_only_the_same_circle_counts():
    assert len(rooms(run("C01", site("S1", None)), run("C01", site("S1", None), scenario="tight"))) == 1
    assert len(rooms(run("C01", site("S1", None)), run("C02", site("S1", None)))) == 2


@given(
    st.lists(st.tuples(st.sampled_from(["C1", "C2", "C3"]), st.integers(0, 60), st.sampled_from("甲乙")), max_size=7)
)
def test_the_order_of_runs_changes_nothing_and_no_room_holds_two_sites_of_a_run(placed: list[tuple[str, int, str]]):
    by_circle: dict[str, list[SiteSeen]] = {}
    for n, (circle, at, name) in enumerate(placed):
        by_circle.setdefault(circle, []).append(site(f"S{n}", float(at), name))
    runs = [run(circle, *sites) for circle, sites in sorted(by_circle.items())]
    wanted = sorted(map(sorted, rooms(*runs)))
    for order in itertools.islice(itertools.permutations(runs), 1, 6):
        assert sorted(map(sorted, rooms(*order))) == wanted
    for room in wanted:
        assert len({circle for circle, _ in room}) == len(room)
    assert sum(map(len, wanted)) == len(placed)


def test_the_metres_are_geodesic():
    _, decisions = merge_rooms([run("C01", site("S1", 0.0)), run("C02", site("S2", 10.0))])
    assert math.isclose(decisions[0].metres, 10.0, abs_tol=0.02)
