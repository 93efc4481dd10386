"""Known distances on streets drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest
from network_cases import as_dict, grid, metres, workspace
from shapely.geometry import GeometryCollection, LineString, MultiLineString, Point

from scenarios.faults import FaultError
from siting.network import walking_distances


def walk(*args, cutoff=5000.0, access=150.0, **kwargs):
    return walking_distances(workspace(*args, **kwargs), cutoff, access)


def test_grid_is_walked_in_manhattan_metres():
    walks = walk([(0, 0)], [(300, 200), (100, 0), (0, 0)], grid(5, 5, 100))
    assert as_dict(walks.general) == {(0, 0): 500.0, (0, 1): 100.0, (0, 2): 0.0}


def test_points_snap_to_the_middle_of_an_edge_and_both_legs_count():
    walks = walk([(30, 10)], [(100, 70)], [[(0, 0), (100, 0)], [(100, 0), (100, 100)]])
    assert metres(walks) == pytest.approx(10 + 70 + 70)
    assert walks.snap.access_m == {"D0": 10.0, "S0": 0.0}


def test_two_points_on_one_edge_walk_along_it_only():
    walks = walk([(20, 5), (90, -5)], [(60, 5), (95, 5)], [[(0, 0), (50, 0), (100, 0)]])
    assert metres(walks, 0, 0) == pytest.approx(5 + 40 + 5)
    assert metres(walks, 1, 0) == pytest.approx(5 + 30 + 5)
    assert metres(walks, 1, 1) == pytest.approx(5 + 5 + 5)


def test_points_on_one_edge_may_still_be_nearer_around_the_block():
    long_way = [(0, 0), (0, 500), (10, 500), (10, 0)]
    walks = walk([(0, 1)], [(10, 1)], [long_way, [(0, 0), (10, 0)]])
    assert metres(walks) == pytest.approx(12.0)


def test_places_are_sites_then_outlets():
    walks = walk([(0, 0)], [(10, 0)], [[(0, 0), (100, 0)]], outlets=[(70, 0)])
    assert as_dict(walks.general) == {(0, 0): 10.0, (0, 1): 70.0}
    assert walks.general.n_place == 2


def test_lines_that_cross_without_a_shared_vertex_do_not_meet():
    bridge, river_road = [(0, -100), (0, 100)], [(-100, 0), (100, 0)]
    walks = walk([(-100, 0)], [(0, 100)], [bridge, river_road, [(100, 0), (0, -100)]])
    assert metres(walks) == pytest.approx(200 + np.hypot(100, 100) + 200)
    joined = walk([(-100, 0)], [(0, 100)], [[(0, -100), (0, 0), (0, 100)], [(-100, 0), (0, 0), (100, 0)]])
    assert metres(joined) == pytest.approx(200)


def test_an_end_on_the_interior_of_another_line_is_joined():
    assert metres(walk([(50, 100)], [(0, 0)], [[(0, 0), (100, 0)], [(50, 0), (50, 100)]])) == pytest.approx(150)
    near = walk([(50, 100)], [(0, 0)], [[(0, 0), (100, 0)], [(50, 0.4), (50, 100)]])
    assert metres(near) == pytest.approx(150)
    apart = walk([(50, 100)], [(0, 0)], [[(0, 0), (100, 0)], [(50, 0.6), (50, 100)]])
    assert metres(apart) == float("inf")


def test_coordinates_are_matched_to_a_centimetre():
    walks = walk([(0, 0)], [(100, 100)], [[(0, 0), (100.001, 0)], [(99.999, 0.002), (100, 100)]])
    assert metres(walks) == pytest.approx(200, abs=0.03)
    assert walks.snap.n_components == 1


def test_duplicate_zero_length_multi_part_and_foreign_geometries():
    street = [(0, 0), (50, 0), (100, 0)]
    lines = [
        MultiLineString([street, [(100, 0), (100, 50)]]),
        LineString(street[::-1]),
        LineString(street),
        LineString([(50, 0), (100, 0)]),
        LineString([(7, 7), (7, 7)]),
        LineString([(0, 0, 5), (0, 50, 9)]),
        LineString(),
        Point(0, 0),
        GeometryCollection([Point(1, 1), LineString([(0, 50), (0, 90)])]),
        None,
    ]
    walks = walk([(0, 90)], [(100, 50)], lines)
    assert metres(walks) == pytest.approx(90 + 100 + 50)
    assert walks.snap.n_components == 1


def test_parallel_streets_between_two_junctions_take_the_shorter():
    walks = walk([(0, 0)], [(100, 0)], [[(0, 0), (50, 80), (100, 0)], [(0, 0), (50, 10), (100, 0)]])
    assert metres(walks) == pytest.approx(2 * np.hypot(50, 10), abs=0.01)


def test_a_loop_street_is_walked_the_short_way_round():
    loop = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    walks = walk([(0, 10)], [(10, 0), (0, 40)], [loop])
    assert metres(walks, 0, 0) == pytest.approx(20)
    assert metres(walks, 0, 1) == pytest.approx(30)


def test_a_far_point_is_cut_off_and_never_near():
    walks = walk([(0, 151), (0, 150)], [(0, 0)], [[(0, 0), (100, 0)]])
    assert as_dict(walks.general) == {(1, 0): 150.0}
    assert set(walks.snap.cut_off) == {"D0"}
    assert "151 米" in walks.snap.cut_off["D0"]
    assert "150 米" in walks.snap.cut_off["D0"]


def test_a_far_home_beside_a_far_shop_is_not_in_reach():
    walks = walk([(0, 400), (0, 0)], [(0, 400)], [[(0, 0), (100, 0)]])
    assert not len(walks.general.demand)
    assert set(walks.snap.cut_off) == {"D0", "S0"}


def test_an_island_without_the_other_side_is_cut_off():
    streets = [[(0, 0), (100, 0)], [(0, 1000), (100, 1000)], [(0, 2000), (100, 2000)]]
    walks = walk([(0, 0), (0, 1000), (0, 2000)], [(100, 0), (50, 2000)], streets)
    assert as_dict(walks.general) == {(0, 0): 100.0, (2, 1): 50.0}
    assert set(walks.snap.cut_off) == {"D1"}
    assert "孤岛" in walks.snap.cut_off["D1"]
    assert walks.snap.n_components == 3
    assert walks.snap.street_km == pytest.approx(0.3)


def test_a_path_that_is_not_tied_to_the_street_is_a_gap_of_the_map():
    """Streets drawn in more detail must not cut a home off: within 30 m the connected street is taken."""
    street, near_path, far_path = [(0, 0), (100, 0)], [(20, 20), (40, 20)], [(60, 35), (80, 35)]
    walks = walk([(30, 22), (70, 36)], [(90, 0)], [street, near_path, far_path])
    assert as_dict(walks.general) == {(0, 0): 22.0 + 60.0}
    assert walks.snap.access_m == {"D0": 22.0, "D1": 1.0, "S0": 0.0}
    assert set(walks.snap.cut_off) == {"D1"}
    walled = walk([(30, 22)], [(90, 0)], [street, near_path], barriers=[LineString([(0, 10), (100, 10)])])
    assert "孤岛" in walled.snap.cut_off["D0"]
    strict = walk([(30, 22)], [(90, 0)], [street, near_path], access=20.0)
    assert "孤岛" in strict.snap.cut_off["D0"]


def test_the_cutoff_is_inclusive():
    streets = [[(0, 0), (0.1 * 3000, 0)]]
    listed = walk([(0, 0)], [(0.1 * 3000, 0), (299.99, 0)], streets, cutoff=300.0)
    assert as_dict(listed.general) == {(0, 0): 300.0, (0, 1): 299.99}
    assert as_dict(walk([(0, 0)], [(300, 0), (299.99, 0)], streets, cutoff=299.995).general) == {(0, 1): 299.99}
    with_legs = walk([(0, 30)], [(100, 20)], streets, cutoff=150.0)
    assert metres(with_legs) == 150.0


def test_a_shop_in_the_same_building_is_not_fetched_from_the_street():
    street = [[(0, 0), (100, 0)]]
    walks = walk([(50, 30)], [(50, 30), (52, 30), (50, -30), (50, 81)], street)
    assert metres(walks, 0, 0) == 0.0
    assert metres(walks, 0, 1) == pytest.approx(2.0)
    assert metres(walks, 0, 2) == pytest.approx(60.0)
    assert metres(walks, 0, 3) == pytest.approx(30 + 81)
    behind_a_wall = walk([(50, 30)], [(52, 30)], street, barriers=[LineString([(51, 10), (51, 90)])])
    assert metres(behind_a_wall) == pytest.approx(30 + 2 + 30)


def test_neighbours_of_different_streets_walk_round():
    walks = walk([(49, 49)], [(51, 51)], [[(0, 0), (100, 0)], [(100, 0), (100, 100)]])
    assert metres(walks) == pytest.approx(49 + 51 + 51 + 49)


def test_a_shop_on_the_frontage_counts_the_street_and_not_the_short_cut():
    walks = walk([(50, 5)], [(90, 5)], [[(0, 0), (100, 0)]])
    assert metres(walks) == pytest.approx(50)


def test_a_point_without_coordinates_is_cut_off():
    walks = walk([(float("nan"), 0), (0, 0)], [(10, 0)], [[(0, 0), (100, 0)]])
    assert set(walks.snap.cut_off) == {"D0"}
    assert as_dict(walks.general) == {(1, 0): 10.0}


@pytest.mark.parametrize("streets", [None, [], [Point(0, 0)]])
def test_no_streets_is_a_fault_in_chinese(streets):
    with pytest.raises(FaultError, match="道路"):
        walk([(0, 0)], [(1, 1)], streets)


@pytest.mark.parametrize(("demand", "sites"), [([], [(0, 0)]), ([(0, 0)], []), ([], [])])
def test_empty_tables_give_empty_distances(demand, sites):
    walks = walk(demand, sites, [[(0, 0), (100, 0)]])
    assert len(walks.general.metres) == 0
    assert walks.snap.cut_off == {}
