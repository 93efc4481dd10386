"""The benchmark's own parts: its towns are what they say, its builders build one and the same problem."""

from itertools import combinations
from time import perf_counter

import numpy as np
import pytest

from benchmarks.builders import BUILDERS, given_for
from benchmarks.towns import distance_matrix, make_town, mclp_instance, mclp_rules, reach_from_matrix, reach_from_points
from models.lexicographic import solve
from models.solution import SolveOptions, Termination
from models.verify import breaches


def best_by_trying(reach: np.ndarray, residents: np.ndarray, p: int) -> float:
    chosen = combinations(range(reach.shape[1]), p)
    return max(float(residents[reach[:, list(sites)].any(axis=1)].sum()) for sites in chosen)


def test_a_town_is_the_same_for_the_same_seed_alone():
    one, same, other = make_town(50, 8, 500.0, 3), make_town(50, 8, 500.0, 3), make_town(50, 8, 500.0, 4)
    assert np.array_equal(one.homes, same.homes)
    assert np.array_equal(one.residents, same.residents)
    assert not np.array_equal(one.homes, other.homes)
    assert np.array_equal(one.residents, np.rint(one.residents))


@pytest.mark.parametrize("radius_m", [0.0, 120.0, 800.0])
def test_reach_from_points_is_reach_from_the_matrix(radius_m):
    town = make_town(300, 40, 600.0, 5)
    dense = distance_matrix(town) <= radius_m
    assert np.array_equal(reach_from_matrix(distance_matrix(town), radius_m).toarray(), dense)
    assert np.array_equal(reach_from_points(town, radius_m).toarray(), dense)


@pytest.mark.parametrize("seed", range(4))
def test_the_instance_has_the_optimum_that_trying_every_choice_finds(seed):
    town, p = make_town(40, 9, 1000.0, seed), 3
    reach = reach_from_points(town, 260.0)
    instance, rules = mclp_instance(reach, town.residents), mclp_rules(p)
    solution = solve(instance, rules, SolveOptions(mip_gap=0.0))
    assert solution.termination is Termination.OPTIMAL
    assert solution.levels[0].incumbent == best_by_trying(reach.toarray(), town.residents, p)
    assert breaches(instance, rules, solution.decision) == ()


def test_every_builder_holds_the_same_problem():
    town = make_town(120, 15, 1000.0, 11)
    dense = distance_matrix(town) <= 200.0
    assert not dense.any(axis=1).all(), "some homes must be out of everybody's reach"
    wanted = best_by_trying(dense, town.residents, 4)
    for name in ("ours", "ours_points", "pulp"):
        builder = BUILDERS[name]
        given = given_for(builder, town, 200.0, 4)
        built = builder.build(given)
        assert np.array_equal(builder.reach(given, built), dense), name
        assert builder.optimum(built) == pytest.approx(wanted), name


def test_spopt_holds_the_same_problem():
    pytest.importorskip("spopt", reason="spopt is in the extra 'bench' alone")
    town, builder = make_town(120, 15, 1000.0, 11), BUILDERS["spopt"]
    given = given_for(builder, town, 200.0, 4)
    built = builder.build(given)
    dense = distance_matrix(town) <= 200.0
    assert np.array_equal(builder.reach(given, built), dense)
    assert builder.optimum(built) == pytest.approx(best_by_trying(dense, town.residents, 4))


@pytest.mark.parametrize("name", ["ours", "ours_points"])
def test_ten_thousand_by_a_thousand_is_built_in_under_a_second(name):
    builder = BUILDERS[name]
    given = given_for(builder, make_town(10_000, 1_000, 6_000.0, 1), 500.0, 50)
    times = []
    for _ in range(3):
        began = perf_counter()
        builder.build(given)
        times.append(perf_counter() - began)
        if times[-1] < 1.0:
            break
    assert min(times) < 1.0, times
