"""What must hold of assignment types whatever the circle: limits, monotony, the static rule as a special case."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import sparse
from support.instances import plain_instance, random_instance
from support.shares import served, unshared, with_assignment

from models.assemble import assemble
from models.assignment import best_shares, drawn
from models.columns import lay_out
from models.completion import complete
from models.errors import ModelError
from models.instance import FloatArray, Phases, Rules, SitingInstance, Tier
from models.lexicographic import solve
from models.solution import Decision, SolveOptions
from models.verify import breaches, coverage, level_value
from models.verify_shares import Flow, lacking_residents, most_served

COVERAGE = ("basic_coverage", "public_coverage", "quality_coverage")
SEEDS = range(8)


def circle(seed: int, **changes: object) -> SitingInstance:
    rng = np.random.default_rng([seed, 22])
    made = random_instance(rng, 12, 4, 3, hosts=2)
    return with_assignment(rng, replace(made, **changes))


def some_plans(instance: SitingInstance, seed: int, n: int = 12) -> list[Decision]:
    rng = np.random.default_rng([seed, 5])
    plans = []
    for density in np.linspace(0.1, 0.9, n):
        opened = instance.eligible & (rng.random(instance.eligible.shape) < density)
        added = instance.addon_eligible & (rng.random(instance.addon_eligible.shape) < density)
        added[: instance.n_site] &= ~opened
        plans.append(Decision(opened, added))
    return plans


def best(instance: SitingInstance, level: str, **rules: object) -> float:
    asked = replace(Rules(levels=(level,), budget_cny=250e3), **rules)
    solution = solve(instance, asked, SolveOptions(mip_gap=1e-7, time_limit_s=20))
    assert solution.decision is not None
    return solution.levels[0].incumbent


def test_the_share_drawn_is_concave_and_its_chords_meet_it_at_whole_numbers():
    m = np.arange(12)
    for r in range(6):
        f = drawn(m, np.full(12, r))
        assert f[0] == 0
        assert f[1:].tolist() == pytest.approx((m[1:] / (m[1:] + r)).tolist())
        assert np.all(np.diff(f, 2) <= 1e-15)
        for t in range(11):
            chord = f[t] + (f[t + 1] - f[t]) * (m - t)
            assert np.all(chord >= f - 1e-12)


def test_homes_without_anybody_have_no_ways():
    made = circle(3)
    empty = made.segment_residents.copy()
    empty[::2] = 0.0
    made = replace(made, segment_residents=empty, rivals=np.zeros_like(made.rivals))
    ways = lay_out(made, Rules(levels=COVERAGE)).ways
    assert ways is not None
    assert ways.n_group > 0
    assert (ways.residents > 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_three_programs_agree_on_who_can_be_served(seed: int):
    """Shares of merged groups, the verifier's flow, and the dense program of the tests."""
    instance = circle(seed)
    rules = Rules(levels=COVERAGE)
    lawful = 0
    problem = lay_out(instance, rules, instance.eligible, instance.addon_eligible)
    for plan in some_plans(instance, seed):
        for k in instance.assigned_types.tolist():
            wanted = served(instance, plan, k)
            starves = lacking_residents(instance, plan, k) > 1e-6 * max(1.0, instance.min_catchment[k])
            assert starves == (wanted is None)
            if wanted is None:
                continue
            lawful += 1
            assert most_served(instance, plan, k) == pytest.approx(wanted, abs=1e-5)
            if problem.ways is None or k not in problem.ways.type_:
                continue
            shares = best_shares(instance, problem.ways, plan.open, plan.addon)
            mine = (problem.ways.type_[problem.ways.group] == k) & (problem.ways.rivals[problem.ways.group] == 0)
            people = problem.ways.residents[problem.ways.group[mine]]
            assert shares[mine] @ people == pytest.approx(wanted, abs=1e-5)
    assert lawful > 3


