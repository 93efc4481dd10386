"""The scale benchmark's own parts: the law it fits, the seconds it reads, the cases it chooses."""

import time

import highspy
import pytest

from benchmarks.contenders import CONTENDERS, city_case
from benchmarks.growth import law_of, svg
from benchmarks.instances import Spec
from benchmarks.measure import OutOfTime, in_fresh_process
from benchmarks.scale import _ratio
from benchmarks.scale_case import problem
from benchmarks.scale_cases import CASES, chosen
from benchmarks.stock import OURS, InteriorHighs, StockHighs
from benchmarks.trail import Trail
from models.backends import Progress
from models.solution import LevelResult, Solution, SolveOptions, Termination


def test_an_exact_power_is_found_with_no_spread():
    law = law_of([(x, 3.0 * x**1.5) for x in (10.0, 100.0, 1000.0, 5000.0)])
    assert (law.exponent, law.factor) == pytest.approx((1.5, 3.0))
    assert (law.error, law.scatter) == pytest.approx((0.0, 1.0), abs=1e-6)
    assert law_of([(5.0, 1.0), (5.0, 2.0)]) is None


def test_the_spread_of_a_law_by_hand():
    # logarithms to base e: x = 0, 1, 2; y = 0, 2, 1: exponent 1/2, rest -1/2, 1, -1/2, variance 1.5, spread of x 2
    e = 2.718281828459045
    law = law_of([(1.0, 1.0), (e, e**2), (e**2, e)])
    assert law.exponent == pytest.approx(0.5)
    assert law.error == pytest.approx((1.5 / 2) ** 0.5)


def test_seconds_to_a_gap_leave_out_what_came_after_it():
    trail, began = Trail(), time.perf_counter()
    trail("a", Progress(None, 9.0, 0.0))
    trail("a", Progress(100.0, 100.9, 0.0))
    time.sleep(0.2)
    trail("a", Progress(100.0, 100.05, 0.0))
    level = LevelResult("a", "max", 100.0, 100.05, time.perf_counter() - began, Termination.OPTIMAL)
    solution = Solution(Termination.OPTIMAL, (level,), None, 5.0, "x")
    assert trail.seconds_to(0.01, solution, 5.0) == pytest.approx(5.0 - 0.2, abs=0.1)
    assert trail.seconds_to(0.001, solution, 5.0) == 5.0
    assert trail.seconds_to(0.0001, solution, 5.0) is None


def test_a_solver_that_never_got_there_is_no_less_than_its_whole_time():
    ours = [{"seed": 1, "cpu_to": {"0.01": 2.0}}]
    never = {"seed": 1, "cpu_seconds": 30.0, "to": {"0.01": None}, "cpu_to": {"0.01": None}}
    assert _ratio(ours, [never], "0.01") == "≥ 15.0×"
    there = never | {"to": {"0.01": 9.0}, "cpu_to": {"0.01": 3.0}}
    assert _ratio(ours, [there], "0.01") == "1.5×"
    assert _ratio(ours, [there | {"seed": 2}], "0.01") == "–"
    assert _ratio(ours, [never, there], "0.01") == "1.5×"
    assert _ratio(ours, [never, never | {"cpu_seconds": 50.0}], "0.01") == "≥ 25.0×"


def test_others_have_longer_where_a_ratio_of_ten_is_asked_for():
    case = next(case for case in CASES if case.name == "city-5k")
    assert case.limit_of("highs") == 10 * case.limit_of("large")
    assert case.stop_s("highs") > 2 * case.limit_of("highs")


def test_a_purse_is_a_share_of_all_costs_of_the_same_city():
    by_name = {case.name: case.arguments("large", 1) for case in CASES}
    assert [by_name[f"purse-5k-{p}"][-3] for p in (5, 30, 60)] == [0.05, 0.3, 0.6]
    assert by_name["city-5k"][-4:] == ["--purse", 0.15, "--suits", 1.0]
    assert [by_name[f"choosy-5k-{p}"][-4:] for p in (20, 40)] == [["--purse", 0.15, "--suits", s] for s in (0.2, 0.4)]
    assert "--purse" not in by_name["mclp-10k"]
    plain, rich = (problem("purse", [200, 40, 8], 1, False, None, "", purse) for purse in (0.1, 0.3))
    assert rich.rules.budget_cny == pytest.approx(3 * plain.rules.budget_cny)
    assert (rich.instance.residents == plain.instance.residents).all()


def test_a_choosy_city_is_the_same_with_fewer_pairs_allowed():
    plain, choosy = (problem("choosy", [200, 40, 8], 1, False, None, "", suits=s).instance for s in (1.0, 0.4))
    assert (choosy.site_area_m2 == plain.site_area_m2).all()
    assert (choosy.eligible <= plain.eligible).all()
    assert choosy.eligible.sum() == pytest.approx(0.4 * plain.eligible.sum(), rel=0.2)


def test_a_roomy_city_has_the_same_homes_and_four_times_the_floor():
    plain, roomy = (problem(kind, [200, 40, 8], 1, False, None, "").instance for kind in ("city", "roomy"))
    assert (roomy.residents == plain.residents).all()
    assert roomy.site_area_m2 == pytest.approx(4 * plain.site_area_m2, abs=2)
    assert all(b.nnz <= a.nnz for a, b in zip(plain.reach, roomy.reach, strict=True))


def test_cases_are_chosen_by_name_or_beginning():
    assert [case.name for case in chosen(CASES, ["plane", "city-5k"])] == ["city-5k", "plane-5k"]
    assert chosen(CASES, ["nothing"]) == []
    assert len({case.name for case in CASES}) == len(CASES)


def test_a_picture_names_every_solver_and_no_address():
    text = svg("t", {"ours": [(10.0, 0.1), (100.0, 1.0)], "theirs": [(10.0, 2.0)]})
    assert "ours: size^1.00" in text
    assert ">theirs<" in text
    assert text.count("http") == 1, "the namespace alone"


def test_a_process_is_stopped_at_its_limit():
    with pytest.raises(OutOfTime):
        in_fresh_process("benchmarks.instances.size", [200, 30], 0.05)


@pytest.mark.parametrize("name", ["scip", "cbc", "highs-stock", "highs-ipm"])
def test_other_solvers_find_what_highs_finds(name):
    if name == "scip":
        pytest.importorskip("pyscipopt", reason="pyscipopt is in the extra 'bench' alone")
    case = city_case(Spec(150, 20, n_type=5, seed=4))
    ours, theirs = CONTENDERS["highs"](case, 20.0), CONTENDERS[name](case, 20.0)
    assert theirs.values == pytest.approx(ours.values, rel=2.5e-3)


def test_highs_as_it_comes_has_its_own_options_and_our_limits():
    plain, options = highspy.Highs(), SolveOptions(time_limit_s=12.5, mip_gap=0.25, seed=7)
    for made, lp in ((StockHighs, "choose"), (InteriorHighs, "ipm")):
        solver = made()._prepared(options)
        wanted = {key: plain.getOptionValue(key)[1] for key in OURS}
        assert wanted["presolve"] != "off"
        wanted |= {"mip_lp_solver": lp, "time_limit": 12.5, "mip_rel_gap": 0.25, "random_seed": 7}
        assert {key: solver.getOptionValue(key)[1] for key in wanted} == wanted
