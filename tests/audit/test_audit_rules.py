"""Plans that break a rule: the audit names rule, place and figures; lawful plans pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit_town import Run, findings, pick

from siting.audit.neighbours import separation, spacing, viability
from siting.audit.rooms import areas, hosts
from siting.audit.site_rules import site_rules


@pytest.mark.parametrize(
    ("picks", "fragment"),
    [
        ([pick("S2", "childcare")], "不得设在地下"),
        ([pick("S7", "childcare")], "不得高于 3 层，该点位在 4 层"),
        ([pick("S3", "elderly_meal")], "1 层以上须有电梯，该点位在 2 层且无电梯"),
        ([pick("S3", "breakfast_shop")], "S3 早餐店：须有烟道"),
        ([pick("S4", "pharmacy")], "S4 药店：调查表列为禁止业态"),
        ([pick("S5", "laundry")], "S5 洗染店：调查表的允许业态里没有它"),
        ([pick("S3", "car_wash")], "S3 洗车店：应设在首层，该点位在 2 层"),
        ([pick("S1", "charging_ebike")], "不宜设在闲置房屋"),
        ([pick("S6", "kindergarten")], "该业态不通过存量用房选址"),
        ([pick("S3", "supermarket")], "需 800 ㎡，该点位只有 600 ㎡"),
        ([pick("S2", "childcare", "kindergarten")], "不得设在地下"),
    ],
)
def test_site_rules(town_run: Path, picks: list[Run], fragment: str) -> None:
    assert fragment in findings(site_rules, town_run, picks)


def test_rules_that_the_planner_adds(town_run: Path) -> None:
    picks = [pick("S1", "laundry"), pick("S2", "laundry"), pick("S3", "laundry")]
    rules = {"needs_street_front": True, "forbidden_kinds": ["basement"]}
    said = findings(site_rules, town_run, picks, laundry={"site_rules": rules})
    assert said == "S2 洗染店：不宜设在地下室；S2 洗染店：须临街，该点位不临街；S3 洗染店：须临街，该点位不临街"
    said = findings(site_rules, town_run, picks, laundry={"site_rules": {"min_floor": 1}})
    assert said == "S2 洗染店：不得低于 1 层，该点位在 -1 层"


def test_what_the_rules_allow(town_run: Path) -> None:
    lawful = [
        pick("S1", "elderly_meal"),
        pick("S2", "laundry"),
        pick("S3", "childcare"),
        pick("S4", "laundry"),
        pick("S5", "breakfast_shop"),
        pick("S6", "charging_ebike"),
        pick("S7", "elderly_meal"),
        pick("S3", "breakfast_shop", "convenience_store"),
    ]
    assert findings(site_rules, town_run, lawful) == ""


def test_room_in_a_site_and_at_a_host(town_run: Path) -> None:
    full = [pick("S4", "laundry"), pick("S4", "recycling_point")]
    assert "S4 各业态共需 55.00 ㎡，面积只有 40.00 ㎡" in findings(areas, town_run, full)
    assert "各业态共需" not in findings(areas, town_run, full[:1])
    one = [pick("O2", "laundry", "O2")]
    assert "O2 各业态共需 10.50 ㎡，可搭载面积只有 10.00 ㎡" in findings(
        areas, town_run, one, laundry={"addon_area_m2": 10.5}
    )
    assert "各业态共需" not in findings(areas, town_run, one, laundry={"addon_area_m2": 10})


def test_spare_area_where_the_survey_is_blank(town_run: Path) -> None:
    one = [pick("O1", "laundry", "O1")]
    said = findings(areas, town_run, one, laundry={"addon_area_m2": 9}, pharmacy={"area_m2": 80})
    assert "O1 各业态共需 9.00 ㎡，可搭载面积只有 8.00 ㎡" in said, "a tenth of the usual area of a pharmacy"


@pytest.mark.parametrize(
    ("picks", "fragment"),
    [
        ([pick("S3", "laundry", "convenience_store")], "S3 洗染店：该点位没有新设 convenience_store"),
        ([pick("S3", "pharmacy"), pick("S3", "laundry", "pharmacy")], "pharmacy 不能搭载它"),
        ([pick("O1", "laundry", "O1")], "现有网点 O1（pharmacy）不能搭载它"),
        ([pick("O1", "photo_print", "O1")], "现有网点 O1 已有该业态"),
    ],
)
def test_hosts(town_run: Path, picks: list[Run], fragment: str) -> None:
    assert fragment in findings(hosts, town_run, picks)


def test_lawful_hosts(town_run: Path) -> None:
    lawful = [pick("S3", "convenience_store"), pick("S3", "laundry", "convenience_store"), pick("", "laundry", "O2")]
    assert findings(hosts, town_run, lawful) == ""


def test_spacing_of_one_type(town_run: Path) -> None:
    said = findings(spacing, town_run, [pick(s, "recycling_point") for s in ("S1", "S2", "S6")])
    assert said.count("距") == 1
    assert "S1 再生资源回收点距 S2 再生资源回收点 40.0 米，应不小于 200 米" in said
    assert findings(spacing, town_run, [pick("S1", "pharmacy"), pick("S2", "pharmacy")]) == "", "no spacing is asked"


def test_spacing_from_existing_outlets(town_run: Path) -> None:
    picks = [pick("S1", "pharmacy"), pick("S3", "pharmacy"), pick("O2", "pharmacy", "O2")]
    assert findings(spacing, town_run, picks, pharmacy={"spacing_m": 110}) == ""
    said = findings(spacing, town_run, picks, pharmacy={"spacing_m": 111})
    assert said == "S1 药店距 现有网点 O1 110.1 米，应不小于 111 米"


def test_separation_of_types(town_run: Path) -> None:
    here = [pick("S1", "recycling_point"), pick("S1", "breakfast_shop")]
    assert "不得同在一处" in findings(separation, town_run, here)
    said = findings(separation, town_run, [pick("S1", "recycling_point"), pick("S5", "breakfast_shop")])
    assert "10.0 米，应不小于 25 米" in said
    assert findings(separation, town_run, [pick("S2", "recycling_point"), pick("S5", "breakfast_shop")]) == ""
    carried = [pick("S1", "recycling_point"), pick("S1", "breakfast_shop", "convenience_store")]
    assert "不得同在一处" in findings(separation, town_run, carried), "a counter is as near as a shop"


def test_separation_from_existing_outlets_both_ways(town_run: Path) -> None:
    apart = {"separations": [{"type_id": "pharmacy", "metres": 120}]}
    said = findings(separation, town_run, [pick("S1", "laundry"), pick("S2", "laundry")], laundry=apart)
    assert said == "S1 洗染店距 现有网点 O1 110.1 米，应不小于 120 米"
    apart = {"separations": [{"type_id": "laundry", "metres": 120}]}
    said = findings(separation, town_run, [pick("S1", "laundry"), pick("S2", "laundry")], pharmacy=apart)
    assert said == "S1 洗染店距 现有网点 O1 110.1 米，应不小于 120 米"


def test_viability_counts_rivals_old_and_new(town_run: Path) -> None:
    alone, two = [pick("S1", "pharmacy")], [pick("S1", "pharmacy"), pick("S3", "pharmacy")]
    assert findings(viability, town_run, alone, pharmacy={"min_catchment": 3750}) == ""
    said = findings(viability, town_run, alone, pharmacy={"min_catchment": 3751})
    assert said == "S1 药店可得居民 3,750 人，至少需 3,751 人", "half of 7500: one pharmacy is there"
    assert findings(viability, town_run, two, pharmacy={"min_catchment": 2500}) == ""
    said = findings(viability, town_run, two, pharmacy={"min_catchment": 2501})
    assert said.count("可得居民 2,500 人") == 2, "a new rival takes a sixth of all 7500"
    carried = [pick("S1", "pharmacy"), pick("S3", "pharmacy", "convenience_store")]
    assert findings(viability, town_run, carried, pharmacy={"min_catchment": 3750}) == ""
