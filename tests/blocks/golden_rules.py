"""Golden rows of the blocks about what a scenario allows: money, conflicts, counts, locks."""

from __future__ import annotations

import numpy as np
from golden import Case, at_least, at_most, hand_problem
from support.hand import hand_instance

from models.blocks.budget import budget, subsidy
from models.blocks.conflicts import separation, spacing
from models.blocks.counts import max_outlets, max_sites
from models.blocks.locks import lock_in
from models.blocks.purses import purse
from models.instance import Purse

PRICED = hand_instance(
    open_cost_cny=np.array([[9.0, 9.0], [9.0, 9.0]]),
    open_budget_cny=np.array([[1000.0, 2000.0], [0.0, 4000.0]]),
    site_cost_cny=np.array([9.0, 9.0]),
    site_budget_cny=np.array([500.0, 0.25]),
    addon_cost_cny=np.array([300.0, 150.0]),
)
OUTLETS = {"open[S0,T0]": 1, "open[S0,T1]": 1, "open[S1,T0]": 1, "open[S1,T1]": 1}
NOT_T1_AT_S1 = np.array([[True, True], [True, False]])
SPACED = np.array([[0, 1, 0], [0, 1, 1]])
APART = np.array([[0, 0, 1, 1], [0, 0, 0, 1]])
BARRED = np.array([[0, 0, 1, 1], [0, 0, 0, 1], [2, 0, 1, 1]])
NOTHING = hand_instance(eligible=np.zeros((2, 2), dtype=bool), addon_eligible=np.zeros((3, 2), dtype=bool))

IN_S0_AND_H0 = np.array([True, False, True])

