"""Every rule broken once, alone, with the figure in the sentence; and kept once at its very limit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.hand import hand_instance, plan, with_walks

from models.errors import ModelError
from models.instance import Rules
from models.solution import Decision
from models.verify import breaches
from models.verify_reach import own_catchments

FREE = Rules(levels=("cost",))


def only(found: tuple[str, ...], rule: str, *words: str) -> None:
    assert len(found) == 1, found
    assert found[0].startswith(rule + ":"), found
    for word in words:
        assert word in found[0], found


def test_lawful_plan_has_no_breach():
    assert breaches(hand_instance(), FREE, plan([(0, 0), (0, 1), (1, 0)], [(1, 1), (2, 1)])) == ()
    assert breaches(hand_instance(), FREE, plan([])) == ()


def test_area_of_a_site():
    lawful = hand_instance(site_area_m2=np.array([30.0, 14.0]))
    assert breaches(lawful, FREE, plan([(0, 0), (0, 1), (1, 0)], [(1, 1)])) == ()
    tight = hand_instance(site_area_m2=np.array([30.0, 13.9]))
    only(breaches(tight, FREE, plan([(0, 0), (0, 1), (1, 0)], [(1, 1)])), "area", "S1", "14", "13.9")


def test_area_of_a_host():
    only(breaches(hand_instance(host_area_m2=np.array([3.9])), FREE, plan([], [(2, 1)])), "area", "H0", "4", "3.9")


def test_eligibility_of_an_outlet():
    barred = np.array([[True, True], [False, True]])
    only(breaches(hand_instance(eligible=barred), FREE, plan([(1, 0)])), "eligibility", "S1", "T0")


def test_eligibility_of_an_addon():
    barred = np.array([[True, True], [True, True], [True, False]])
    only(breaches(hand_instance(addon_eligible=barred), FREE, plan([], [(2, 1)])), "eligibility", "H0", "T1")


def test_outlet_and_addon_of_one_type_at_one_site():
    roomy = hand_instance(site_area_m2=np.array([99.0, 99.0]))
    only(breaches(roomy, FREE, plan([(0, 0), (0, 1)], [(0, 1)])), "eligibility", "S0", "T1", "both")


@pytest.mark.parametrize("decision", [plan([], [(0, 1)]), plan([(0, 1)], [(0, 0)]), plan([(0, 0)], [(1, 1)])])
def test_addon_at_a_site_needs_an_opened_host(decision: Decision):
    only(breaches(hand_instance(), FREE, decision), "host", "add-on")


def test_addon_at_a_host_needs_the_right_type_of_host():
    wrong = hand_instance(host_type=np.array([1]))
    only(breaches(wrong, FREE, plan([], [(2, 1)])), "host", "H0", "T1")


def test_budget_counts_outlets_sites_once_and_addons():
    decision = plan([(0, 0), (0, 1)], [(2, 1)])
    instance = hand_instance(
        open_budget_cny=np.array([[900.0, 800.0], [1.0, 1.0]]), site_budget_cny=np.array([400.0, 1.0])
    )
    assert breaches(instance, replace(FREE, budget_cny=2400.0), decision) == ()
    only(breaches(instance, replace(FREE, budget_cny=2399.9), decision), "budget", "2400.00", "2399.90")


def test_an_addon_may_have_a_subsidy_of_its_own():
    instance = hand_instance(addon_subsidy=np.array([0.0, 500.0]))
    decision = plan([(0, 0)], [(2, 1)])
    assert breaches(instance, replace(FREE, subsidy_cny_year=7500.0), decision) == ()
    only(breaches(instance, replace(FREE, subsidy_cny_year=7499.0), decision), "subsidy", "7500.00")


def test_subsidy_counts_outlets_and_addons():
    decision = plan([(0, 0)], [(2, 1)])
    assert breaches(hand_instance(), replace(FREE, subsidy_cny_year=18000.0), decision) == ()
    only(breaches(hand_instance(), replace(FREE, subsidy_cny_year=17999.0), decision), "subsidy", "18000.00")


def test_viability_shares_residents_with_existing_and_new_rivals():
    rivals = np.array([[0, 0], [1, 0], [0, 0]])
    instance = hand_instance(rivals=rivals)
    both = plan([(0, 0), (1, 0)])
    sites, kept = own_catchments(instance, both, 0)
    # S0: 100 + 50/2, S1: 50/2 + 30; both lose 50/(2*3) to each other
    assert sites.tolist() == [0, 1]
    assert kept == pytest.approx([125 - 50 / 6, 55 - 50 / 6])
    enough = replace(instance, min_catchment=np.array([55 - 50 / 6, 0.0]))
    assert breaches(enough, FREE, both) == ()
    short = replace(instance, min_catchment=np.array([46.7, 0.0]))
    only(breaches(short, FREE, both), "viability", "T0", "S1", "46.66", "46.7")
    assert breaches(short, FREE, plan([(1, 0)])) == ()


def test_spacing():
    instance = hand_instance(spacing=np.array([[0, 1, 0]]))
    only(breaches(instance, FREE, plan([(0, 0), (1, 0)])), "spacing", "S0", "S1", "T0")
    assert breaches(instance, FREE, plan([(0, 0), (1, 1)])) == ()


def test_separation():
    instance = hand_instance(separation=np.array([[0, 0, 1, 1]]))
    only(breaches(instance, FREE, plan([(0, 0), (1, 1)])), "separation", "T0 at site S0", "T1 at site S1")
    assert breaches(instance, FREE, plan([(0, 1), (1, 0)])) == ()


def test_separation_of_an_addon_service():
    instance = hand_instance(separation=np.array([[0, 0, 2, 1]]))
    only(breaches(instance, FREE, plan([(0, 0)], [(2, 1)])), "separation", "T0 at site S0", "T1 at site H0")
    assert breaches(instance, FREE, plan([(1, 0)], [(2, 1)])) == ()


def test_separation_within_one_site():
    instance = hand_instance(separation=np.array([[0, 0, 0, 1]]))
    only(breaches(instance, FREE, plan([(0, 0), (0, 1)])), "separation", "S0")


def test_max_sites():
    decision = plan([(0, 0), (0, 1), (1, 0)])
    assert breaches(hand_instance(), replace(FREE, max_sites=2), decision) == ()
    only(breaches(hand_instance(), replace(FREE, max_sites=1), decision), "max_sites", "2", "1")


def test_max_outlets_leaves_addons_out():
    decision = plan([(0, 0), (1, 0)], [(1, 1), (2, 1)])
    assert breaches(hand_instance(), replace(FREE, max_outlets=2), decision) == ()
    only(breaches(hand_instance(), replace(FREE, max_outlets=1), decision), "max_outlets", "2", "1")


def test_locks():
    decision = plan([(0, 0)])
    sites, pairs = np.array([1]), np.array([[0, 1]])
    only(breaches(hand_instance(), replace(FREE, lock_in_sites=sites), decision), "lock_in", "S1")
    only(breaches(hand_instance(), replace(FREE, lock_in_pairs=pairs), decision), "lock_in", "S0", "T1")
    only(breaches(hand_instance(), replace(FREE, lock_out_sites=np.array([0])), decision), "lock_out", "S0")
    only(breaches(hand_instance(), replace(FREE, lock_out_pairs=np.array([[0, 0]])), decision), "lock_out", "T0")
    kept = replace(FREE, lock_in_sites=np.array([0]), lock_in_pairs=np.array([[0, 0]]), lock_out_sites=sites)
    assert breaches(hand_instance(), replace(kept, lock_out_pairs=pairs), decision) == ()


def test_coverage_floor_counts_existing_and_new_coverage():
    covered = np.array([[False, False], [False, False], [True, False]])
    instance = hand_instance(covered=covered)
    assert breaches(instance, replace(FREE, coverage_floor=((0, 1.0),)), plan([(0, 0)])) == ()
    only(breaches(instance, replace(FREE, coverage_floor=((0, 0.5),)), plan([(1, 0)])), "coverage_floor", "T0", "80")
    # type 1 counts its own segment: D2 has 30 of 40
    assert breaches(instance, replace(FREE, coverage_floor=((1, 0.75),)), plan([(1, 1)])) == ()


def test_everybody_must_have_somewhere_to_walk():
    instance = with_walks(hand_instance())
    rules = Rules(levels=("walking",))
    only(breaches(instance, rules, plan([(0, 0), (0, 1)])), "walking", "D2", "T0")
    assert breaches(instance, rules, plan([(0, 0), (0, 1), (1, 0)])) == ()


def test_a_single_resident_must_have_somewhere_to_walk_and_nobody_need_not():
    rules, decision = Rules(levels=("walking",)), plan([(0, 0), (0, 1)])
    for people in (1.0, 0.0):
        lonely = np.array([[100.0, 10.0], [50.0, 0.0], [people, 30.0]])
        told = breaches(with_walks(hand_instance(segment_residents=lonely)), rules, decision)
        assert [sentence.split(",")[0] for sentence in told] == ["walking: 1 demand points"] * int(people)


def test_every_breach_is_told_at_once():
    rules = replace(FREE, max_sites=1, budget_cny=10.0, lock_out_sites=np.array([0]))
    found = breaches(hand_instance(spacing=np.array([[0, 1, 0]])), rules, plan([(0, 0), (1, 0)]))
    assert [sentence.split(":")[0] for sentence in found] == ["budget", "spacing", "max_sites", "lock_out"]


def test_wrong_shape_is_refused():
    with pytest.raises(ModelError, match=r"decision\.open"):
        breaches(hand_instance(), FREE, Decision(open=np.zeros((2, 3), bool), addon=np.zeros((3, 2), bool)))
