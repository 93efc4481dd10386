"""How many places can carry a type: what is eligible, how many outlets there may be, what the cheapest one costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.instances import plain_instance

from models.assignment import _most
from models.instance import Rules

OPENS = np.array([[True, True, False], [True, False, False], [True, True, False]])
ADDONS = np.array([[False, True, False], [False, False, True], [False, False, True], [False, False, False]])


@pytest.mark.parametrize(
    ("rules", "most"),
    [
        ({}, [3, 3, 2]),
        ({"max_outlets": 1}, [1, 2, 2]),
        ({"max_outlets": 0}, [0, 1, 2]),
        # the cheapest of type 0 is an outlet for 400, of type 1 an add-on for 250, of type 2 an add-on for 700
        ({"budget_cny": 800.0}, [2, 3, 1]),
        ({"budget_cny": 699.0}, [1, 2, 0]),
        ({"budget_cny": 0.0}, [0, 0, 0]),
        # an outlet of type 0 has a subsidy of 100 a year, of type 1 of 80, an add-on half of it; of type 2 nothing
        ({"subsidy_cny_year": 100.0}, [1, 2, 2]),
        ({"subsidy_cny_year": 39.0}, [0, 0, 2]),
        ({"subsidy_cny_year": 100.0, "max_outlets": 0}, [0, 1, 2]),
    ],
)
def test_places_that_can_carry_a_type(rules: dict[str, float], most: list[int]):
    instance = plain_instance(np.ones((1, 4, 3), dtype=bool), n_host=1)
    budget = np.array([[400.0, 300.0, 1.0], [500.0, 1.0, 1.0], [600.0, 900.0, 1.0]])
    instance = replace(
        instance,
        open_budget_cny=budget,
        addon_cost_cny=np.array([1.0, 250.0, 700.0]),
        subsidy_cny_year=np.array([100.0, 80.0, 0.0]),
        addon_subsidy=np.array([1.0, 40.0, 0.0]),
    )
    assert _most(instance, Rules(levels=("cost",), **rules), OPENS, ADDONS).tolist() == most
