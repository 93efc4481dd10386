"""Walking areas for the map: a point on a street is inside where it can be walked to, and outside where it cannot."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from network_cases import as_dict, workspace

from siting.network import walking_distances
from siting.network.areas import walking_areas

XS, YS = range(0, 601, 200), range(0, 601, 150)
STREETS = [[(x, y) for y in YS] for x in XS] + [[(x, y) for x in XS] for y in YS]
EDGE_M = 11.0 * 2**0.5 + 4.0


def random_points(rng, count):
    along = rng.uniform(0, 600, count)
    on_x = rng.choice(XS, count)
    on_y = rng.choice(YS, count)
    upright = rng.random(count) < 0.5
    return np.where(upright[:, None], np.c_[on_x, along], np.c_[along, on_y])


@pytest.mark.parametrize("seed", range(4))
def test_the_area_is_what_can_be_walked(seed):
    rng = np.random.default_rng(seed)
    homes, sites = random_points(rng, 60), random_points(rng, 3) + rng.uniform(-5, 5, (3, 2))
    made = workspace([tuple(p) for p in homes], [tuple(p) for p in sites], STREETS)
    metres = as_dict(walking_distances(made, 2000.0, 50.0).general)
    radius = rng.uniform(80, 700, 3)
    areas = walking_areas(made, np.arange(3), radius, 50.0)
    for place in range(3):
        inside = shapely.contains_xy(areas[place].buffer(0.1), homes)
        walked = np.array([metres[home, place] for home in range(60)])
        assert inside[walked <= radius[place]].all()
        assert not inside[walked > radius[place] + EDGE_M].any()


def test_a_radius_that_ends_on_the_places_own_street_goes_both_ways():
    made = workspace([(0, 0)], [(100, 0)], [[(0, 0), (300, 0)]])
    (area,) = walking_areas(made, np.array([0]), np.array([40.0]), 50.0)
    assert area.bounds == pytest.approx((49.0, -11.0, 151.0, 11.0), abs=4.1)


def test_no_area_off_the_network_or_without_streets():
    made = workspace([(0, 0)], [(100, 0), (100, 900)], [[(0, 0), (300, 0)]])
    areas = walking_areas(made, np.array([0, 1]), np.array([40.0, 40.0]), 50.0)
    assert areas[0] is not None
    assert areas[1] is None
    ready = dataclasses.replace(made, distances=made.demand.iloc[:0], streets=None)
    assert walking_areas(ready, np.array([0]), np.array([40.0]), 50.0) == [None]
