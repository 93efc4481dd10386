"""The verifier on plans by years: an honest plan has no breach, each planted one is named; values by year by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.hand import hand_instance, plan

from models.errors import ModelError
from models.instance import Phases, Rules
from models.solution import Decision
from models.verify import breaches, level_value

# outlets 1000 元, sites 500, add-ons 300; T0 carries T1; S1 is free in the second phase
PHASES = Phases(np.array([1600.0, 2000.0]), np.array([1.0, 0.9]), np.array([0, 1]))
RULES = Rules(levels=("missing_types", "basic_coverage", "quality_coverage"), phases=PHASES)


def timed(opens: dict[tuple[int, int], int], addons: dict[tuple[int, int], int] | None = None) -> Decision:
    """A plan of the hand instance from pair → phase."""
    made = plan(list(opens), list(addons or {}))
    open_phase, addon_phase = np.full((2, 2), -1), np.full((3, 2), -1)
    for pair, t in opens.items():
        open_phase[pair] = t
    for pair, t in (addons or {}).items():
        addon_phase[pair] = t
    return replace(made, open_phase=open_phase, addon_phase=addon_phase)


def told(decision: Decision, rules: Rules = RULES) -> str:
    return "; ".join(breaches(hand_instance(), rules, decision))


def test_an_honest_plan_has_no_breach():
    assert told(timed({(0, 0): 0, (1, 0): 1}, {(0, 1): 1, (2, 1): 1})) == ""


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (plan([(0, 0)]), "phases: the plan says of no pair in which phase it starts"),
        (timed({(0, 0): 2}), "phases: place S0 opens T0 in no phase of the plan (2)"),
        (timed({(1, 0): 0}), "available: place S1 opens T0 before phase 1, when it is free"),
        (timed({(1, 0): 1}, {(1, 1): 0}), "available: place S1 carries T1 before phase 1, when it is free"),
        (
            timed({(0, 0): 1}, {(0, 1): 0}),
            "phase 0: host: place S0 carries T1 as an add-on, but nothing there may host",
        ),
        (timed({(0, 0): 0}, {(0, 1): 0}), "phase_budget: phase 0 takes 1800.00 CNY, it has 1600.00"),
        (
            timed({(0, 0): 1, (0, 1): 1, (1, 0): 1}),
            "phase_budget: phase 1 takes 4000.00 CNY, it has 3600.00",
        ),
    ],
)
def test_a_planted_breach_is_told(decision: Decision, sentence: str):
    assert sentence in told(decision)


def test_a_phase_without_the_pair_is_told():
    stray = timed({(0, 0): 0})
    assert stray.open_phase is not None
    stray.open_phase[1, 1] = 1
    assert "phases: place S1 has a phase for T1 and does not have the type" in told(stray)


def test_money_that_lapses_is_not_there_next_year():
    """1500 in the first phase leave 100; the second takes 2100 for two outlets, the site's own cost and an add-on …"""
    decision = timed({(0, 0): 0, (1, 0): 1}, {(0, 1): 1, (2, 1): 1})
    lapsing = replace(RULES, phases=replace(PHASES, carry_over=False))
    assert told(decision) == ""
    assert told(decision, lapsing) == "phase_budget: phase 1 takes 2100.00 CNY, it has 2000.00"


def test_the_sites_own_cost_is_paid_with_its_first_outlet():
    """T0 first: 1500 and then 1000; the second year's outlet at the same site pays no site again."""
    poor = replace(RULES, phases=Phases(np.array([1500.0, 1000.0]), np.array([1.0, 0.9]), np.array([0, 1])))
    assert told(timed({(0, 0): 0, (0, 1): 1}), poor) == ""
    poor = replace(RULES, phases=Phases(np.array([1000.0, 1500.0]), np.array([1.0, 0.9]), np.array([0, 1]), False))
    assert "phase 0 takes 1500.00 CNY" in told(timed({(0, 0): 0, (0, 1): 1}), poor)


def test_a_commitment_is_kept_to_the_phase():
    committed = replace(RULES, lock_in_phases=np.array([[0, 0, 1]]))
    assert told(timed({(0, 0): 1}), committed) == ""
    assert "lock_phase: site S0 must open T0 in phase 1 and does not" in told(timed({(0, 0): 0}), committed)
    assert "lock_phase: site S0 must open T0 in phase 1 and does not" in told(timed({}), committed)


def test_capital_still_caps_the_sum():
    assert "budget: the plan takes 3000.00 CNY" in told(
        timed({(0, 0): 0, (1, 0): 1}), replace(RULES, budget_cny=2900.0)
    )


def test_levels_count_the_phase_of_the_first_gain():
    """T0 at S0 in the first phase reaches D0, D1 (150); at S1 in the second D2 besides (30), D1 a second time."""
    decision = timed({(0, 0): 0, (1, 0): 1}, {(2, 1): 1})
    instance = hand_instance()
    assert level_value(instance, RULES, decision, "basic_coverage") == pytest.approx(150 + 0.9 * (30 + 0 + 30))
    assert level_value(instance, RULES, decision, "missing_types") == pytest.approx(1 + 0.9)
    assert level_value(instance, RULES, decision, "cost") == 3300
    assert level_value(instance, RULES, decision, "equity") == level_value(
        instance, replace(RULES, phases=None), plan([(0, 0), (1, 0)], [(2, 1)]), "equity"
    )


def test_phases_that_make_no_sense_are_refused():
    for budgets, worth in (([], []), ([1.0], [1.0, 0.9]), ([1.0, 1.0], [0.9, 1.0]), ([1.0], [-1.0])):
        with pytest.raises(ModelError):
            Phases(np.array(budgets), np.array(worth), np.zeros(2, dtype=np.int64))
