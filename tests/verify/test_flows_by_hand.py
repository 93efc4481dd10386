"""Who can be served by outlets that can be full, on figures worked out by hand; phases of a plan by years."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from support.hand import hand_instance, plan

from models.errors import ModelError
from models.instance import Phases, Rules
from models.solution import Decision
from models.verify_phases import money_breaches, schedule_breaches, stands_by, worth_over_phases
from models.verify_reach import own_catchments, pairs_in_reach
from models.verify_shares import Flow, lacking_residents, most_served

BOTH = plan([(0, 0), (1, 0)])


def town(serves: float = np.inf, *, rivals: tuple[int, ...] = (0, 0, 0), needs: float = 0.0, **more: Any) -> Any:
    """100, 50 and 30 residents; S0 reaches the first two, S1 the last two, of T0."""
    return hand_instance(
        assigned=np.array([True, False]), outlet_serves=np.array([serves, np.inf]), addon_serves=np.full(2, np.inf),
        min_catchment=np.array([needs, 0.0]), rivals=np.column_stack([rivals, np.zeros(3, dtype=int)]), **more,
    )  # fmt: skip


def test_arcs_and_limits():
    flow = Flow(town(70.0, rivals=(0, 1, 2), needs=40.0), BOTH, 0)
    arcs = sorted(zip(flow.home.tolist(), flow.place.tolist(), flow.arc_limit.tolist(), flow.is_new, strict=True))
    assert arcs == [(0, 0, 100.0, True), (1, 0, 25.0, False), (1, 1, 25.0, False), (2, 1, 10.0, False)]
    assert flow.home_limit == pytest.approx([100.0, 50 * 2 / 3, 30 * 1 / 3])
    assert flow.place_limit[:2].tolist() == [70.0, 70.0]
    assert flow.place_limit[2] == 0.0
    assert (flow.outlets.tolist(), flow.needed) == ([0, 1], 40.0)
    carried = replace(town(70.0), addon_serves=np.array([20.0, np.inf]))
    with_addon = Flow(carried, plan([(0, 0)], [(0, 0), (2, 0)]), 0)
    assert with_addon.place_limit.tolist() == [90.0, 0.0, 20.0]
    assert with_addon.outlets.tolist() == [0]
    assert with_addon.home_limit.tolist() == [100.0, 50.0, 0.0]
    assert Flow(town(), plan([(0, 1)]), 0).home.tolist() == []


@pytest.mark.parametrize(
    ("serves", "rivals", "served"),
    [(np.inf, (0, 0, 0), 180.0), (70.0, (0, 0, 0), 140.0), (90.0, (0, 0, 0), 170.0), (90.0, (1, 0, 0), 80.0),
     (90.0, (0, 0, 1), 140.0), (40.0, (1, 0, 1), 50.0), (20.0, (1, 0, 1), 40.0)],
)  # fmt: skip
def test_the_most_that_are_served(serves: float, rivals: Any, served: float):
    """Only those without an outlet today count; S1 alone can have the 30, and either the 50."""
    assert most_served(town(serves, rivals=rivals), BOTH, 0) == pytest.approx(served)


@pytest.mark.parametrize(
    ("needs", "lacking"), [(0.0, 0.0), (80.0, 0.0), (90.0, 10.0), (91.0, 11.0), (100.0, 20.0), (120.0, 60.0)]
)
def test_what_catchments_lack(needs: float, lacking: float):
    """180 residents; S1 can have 80 at the most, S0 100 besides."""
    assert lacking_residents(town(needs=needs), BOTH, 0) == pytest.approx(lacking, abs=1e-6)
    assert lacking_residents(town(needs=needs), plan([(1, 1)]), 0) == 0.0


def test_catchments_that_cannot_be_had_are_left_out():
    """S1 needs 90 and can have 80: the plan is unlawful, and all 180 are told."""
    assert most_served(town(needs=90.0), BOTH, 0) == pytest.approx(180.0)
    # S0 needs 75 and may take no more: nothing forbids that the 30 are left to S1 with 45 of the 50
    assert most_served(town(75.0, needs=75.0), BOTH, 0) == pytest.approx(150.0)


def test_of_the_best_flows_one_that_brings_most_and_then_walks_least():
    """The first home has an outlet today and brings 50 besides; the 50 of the second walk to the nearer outlet."""
    instance = town(rivals=(1, 0, 0))
    flow = Flow(instance, BOTH, 0)
    order = {arc: n for n, arc in enumerate(zip(flow.home.tolist(), flow.place.tolist(), strict=True))}
    for near, far in ((0, 1), (1, 0)):
        metres = np.full(len(flow.home), 10.0)
        metres[order[1, far]] = 20.0
        found = flow.nearest(metres)
        assert found[order[1, near]] == pytest.approx(50.0)
        assert found[order[1, far]] == pytest.approx(0.0, abs=1e-5)
        assert found[order[0, 0]] == pytest.approx(50.0)
        assert found[order[2, 1]] == pytest.approx(30.0)
    # S0 has room for 60: those without an outlet today come first, though the others walk less
    tight = Flow(town(60.0, rivals=(1, 0, 0)), plan([(0, 0)]), 0)
    at = {home: n for n, home in enumerate(tight.home.tolist())}
    found = tight.nearest(np.array([1.0, 1.0])[[list(at).index(h) for h in tight.home.tolist()]] * [1.0, 500.0])
    assert (found[at[0]], found[at[1]]) == (pytest.approx(10.0), pytest.approx(50.0))


def test_what_rivals_leave_to_an_outlet():
    instance = hand_instance(rivals=np.array([[0, 0], [1, 0], [0, 0]]))
    sites, kept = own_catchments(instance, BOTH, 0)
    assert sites.tolist() == [0, 1]
    assert kept == pytest.approx([100 + 50 / 2 - 50 / 6, 50 / 2 + 30 - 50 / 6])
    assert own_catchments(instance, plan([(1, 0)]), 0)[1] == pytest.approx([55.0])
    nobody, nothing = own_catchments(instance, plan([(1, 1)]), 0)
    assert (len(nobody), len(nothing)) == (0, 0)
    told = sparse.csr_array(np.array([[1, 1, 0], [0, 0, 1]], dtype=bool))
    told.data[1] = False
    assert [part.tolist() for part in pairs_in_reach(told)] == [[0, 1], [0, 2]]


YEARS = Phases(np.array([1000.0, 500.0, 200.0]), np.array([1.0, 0.5, 0.25]), np.array([0, 2]), carry_over=False)
RULES = Rules(levels=(), phases=YEARS)


def dated(phases: list[list[int]], addons: Any = None) -> Decision:
    opens = np.array(phases)
    added = np.full((3, 2), -1) if addons is None else np.array(addons)
    return Decision(opens >= 0, added >= 0, opens, added)


def told(decision: Decision, rules: Rules = RULES) -> list[str]:
    return list(schedule_breaches(hand_instance(), rules, decision))


def test_a_schedule_without_a_fault():
    fine = dated([[0, 2], [-1, 2]], [[-1, -1], [-1, -1], [-1, 0]])
    assert told(fine) == []
    assert told(fine, replace(RULES, phases=None)) == []
    assert told(fine, replace(RULES, lock_in_phases=np.array([[0, 0, 0], [1, 1, 2]]))) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"open_phase": np.array([[3, -1], [-1, -1]])}, "S0 opens T0 in no phase of the plan (3)"),
        ({"open_phase": np.array([[-1, -1], [-1, -1]])}, "S0 opens T0 in no phase of the plan (-1)"),
        ({"open_phase": np.array([[0, 0], [-1, -1]])}, "S0 has a phase for T1 and does not have the type"),
        ({"addon_phase": np.array([[-1, -1], [-1, -1], [1, 0]])}, "H0 has a phase for T0"),
        ({"addon": np.zeros((3, 2), dtype=bool)}, "H0 has a phase for T1"),
        ({"addon_phase": np.full((3, 2), -1)}, "H0 carries T1 in no phase of the plan (-1)"),
    ],
)
def test_faults_of_a_schedule(change: dict[str, Any], said: str):
    fine = dated([[0, -1], [-1, -1]], [[-1, -1], [-1, -1], [-1, 0]])
    sentences = told(replace(fine, **change))
    assert said in sentences[0]
    assert len(sentences) == 1 + ("(-1)" in said)  # who starts in no phase starts before the room is free, too


def test_rooms_that_are_free_later_and_works_that_are_committed():
    (early,) = told(dated([[-1, -1], [1, -1]]))
    assert early == "available: place S1 opens T0 before phase 2, when it is free"
    locks = replace(RULES, lock_in_phases=np.array([[0, 0, 1], [0, 1, 0]]))
    assert told(dated([[1, 0], [-1, -1]]), locks) == []
    assert len(told(dated([[0, -1], [-1, -1]]), locks)) == 2
    assert "of no pair" in told(plan([(0, 0)]))[0]
    with pytest.raises(ModelError, match=r"what opens have shape \(1, 2\), want \(2, 2\)"):
        told(replace(dated([[0, -1], [-1, -1]]), open_phase=np.zeros((1, 2), dtype=int)))


def test_what_stands_and_what_it_is_worth():
    made = dated([[0, 1], [-1, 2]], [[-1, -1], [-1, -1], [-1, 1]])
    assert [int(stands_by(made, t).open.sum()) for t in range(3)] == [1, 2, 3]
    assert [int(stands_by(made, t).addon.sum()) for t in range(3)] == [0, 1, 1]
    assert stands_by(plan([(0, 0)]), 0).open.sum() == 1
    half = replace(made, addon_phase=None)
    assert stands_by(half, 0) is half
    assert worth_over_phases(YEARS, made, lambda p: float(p.open.sum() + 10 * p.addon.sum())) == 1 + 0.5 * 11 + 0.25


@pytest.mark.parametrize(
    ("carry_over", "spent", "broken"),
    [
        (False, [1000.0, 1500.0, 1700.0], []),
        (False, [1000.0, 1501.0, 1701.0], [1]),
        (False, [900.0, 1501.0, 1501.0], [1]),
        (True, [900.0, 1500.0, 1700.0], []),
        (True, [900.0, 1501.0, 1700.0], [1]),
        (True, [1100.0, 1400.0, 1700.0], [0]),
        (True, [0.0, 0.0, 1701.0], [2]),
    ],
)
def test_the_money_of_the_phases(carry_over: bool, spent: list[float], broken: list[int]):
    found = list(money_breaches(replace(YEARS, carry_over=carry_over), np.array(spent)))
    assert [int(sentence.split()[2]) for sentence in found] == broken


def test_a_cent_and_a_millionth_are_granted():
    one = replace(YEARS, budget_cny=np.array([1000.0]), worth=np.ones(1))
    for by, number in ((0.0109, 0), (0.0111, 1)):
        assert len(list(money_breaches(one, np.array([1000.0 + by])))) == number