@pytest.mark.parametrize("seed", SEEDS)
def test_the_completed_point_keeps_every_row_of_a_lawful_plan(seed: int):
    free = {"spacing": np.zeros((0, 3), np.int64), "separation": np.zeros((0, 4), np.int64)}
    instance = circle(seed, site_area_m2=np.full(4, 1e3), host_area_m2=np.full(2, 1e3), **free)
    rules = Rules(levels=COVERAGE)
    problem = lay_out(instance, rules, instance.eligible, instance.addon_eligible)
    model = assemble(problem)
    lawful = 0
    for plan in some_plans(instance, seed, 40):
        plan.addon[: instance.n_site] &= plan.open @ instance.hosts
        plan.addon[instance.n_site :] &= instance.hosts[instance.host_type]
        if breaches(instance, rules, plan):
            continue
        lawful += 1
        values = complete(problem, plan)
        activity = model.matrix @ values
        assert np.all(activity >= model.row_lower - 1e-4)
        assert np.all(activity <= model.row_upper + 1e-6)
        assert np.all((values >= model.col_lower - 1e-9) & (values <= model.col_upper + 1e-9))
    assert lawful >= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_without_limits_and_rivals_it_is_the_model_without_assignment(seed: int):
    nothing = np.zeros((12, 3), dtype=np.int64)
    instance = circle(seed, min_catchment=np.zeros(3), rivals=nothing, covered=nothing.astype(bool))
    endless = replace(instance, outlet_serves=np.full(3, 1e12), addon_serves=np.full(3, 1e12))
    for level in COVERAGE:
        assert best(endless, level) == pytest.approx(best(unshared(instance), level), abs=1e-5)


@pytest.mark.parametrize("level", COVERAGE)
@pytest.mark.parametrize("seed", SEEDS)
def test_more_capacity_never_hurts(seed: int, level: str):
    """A smaller use rate is a larger capacity."""
    instance = circle(seed)
    easy = replace(instance, min_catchment=np.zeros(3))
    for one in (instance, easy):
        found = []
        for times in (1.0, 1.5, 3.0, np.inf):
            more = replace(one, outlet_serves=one.outlet_serves * times, addon_serves=one.addon_serves * times)
            found.append(best(more, level))
        assert all(b >= a - 1e-5 * max(1.0, a) for a, b in pairwise(found))


def test_capacity_matters_somewhere():
    gains = []
    for seed in SEEDS:
        easy = replace(circle(seed), min_catchment=np.zeros(3))
        endless = replace(easy, outlet_serves=np.full(3, np.inf), addon_serves=np.full(3, np.inf))
        gains += [best(endless, level) - best(easy, level) for level in COVERAGE]
    assert max(gains) > 10


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_static_rule_allows_is_allowed_where_no_outlet_can_be_full(seed: int):
    instance = circle(seed)
    instance = replace(instance, outlet_serves=np.full(3, np.inf), addon_serves=np.full(3, np.inf))
    static, rules = unshared(instance), Rules(levels=COVERAGE)
    for plan in some_plans(instance, seed, 30):
        by_static = {s.partition(":")[0] for s in breaches(static, rules, plan)}
        by_shares = {s.partition(":")[0] for s in breaches(instance, rules, plan)}
        if "viability" not in by_static:
            assert "assignment" not in by_shares
            for level in COVERAGE:
                assert level_value(instance, rules, plan, level) == pytest.approx(
                    level_value(static, rules, plan, level), abs=1e-5
                )


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_served_who_is_not_in_reach_or_has_an_outlet(seed: int):
    instance = circle(seed)
    for plan in some_plans(instance, seed):
        newly = coverage(instance, plan)
        for k in instance.assigned_types.tolist():
            reached = float(instance.segment_residents[newly[:, k], k].sum())
            assert most_served(instance, plan, k) <= reached + 1e-6


