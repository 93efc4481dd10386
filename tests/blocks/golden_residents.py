"""Golden rows of the blocks about residents: cover, fill, floor, equity, viability.

The hand circle: D0, D1, D2 have 100, 50, 30 residents, of which 10, 0, 30 are in the segment of T1.
T0: S0 reaches D0 and D1, S1 reaches D1 and D2.
T1: S0 reaches D0, S1 reaches D2, the host H0 reaches D1 and D2 and may carry T1, not T0.
"""

from __future__ import annotations

import numpy as np
from golden import COVERAGE, Case, at_least, at_most, hand_problem
from support.hand import hand_instance
from support.instances import plain_instance

from models.blocks.coverage import cover
from models.blocks.equity import equity
from models.blocks.floors import floor
from models.blocks.missing import fill
from models.blocks.viability import viability
from models.columns import Problem
from models.instance import Tier, Zones

QUALITY_T1 = np.array([Tier.BASIC, Tier.QUALITY], dtype=np.int64)
# an outlet of T0 already reaches D0
COVERED = hand_instance(covered=np.array([[True, False], [False, False], [False, False]]))
ALL_COVERED = hand_instance(covered=np.ones((3, 2), dtype=bool))
NO_ADDONS = hand_instance(addon_eligible=np.zeros((3, 2), dtype=bool))
# D0 and D1 are reached by S0 alone, D2 by nothing
MERGED = plain_instance(
    np.array([[[1]], [[1]], [[0]]], dtype=bool),
    residents=np.array([40.0, 2.0, 7.0]),
    segment_residents=np.array([[20.0], [1.0], [7.0]]),
)


def viable(min_catchment: float) -> Problem:
    """T0 at three sites; residents 120, 60, 30, of whom the 60 have one existing outlet in reach.

    S0 reaches 120 and 60, S1 reaches 60 and 30, S2 reaches 120.
    Own catchments: S0 120 + 60/2 = 150; S1 60/2 + 30 = 60; S2 120.
    Taken by the other: S0-S1 60 / (2 * 3) = 10; S0-S2 120 / (1 * 2) = 60; S1-S2 0.
    """
    reach = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 0]], dtype=bool)[:, :, None]
    people = np.array([120.0, 60.0, 30.0])
    rivals = np.array([[0], [1], [0]])
    instance = plain_instance(
        reach,
        residents=people,
        segment_residents=people[:, None],
        rivals=rivals,
        covered=rivals > 0,
        min_catchment=np.array([min_catchment]),
    )
    return hand_problem(instance=instance)