CASES = [
    Case(
        purse,
        "S0 and H0: a quarter of what is spent at least, 3000 at most; what stands at S1 counts against the share",
        hand_problem(instance=PRICED, budget_cny=5000.0, purses=(Purse("north", IN_S0_AND_H0, 0.25, 3000.0),)),
        (
            at_least(
                "purse[north,least]",
                0,
                {
                    "open[S0,T0]": 750,
                    "open[S0,T1]": 1500,
                    "open[S1,T1]": -1000,
                    "used[S0]": 375,
                    "used[S1]": -0.0625,
                    "addon[S0,T1]": 112.5,
                    "addon[S1,T1]": -37.5,
                    "addon[H0,T1]": 112.5,
                },
            ),
            at_most(
                "purse[north,most]",
                3000,
                {"open[S0,T0]": 1000, "open[S0,T1]": 2000, "used[S0]": 500, "addon[S0,T1]": 150, "addon[H0,T1]": 150},
            ),
        ),
    ),
    Case(purse, "a purse that asks for nothing", hand_problem(purses=(Purse("north", IN_S0_AND_H0),)), ()),
    Case(
        budget,
        "the budget's own prices, not the costs; S1 opens T0 free of charge",
        hand_problem(instance=PRICED, budget_cny=5000.0),
        (
            at_most(
                "budget",
                5000,
                {
                    "open[S0,T0]": 1000,
                    "open[S0,T1]": 2000,
                    "open[S1,T1]": 4000,
                    "used[S0]": 500,
                    "used[S1]": 0.25,
                    "addon[S0,T1]": 150,
                    "addon[S1,T1]": 150,
                    "addon[H0,T1]": 150,
                },
            ),
        ),
    ),
    Case(
        budget,
        "4000 + 0.25 for T1 at S1 alone are beyond 4000: no column",
        hand_problem(instance=PRICED, budget_cny=4000.0),
        (
            at_most(
                "budget",
                4000,
                {
                    "open[S0,T0]": 1000,
                    "open[S0,T1]": 2000,
                    "used[S0]": 500,
                    "used[S1]": 0.25,
                    "addon[S0,T1]": 150,
                    "addon[S1,T1]": 150,
                    "addon[H0,T1]": 150,
                },
            ),
        ),
    ),
    Case(
        budget,
        "a budget of 0 is a limit: only what is free of charge stays (T0 at S1 is not: the site costs 0.25)",
        hand_problem(instance=PRICED, budget_cny=0.0),
        (at_most("budget", 0, {"used[S0]": 500, "used[S1]": 0.25, "addon[H0,T1]": 150}),),
    ),
    Case(budget, "no budget", hand_problem(instance=PRICED), ()),
    Case(
        subsidy,
        "7000 a year for T0, 11000 for T1, add-on services too",
        hand_problem(subsidy_cny_year=20_000.0),
        (
            at_most(
                "subsidy",
                20_000,
                {
                    "open[S0,T0]": 7000,
                    "open[S0,T1]": 11_000,
                    "open[S1,T0]": 7000,
                    "open[S1,T1]": 11_000,
                    "addon[S0,T1]": 11_000,
                    "addon[S1,T1]": 11_000,
                    "addon[H0,T1]": 11_000,
                },
            ),
        ),
    ),
    Case(
        subsidy,
        "an add-on has a subsidy of its own",
        hand_problem(instance=hand_instance(addon_subsidy=np.array([100.0, 4000.0])), subsidy_cny_year=20_000.0),
        (
            at_most(
                "subsidy",
                20_000.0,
                {
                    **{f"open[S{j},T0]": 7000.0 for j in range(2)},
                    **{f"open[S{j},T1]": 11000.0 for j in range(2)},
                    **{f"addon[{p},T1]": 4000.0 for p in ("S0", "S1", "H0")},
                },
            ),
        ),
    ),
    Case(subsidy, "no subsidy budget", hand_problem(), ()),
    Case(
        spacing,
        "both types are too near at S0 and S1",
        hand_problem(instance=hand_instance(spacing=SPACED)),
        (
            at_most("spacing[S0,T0,S1,T0]", 1, {"open[S0,T0]": 1, "open[S1,T0]": 1}),
            at_most("spacing[S0,T1,S1,T1]", 1, {"open[S0,T1]": 1, "open[S1,T1]": 1}),
        ),
    ),
    Case(
        spacing,
        "T1 has one column only",
        hand_problem(instance=hand_instance(spacing=SPACED, eligible=NOT_T1_AT_S1)),
        (at_most("spacing[S0,T0,S1,T0]", 1, {"open[S0,T0]": 1, "open[S1,T0]": 1}),),
    ),
    Case(spacing, "no pair is too near", hand_problem(), ()),
    Case(
        separation,
        "T0 at S0 against T1 at S1 and against T1 in the same site",
        hand_problem(instance=hand_instance(separation=APART)),
        (
            at_most("separation[S0,T0,S1,T1]", 1, {"open[S0,T0]": 1, "open[S1,T1]": 1, "addon[S1,T1]": 1}),
            at_most("separation[S0,T0,S0,T1]", 1, {"open[S0,T0]": 1, "open[S0,T1]": 1, "addon[S0,T1]": 1}),
        ),
    ),
    Case(
        separation,
        "T0 at S0 against T1 as an add-on of the existing host",
        hand_problem(instance=hand_instance(separation=np.array([[0, 0, 2, 1]]))),
        (at_most("separation[S0,T0,H0,T1]", 1, {"open[S0,T0]": 1, "addon[H0,T1]": 1}),),
    ),
    Case(
        separation,
        "T1 at S1 can be an add-on only; T0 at the host has no column at all",
        hand_problem(instance=hand_instance(separation=BARRED, eligible=NOT_T1_AT_S1)),
        (
            at_most("separation[S0,T0,S1,T1]", 1, {"open[S0,T0]": 1, "addon[S1,T1]": 1}),
            at_most("separation[S0,T0,S0,T1]", 1, {"open[S0,T0]": 1, "open[S0,T1]": 1, "addon[S0,T1]": 1}),
        ),
    ),
    Case(separation, "no pair is incompatible", hand_problem(), ()),
    Case(
        max_sites,
        "sites, not outlets",
        hand_problem(max_sites=1),
        (at_most("max_sites", 1, {"used[S0]": 1, "used[S1]": 1}),),
    ),
    Case(
        max_sites,
        "0 is a limit",
        hand_problem(max_sites=0),
        (at_most("max_sites", 0, {"used[S0]": 1, "used[S1]": 1}),),
    ),
    Case(max_sites, "no limit", hand_problem(), ()),
    Case(
        max_outlets,
        "outlets, not add-on services",
        hand_problem(max_outlets=3),
        (at_most("max_outlets", 3, OUTLETS),),
    ),
    Case(max_outlets, "0 is a limit", hand_problem(max_outlets=0), (at_most("max_outlets", 0, OUTLETS),)),
    Case(max_outlets, "no limit", hand_problem(), ()),
    Case(
        lock_in,
        "sites first, then pairs",
        hand_problem(lock_in_pairs=np.array([[0, 1]]), lock_in_sites=np.array([1])),
        (at_least("lock_in[S1]", 1, {"used[S1]": 1}), at_least("lock_in[S0,T1]", 1, {"open[S0,T1]": 1})),
    ),
    Case(
        lock_in,
        "a locked pair that serves no level keeps its column",
        hand_problem(("cost",), lock_in_pairs=np.array([[1, 1]])),
        (at_least("lock_in[S1,T1]", 1, {"open[S1,T1]": 1}),),
    ),
    Case(
        lock_in,
        "a pair without a column is an empty row that nothing can meet",
        hand_problem(instance=NOTHING, lock_in_pairs=np.array([[1, 1]])),
        (at_least("lock_in[S1,T1]", 1, {}),),
    ),
    Case(lock_in, "no lock", hand_problem(), ()),
]
