"""Each refusal code: which room it refuses, in which words, and which rooms it leaves alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from formulation.formulation_cases import kind, rooms

from scenarios.schema import Scenario
from siting.formulation.refusals import pair_refusals, site_refusals, survey_open, unknown_items, withdrawn_rows
from siting.walks import SnapReport

NAME = kind().name_zh
AREA = kind().area_m2.value

CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("not-sitable", {"sitable": False}, {}, f"{NAME}不通过存量用房选址：某通知"),
    ("forbidden-type", {}, {"forbidden_types": ("pharmacy",)}, f"调查表“禁止业态”列明不得设{NAME}"),
    ("not-allowed-type", {}, {"allowed_types": ("laundry",)}, f"调查表“允许业态”未列{NAME}"),
    ("basement", {"basement_allowed": False}, {"floor": -1}, f"{NAME}不得设在地下、半地下（某规范）"),
    ("basement", {"basement_allowed": False}, {"kind": "basement"}, f"{NAME}不得设在地下、半地下（某规范）"),
    ("site-kind", {"forbidden_kinds": ("basement",)}, {"kind": "basement"}, f"{NAME}不宜设在地下室"),
    ("site-kind", {"allowed_kinds": ("mixed_use_parcel",)}, {}, f"{NAME}不宜设在闲置房屋"),
    ("ground-floor", {"ground_floor_only": True}, {"floor": 2}, f"{NAME}应设在首层，该点位在2 层"),
    ("ground-floor", {"ground_floor_only": True}, {"floor": -2}, f"{NAME}应设在首层，该点位在地下 2 层"),
    ("max-floor", {"max_floor": 3}, {"floor": 4}, f"{NAME}不得高于 3 层，该点位在4 层"),
    ("min-floor", {"min_floor": 1}, {"floor": -1}, f"{NAME}不得低于 1 层，该点位在地下 1 层"),
    (
        "no-lift",
        {"elevator_above_floor": 1},
        {"floor": 2, "elevator": False},
        f"该点位在2 层且无电梯，{NAME}须首层或有电梯",
    ),
    ("no-flue", {"needs_flue": True}, {"flue": False}, f"{NAME}须有专用烟道，该点位没有"),
    ("no-street-front", {"needs_street_front": True}, {"street_front": False}, f"{NAME}须临街，该点位不临街"),
    (
        "too-small",
        {},
        {"area_m2": AREA - 12.5},
        f"面积 {AREA - 12.5:g} ㎡，{NAME}需 {AREA:g} ㎡，差 12.5 ㎡",
    ),
]
KEPT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"allowed_types": ("laundry", "pharmacy"), "forbidden_types": ("laundry",)}),
    ({"basement_allowed": False}, {"floor": 1}),
    ({"allowed_kinds": ("vacant_room",)}, {}),
    ({"ground_floor_only": True}, {"floor": 1}),
    ({"max_floor": 3}, {"floor": 3}),
    ({"min_floor": 1}, {"floor": 1}),
    ({"elevator_above_floor": 1}, {"floor": 1, "elevator": False}),
    ({"elevator_above_floor": 1}, {"floor": 6, "elevator": True}),
    ({"needs_flue": True}, {"flue": True}),
    ({"needs_street_front": True}, {"street_front": True}),
    ({}, {"area_m2": AREA}),
]
EVERY_RULE = {
    "basement_allowed": False,
    "ground_floor_only": True,
    "max_floor": 3,
    "min_floor": 1,
    "elevator_above_floor": 1,
    "needs_flue": True,
    "needs_street_front": True,
}


@pytest.mark.parametrize(("code", "rules", "room", "sentence"), CASES)
def test_the_rule_refuses_and_says_why(code, rules, room, sentence):
    eligible, refused = pair_refusals(rooms(room, {}), (kind(**rules),))
    told = {r.site_id: (r.type_id, r.code, r.reason_zh) for r in refused}
    assert told["S0"] == ("pharmacy", code, sentence)
    assert eligible[:, 0].tolist() == [False, "S1" not in told]


@pytest.mark.parametrize(("rules", "room"), KEPT)
def test_the_rule_leaves_the_others_alone(rules, room):
    eligible, refused = pair_refusals(rooms(room), (kind(**rules),))
    assert eligible.all()
    assert refused == []


def test_a_blank_cell_never_refuses():
    eligible, _ = pair_refusals(rooms({}), (kind(**EVERY_RULE),))
    assert eligible.all()


def test_the_first_rule_that_refuses_is_the_one_reason():
    room = {"forbidden_types": ("pharmacy",), "floor": 5, "flue": False, "area_m2": 1.0}
    _, refused = pair_refusals(rooms(room), (kind(**EVERY_RULE),))
    assert [r.code for r in refused] == ["forbidden-type"]


def test_blank_cells_that_matter_are_to_be_checked_on_site():
    site = rooms({}).sites.iloc[0]
    assert list(unknown_items(site, kind(**EVERY_RULE))) == [
        "楼层未登记，须现场核实",
        "烟道未登记，须现场核实",
        "是否临街未登记，须现场核实",
    ]
    assert list(unknown_items(site, kind())) == []


@pytest.mark.parametrize(
    "rules", [{"min_floor": 1}, {"max_floor": 3}, {"elevator_above_floor": 1}, {"ground_floor_only": True}]
)
def test_a_blank_floor_matters_to_every_rule_on_floors(rules):
    assert list(unknown_items(rooms({}).sites.iloc[0], kind(**rules))) == ["楼层未登记，须现场核实"]
    assert list(unknown_items(rooms({"floor": 1}).sites.iloc[0], kind(**rules))) == []


def test_a_blank_lift_matters_only_above_the_floor_of_the_rule():
    upstairs, ground = rooms({"floor": 2}, {"floor": 1}).sites.iloc
    rule = kind(elevator_above_floor=1)
    assert list(unknown_items(upstairs, rule)) == ["电梯未登记，须现场核实"]
    assert list(unknown_items(ground, rule)) == []


@pytest.mark.parametrize("sitable", [True, False])
def test_the_survey_closes_a_pair_whatever_other_rule_refuses_it_first(sitable):
    """A pair that is refused for another reason first is still closed to add-on services."""
    kinds = (kind(sitable=sitable, basement_allowed=False), kind("laundry"))
    workspace = rooms(
        {"forbidden_types": ("pharmacy",)},
        {"allowed_types": ("laundry",)},
        {"floor": -1},
        {"area_m2": 1.0, "flue": False},
    )
    assert survey_open(workspace, kinds).tolist() == [[False, True], [False, True], [False, True], [True, True]]


def test_the_survey_of_nothing():
    assert survey_open(rooms(), (kind(),)).shape == (0, 1)
    assert survey_open(rooms({}), ()).shape == (1, 0)


def test_sites_that_take_no_part():
    scenario = Scenario.model_validate({"sites": {"forbidden_kinds": ["地下室"]}})
    snap = SnapReport(cut_off={"S1": "离最近的路 300 米", "D0": "别处"})
    found = site_refusals(rooms({"kind": "basement"}, {}, {}), scenario, snap, 0)
    assert {row: (r.site_id, r.type_id, r.code, r.reason_zh) for row, r in found.items()} == {
        0: ("S0", "", "kind-forbidden", "情景设定：不使用地下室"),
        1: ("S1", "", "cut-off", "步行到不了：离最近的路 300 米"),
    }


def test_withdrawn_sites_depend_on_seed_and_id_alone():
    scenario = Scenario.model_validate({"sites": {"withdrawn_share": 0.3}})
    forward = rooms(*({"id": f"R{n}"} for n in range(10)))
    backward = rooms(*({"id": f"R{n}"} for n in reversed(range(10))))
    rows = [withdrawn_rows(forward, scenario, seed) for seed in range(8)]
    assert {len(chosen) for chosen in rows} == {3}
    assert len({frozenset(chosen) for chosen in rows}) > 1
    assert {9 - row for row in withdrawn_rows(backward, scenario, 0)} == rows[0]
    found = site_refusals(forward, scenario, None, 0)
    assert set(found) == rows[0]
    assert {(r.code, r.reason_zh) for r in found.values()} == {("withdrawn", "情景设定：产权人撤回，该点位不参与")}
    assert not np.array(list(withdrawn_rows(forward, Scenario(), 0))).size
