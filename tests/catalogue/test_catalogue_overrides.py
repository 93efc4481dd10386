"""Overrides: plain values become user values; every fault is told at once, in Chinese, naming the nearest."""

from collections.abc import Mapping
from typing import Any

import pytest

from scenarios.business_type import SiteKind, Tier
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.faults import Fault, FaultError
from scenarios.sourced import Standing

CATALOGUE = load_catalogue()

NEW_TYPE: dict[str, Any] = {
    "name_zh": "自习室",
    "tier": "品质提升类",
    "radius_m": 800,
    "area_m2": 120,
    "min_catchment": 1000,
    "fitout_cny_m2": 800,
    "equipment_cny": 30000,
    "subsidy_cny_year": 0,
    "staff": 2,
    "sitable": True,
    "responsible_zh": "市教育体育局",
}


def laid_over(overrides: Mapping[str, Mapping[str, Any]]) -> Catalogue:
    return CATALOGUE.with_overrides(overrides, source="本圈目录", file="catalogue.toml")


def faults(overrides: Mapping[str, Any]) -> tuple[Fault, ...]:
    with pytest.raises(FaultError) as caught:
        laid_over(overrides)
    return caught.value.faults


def test_plain_values_become_user_values() -> None:
    changed = laid_over({"pharmacy": {"radius_m": 400, "area_m2": 0, "min_catchment": 0}}).types["pharmacy"]
    assert changed.walk_min is None
    assert changed.radius_m is not None
    for sourced, value in ((changed.radius_m, 400), (changed.area_m2, 0), (changed.min_catchment, 0)):
        assert (sourced.value, sourced.source, sourced.standing) == (value, "本圈目录", Standing.USER)
    assert changed.min_area_m2 is None
    assert changed.staff == CATALOGUE.types["pharmacy"].staff


def test_the_packaged_catalogue_is_left_alone() -> None:
    before = repr(dict(CATALOGUE.types))
    laid_over({"pharmacy": {"radius_m": 400}})
    assert repr(dict(CATALOGUE.types)) == before


def test_minutes_clear_metres() -> None:
    changed = laid_over({"health_station": {"walk_min": 10}}).types["health_station"]
    assert changed.radius_m is None
    assert changed.reach_m(1.0) == 600


def test_a_smaller_area_keeps_the_legal_minimum() -> None:
    changed = laid_over({"pharmacy": {"area_m2": 45}}).types["pharmacy"]
    assert changed.min_area_m2 == CATALOGUE.types["pharmacy"].min_area_m2


def test_site_rules_in_part_keep_the_rest() -> None:
    new = {"max_floor": 2, "allowed_kinds": ["闲置房屋", "mixed_use_parcel"]}
    changed = laid_over({"childcare": {"site_rules": new}}).types["childcare"].site_rules
    old = CATALOGUE.types["childcare"].site_rules
    assert changed is not None
    assert old is not None
    assert changed.value.max_floor == 2
    assert changed.value.allowed_kinds == (SiteKind.VACANT_ROOM, SiteKind.MIXED_USE_PARCEL)
    assert not changed.value.basement_allowed
    assert changed.value.check_on_site == old.value.check_on_site
    assert changed.standing is Standing.USER
    assert old.source in changed.source


def test_types_and_hosts_may_be_written_in_chinese() -> None:
    changed = laid_over(
        {"药房": {"hosts": ["便利店", "supermarket"], "separations": [{"type_id": "菜市场", "metres": 5}]}}
    )
    pharmacy = changed.types["pharmacy"]
    assert pharmacy.hosts is not None
    assert pharmacy.hosts.value == ("convenience_store", "supermarket")
    assert pharmacy.separations is not None
    assert [(s.type_id, s.metres) for s in pharmacy.separations.value] == [("wet_market", 5)]


def test_a_planner_may_name_a_source_and_clear_an_optional_field() -> None:
    quoted = {"value": 60, "source": "2025年询价"}
    changed = laid_over({"supermarket": {"area_m2": quoted, "spacing_m": "无", "site_rules": "无"}}).types[
        "supermarket"
    ]
    assert (changed.area_m2.value, changed.area_m2.source) == (60, "2025年询价")
    assert changed.area_m2.standing is Standing.USER
    assert changed.spacing_m is None
    assert changed.site_rules is None


def test_a_changed_tier_moves_the_type() -> None:
    order = list(laid_over({"gym": {"tier": "basic"}}).types)
    assert order.index("car_wash") < order.index("gym") < order.index("community_service_complex")


def test_a_whole_new_type() -> None:
    changed = laid_over({"study_room": {**NEW_TYPE, "hosts": ["新式书店"]}, "cafe": {"hosts": ["自习室"]}})
    new = changed.types["study_room"]
    assert list(changed.types)[-1] == "study_room"
    assert (new.tier, new.name_en, new.segment) == (Tier.QUALITY, "study_room", "all")
    assert changed.resolve("自习室") == "study_room"
    cafe = changed.types["cafe"]
    assert cafe.hosts is not None
    assert cafe.hosts.value == ("study_room",)
    assert not changed.only(["cafe"]).types["cafe"].hosts.value  # type: ignore[union-attr]