CASES = [
    Case(
        cover,
        "six pairs, none alike; H0 covers D1 and D2 with T1",
        hand_problem(),
        (
            at_most("cover[T0,0]", 0, {"cover[T0,0]": 1, "open[S0,T0]": -1}),
            at_most("cover[T0,1]", 0, {"cover[T0,1]": 1, "open[S0,T0]": -1, "open[S1,T0]": -1}),
            at_most("cover[T0,2]", 0, {"cover[T0,2]": 1, "open[S1,T0]": -1}),
            at_most("cover[T1,3]", 0, {"cover[T1,3]": 1, "open[S0,T1]": -1, "addon[S0,T1]": -1}),
            at_most("cover[T1,4]", 0, {"cover[T1,4]": 1, "addon[H0,T1]": -1}),
            at_most("cover[T1,5]", 0, {"cover[T1,5]": 1, "open[S1,T1]": -1, "addon[S1,T1]": -1, "addon[H0,T1]": -1}),
        ),
    ),
    Case(
        cover,
        "alike in reach is one row; out of reach is none",
        hand_problem(instance=MERGED),
        (at_most("cover[T0,0]", 0, {"cover[T0,0]": 1, "open[S0,T0]": -1}),),
    ),
    Case(
        cover,
        "a type whose tier no level asks for has no row",
        hand_problem(
            ("quality_coverage",), hand_instance(tier=QUALITY_T1, addon_eligible=np.zeros((3, 2), dtype=bool))
        ),
        (
            at_most("cover[T1,0]", 0, {"cover[T1,0]": 1, "open[S0,T1]": -1}),
            at_most("cover[T1,1]", 0, {"cover[T1,1]": 1, "open[S1,T1]": -1}),
        ),
    ),
    Case(cover, "everybody is covered already", hand_problem(instance=ALL_COVERED), ()),
    Case(cover, "no level asks for coverage", hand_problem(("missing_types", "cost")), ()),
    Case(
        fill,
        "outlets and add-on services fill, T1 alone is missing",
        hand_problem(("missing_types",), hand_instance(missing_outlets=np.array([0, 3]))),
        # T0 fills nothing but may carry T1, so it keeps its columns
        (
            at_most(
                "fill[T1]",
                0,
                {
                    "fill[T1]": 1,
                    "open[S0,T1]": -1,
                    "open[S1,T1]": -1,
                    "addon[S0,T1]": -1,
                    "addon[S1,T1]": -1,
                    "addon[H0,T1]": -1,
                },
            ),
        ),
    ),
    Case(
        fill,
        "a missing type that no place can have",
        hand_problem(("missing_types",), hand_instance(eligible=np.zeros((2, 2), dtype=bool))),
        (at_most("fill[T0]", 0, {"fill[T0]": 1}), at_most("fill[T1]", 0, {"fill[T1]": 1, "addon[H0,T1]": -1})),
    ),
    Case(
        fill,
        "two zones that share S1: what stands there fills both",
        hand_problem(
            ("missing_types",),
            hand_instance(
                missing_outlets=np.array([0, 3]),
                zones=Zones(np.array([[0, 1], [0, 2]]), np.array([[True, True, False], [False, True, True]])),
            ),
        ),
        (
            at_most(
                "fill[T1,0]",
                0,
                {
                    "fill[T1,0]": 1,
                    "open[S0,T1]": -1,
                    "open[S1,T1]": -1,
                    "addon[S0,T1]": -1,
                    "addon[S1,T1]": -1,
                },
            ),
            at_most(
                "fill[T1,1]",
                0,
                {"fill[T1,1]": 1, "open[S1,T1]": -1, "addon[S1,T1]": -1, "addon[H0,T1]": -1},
            ),
        ),
    ),
    Case(fill, "the level is not asked for", hand_problem(), ()),
    Case(
        fill,
        "nothing is missing",
        hand_problem(("missing_types",), hand_instance(missing_outlets=np.zeros(2, int))),
        (),
    ),
    Case(
        floor,
        "T0: 0.9 * 180 - 100 covered = 62 of D1's 50 and D2's 30",
        hand_problem(COVERAGE, COVERED, coverage_floor=((0, 0.9),)),
        (at_least("floor[T0]", 62 * (1 - 1e-9), {"cover[T0,0]": 50, "cover[T0,1]": 30}),),
    ),
    Case(
        floor,
        "T1: half of its segment of 40; D1 has none of it; no level is needed",
        hand_problem((), coverage_floor=((1, 0.5),)),
        (at_least("floor[T1]", 20 * (1 - 1e-9), {"cover[T1,0]": 10, "cover[T1,2]": 30}),),
    ),
    Case(
        floor,
        "out of reach: an empty row that nothing can meet",
        hand_problem(instance=hand_instance(eligible=np.zeros((2, 2), dtype=bool)), coverage_floor=((0, 0.25),)),
        (at_least("floor[T0]", 45 * (1 - 1e-9), {}),),
    ),
    Case(floor, "100 of 180 are covered: half is met", hand_problem(COVERAGE, COVERED, coverage_floor=((0, 0.5),)), ()),
    Case(floor, "no floor", hand_problem(), ()),
    Case(
        equity,
        "three classes: D0 has one basic type already",
        hand_problem(("equity",), COVERED),
        # groups: T0 of D1, D2 are 0, 1; T1 of D0, D1, D2 are 2, 3, 4
        (
            at_least("equity[0]", -1, {"deficit[0]": 1, "cover[T1,2]": 1, "quantile": -1}),
            at_least("equity[1]", 0, {"deficit[1]": 1, "cover[T0,0]": 1, "cover[T1,3]": 1, "quantile": -1}),
            at_least("equity[2]", 0, {"deficit[2]": 1, "cover[T0,1]": 1, "cover[T1,4]": 1, "quantile": -1}),
        ),
    ),
    Case(
        equity,
        "alike is one class; a point that nothing reaches is a class too",
        hand_problem(("equity",), MERGED),
        (
            at_least("equity[0]", 0, {"deficit[0]": 1, "cover[T0,0]": 1, "quantile": -1}),
            at_least("equity[1]", 0, {"deficit[1]": 1, "quantile": -1}),
        ),
    ),
    Case(
        equity,
        "types of other tiers do not count",
        hand_problem(("equity",), hand_instance(tier=QUALITY_T1)),
        (
            at_least("equity[0]", 0, {"deficit[0]": 1, "cover[T0,0]": 1, "quantile": -1}),
            at_least("equity[1]", 0, {"deficit[1]": 1, "cover[T0,1]": 1, "quantile": -1}),
            at_least("equity[2]", 0, {"deficit[2]": 1, "cover[T0,2]": 1, "quantile": -1}),
        ),
    ),
    Case(equity, "the level is not asked for", hand_problem(), ()),
    Case(
        viability,
        "min 55: S0 keeps 150 - 70 and S2 120 - 60; S1 has 5 to lose and S0 would take 10",
        viable(55.0),
        # S = 10, slack = 60 - 55 = 5: own coefficient 10 - 5
        (at_most("viability[S1,T0]", 10, {"open[S0,T0]": 10, "open[S1,T0]": 5}),),
    ),
    Case(
        viability,
        "min 100: S1 has no column; S0 has 50 to lose, S2 has 20, each would take 60",
        viable(100.0),
        (
            at_most("viability[S0,T0]", 60, {"open[S0,T0]": 60 - 50, "open[S2,T0]": 60}),
            at_most("viability[S2,T0]", 60, {"open[S0,T0]": 60, "open[S2,T0]": 60 - 20}),
        ),
    ),
    Case(viability, "min 50: nobody can lose too much (S1 has 10 to lose, S0 takes 10)", viable(50.0), ()),
    Case(viability, "no rule", viable(0.0), ()),
]
