"""Every array of a problem is checked for its shape, all at once; what a plan without a site is."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from support.instances import random_instance

from models.errors import ModelError, SolverMissing
from models.instance import Phases, SitingInstance, Zones
from models.solution import Decision

# of the problem below: demand, site, place, type and host
SHAPES = {
    "residents": (7,), "segment_residents": (7, 3), "tier": (3,), "coverage_weight": (3,), "missing_outlets": (3,),
    "missing_weight": (3,), "covered": (7, 3), "rivals": (7, 3), "eligible": (4, 3), "area_m2": (3,),
    "site_area_m2": (4,), "open_cost_cny": (4, 3), "site_cost_cny": (4,), "open_budget_cny": (4, 3),
    "site_budget_cny": (4,), "subsidy_cny_year": (3,), "min_catchment": (3,), "addon_eligible": (6, 3),
    "hosts": (3, 3), "addon_area_m2": (3,), "addon_cost_cny": (3,), "host_type": (2,), "host_area_m2": (2,),
}  # fmt: skip


@pytest.fixture(scope="module")
def instance() -> SitingInstance:
    return random_instance(np.random.default_rng(1), n_demand=7, n_site=4, n_type=3, hosts=2, walking=True)


@pytest.mark.parametrize("name", SHAPES)
def test_a_wrong_shape_is_told_by_name(instance: SitingInstance, name: str):
    array = getattr(instance, name)
    assert array.shape == SHAPES[name]
    for axis in range(array.ndim):
        with pytest.raises(ModelError, match=f"^{name} has shape .*wants {re.escape(str(SHAPES[name]))}"):
            replace(instance, **{name: np.concatenate([array, array], axis=axis)})


def test_tables_lists_and_signs(instance: SitingInstance):
    small = sparse.csr_array(np.zeros((7, 5)))
    for changes, said in (
        ({"reach": (*instance.reach[:2], small)}, r"reach\[2\] has shape \(7, 5\)"),
        ({"reach": instance.reach[:2]}, "reach has 2 types, wants 3"),
        ({"walk_m": (small, *instance.walk_m[1:])}, r"walk_m\[0\] has shape \(7, 5\)"),
        ({"addon_subsidy": np.zeros(2)}, r"addon_subsidy has shape \(2,\), wants \(3,\) or \(0,\)"),
        ({"assigned": np.zeros(3, dtype=bool)}, r"assigned, outlet_serves and addon_serves have shapes"),
        ({"zones": Zones(np.zeros((2, 3)), np.zeros((2, 5), dtype=bool))}, "zones have shapes"),
        ({"zones": Zones(np.zeros((2, 4)), np.zeros((2, 6), dtype=bool))}, "zones have shapes"),
        ({"zones": Zones(instance.missing_outlets[None] + 1, np.ones((1, 6), dtype=bool))}, "does not add up"),
        ({"residents": -np.ones(7)}, "residents holds a negative or non-finite value"),
        ({"area_m2": np.array([1.0, np.nan, 2.0])}, "area_m2 holds a negative"),
        ({"open_cost_cny": np.full((4, 3), np.inf)}, "open_cost_cny holds a negative"),
    ):
        with pytest.raises(ModelError, match=said):
            replace(instance, **changes)
    with pytest.raises(ModelError, match=r"tier has shape.*hosts has shape.*site_cost_cny holds"):
        replace(instance, tier=np.zeros(2), hosts=np.zeros((2, 2), dtype=bool), site_cost_cny=np.full(4, np.nan))


def test_phases_are_checked():
    nobody = np.zeros(2, dtype=np.int64)
    for budgets, worths, said in (
        ([], [], "0 phase budgets"),
        ([1.0], [1.0, 1.0], "1 phase budgets and 2 worths"),
        ([1.0, 1.0], [0.5, 0.6], "neither negative nor above"),
        ([1.0, 1.0], [0.5, -0.1], "neither negative nor above"),
    ):
        with pytest.raises(ModelError, match=said):
            Phases(np.array(budgets), np.array(worths), nobody)
    assert Phases(np.array([1.0, 1.0]), np.array([0.5, 0.5]), nobody).n == 2
    assert Phases(np.array([1.0]), np.array([0.0]), nobody).n == 1


def test_a_plan_without_a_site_has_nothing_there_in_no_phase():
    full = Decision(np.ones((3, 2), bool), np.ones((4, 2), bool), np.full((3, 2), 1), np.full((4, 2), 2))
    left = full.without_site(1)
    assert left.open.tolist() == [[True, True], [False, False], [True, True]]
    assert left.addon.tolist() == [[True, True], [False, False], [True, True], [True, True]]
    assert left.open_phase.tolist() == [[1, 1], [-1, -1], [1, 1]]
    assert left.addon_phase.tolist() == [[2, 2], [-1, -1], [2, 2], [2, 2]]


def test_a_missing_solver_keeps_its_name_between_processes():
    error = pickle.loads(pickle.dumps(SolverMissing("gurobi", ("highs", "cpsat"))))
    assert (error.name, error.available) == ("gurobi", ("highs", "cpsat"))
    assert str(error) == "no solver 'gurobi' on this machine; available are highs, cpsat"
