import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from scenarios.circles import load_circles
from siting.generator import CircleSpec, generate_tables, spec_of_pilot
from siting.generator.spec import apportion


@given(st.integers(0, 10_000), st.lists(st.floats(0.0, 1e3), min_size=1, max_size=40))
def test_apportion_gives_whole_numbers_that_add_up(total, weights):
    shares = apportion(total, np.array(weights))
    assert shares.sum() == total
    assert (shares >= 0).all()
    if sum(weights) > 1e-6:
        assert np.abs(shares - total * np.array(weights) / sum(weights)).max() <= 1.0 + 1e-6


@pytest.mark.parametrize("population", [0, 37, 9_400, 30_011])
def test_residents_and_segments_add_up(catalogue, population):
    spec = CircleSpec(id="P", name="人口", population=population, n_demand=90, elderly_share=0.3)
    demand = generate_tables(spec, catalogue, seed=5).demand
    assert demand["residents"].sum() == population
    assert demand["households"].sum() == round(population / 3.2)
    parts = demand[["elderly", "toddlers", "children"]]
    assert (parts.to_numpy() >= 0).all()
    assert (parts.sum(axis=1) <= demand["residents"]).all()
    assert parts["elderly"].sum() <= round(0.3 * population)
    if population > 1_000:
        assert parts["elderly"].sum() >= 0.99 * 0.3 * population
        assert (parts[["toddlers", "children"]].sum() > 0).all()


def test_old_open_communities_are_older_than_gated_ones(catalogue):
    def elderly_share(gated_share):
        spec = CircleSpec(id="G", name="老", n_demand=120, gated_share=gated_share, population=20_000)
        circle = generate_tables(spec, catalogue, seed=1)
        walls = shapely.polygonize(circle.barriers.geometry.to_numpy())
        inside = shapely.contains(walls, shapely.points(circle.demand[["x", "y"]].to_numpy()))
        people = circle.demand.groupby(inside)[["elderly", "residents"]].sum()
        return people["elderly"] / people["residents"]

    share = elderly_share(0.5)
    assert share[False] > 1.3 * share[True]


def test_a_pilot_has_the_plans_figures(catalogue, pilot):
    circle = generate_tables(spec_of_pilot(pilot), catalogue, seed=0)
    facts = pilot.facts
    assert circle.demand["residents"].sum() == round(facts.population)
    if facts.households is not None:
        assert circle.demand["households"].sum() == facts.households
    assert circle.boundary.area == pytest.approx(facts.area_km2 * 1e6, rel=0.01)
    assert 60 <= len(circle.demand) <= 150
    assert 30 <= len(circle.sites) <= 60
    names = set(circle.streets["name"])
    roads = {road for road in facts.boundary_roads.values() if not road.endswith(("河", "湖"))}
    assert roads <= names
    assert circle.meta()["simulated"] is True
    assert "示意布局，非实测" in circle.meta()["simulated_note"]


@pytest.mark.parametrize("pilot", [c for c in load_circles() if c.facts.estates], ids=lambda circle: circle.id)
def test_estates_are_as_many_as_the_plan_says(catalogue, pilot):
    demand = generate_tables(spec_of_pilot(pilot), catalogue, seed=0).demand
    assert demand["name"].str.replace(r"\d+号楼$", "", regex=True).nunique() == pilot.facts.estates


def test_tables_have_unique_ids_and_points_inside(catalogue, pilot):
    circle = generate_tables(spec_of_pilot(pilot), catalogue, seed=2)
    ids = [*circle.demand["id"], *circle.outlets["id"], *circle.sites["id"]]
    assert len(set(ids)) == len(ids)
    for table in (circle.demand, circle.sites):
        assert shapely.contains(circle.boundary, shapely.points(table[["x", "y"]].to_numpy())).all()
    assert circle.demand["name"].is_unique


@pytest.mark.parametrize(
    ("n_demand", "n_site", "area_km2"), [(1, 0, 0.3), (5, 1, 0.5), (100, 45, 1.5), (3_000, 500, 20.0)]
)
def test_sizes_scale(catalogue, n_demand, n_site, area_km2):
    spec = CircleSpec(
        id="S", name="规模", n_demand=n_demand, n_site=n_site, area_km2=area_km2, population=40 * n_demand
    )
    circle = generate_tables(spec, catalogue, seed=0)
    assert (len(circle.demand), len(circle.sites)) == (n_demand, n_site)
    assert circle.demand["residents"].sum() == 40 * n_demand


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_demand": 0},
        {"area_km2": 0.1},
        {"aspect": 3.0},
        {"gated_share": 1.5},
        {"elderly_share": 0.9},
        {"population": -1},
    ],
)
def test_a_spec_that_describes_no_circle_is_refused(wrong):
    with pytest.raises(ValueError, match="S"):
        CircleSpec(id="S", name="错", **wrong)


def test_a_negative_seed_is_refused(catalogue):
    with pytest.raises(ValueError, match="seed"):
        generate_tables(CircleSpec(id="S", name="错"), catalogue, seed=-1)
