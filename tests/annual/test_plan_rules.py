"""The rules of the annual plan: permits at their boundaries, quarters, channels of money, clauses."""

from __future__ import annotations

import pytest

from scenarios.annual_rules import load_annual_rules
from scenarios.catalogue import load_catalogue
from scenarios.sourced import Standing
from siting.annual.rules import Quarter, clauses, funding, permit, quarters

RULES = load_annual_rules()
# 聊商务字〔2024〕23号: the departments that its articles 四（二）, 四（四） and 五（二）, 五（三） name as responsible.
NAMED = {
    "市商务局", "市市场监管局", "市民政局", "市卫生健康委", "市文化和旅游局", "市住房城乡建设局", "市自然资源和规划局",
    "市城管局", "市邮政管理局", "市教育体育局", "市行政审批局", "市财政局", "市人力资源社会保障局", "市税务局",
    "各区人民政府、市属开发区管委会",
}  # fmt: skip


@pytest.mark.parametrize(
    ("works_cny", "area_m2", "needed", "said"),
    [
        (1_000_000, 501, False, "不超过 100 万元（面积"),
        (1_000_001, 500, False, "不超过 500 ㎡（同址"),
        (1_000_000, 500, False, "两项均合"),
        (1_000_001, 500.01, True, "超过 100 万元"),
        (0, 0, False, "两项均合"),
        (5_000_000, 40, False, "面积 40 ㎡，不超过 500 ㎡"),
        (10_000, 5_000, False, "1.00 万元，不超过 100 万元"),
    ],
)
def test_permit_at_the_boundaries(works_cny: float, area_m2: float, needed: bool, said: str):
    found = permit(works_cny, area_m2, "改造", RULES)
    assert (found.needed, found.label_zh) == (needed, "需办" if needed else "免办")
    assert said in found.reason_zh


def test_new_building_is_no_fit_out():
    assert permit(1, 1, "新建", RULES).needed


@pytest.mark.parametrize(
    ("mode", "area_m2", "available", "needs", "wanted"),
    [
        ("一店多能", 5, None, False, ("2025年一季度", "2025年一季度")),
        ("改造", 100, None, False, ("2025年二季度", "2025年二季度")),
        ("改造", 100.5, 2024, False, ("2025年二季度", "2025年三季度")),
        ("改造", 501, None, False, ("2025年二季度", "2025年四季度")),
        ("改造", 501, None, True, ("2025年二季度", "2026年一季度")),
        ("改造", 80, 2025, False, ("2025年三季度", "2025年三季度")),
        ("改造", 80, 2027, False, ("2027年三季度", "2027年三季度")),
        ("新建", 300, None, True, ("2025年二季度", "2025年四季度")),
    ],
)
def test_quarters(mode: str, area_m2: float, available: int | None, needs: bool, wanted: tuple[str, str]):
    assert tuple(str(q) for q in quarters(2025, mode, area_m2, available, needs, RULES)) == wanted


def test_quarters_roll_over_the_year():
    assert Quarter(2025, 4).plus(1) == Quarter(2026, 1)
    assert Quarter(2025, 1).plus(0) == Quarter(2025, 1)


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (("elderly_meal", "public", "vacant_room", "", "改造"), "幸福食堂补助3万元/处"),
        (("elderly_meal", "public", "", "", "一店多能"), "幸福食堂补助1万元/处"),
        (("childcare", "quality", "vacant_room", "某某物业服务企业", "改造"), "物业服务企业投资（假定）"),
        (
            ("culture_station", "public", "renovated_room", "街道办事处", "改造"),
            "统筹财政资金，结合老旧小区改造（假定）",
        ),
        (("culture_station", "public", "vacant_room", "街道办事处", "改造"), "统筹财政资金（假定）"),
        (("repair_point", "basic", "vacant_room", "社区居委会", "改造"), "社区自筹（假定）"),
        (("pharmacy", "basic", "vacant_room", "个人业主", "改造"), "企业投资；可申报促消费稳发展专项资金（假定）"),
        (("repair_point", "basic", "vacant_room", "个人业主", "改造"), "企业投资"),
        (("gym", "quality", "vacant_room", "", "改造"), "企业投资"),
        (("housekeeping", "basic", "vacant_room", "", "改造"), "税费优惠"),
    ],
)
def test_funding(facts: tuple[str, str, str, str, str], wanted: str):
    assert wanted in funding(*facts, RULES)


def test_every_kind_of_project_has_one_main_channel_and_a_clause():
    for kind in load_catalogue().types.values():
        for mode in ("新建", "改造", "一店多能"):
            facts = (kind.id, str(kind.tier), "vacant_room", "", mode)
            mains = [r for r in RULES.funding if r.role == "main" and r.fits(*facts)]
            assert mains
            assert funding(*facts, RULES).startswith(mains[0].shown_zh)
            assert clauses(*facts, RULES)


def test_what_the_plan_does_not_say_is_called_an_assumption():
    for rule in RULES.funding:
        assert rule.source
        assert rule.shown_zh.endswith("（假定）") == (rule.standing is Standing.ASSUMPTION)
        if "假定" in rule.source:
            assert rule.standing is Standing.ASSUMPTION
    assert {type_id for rule in RULES.funding for type_id in rule.types} <= set(load_catalogue().types)


def test_departments_are_those_that_the_plan_names():
    for kind in load_catalogue().types.values():
        assert {kind.responsible_zh, *kind.cooperating_zh} <= NAMED, kind.id
        assert "聊商务字〔2024〕23号" in kind.department_source_zh
