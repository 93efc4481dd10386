"""Who may carry what: by hand, and where there are no types, no outlets or nothing that hosts."""

from __future__ import annotations

import numpy as np
import pytest
from formulation.formulation_cases import CATALOGUE, kind, rooms

from scenarios.business_type import SourcedTypes
from scenarios.schema import Hosts
from scenarios.sourced import Standing
from siting.formulation.hosting import hosting

BOTH = Hosts(new=True, existing=True, spare_share=0.1)
HOSTED = kind("laundry").model_copy(
    update={"hosts": SourcedTypes(value=("pharmacy",), source="某通知", standing=Standing.STANDARD)}
)
ALONE = kind("pharmacy").model_copy(update={"hosts": None})
KINDS = (ALONE, HOSTED)
OUTLETS = (
    {"type_id": "laundry", "area_m2": 70.0},
    {"type_id": "pharmacy", "area_m2": 50.0},
    {"type_id": "pharmacy"},
    {"type_id": "pharmacy", "area_m2": 80.0, "services": ("laundry",)},
    {"type_id": "bookstore", "area_m2": 90.0},
)


def test_hosts_by_hand():
    made = hosting(rooms({}, {}, outlets=OUTLETS), KINDS, BOTH, np.array([[True, True], [True, False]]))
    assert made.table.tolist() == [[False, True], [False, False]]
    assert made.outlets.tolist() == [1, 2, 3]
    assert made.outlet_type.tolist() == [0, 0, 0]
    typical = CATALOGUE.types["pharmacy"].area_m2.value
    assert made.spare_m2.tolist() == pytest.approx([5.0, typical / 10, 8.0])
    at_sites, at_outlets = [[False, True], [False, False]], [[False, True], [False, True], [False, False]]
    assert made.addon_eligible.tolist() == at_sites + at_outlets


@pytest.mark.parametrize(("new", "existing"), [(False, False), (True, False), (False, True)])
def test_hosts_that_are_switched_off(new, existing):
    made = hosting(rooms({}, outlets=OUTLETS), KINDS, Hosts(new=new, existing=existing), np.ones((1, 2), dtype=bool))
    assert len(made.outlets) == (3 if existing else 0)
    assert made.addon_eligible[:1].any() == new
    assert made.addon_eligible[1:].any() == existing


@pytest.mark.parametrize("kinds", [(), (ALONE,), KINDS], ids=["no types", "nothing hosted", "all"])
@pytest.mark.parametrize("outlets", [(), OUTLETS], ids=["no outlets", "outlets"])
@pytest.mark.parametrize("n_site", [0, 2])
def test_shapes_where_something_is_absent(n_site, outlets, kinds):
    workspace = rooms(*({} for _ in range(n_site)), outlets=outlets)
    made = hosting(workspace, kinds, BOTH, np.ones((n_site, len(kinds)), dtype=bool))
    n_host = 3 if outlets and kinds == KINDS else 0
    assert made.outlets.shape == made.outlet_type.shape == made.spare_m2.shape == (n_host,)
    assert made.addon_eligible.shape == (n_site + n_host, len(kinds))