def test_a_plan_that_starves_its_outlets_is_told():
    """Two outlets, 100 residents in reach of both, each needs 60."""
    instance = shared_by_two(60.0)
    both = Decision(np.ones((2, 1), dtype=bool), np.zeros((2, 1), dtype=bool))
    assert breaches(instance, Rules(levels=()), both) == (
        "assignment: the outlets of T0 lack 20 residents, each needs 60",
    )
    one = Decision(np.array([[True], [False]]), np.zeros((2, 1), dtype=bool))
    assert breaches(instance, Rules(levels=()), one) == ()
    assert breaches(shared_by_two(50.0), Rules(levels=()), both) == ()


def test_a_rival_takes_its_part():
    """100 residents with one existing outlet: one new draws 50, two together 66.7, of which each may get 50."""
    rival = {"rivals": np.ones((1, 1), np.int64), "covered": np.ones((1, 1), dtype=bool)}
    both = Decision(np.ones((2, 1), dtype=bool), np.zeros((2, 1), dtype=bool))
    one = Decision(np.array([[True], [False]]), np.zeros((2, 1), dtype=bool))
    for needed, lawful in ((50.0, True), (50.1, False)):
        assert (lacking_residents(shared_by_two(needed, **rival), one, 0) < 1e-6) == lawful
    for needed, lawful in ((100 / 3, True), (33.4, False)):
        assert (lacking_residents(shared_by_two(needed, **rival), both, 0) < 1e-6) == lawful


@pytest.mark.parametrize(("needed", "outlets"), [(50.0, 1), (33.0, 2), (25.0, 3), (24.0, 3), (20.0, 4), (16.6, 4)])
def test_as_many_outlets_as_the_rival_leaves_residents_for(needed: float, outlets: int):
    """100 residents, one existing outlet: m new ones draw 100 m/(m+1), so that m <= 100/needed - 1."""
    instance = plain_instance(
        np.ones((1, 4, 1), dtype=bool),
        residents=np.array([100.0]),
        segment_residents=np.array([[100.0]]),
        rivals=np.array([[1]]),
        covered=np.array([[True]]),
        missing_outlets=np.array([4]),
        min_catchment=np.array([needed]),
        assigned=np.array([True]),
        outlet_serves=np.array([np.inf]),
        addon_serves=np.array([np.inf]),
    )
    for solver in ("highs", "cbc", "cpsat"):
        solution = solve(instance, Rules(levels=("missing_types",)), SolveOptions(solver=solver))
        assert solution.levels[0].incumbent == outlets, solver


def test_full_outlets_leave_people_out():
    """100 residents, outlets that serve 30, add-ons that serve 10."""
    instance = shared_by_two(0.0, outlet_serves=np.array([30.0]), addon_serves=np.array([10.0]))
    none = np.zeros((2, 1), dtype=bool)
    assert most_served(instance, Decision(np.array([[True], [False]]), none), 0) == pytest.approx(30)
    assert most_served(instance, Decision(np.ones((2, 1), dtype=bool), none), 0) == pytest.approx(60)
    assert most_served(instance, Decision(none, np.array([[True], [False]])), 0) == pytest.approx(10)
    assert most_served(instance, Decision(none, none), 0) == 0


def test_a_full_outlet_below_the_least_catchment_has_no_column():
    instance = shared_by_two(40.0, outlet_serves=np.array([30.0]), addon_serves=np.array([30.0]))
    assert lay_out(instance, Rules(levels=("basic_coverage",))).open_site.size == 0


