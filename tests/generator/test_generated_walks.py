import dataclasses

import numpy as np
import pytest
import shapely

from scenarios.business_type import SiteKind
from siting.generator import CircleSpec, generate_tables, spec_of_pilot
from siting.network import walking_distances

FAR_M = 6000.0


def walk(circle, **changes):
    workspace = dataclasses.replace(circle.to_workspace(), **changes)
    return walking_distances(workspace, FAR_M, 150.0)


def test_everyone_and_every_site_can_walk(catalogue, pilot):
    circle = generate_tables(spec_of_pilot(pilot), catalogue, seed=1)
    walks = walk(circle)
    assert not walks.snap.cut_off
    assert walks.snap.n_components == 1
    assert max(walks.snap.access_m.values()) < 20.0
    assert walks.general.within(FAR_M).sum(axis=1).min() == len(circle.sites) + len(circle.outlets)


def test_estate_rooms_lie_inside_estates(catalogue):
    circle = generate_tables(CircleSpec(id="E", name="围墙", gated_share=1.0, n_site=80), catalogue, seed=1)
    estates = shapely.union_all(shapely.polygonize(circle.barriers.geometry.to_numpy()))
    own = circle.sites["kind"] == SiteKind.OLD_COMMUNITY_SPACE
    assert shapely.contains(estates, shapely.points(circle.sites.loc[own, ["x", "y"]].to_numpy())).all()
    assert shapely.contains(estates, shapely.points(circle.demand[["x", "y"]].to_numpy())).all()


def test_gates_are_the_only_way_out(catalogue):
    circle = generate_tables(CircleSpec(id="E", name="围墙", gated_share=1.0), catalogue, seed=1)
    places = np.r_[circle.sites[["x", "y"]].to_numpy(), circle.outlets[["x", "y"]].to_numpy()]
    estates = shapely.polygonize(circle.barriers.geometry.to_numpy())
    outside = ~shapely.contains(shapely.union_all(estates), shapely.points(places))
    opened, shut = walk(circle).general, walk(circle, gates=circle.gates.iloc[:0]).general
    assert outside.any()
    assert np.isfinite(opened.nearest_m(outside)).all()
    assert not np.isfinite(shut.nearest_m(outside)).any()


def test_gated_estates_make_the_way_longer_than_open_ones(catalogue):
    def mean_walk_m(gated_share):
        spec = CircleSpec(id="E", name="围墙", gated_share=gated_share)
        return walk(generate_tables(spec, catalogue, seed=1)).general.metres.mean()

    assert mean_walk_m(1.0) > mean_walk_m(0.0) + 25.0


def sides(circle):
    """Which side of the river each demand point and each place lies on."""
    water = shapely.union_all(circle.barriers.geometry[circle.barriers["kind"] == "water"].to_numpy())
    left, low, right, high = water.bounds
    banks = shapely.box(left - 5000, low + 1, right + 5000, high - 1).difference(water)
    west, _ = sorted(banks.geoms, key=lambda part: part.centroid.x)[:2]

    def is_west(table):
        return shapely.contains(west, shapely.points(table[["x", "y"]].to_numpy()))

    return is_west(circle.demand), np.r_[is_west(circle.sites), is_west(circle.outlets)], water


def test_the_river_separates_except_at_bridges(river_circle):
    home_west, place_west, water = sides(river_circle)
    assert home_west.any()
    assert (~home_west).any()
    bridged = walk(river_circle).general
    kept = river_circle.gates[river_circle.gates["kind"] != "bridge"]
    severed = walk(river_circle, gates=kept).general
    across = home_west[bridged.demand] != place_west[bridged.place]
    assert across.any()
    assert not (home_west[severed.demand] != place_west[severed.place]).any()

    bridge = shapely.get_coordinates(river_circle.gates.geometry[river_circle.gates["kind"] == "bridge"].to_numpy())
    assert len(bridge) == 1
    assert shapely.contains_xy(water, *bridge[0])
    home = river_circle.demand[["x", "y"]].to_numpy()[bridged.demand[across]]
    place = np.r_[river_circle.sites[["x", "y"]].to_numpy(), river_circle.outlets[["x", "y"]].to_numpy()]
    place = place[bridged.place[across]]
    over = np.linalg.norm(home - bridge, axis=1) + np.linalg.norm(place - bridge, axis=1)
    assert (bridged.metres[across] >= over - 2.0).all()


@pytest.mark.parametrize("bridges", [0, 2, 3])
def test_as_many_bridges_as_asked_for(catalogue, bridges):
    spec = CircleSpec(id="B", name="桥", river="east", bridges=bridges, area_km2=2.0)
    circle = generate_tables(spec, catalogue, seed=0)
    assert (circle.gates["kind"] == "bridge").sum() == bridges
    assert walk(circle).snap.n_components == (2 if bridges == 0 else 1)


@pytest.mark.parametrize("lake", ["north", "south"])
def test_no_street_runs_through_the_lake(catalogue, lake):
    circle = generate_tables(CircleSpec(id="L", name="湖", lake=lake, area_km2=2.0), catalogue, seed=0)
    water = circle.barriers[circle.barriers["kind"] == "water"]
    assert len(water) >= 1
    assert not circle.streets.intersects(shapely.union_all(water.geometry.to_numpy())).any()
    assert walk(circle).snap.n_components == 1


@pytest.mark.parametrize("aspect", [0.5, 2.0])
@pytest.mark.parametrize("river", ["none", "middle", "west"])
def test_the_smallest_circles_can_be_walked_too(catalogue, aspect, river):
    spec = CircleSpec(id="M", name="小", area_km2=0.2, aspect=aspect, river=river, lake="south", n_demand=40, n_site=30)
    walks = walk(generate_tables(spec, catalogue, seed=2))
    assert not walks.snap.cut_off
    assert walks.snap.n_components == 1
