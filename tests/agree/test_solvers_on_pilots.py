"""HiGHS, CP-SAT and CBC agree on small generated circles, the way the application builds them."""

from __future__ import annotations

from functools import cache

import pytest

from models.instance import Rules, SitingInstance
from models.lexicographic import solve
from models.solution import Solution, SolveOptions, Termination
from models.verify import breaches
from scenarios.catalogue import load_catalogue
from scenarios.layers import Layer
from scenarios.library import layers_for
from scenarios.resolve import resolve
from siting.coverage import cutoff_m
from siting.formulation import build
from siting.gaps import gap_report
from siting.generator import CircleSpec, generate_tables
from siting.network import walking_distances

SOLVERS = ("highs", "cpsat", "cbc")
SPECS = {
    "plain": CircleSpec("G1", "平常", n_demand=30, n_site=15, population=4000, area_km2=0.6),
    "river": CircleSpec("G2", "隔河", n_demand=30, n_site=15, population=6000, area_km2=0.8, river="middle", bridges=1),
    "old": CircleSpec("G3", "老区", n_demand=24, n_site=12, population=5000, area_km2=0.5, gated_share=0.1),
}
MONEY = {"budget": {"capital_cny": 600_000}}
HOSTS = {"budget": {"capital_cny": 400_000}, "hosts": {"new": True, "existing": True}, "limits": {"max_sites": 3}}
SETTINGS = {"base": {}, "money": MONEY, "hosts": HOSTS}


@cache
def built(circle: str, settings: str) -> tuple[SitingInstance, Rules]:
    catalogue = load_catalogue()
    workspace = generate_tables(SPECS[circle], catalogue, seed=3).to_workspace()
    name, layers = layers_for("base")
    resolved = resolve([*layers, Layer(SETTINGS[settings], "test", "test")], name, catalogue)
    walking = resolved.scenario.walking
    walks = walking_distances(workspace, cutoff_m(catalogue.types.values(), walking), walking.max_access_m)
    made = build(workspace, catalogue, resolved, walks, gap_report(workspace, catalogue, walks, resolved.scenario))
    return made.instance, made.rules


@pytest.mark.slow
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("circle", SPECS)
def test_solvers_agree(circle: str, settings: str):
    instance, rules = built(circle, settings)
    options = {solver: SolveOptions(solver=solver, mip_gap=1e-9, time_limit_s=60) for solver in SOLVERS}
    found: dict[str, Solution] = {solver: solve(instance, rules, option) for solver, option in options.items()}
    wanted = found["highs"].levels
    assert found["highs"].termination is Termination.OPTIMAL
    assert [level.name for level in wanted] == list(rules.levels)
    for solver, solution in found.items():
        assert solution.decision is not None
        assert breaches(instance, rules, solution.decision) == ()
        for level, best in zip(solution.levels, wanted, strict=True):
            # a level that ran out of time may be worse, but its bound still holds
            tight = level.termination is Termination.OPTIMAL
            assert level.bound == pytest.approx(best.bound, rel=1e-6, abs=2e-3) or not tight, (solver, level.name)
            worse = best.incumbent - level.incumbent if best.sense == "max" else level.incumbent - best.incumbent
            assert worse >= -1e-6 * max(1.0, abs(best.incumbent)), (solver, level.name)
            if not tight:
                break
            assert level.incumbent == pytest.approx(best.incumbent, rel=1e-7, abs=1e-6), (solver, level.name)


def test_cpsat_does_not_cut_off_the_optimum():
    """With its usual presolve CP-SAT 9.15 calls 8000 residents proven where 12 000 can be reached."""
    instance, rules = built("plain", "base")
    values = {}
    for solver in ("highs", "cpsat"):
        solution = solve(instance, rules, SolveOptions(solver=solver, mip_gap=1e-9, time_limit_s=30))
        values[solver] = [level.incumbent for level in solution.levels]
    assert values["cpsat"] == pytest.approx(values["highs"], rel=1e-7)


@pytest.mark.parametrize("settings", SETTINGS)
def test_generated_circles_have_something_to_decide(settings: str):
    instance, rules = built("plain", settings)
    assert (instance.n_demand, instance.n_site) == (30, 15)
    solution = solve(instance, rules, SolveOptions(time_limit_s=20))
    assert solution.decision is not None
    assert solution.decision.open.any()
    assert sum(level.incumbent > 0 for level in solution.levels) >= 3
