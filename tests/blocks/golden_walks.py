"""Golden rows of the walking blocks: served, open_way, farthest.

The hand circle's ways, nearest existing outlet first (D1 has nobody in the segment of T1; H0 cannot carry T0):

    D0,T0: existing 400 m, S0 0 m      D0,T1: S0 0 m                    D1,T0: S0 300 m, S1 200 m
    D2,T0: S1 700 m                    D2,T1: existing 900 m, S1 800 m, H0 100 m
"""

from __future__ import annotations

import numpy as np
from golden import Case, at_most, exactly, hand_problem
from support.hand import hand_instance, with_walks

from models.blocks.walking import farthest, open_way, served

BOTH = ("walking", "farthest_walk")
WALKS = hand_problem(BOTH, with_walks(hand_instance()))
WALKING_ONLY = hand_problem(("walking",), with_walks(hand_instance()))
S1_OUT = hand_problem(BOTH, with_walks(hand_instance()), lock_out_sites=np.array([1]))
# an outlet at 250 m: nobody at D1 needs to walk 300 m to S0
NEAR = np.array([[400.0, np.inf], [250.0, np.inf], [np.inf, 900.0]])
NEARER = hand_problem(BOTH, hand_instance(walk_m=with_walks(hand_instance()).walk_m, outlet_walk_m=NEAR))

SERVED = {
    "D0,T0": ("assign[D0,existing,T0]", "assign[D0,S0,T0]"),
    "D0,T1": ("assign[D0,S0,T1]",),
    "D1,T0": ("assign[D1,S0,T0]", "assign[D1,S1,T0]"),
    "D2,T0": ("assign[D2,S1,T0]",),
    "D2,T1": ("assign[D2,existing,T1]", "assign[D2,S1,T1]", "assign[D2,H0,T1]"),
}
CASES = [
    Case(
        served,
        "five pairs must be served",
        WALKS,
        tuple(exactly(f"served[{need}]", 1, dict.fromkeys(ways, 1.0)) for need, ways in SERVED.items()),
    ),
    Case(
        served,
        "with S1 locked out nothing serves D2 with T0: an empty row that nothing can meet",
        S1_OUT,
        (
            exactly("served[D0,T0]", 1, {"assign[D0,existing,T0]": 1, "assign[D0,S0,T0]": 1}),
            exactly("served[D0,T1]", 1, {"assign[D0,S0,T1]": 1}),
            exactly("served[D1,T0]", 1, {"assign[D1,S0,T0]": 1}),
            exactly("served[D2,T0]", 1, {}),
            exactly("served[D2,T1]", 1, {"assign[D2,existing,T1]": 1, "assign[D2,H0,T1]": 1}),
        ),
    ),
    Case(served, "no walking level", hand_problem(instance=with_walks(hand_instance())), ()),
    Case(
        open_way,
        "ways 0 and 6 lead to existing outlets and are always open",
        WALKS,
        (
            at_most("open_way[1]", 0, {"assign[D0,S0,T0]": 1, "open[S0,T0]": -1}),
            at_most("open_way[2]", 0, {"assign[D0,S0,T1]": 1, "open[S0,T1]": -1, "addon[S0,T1]": -1}),
            at_most("open_way[3]", 0, {"assign[D1,S0,T0]": 1, "open[S0,T0]": -1}),
            at_most("open_way[4]", 0, {"assign[D1,S1,T0]": 1, "open[S1,T0]": -1}),
            at_most("open_way[5]", 0, {"assign[D2,S1,T0]": 1, "open[S1,T0]": -1}),
            at_most("open_way[7]", 0, {"assign[D2,S1,T1]": 1, "open[S1,T1]": -1, "addon[S1,T1]": -1}),
            at_most("open_way[8]", 0, {"assign[D2,H0,T1]": 1, "addon[H0,T1]": -1}),
        ),
    ),
    Case(
        open_way,
        "a way longer than that to the existing outlet is none: D1 goes 250 m or to S1",
        NEARER,
        # ways 0, 3 and 6 lead to existing outlets
        (
            at_most("open_way[1]", 0, {"assign[D0,S0,T0]": 1, "open[S0,T0]": -1}),
            at_most("open_way[2]", 0, {"assign[D0,S0,T1]": 1, "open[S0,T1]": -1, "addon[S0,T1]": -1}),
            at_most("open_way[4]", 0, {"assign[D1,S1,T0]": 1, "open[S1,T0]": -1}),
            at_most("open_way[5]", 0, {"assign[D2,S1,T0]": 1, "open[S1,T0]": -1}),
            at_most("open_way[7]", 0, {"assign[D2,S1,T1]": 1, "open[S1,T1]": -1, "addon[S1,T1]": -1}),
            at_most("open_way[8]", 0, {"assign[D2,H0,T1]": 1, "addon[H0,T1]": -1}),
        ),
    ),
    Case(open_way, "no walking level", hand_problem(instance=with_walks(hand_instance())), ()),
    Case(
        farthest,
        "millimetres; the 0 m ways weigh nothing",
        WALKS,
        (
            at_most("farthest[D0,T0]", 0, {"assign[D0,existing,T0]": 400_000, "farthest": -1}),
            at_most("farthest[D0,T1]", 0, {"farthest": -1}),
            at_most("farthest[D1,T0]", 0, {"assign[D1,S0,T0]": 300_000, "assign[D1,S1,T0]": 200_000, "farthest": -1}),
            at_most("farthest[D2,T0]", 0, {"assign[D2,S1,T0]": 700_000, "farthest": -1}),
            at_most(
                "farthest[D2,T1]",
                0,
                {
                    "assign[D2,existing,T1]": 900_000,
                    "assign[D2,S1,T1]": 800_000,
                    "assign[D2,H0,T1]": 100_000,
                    "farthest": -1,
                },
            ),
        ),
    ),
    Case(farthest, "only the sum of walks is asked for", WALKING_ONLY, ()),
    Case(farthest, "no walking level", hand_problem(), ()),
]
