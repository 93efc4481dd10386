import numpy as np
import pytest

from scenarios.business_type import SiteKind, Tier
from scenarios.plan_facts import Contradiction, PlanFacts, TypeStatement
from siting.generator import CircleSpec, generate_tables, spec_of_pilot
from siting.generator.outlets import required
from siting.network import walking_distances


def provided(circle):
    carried = {t for services in circle.outlets["services"] for t in services}
    return set(circle.outlets["type_id"]) | carried


@pytest.mark.parametrize("seed", [0, 7, 20240524])
def test_outlets_agree_with_the_plan(catalogue, pilot, seed):
    circle = generate_tables(spec_of_pilot(pilot), catalogue, seed)
    here = provided(circle)
    facts = pilot.facts
    disputed = {c.type_id for c in facts.contradictions}
    missing = set(facts.type_ids("missing"))
    assert not (missing - disputed - set(facts.type_ids("present"))) & here
    assert set(facts.type_ids("present")) <= here
    assert (disputed & missing) <= here


def statement(type_id, says):
    return TypeStatement(type_id=type_id, says=says, quote="原文")


def test_a_contradicted_type_is_there_in_small_number(catalogue):
    facts = PlanFacts(
        statements=(
            statement("pharmacy", "present"),
            statement("pharmacy", "missing"),
            statement("laundry", "missing"),
        ),
        contradictions=(Contradiction(type_id="pharmacy", quotes=("有", "缺"), note="两说"),),
    )
    circle = generate_tables(CircleSpec(id="X", name="矛盾", population=40_000, facts=facts), catalogue, seed=1)
    count = (circle.outlets["type_id"] == "pharmacy").sum()
    assert 1 <= count < required(catalogue.types["pharmacy"], 40_000) / 2
    assert "laundry" not in provided(circle)


def test_present_types_mostly_meet_what_the_population_needs(catalogue):
    facts = PlanFacts(statements=tuple(statement(t, "present") for t in catalogue.types))
    circle = generate_tables(CircleSpec(id="Y", name="齐全", population=30_000, facts=facts), catalogue, seed=1)
    count = circle.outlets["type_id"].value_counts()
    met = [count[k.id] >= required(k, 30_000) for k in catalogue.types.values()]
    assert np.mean(met) >= 0.7


def test_something_is_left_out_of_reach(catalogue, pilot):
    circle = generate_tables(spec_of_pilot(pilot), catalogue, seed=0)
    walks = walking_distances(circle.to_workspace(), 1200.0, 150.0).general
    people = circle.demand["residents"].to_numpy()
    shares = []
    for kind in catalogue.types.values():
        here = (circle.outlets["type_id"] == kind.id).to_numpy()
        if kind.tier is Tier.BASIC and kind.reach_m(1.2) <= 720 and here.any():
            near = walks.nearest_m(np.r_[np.zeros(len(circle.sites), bool), here]) <= kind.reach_m(1.2)
            shares.append(people[near].sum() / people.sum())
    assert 0.5 <= np.mean(shares) <= 0.9


def test_chains_are_about_the_wanted_share(catalogue):
    circle = generate_tables(CircleSpec(id="Z", name="连锁", population=200_000, area_km2=12.0), catalogue, seed=4)
    assert 0.22 <= circle.outlets["chain"].mean() <= 0.38


def test_some_outlets_lie_just_outside_the_line(catalogue):
    import shapely

    circle = generate_tables(CircleSpec(id="O", name="圈外", population=30_000, area_km2=3.0), catalogue, seed=0)
    points = shapely.points(circle.outlets[["x", "y"]].to_numpy())
    away = shapely.distance(points, circle.boundary)
    outside = away > 0
    assert 0 < outside.sum() < 0.25 * len(points)
    assert away.max() < 900


def test_sites_are_what_the_plan_names(catalogue, pilot):
    sites = generate_tables(spec_of_pilot(pilot), catalogue, seed=0).sites
    assert set(sites["kind"]) == {k.value for k in SiteKind}
    assert sites["area_m2"].between(15, 1000).all()
    parcel = sites["kind"] == SiteKind.MIXED_USE_PARCEL
    assert (sites.loc[~parcel, "area_m2"] <= 400).all()
    assert (sites.loc[sites["kind"] == SiteKind.BASEMENT, "floor"] == -1).all()
    assert (sites.loc[sites["kind"] != SiteKind.BASEMENT, "floor"] >= 1).all()
    rooms = sites[sites["kind"] == SiteKind.VACANT_ROOM]
    assert (rooms["rent_cny_year"] / rooms["area_m2"] / 12).between(25, 71).all()
    assert sites["renovation_cny_m2"].between(0, 600).all()
    assert not (sites["flue"] & ~sites["street_front"]).any()
    known = set(catalogue.types)
    assert all(
        set(a) <= known and set(f) <= known for a, f in zip(sites.allowed_types, sites.forbidden_types, strict=True)
    )


def test_owners_rules_name_only_types_of_the_catalogue(catalogue):
    few = catalogue.only(("pharmacy", "elderly_meal"))
    sites = generate_tables(CircleSpec(id="W", name="少", n_site=300), few, seed=0).sites
    named = {t for column in ("allowed_types", "forbidden_types") for types in sites[column] for t in types}
    assert named == {"elderly_meal"}
