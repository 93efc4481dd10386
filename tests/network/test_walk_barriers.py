"""Walls, rivers, gates."""

from __future__ import annotations

import numpy as np
import pytest
from network_cases import metres, workspace
from shapely.geometry import LineString, Point, box

from siting.network import walking_distances

STREET = [(0, 0), (100, 0)]
DETOUR = [(0, 0), (0, 200), (100, 200), (100, 0)]
WALL = LineString([(50, -50), (50, 50)])
ENDS = ([(0, 0)], [(100, 0)])


def walk(*args, access=150.0, **kwargs):
    return walking_distances(workspace(*args, **kwargs), 5000.0, access)


def test_a_wall_cuts_the_street_that_crosses_it():
    assert metres(walk(*ENDS, [STREET, DETOUR])) == pytest.approx(100)
    assert metres(walk(*ENDS, [STREET, DETOUR], barriers=[WALL])) == pytest.approx(500)


def test_the_rest_of_a_cut_street_can_still_be_walked():
    walks = walk([(45, 0), (55, 0)], [(0, 0), (100, 0)], [STREET], barriers=[WALL])
    assert metres(walks, 0, 0) == pytest.approx(45)
    assert metres(walks, 1, 1) == pytest.approx(45)
    assert metres(walks, 0, 1) == np.inf


@pytest.mark.parametrize(("gate", "distance"), [((50, 0), 100), ((50, 4.9), 100), ((50, 5.2), 500)])
def test_a_gate_within_five_metres_lets_people_through(gate, distance):
    walks = walk(*ENDS, [STREET, DETOUR], barriers=[WALL], gates=[gate])
    assert metres(walks) == pytest.approx(distance)


def test_a_wall_through_a_shared_vertex_cuts_both_streets():
    halves = [[(0, 0), (50, 0)], [(50, 0), (100, 0)]]
    assert metres(walk(*ENDS, halves, barriers=[WALL])) == np.inf


def test_a_wall_that_ends_on_the_street_does_not_cut_it():
    assert metres(walk(*ENDS, [STREET], barriers=[LineString([(50, 0), (50, 50)])])) == pytest.approx(100)


def test_two_walls_joined_end_to_end_on_the_street_cut_it():
    walls = [LineString([(50, -50), (50, 0)]), LineString([(50, 0), (50, 50)])]
    assert metres(walk(*ENDS, [STREET], barriers=walls)) == np.inf


def test_a_bridge_over_a_river_needs_a_gate():
    river = box(20, -1000, 80, 1000)
    assert metres(walk(*ENDS, [[(0, 0), (30, 0), (70, 0), (100, 0)]], barriers=[river])) == np.inf
    over = walk(*ENDS, [[(0, 0), (30, 0), (70, 0), (100, 0)]], barriers=[river], gates=[(50, 1)])
    assert metres(over) == pytest.approx(100)


def test_a_street_along_the_bank_is_not_cut():
    river = box(0, -50, 100, 0)
    assert metres(walk(*ENDS, [STREET], barriers=[river])) == pytest.approx(100)


def test_an_access_leg_does_not_cross_a_wall():
    """The nearer street lies behind the wall; the leg goes to the farther one on this side."""
    near, far = [(-100, 10), (100, 10)], [(-100, -40), (100, -40)]
    linked = [near, far, [(100, 10), (100, -40)]]
    home, shop, wall = [(0, 0)], [(0, 10)], LineString([(-90, 5), (90, 5)])
    assert metres(walk(home, shop, linked)) == pytest.approx(10)
    walled = walk(home, shop, linked, barriers=[wall])
    assert metres(walled) == pytest.approx(40 + 100 + 50 + 100)
    assert walled.snap.access_m["D0"] == pytest.approx(40)
    assert metres(walk(home, shop, linked, barriers=[wall], gates=[(0, 5)])) == pytest.approx(10)


def test_a_home_walled_in_on_all_sides_is_cut_off():
    yard = LineString([(-5, -5), (5, -5), (5, 5), (-5, 5), (-5, -5)])
    walks = walk([(0, 0), (50, 20)], [(0, 20)], [[(-100, 20), (100, 20)]], barriers=[yard])
    assert set(walks.snap.cut_off) == {"D0"}
    assert "障碍" in walks.snap.cut_off["D0"]
    assert metres(walks, 1, 0) == pytest.approx(50)


def test_a_home_on_the_wall_may_leave_on_either_side():
    walks = walk([(50, 10)], [(0, 0)], [STREET], barriers=[LineString([(0, 10), (100, 10)])])
    assert metres(walks) == pytest.approx(60)


def test_a_barrier_far_away_changes_nothing():
    free = walk(*ENDS, [STREET, DETOUR])
    far = walk(*ENDS, [STREET, DETOUR], barriers=[LineString([(900, 0), (900, 50)]), box(800, 0, 850, 50)])
    assert metres(far) == metres(free)
    assert far.snap == free.snap


@pytest.mark.parametrize("barriers", [[], [Point(50, 0)], [None], [LineString()]])
def test_barriers_without_a_line_or_polygon_stop_nothing(barriers):
    assert metres(walk(*ENDS, [STREET], barriers=barriers)) == pytest.approx(100)


def test_a_join_through_a_wall_is_cut():
    """The end of a street lies 0.4 m from another street, with a wall between."""
    streets = [[(0, 0), (100, 0)], [(50, 0.4), (50, 80)]]
    assert metres(walk([(0, 0)], [(50, 80)], streets)) == pytest.approx(50 + 0.4 + 79.6)
    assert metres(walk([(0, 0)], [(50, 80)], streets, barriers=[LineString([(0, 0.2), (100, 0.2)])])) == np.inf


@pytest.mark.parametrize("seed", range(5))
def test_gates_at_every_crossing_make_a_wall_harmless(seed):
    """Slanting streets and walls: the pieces kept at the gates fit the rest of the street to the centimetre."""
    rng = np.random.default_rng(seed)
    streets = [LineString([(0, y), (400, y + rng.uniform(-30, 30))]) for y in range(0, 500, 100)]
    streets += [LineString(s.coords[i] for s in streets) for i in (0, 1)]
    walls = [LineString([(x, -50), (x + rng.uniform(-60, 60), 550)]) for x in (100, 170, 300)]
    walls.append(box(200, -60, 230, 560))
    gates = [p.centroid.coords[0] for s in streets for w in walls if not (p := s.intersection(w)).is_empty]
    points = [(0, 0), (0, 210), (0, 390)], [(400, 100), (400, 305), (395, 400)]
    free = walk(*points, streets, access=60.0)
    gated = walk(*points, streets, access=60.0, barriers=walls, gates=gates)
    assert len(gates) == 20
    assert len(walk(*points, streets, access=60.0, barriers=walls).general.metres) == 0
    assert gated.general.metres == pytest.approx(free.general.metres, abs=0.1)
    assert gated.snap.n_components == free.snap.n_components == 1


def test_a_barrier_over_all_streets_leaves_every_point_without_one():
    walks = walk([(10, 0)], [(20, 0)], [STREET], barriers=[box(-50, -50, 150, 50)])
    assert len(walks.general.metres) == 0
    assert walks.snap.cut_off == {"D0": "居民点附近没有任何道路", "S0": "候选点附近没有任何道路"}
    assert (walks.snap.street_km, walks.snap.n_components) == (0.0, 0)
