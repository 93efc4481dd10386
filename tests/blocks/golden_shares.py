"""Golden rows of assignment types.

The hand circle: 120, 60, 30 residents. S0 reaches D0 and D1, S1 reaches D1 and D2, S2 reaches D0; one type, assigned.
D1 has one existing outlet in reach, so that its group is covered today and draws 1/2 at one new outlet, 2/3 at two.
Groups by reach and rivals, in order of appearance: 0 is D0 (S0, S2), 1 is D1 (S0, S1), 2 is D2 (S1).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from golden import Case, at_least, at_most, hand_problem
from support.instances import plain_instance

from models.blocks.assignment import capacity, catchment, served_share, share_draw, share_open
from models.columns import Problem
from models.instance import SitingInstance

SIXTH = 1 / 6


def shared(least: float = 0.0, serves: float = np.inf, **changes: object) -> SitingInstance:
    """The hand circle with a catchment of ``least`` and outlets that serve ``serves`` residents."""
    reach = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 0]], dtype=bool)[:, :, None]
    people = np.array([120.0, 60.0, 30.0])
    rivals = np.array([[0], [1], [0]])
    made = plain_instance(
        reach,
        residents=people,
        segment_residents=people[:, None],
        rivals=rivals,
        covered=rivals > 0,
        min_catchment=np.array([least]),
        assigned=np.array([True]),
        outlet_serves=np.array([serves]),
        addon_serves=np.array([serves / 4]),
    )
    return replace(made, **changes)


def with_addon() -> SitingInstance:
    """S2 is a host: the type is an add-on there, and no outlet; it serves 25 residents, an outlet 100."""
    return shared(
        40.0,
        100.0,
        site_ids=("S0", "S1"),
        host_ids=("H0",),
        eligible=np.ones((2, 1), dtype=bool),
        site_area_m2=np.full(2, 10.0),
        open_cost_cny=np.full((2, 1), 1000.0),
        open_budget_cny=np.full((2, 1), 1000.0),
        site_cost_cny=np.full(2, 500.0),
        site_budget_cny=np.full(2, 500.0),
        host_type=np.zeros(1, dtype=np.int64),
        host_area_m2=np.array([10.0]),
        hosts=np.ones((1, 1), dtype=bool),
        addon_eligible=np.array([[False], [False], [True]]),
    )


def three_beside_one() -> SitingInstance:
    """100 residents with an outlet today, and three sites that they reach."""
    reach = np.ones((1, 3, 1), dtype=bool)
    return plain_instance(
        reach,
        residents=np.array([100.0]),
        segment_residents=np.array([[100.0]]),
        rivals=np.array([[1]]),
        covered=np.array([[True]]),
        min_catchment=np.array([20.0]),
        missing_outlets=np.array([3]),
        assigned=np.array([True]),
        outlet_serves=np.array([np.inf]),
        addon_serves=np.array([np.inf]),
    )


ALL_THREE = {f"share[T0,0,S{n}]": 1.0 for n in range(3)}
OPEN_THREE = tuple(f"open[S{n},T0]" for n in range(3))
FULL: Problem = hand_problem(instance=shared(40.0, 100.0))
ROOMY: Problem = hand_problem(instance=shared(40.0))
LIMITED: Problem = hand_problem(instance=shared(0.0, 100.0))
ADDON: Problem = hand_problem(instance=with_addon())
FREE: Problem = hand_problem(instance=shared())
NONE: Problem = hand_problem(instance=shared(40.0, assigned=np.array([False])))

CASES = [
    Case(
        share_open,
        "one way for each group and place; a group with a rival gives half",
        FULL,
        (
            at_most("share_open[T0,0,S0]", 0, {"share[T0,0,S0]": 1, "open[S0,T0]": -1}),
            at_most("share_open[T0,0,S2]", 0, {"share[T0,0,S2]": 1, "open[S2,T0]": -1}),
            at_most("share_open[T0,1,S0]", 0, {"share[T0,1,S0]": 1, "open[S0,T0]": -0.5}),
            at_most("share_open[T0,1,S1]", 0, {"share[T0,1,S1]": 1, "open[S1,T0]": -0.5}),
            at_most("share_open[T0,2,S1]", 0, {"share[T0,2,S1]": 1, "open[S1,T0]": -1}),
        ),
    ),
    Case(
        share_open,
        "an add-on is used like an outlet",
        ADDON,
        (
            at_most("share_open[T0,0,S0]", 0, {"share[T0,0,S0]": 1, "open[S0,T0]": -1}),
            at_most("share_open[T0,0,H0]", 0, {"share[T0,0,H0]": 1, "addon[H0,T0]": -1}),
            at_most("share_open[T0,1,S0]", 0, {"share[T0,1,S0]": 1, "open[S0,T0]": -0.5}),
            at_most("share_open[T0,1,S1]", 0, {"share[T0,1,S1]": 1, "open[S1,T0]": -0.5}),
            at_most("share_open[T0,2,S1]", 0, {"share[T0,2,S1]": 1, "open[S1,T0]": -1}),
        ),
    ),
    Case(
        share_open,
        "who is covered today has no way where no catchment is asked",
        LIMITED,
        (
            at_most("share_open[T0,0,S0]", 0, {"share[T0,0,S0]": 1, "open[S0,T0]": -1}),
            at_most("share_open[T0,0,S2]", 0, {"share[T0,0,S2]": 1, "open[S2,T0]": -1}),
            at_most("share_open[T0,1,S1]", 0, {"share[T0,1,S1]": 1, "open[S1,T0]": -1}),
        ),
    ),
    Case(share_open, "nothing to share out without a catchment and a limit", FREE, ()),
    Case(share_open, "no type is assigned", NONE, ()),
    Case(
        share_draw,
        "t = 1: without a rival the two together 1; beside one, the chord from 1/2 to 2/3",
        FULL,
        (
            at_most("share_draw[T0,0,1]", 1, {"share[T0,0,S0]": 1, "share[T0,0,S2]": 1}),
            at_most(
                "share_draw[T0,1,1]",
                1 / 2 - SIXTH,
                {"share[T0,1,S0]": 1, "share[T0,1,S1]": 1, "open[S0,T0]": -SIXTH, "open[S1,T0]": -SIXTH},
            ),
        ),
    ),
    Case(
        share_draw,
        "three outlets beside one rival: chords from 1/2 to 2/3 to 3/4",
        hand_problem(("missing_types",), three_beside_one()),
        (
            at_most("share_draw[T0,0,1]", 1 / 2 - SIXTH, {**ALL_THREE, **dict.fromkeys(OPEN_THREE, -SIXTH)}),
            at_most("share_draw[T0,0,2]", 2 / 3 - 2 / 12, {**ALL_THREE, **dict.fromkeys(OPEN_THREE, -1 / 12)}),
        ),
    ),
    Case(
        share_draw,
        "only one outlet is possible: nothing to draw together",
        hand_problem(instance=shared(40.0), max_outlets=1),
        (),
    ),
    Case(
        share_draw,
        "only one outlet can be paid for",
        hand_problem(instance=shared(40.0), budget_cny=1999.0),
        (),
    ),
    Case(
        catchment,
        "everybody in reach counts, at the share that uses the outlet",
        ROOMY,
        (
            at_least("catchment[S0,T0]", 0, {"share[T0,0,S0]": 120, "share[T0,1,S0]": 60, "open[S0,T0]": -40}),
            at_least("catchment[S1,T0]", 0, {"share[T0,1,S1]": 60, "share[T0,2,S1]": 30, "open[S1,T0]": -40}),
            at_least("catchment[S2,T0]", 0, {"share[T0,0,S2]": 120, "open[S2,T0]": -40}),
        ),
    ),
    Case(
        catchment,
        "an add-on needs no catchment",
        ADDON,
        (
            at_least("catchment[S0,T0]", 0, {"share[T0,0,S0]": 120, "share[T0,1,S0]": 60, "open[S0,T0]": -40}),
            at_least("catchment[S1,T0]", 0, {"share[T0,1,S1]": 60, "share[T0,2,S1]": 30, "open[S1,T0]": -40}),
        ),
    ),
    Case(catchment, "no catchment is asked", LIMITED, ()),
    Case(
        capacity,
        "S1 can draw 60/2 + 30 = 60 at most and is never full",
        FULL,
        (
            at_most("capacity[S0,T0]", 0, {"share[T0,0,S0]": 120, "share[T0,1,S0]": 60, "open[S0,T0]": -100}),
            at_most("capacity[S2,T0]", 0, {"share[T0,0,S2]": 120, "open[S2,T0]": -100}),
        ),
    ),
    Case(
        capacity,
        "an add-on serves fewer",
        ADDON,
        (
            at_most("capacity[S0,T0]", 0, {"share[T0,0,S0]": 120, "share[T0,1,S0]": 60, "open[S0,T0]": -100}),
            at_most("capacity[H0,T0]", 0, {"share[T0,0,H0]": 120, "addon[H0,T0]": -25}),
        ),
    ),
    Case(capacity, "outlets without a limit", ROOMY, ()),
    Case(
        served_share,
        "covered is who is served; D1 is covered today",
        FULL,
        (
            at_most("served_share[T0,0]", 0, {"cover[T0,0]": 1, "share[T0,0,S0]": -1, "share[T0,0,S2]": -1}),
            at_most("served_share[T0,1]", 0, {"cover[T0,1]": 1, "share[T0,2,S1]": -1}),
        ),
    ),
    Case(served_share, "outlets without a limit serve everybody in reach: block cover says so", ROOMY, ()),
    Case(
        served_share,
        "coverage of the type matters to no level",
        hand_problem(("missing_types",), shared(40.0, 100.0)),
        (),
    ),
    Case(share_draw, "no type is assigned", NONE, ()),
]