@pytest.mark.parametrize("left_out", sorted(set(NEW_TYPE) - {"name_zh", "tier"}))
def test_a_new_type_needs_every_field(left_out: str) -> None:
    (fault,) = faults({"study_room": {k: v for k, v in NEW_TYPE.items() if k != left_out}})
    assert (fault.code, fault.column) == ("missing-field", f"study_room.{left_out}")


def test_a_new_type_may_not_take_a_name_that_is_taken() -> None:
    (fault,) = faults({"drug_store": {**NEW_TYPE, "name_zh": "药店"}})
    assert fault.code == "unknown-type"
    assert "重名" in fault.remedy


@pytest.mark.parametrize(
    ("overrides", "code", "column", "said"),
    [
        ({"pharmcy": {"area_m2": 1}}, "unknown-type", "pharmcy", "pharmacy"),
        ({"药点": {"area_m2": 1}}, "unknown-type", "药点", "药店"),
        ({"pharmacy": {"radius": 1}}, "unknown-field", "pharmacy.radius", "radius_m"),
        ({"pharmacy": {"id": "drugs"}}, "unknown-field", "pharmacy.id", "id"),
        ({"pharmacy": {"zzz": 1}}, "unknown-field", "pharmacy.zzz", "walk_min"),
        ({"childcare": {"site_rules": {"maxfloor": 1}}}, "unknown-field", "childcare.site_rules.maxfloor", "max_floor"),
        ({"pharmacy": {"area_m2": -1}}, "bad-value", "pharmacy.area_m2", "负数"),
        ({"pharmacy": {"area_m2": "80㎡"}}, "bad-value", "pharmacy.area_m2", "数字"),
        ({"pharmacy": {"area_m2": True}}, "bad-value", "pharmacy.area_m2", "数字"),
        ({"pharmacy": {"area_m2": float("nan")}}, "bad-value", "pharmacy.area_m2", "数字"),
        ({"pharmacy": {"area_m2": float("inf")}}, "bad-value", "pharmacy.area_m2", "数字"),
        ({"pharmacy": {"area_m2": "无"}}, "bad-value", "pharmacy.area_m2", "数字"),
        ({"pharmacy": {"radius_m": 1, "walk_min": 1}}, "bad-value", "pharmacy.radius_m", "只能给一个"),
        ({"pharmacy": {"sitable": "yes"}}, "bad-value", "pharmacy.sitable", "true"),
        ({"pharmacy": {"tier": "luxury"}}, "bad-value", "pharmacy.tier", "基本保障类"),
        ({"pharmacy": {"segment": "students"}}, "bad-value", "pharmacy.segment", "toddlers"),
        ({"pharmacy": {"name_zh": " "}}, "bad-value", "pharmacy.name_zh", "空"),
        ({"pharmacy": {"hosts": ["夜总会x"]}}, "bad-value", "pharmacy.hosts", "夜总会x"),
        ({"pharmacy": {"hosts": 3}}, "bad-value", "pharmacy.hosts", "列表"),
        ({"pharmacy": {"separations": [{"type_id": "wet_market"}]}}, "bad-value", "pharmacy.separations", "metres"),
        ({"pharmacy": {"site_rules": 3}}, "bad-value", "pharmacy.site_rules", "小节"),
        ({"childcare": {"site_rules": {"max_floor": 0}}}, "bad-value", "childcare.site_rules.max_floor", "0 层"),
        ({"childcare": {"site_rules": {"needs_flue": 1}}}, "bad-value", "childcare.site_rules.needs_flue", "true"),
        (
            {"childcare": {"site_rules": {"allowed_kinds": ["地窖"]}}},
            "bad-value",
            "childcare.site_rules.allowed_kinds",
            "地下室",
        ),
        ({"pharmacy": 3}, "bad-value", "pharmacy", "types.pharmacy"),
    ],
)
def test_each_fault(overrides: Mapping[str, Any], code: str, column: str, said: str) -> None:
    (fault,) = faults(overrides)
    assert (fault.code, fault.column, fault.file) == (code, column, "catalogue.toml")
    assert said in fault.rule + fault.remedy


def test_all_faults_at_once_in_file_order() -> None:
    found = faults({"pharmacy": {"area_m2": -1, "staf": 2}, "nowhere": {}, "gym": {"radius_m": "far"}})
    assert [f.column for f in found] == ["pharmacy.area_m2", "pharmacy.staf", "nowhere", "gym.radius_m"]


def test_only_keeps_catalogue_order_and_drops_strangers() -> None:
    few = CATALOGUE.only(["药店", "wet_market", "recycling"])
    assert list(few.types) == ["wet_market", "pharmacy", "recycling_point"]
    separations = few.types["recycling_point"].separations
    assert separations is not None
    assert [s.type_id for s in separations.value] == ["wet_market"]
    assert few.resolve("便利店") is None
    assert few.resolve("060200") is None


def test_only_names_the_nearest_of_an_unknown_type() -> None:
    with pytest.raises(FaultError) as caught:
        CATALOGUE.only(["pharmcy", "药店"])
    (fault,) = caught.value.faults
    assert (fault.code, fault.value) == ("unknown-type", "pharmcy")
    assert "pharmacy" in fault.remedy
