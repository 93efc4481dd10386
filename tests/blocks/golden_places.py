"""Golden rows of the blocks about places: area, once, host, site_use, site_empty.

The hand circle: T0 needs 10 m2, T1 20 m2; S0 has 30 m2, S1 25 m2, the host H0 (an outlet of T0) has 4 m2 to spare.
T0 may carry T1 as an add-on service of 4 m2; an add-on service of T0 needs 5 m2.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from golden import Case, at_most, hand_problem
from support.hand import hand_instance

from models.blocks.area import area, once
from models.blocks.hosts import host
from models.blocks.site_use import site_empty, site_use

HAND = hand_problem()
NO_ADDONS = hand_problem(instance=hand_instance(addon_eligible=np.zeros((3, 2), dtype=bool)))
# T0 carries T0 and T1 at a host with 8 m2: 5 + 4 = 9 > 8
TWO_AT_HOST = hand_problem(
    instance=hand_instance(hosts=np.array([[True, True], [False, False]]), host_area_m2=np.array([8.0]))
)
NOT_T1_AT_S1 = hand_problem(instance=hand_instance(eligible=np.array([[True, True], [True, False]])))
BOTH_HOST = hand_problem(instance=hand_instance(hosts=np.array([[False, True], [False, True]])))
ROOMY = hand_problem(instance=hand_instance(site_area_m2=np.array([34.0, 34.0])))
EMPTY = hand_problem(instance=hand_instance(eligible=np.zeros((2, 2), dtype=bool)))
LOCKED_S1 = hand_problem(instance=NOT_T1_AT_S1.instance, lock_in_sites=np.array([1]))
LOCKED_BOTH = hand_problem(instance=NOT_T1_AT_S1.instance, lock_in_sites=np.array([1, 0, 1]))
LOCKED_EMPTY = hand_problem(instance=EMPTY.instance, lock_in_sites=np.array([0]))
SMALL_S1 = hand_problem(instance=replace(hand_instance(), site_area_m2=np.array([34.0, 19.0])))

CASES = [
    Case(
        area,
        "10 + 20 + 4 = 34 m2 do not fit 30 and 25 m2; 4 m2 fit the host",
        HAND,
        (
            at_most("area[S0]", 0, {"open[S0,T0]": 10, "open[S0,T1]": 20, "addon[S0,T1]": 4, "used[S0]": -30}),
            at_most("area[S1]", 0, {"open[S1,T0]": 10, "open[S1,T1]": 20, "addon[S1,T1]": 4, "used[S1]": -25}),
        ),
    ),
    Case(
        area,
        "at a host the room stands on the right: 5 + 4 > 8; at the sites 10 + 20 + 5 + 4 = 39",
        TWO_AT_HOST,
        (
            at_most(
                "area[S0]",
                0,
                {"open[S0,T0]": 10, "open[S0,T1]": 20, "addon[S0,T0]": 5, "addon[S0,T1]": 4, "used[S0]": -30},
            ),
            at_most(
                "area[S1]",
                0,
                {"open[S1,T0]": 10, "open[S1,T1]": 20, "addon[S1,T0]": 5, "addon[S1,T1]": 4, "used[S1]": -25},
            ),
            at_most("area[H0]", 8, {"addon[H0,T0]": 5, "addon[H0,T1]": 4}),
        ),
    ),
    Case(area, "34 m2 fit 34 m2: no row can bind", ROOMY, ()),
    Case(area, "T1 alone does not fit 19 m2, so it has no column, and 10 + 4 m2 fit", SMALL_S1, ()),
    Case(
        once,
        "a site has T1 as an outlet or as an add-on service",
        HAND,
        (
            at_most("once[S0,T1]", 1, {"open[S0,T1]": 1, "addon[S0,T1]": 1}),
            at_most("once[S1,T1]", 1, {"open[S1,T1]": 1, "addon[S1,T1]": 1}),
        ),
    ),
    Case(
        once,
        "no row where there is no outlet column",
        NOT_T1_AT_S1,
        (at_most("once[S0,T1]", 1, {"open[S0,T1]": 1, "addon[S0,T1]": 1}),),
    ),
    Case(once, "no add-on services", NO_ADDONS, ()),
    Case(
        host,
        "only T0 carries T1; the existing host needs no row",
        HAND,
        (
            at_most("host[S0,T1]", 0, {"addon[S0,T1]": 1, "open[S0,T0]": -1}),
            at_most("host[S1,T1]", 0, {"addon[S1,T1]": 1, "open[S1,T0]": -1}),
        ),
    ),
    Case(
        host,
        "either of two carriers will do",
        BOTH_HOST,
        (
            at_most("host[S0,T1]", 0, {"addon[S0,T1]": 1, "open[S0,T0]": -1, "open[S0,T1]": -1}),
            at_most("host[S1,T1]", 0, {"addon[S1,T1]": 1, "open[S1,T0]": -1, "open[S1,T1]": -1}),
        ),
    ),
    Case(host, "no add-on services", NO_ADDONS, ()),
    Case(
        site_use,
        "one row for each outlet column",
        NOT_T1_AT_S1,
        (
            at_most("site_use[S0,T0]", 0, {"open[S0,T0]": 1, "used[S0]": -1}),
            at_most("site_use[S0,T1]", 0, {"open[S0,T1]": 1, "used[S0]": -1}),
            at_most("site_use[S1,T0]", 0, {"open[S1,T0]": 1, "used[S1]": -1}),
        ),
    ),
    Case(site_use, "nothing can be opened", EMPTY, ()),
    Case(
        site_empty,
        "an add-on service alone does not fill a site that is locked in",
        LOCKED_S1,
        (at_most("site_empty[S1]", 0, {"used[S1]": 1, "open[S1,T0]": -1}),),
    ),
    Case(
        site_empty,
        "one row for each site, in site order, though S1 is named twice",
        LOCKED_BOTH,
        (
            at_most("site_empty[S0]", 0, {"used[S0]": 1, "open[S0,T0]": -1, "open[S0,T1]": -1}),
            at_most("site_empty[S1]", 0, {"used[S1]": 1, "open[S1,T0]": -1}),
        ),
    ),
    Case(
        site_empty,
        "a site locked in where nothing can be opened stays unused",
        LOCKED_EMPTY,
        (at_most("site_empty[S0]", 0, {"used[S0]": 1}),),
    ),
    Case(site_empty, "no site is locked in: using an empty one only costs", NOT_T1_AT_S1, ()),
    Case(
        site_empty,
        "a pair that is locked in fills its site by itself",
        hand_problem(lock_in_pairs=np.array([[0, 1]])),
        (),
    ),
]