def test_the_nearest_flow_serves_as_many_and_walks_least():
    instance = shared_by_two(0.0, outlet_serves=np.array([70.0]), addon_serves=np.array([0.0]))
    both = Decision(np.ones((2, 1), dtype=bool), np.zeros((2, 1), dtype=bool))
    flow = Flow(instance, both, 0)
    assert flow.nearest(np.array([100.0, 300.0])).tolist() == pytest.approx([70.0, 30.0])
    assert flow.nearest(np.array([300.0, 100.0])).tolist() == pytest.approx([30.0, 70.0])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_nearest_flow_is_a_flow(seed: int):
    instance, rng = circle(seed), np.random.default_rng(seed)
    for plan in some_plans(instance, seed):
        for k in instance.assigned_types.tolist():
            if served(instance, plan, k) is None:
                continue
            flow = Flow(instance, plan, k)
            metres: FloatArray = rng.uniform(10, 900, len(flow.home))
            most, near = (flow.most(), flow.nearest(metres)) if len(flow.home) else (metres, metres)
            assert near[flow.is_new].sum() == pytest.approx(most[flow.is_new].sum(), abs=1e-5)
            assert np.all(near <= flow.arc_limit + 1e-6)
            at_place = np.bincount(flow.place, weights=near, minlength=instance.n_place)
            assert np.all(at_place <= flow.place_limit + 1e-6)


def test_what_the_shares_are_not_exact_for_is_refused():
    instance = shared_by_two(0.0, outlet_serves=np.array([30.0]), addon_serves=np.array([10.0]))
    with pytest.raises(ModelError, match="equity does not go with"):
        lay_out(instance, Rules(levels=("equity",)))
    walk = (sparse.csr_array(np.ones((1, 2))),)
    walks = replace(instance, walk_m=walk, outlet_walk_m=np.full((1, 1), np.inf))
    with pytest.raises(ModelError, match="walking levels do not go with"):
        lay_out(walks, Rules(levels=("walking",)))
    years = Phases(np.array([1e6]), np.array([1.0]), np.zeros(2, dtype=np.int64))
    with pytest.raises(ModelError, match="in phases"):
        lay_out(instance, Rules(levels=("basic_coverage",), phases=years))
    roomy = replace(instance, outlet_serves=np.array([np.inf]), addon_serves=np.array([np.inf]))
    assert lay_out(roomy, Rules(levels=("equity",))).equity is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_another_order_of_homes_and_sites_gives_the_same_values(seed: int):
    instance = circle(seed, spacing=np.zeros((0, 3), np.int64), separation=np.zeros((0, 4), np.int64))
    rng = np.random.default_rng(seed)
    i, j = rng.permutation(instance.n_demand), rng.permutation(instance.n_site)
    p = np.concatenate([j, np.arange(instance.n_site, instance.n_place)])
    by_home = ("residents", "segment_residents", "covered", "rivals")
    by_site = ("eligible", "site_area_m2", "open_cost_cny", "site_cost_cny", "open_budget_cny", "site_budget_cny")
    moved = replace(
        instance,
        reach=tuple(sparse.csr_array(reach[i][:, p]) for reach in instance.reach),
        addon_eligible=instance.addon_eligible[p],
        demand_ids=tuple(instance.demand_ids[n] for n in i),
        site_ids=tuple(instance.site_ids[n] for n in j),
        **{name: getattr(instance, name)[i] for name in by_home},
        **{name: getattr(instance, name)[j] for name in by_site},
    )
    for level in COVERAGE:
        assert best(moved, level) == pytest.approx(best(instance, level), rel=1e-6, abs=1e-5)


def test_the_same_plan_twice():
    one, two = (
        solve(circle(3), Rules(levels=(*COVERAGE, "cost"), budget_cny=250e3), SolveOptions()).decision for _ in range(2)
    )
    assert one is not None
    assert two is not None
    assert np.array_equal(one.open, two.open)
    assert np.array_equal(one.addon, two.addon)


def shared_by_two(needed: float, **changes: object) -> SitingInstance:
    """One demand point of 100 residents in reach of two sites."""
    made = plain_instance(
        np.ones((1, 2, 1), dtype=bool),
        residents=np.array([100.0]),
        segment_residents=np.array([[100.0]]),
        tier=np.array([int(Tier.BASIC)]),
        min_catchment=np.array([needed]),
        addon_eligible=np.ones((2, 1), dtype=bool),
        hosts=np.ones((1, 1), dtype=bool),
        assigned=np.array([True]),
        outlet_serves=np.array([np.inf]),
        addon_serves=np.array([np.inf]),
    )
    return replace(made, **changes)
