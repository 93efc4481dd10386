"""Golden rows of the blocks of a plan by years: two phases of 1600 and 2000 元, S1 free in the second only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from golden import Case, at_least, at_most, hand_problem
from support.hand import hand_instance

from models.blocks.early import early_cover, early_empty, early_fill, early_host, early_order, early_use
from models.blocks.phases import lock_phase, phase_budget
from models.instance import Phases

LEVELS = ("missing_types", "basic_coverage")


def two(
    *,
    carry_over: bool = True,
    free: tuple[int, int] = (0, 1),
    budget: tuple[float, float] = (1600.0, 2000.0),
    worth: float = 0.9,
) -> Phases:
    return Phases(np.array(budget), np.array([1.0, worth]), np.array(free), carry_over)


USUAL = hand_problem(LEVELS, phases=two())
LAPSING = hand_problem(LEVELS, phases=two(carry_over=False))
BOTH_FREE = hand_problem(LEVELS, phases=two(free=(0, 0)))
COMMITTED = hand_problem(phases=two(free=(0, 0)), lock_in_phases=np.array([[0, 0, 0], [1, 1, 1]]))
NO_HOSTS = hand_problem(LEVELS, hand_instance(addon_eligible=np.zeros((3, 2), dtype=bool)), phases=two())
ALL_ONE_WORTH = hand_problem(LEVELS, phases=two(worth=1.0))
ONE_PHASE = hand_problem(LEVELS, phases=Phases(np.array([3600.0]), np.ones(1), np.zeros(2, dtype=np.int64)))
WITHOUT = hand_problem(LEVELS)

END = {
    "open[S0,T0]": 1000,
    "open[S0,T1]": 1000,
    "open[S1,T0]": 1000,
    "open[S1,T1]": 1000,
    "used[S0]": 500,
    "used[S1]": 500,
    "addon[S0,T1]": 300,
    "addon[S1,T1]": 300,
    "addon[H0,T1]": 300,
}
EARLY = {
    "early_open[S0,T0]@0": 1000,
    "early_open[S0,T1]@0": 1000,
    "early_used[S0]@0": 500,
    "early_addon[S0,T1]@0": 300,
    "early_addon[H0,T1]@0": 300,
}

CASES = [
    Case(
        early_order,
        "what stands by phase 0 stands by phase 1; S1 is not free before",
        USUAL,
        (
            at_most("early_order[open,S0,T0,0]", 0, {"early_open[S0,T0]@0": 1, "open[S0,T0]": -1}),
            at_most("early_order[open,S0,T1,0]", 0, {"early_open[S0,T1]@0": 1, "open[S0,T1]": -1}),
            at_most("early_order[addon,S0,T1,0]", 0, {"early_addon[S0,T1]@0": 1, "addon[S0,T1]": -1}),
            at_most("early_order[addon,H0,T1,0]", 0, {"early_addon[H0,T1]@0": 1, "addon[H0,T1]": -1}),
        ),
    ),
    Case(early_order, "one phase has no layer before the last", ONE_PHASE, ()),
    Case(
        early_order,
        "three phases: layer 0 below layer 1, layer 1 below the end; 1499 元 do not open anything in phase 0",
        hand_problem(
            ("basic_coverage",),
            hand_instance(
                addon_eligible=np.zeros((3, 2), dtype=bool), eligible=np.array([[True, False], [True, False]])
            ),
            phases=Phases(np.array([1499.0, 1.0, 1.0]), np.ones(3), np.array([0, 2])),
        ),
        (at_most("early_order[open,S0,T0,1]", 0, {"early_open[S0,T0]@1": 1, "open[S0,T0]": -1}),),
    ),
    Case(
        early_use,
        "the site comes with its first outlet",
        USUAL,
        (
            at_most("early_use[S0,T0,0]", 0, {"early_open[S0,T0]@0": 1, "early_used[S0]@0": -1}),
            at_most("early_use[S0,T1,0]", 0, {"early_open[S0,T1]@0": 1, "early_used[S0]@0": -1}),
        ),
    ),
    Case(early_use, "no phases", WITHOUT, ()),
    Case(
        early_empty,
        "and not before it, where money lapses",
        LAPSING,
        (
            at_most(
                "early_empty[S0,0]",
                0,
                {"early_used[S0]@0": 1, "early_open[S0,T0]@0": -1, "early_open[S0,T1]@0": -1},
            ),
        ),
    ),
    Case(early_empty, "money that carries over needs no such row", USUAL, ()),
    Case(
        early_host,
        "T1 is carried by T0 that stands by then; H0 stands already",
        USUAL,
        (at_most("early_host[S0,T1,0]", 0, {"early_addon[S0,T1]@0": 1, "early_open[S0,T0]@0": -1}),),
    ),
    Case(early_host, "nothing may be carried", NO_HOSTS, ()),
    Case(
        early_cover,
        "T0: D0 and D1 by S0; T1: D0 by S0, D1 and D2 by H0; D2 has nobody for T0 yet",
        USUAL,
        (
            at_most("early_cover[T0,0,0]", 0, {"early_cover[T0,0]@0": 1, "early_open[S0,T0]@0": -1}),
            at_most("early_cover[T0,1,0]", 0, {"early_cover[T0,1]@0": 1, "early_open[S0,T0]@0": -1}),
            at_most(
                "early_cover[T1,3,0]",
                0,
                {"early_cover[T1,3]@0": 1, "early_open[S0,T1]@0": -1, "early_addon[S0,T1]@0": -1},
            ),
            at_most("early_cover[T1,4,0]", 0, {"early_cover[T1,4]@0": 1, "early_addon[H0,T1]@0": -1}),
            at_most("early_cover[T1,5,0]", 0, {"early_cover[T1,5]@0": 1, "early_addon[H0,T1]@0": -1}),
        ),
    ),
    Case(early_cover, "where all phases are worth the same nobody asks when", ALL_ONE_WORTH, ()),
    Case(
        early_fill,
        "one outlet of each type is missing",
        USUAL,
        (
            at_most("early_fill[T0,0]", 0, {"early_fill[T0]@0": 1, "early_open[S0,T0]@0": -1}),
            at_most(
                "early_fill[T1,0]",
                0,
                {
                    "early_fill[T1]@0": 1,
                    "early_open[S0,T1]@0": -1,
                    "early_addon[S0,T1]@0": -1,
                    "early_addon[H0,T1]@0": -1,
                },
            ),
        ),
    ),
    Case(early_fill, "the level is not asked", hand_problem(("basic_coverage",), phases=two()), ()),
    Case(
        phase_budget,
        "money carries over: 1600 by the first phase, 3600 by the second",
        USUAL,
        (at_most("phase_budget[0]", 1600, EARLY), at_most("phase_budget[1]", 3600, END)),
    ),
    Case(
        phase_budget,
        "money lapses: the second phase pays what starts in it",
        LAPSING,
        (
            at_most("phase_budget[0]", 1600, EARLY),
            at_most("phase_budget[1]", 2000, END | {name: -cost for name, cost in EARLY.items()}),
        ),
    ),
    Case(phase_budget, "one phase is one budget", ONE_PHASE, (at_most("phase_budget[0]", 3600, END),)),
    Case(phase_budget, "no phases", WITHOUT, ()),
    Case(
        lock_phase,
        "T0 at S0 in phase 0; T1 at S1 in phase 1, and no column for it before",
        COMMITTED,
        (
            at_least("lock_phase[S0,T0,0]", 1, {"early_open[S0,T0]@0": 1}),
            at_least("lock_phase[S1,T1,1]", 1, {"open[S1,T1]": 1}),
        ),
    ),
    Case(
        lock_phase,
        "columns laid out without the commitment: it starts in phase 1 and not before",
        replace(BOTH_FREE, rules=replace(BOTH_FREE.rules, lock_in_phases=np.array([[0, 0, 0], [1, 1, 1]]))),
        (
            at_least("lock_phase[S0,T0,0]", 1, {"early_open[S0,T0]@0": 1}),
            at_least("lock_phase[S1,T1,1]", 1, {"open[S1,T1]": 1, "early_open[S1,T1]@0": -1}),
        ),
    ),
    Case(
        lock_phase,
        "a room that is not free in the phase it is committed to: 0 >= 1",
        hand_problem(phases=two(), lock_in_phases=np.array([[1, 0, 0]])),
        (at_least("lock_phase[S1,T0,0]", 1, {}),),
    ),
    Case(lock_phase, "nothing committed", USUAL, ()),
    Case(lock_phase, "a phase means nothing without phases", hand_problem(lock_in_phases=np.array([[0, 0, 0]])), ()),
]
