"""The catalogue's data: complete, ordered, sourced, and in line with the plan and the standards."""

import time

import pytest

from scenarios.business_type import Tier
from scenarios.catalogue import load_catalogue
from scenarios.sourced import Sourced, Standing

CATALOGUE = load_catalogue()
TYPES = CATALOGUE.types

BASIC = [
    "convenience_store",
    "supermarket",
    "wet_market",
    "fresh_grocery",
    "breakfast_shop",
    "hair_beauty",
    "laundry",
    "pharmacy",
    "photo_print",
    "housekeeping",
    "repair_point",
    "recycling_point",
    "parcel_service_point",
    "smart_locker",
    "front_warehouse",
    "sewing_shoe_repair",
    "car_wash",
]
PUBLIC = [
    "community_service_complex",
    "culture_station",
    "health_station",
    "elderly_day_care",
    "shared_storage",
    "pocket_park",
    "kindergarten",
    "charging_ebike",
    "elderly_meal",
]
QUALITY = [
    "specialty_restaurant",
    "gym",
    "wellness",
    "training",
    "leisure",
    "childcare",
    "tourism_point",
    "bookstore",
    "cafe",
    "flower_gift",
    "pet_service",
]

# The units that the plan names after sections 四(二), 四(四) and 五(二).
UNITS = {
    "四（二）": "市商务局 市市场监管局 市民政局 市卫生健康委 市文化和旅游局 市住房城乡建设局 市自然资源和规划局 "
    "市城管局 市邮政管理局",
    "四（四）": "市商务局 市民政局 市住房城乡建设局 市卫生健康委 市文化和旅游局 市教育体育局 市市场监管局 市城管局 "
    "市邮政管理局",
    "五（二）": "市自然资源和规划局 市住房城乡建设局 市民政局 市城管局 市行政审批局",
}
DISTRICTS = "各区人民政府、市属开发区管委会"


def test_all_37_types_in_the_plans_order() -> None:
    assert list(TYPES) == BASIC + PUBLIC + QUALITY
    assert {t.id: t.tier for t in TYPES.values()} == {
        **dict.fromkeys(BASIC, Tier.BASIC),
        **dict.fromkeys(PUBLIC, Tier.PUBLIC),
        **dict.fromkeys(QUALITY, Tier.QUALITY),
    }


def test_every_value_has_a_chinese_source_and_a_standing() -> None:
    rows = list(CATALOGUE.parameters())
    assert len(rows) > 37 * 8
    for row in rows:
        assert any("\u4e00" <= c <= "\u9fff" for c in row.source), row
        assert len(row.source) <= 60, row
        assert row.standing is not Standing.USER
        claims_assumption = row.source.startswith("假定")
        assert not (claims_assumption and row.standing is not Standing.ASSUMPTION), row


@pytest.mark.parametrize(
    ("type_id", "field", "value", "standing"),
    [
        ("convenience_store", "walk_min", 5, Standing.CITY_DOCUMENT),
        ("supermarket", "walk_min", 15, Standing.CITY_DOCUMENT),
        ("wet_market", "area_m2", 1000, Standing.CITY_DOCUMENT),
        ("wet_market", "residents_per_outlet", 10000, Standing.CITY_DOCUMENT),
        ("pharmacy", "walk_min", 8, Standing.CITY_DOCUMENT),
        ("photo_print", "walk_min", 10, Standing.STANDARD),
        ("sewing_shoe_repair", "radius_m", 500, Standing.ASSUMPTION),
        ("recycling_point", "min_area_m2", 10, Standing.CITY_DOCUMENT),
        ("recycling_point", "residents_per_outlet", 6400, Standing.CITY_DOCUMENT),
        ("front_warehouse", "radius_m", 3000, Standing.ASSUMPTION),
        ("health_station", "radius_m", 500, Standing.STANDARD),
        ("health_station", "min_area_m2", 150, Standing.STANDARD),
        ("elderly_day_care", "walk_min", 5, Standing.CITY_DOCUMENT),
        ("elderly_day_care", "m2_per_1000_residents", 62.5, Standing.STANDARD),
        ("elderly_meal", "radius_m", 500, Standing.ASSUMPTION),
        ("elderly_meal", "min_area_m2", 50, Standing.CITY_DOCUMENT),
        ("elderly_meal", "subsidy_cny_year", 30000, Standing.CITY_DOCUMENT),
        ("elderly_meal", "fitout_cny_m2", 1500, Standing.ASSUMPTION),
        ("childcare", "walk_min", 10, Standing.CITY_DOCUMENT),
        ("childcare", "fitout_cny_m2", 1900, Standing.ASSUMPTION),
        ("kindergarten", "radius_m", 300, Standing.STANDARD),
        ("community_service_complex", "min_area_m2", 600, Standing.STANDARD),
        ("gym", "walk_min", 15, Standing.STANDARD),
        ("gym", "residents_per_outlet", 20000, Standing.CITY_DOCUMENT),
        ("car_wash", "radius_m", 1000, Standing.ASSUMPTION),
    ],
)
def test_values_of_the_reference(type_id: str, field: str, value: float, standing: Standing) -> None:
    sourced = getattr(TYPES[type_id], field)
    assert (sourced.value, sourced.standing) == (value, standing)


def test_a_typical_outlet_has_at_least_the_minimum_area() -> None:
    for t in TYPES.values():
        assert t.min_area_m2 is None or t.min_area_m2.value <= t.area_m2.value, t.id


def test_site_rules_follow_the_standards() -> None:
    rules = {t.id: t.site_rules.value for t in TYPES.values() if t.site_rules}
    no_basement = {i for i, r in rules.items() if not r.basement_allowed}
    assert {"childcare", "elderly_day_care", "training"} <= no_basement
    assert "sewing_shoe_repair" not in no_basement
    assert rules["childcare"].max_floor == 3
    assert rules["elderly_day_care"].elevator_above_floor == 1
    assert {i for i, r in rules.items() if r.needs_flue} == {"breakfast_shop", "elderly_meal", "specialty_restaurant"}
    for fume in ("breakfast_shop", "elderly_meal", "specialty_restaurant"):
        assert any("9米" in s for s in rules[fume].check_on_site)
    assert any("业主同意" in s for s in rules["shared_storage"].check_on_site)
    assert any("安全出口不少于2个" in s for s in rules["training"].check_on_site)


def test_only_types_with_land_of_their_own_are_not_sitable() -> None:
    assert {t.id for t in TYPES.values() if not t.sitable.value} == {"kindergarten", "pocket_park"}


def test_segments() -> None:
    others = {t.id: t.segment for t in TYPES.values() if t.segment != "all"}
    assert others == {
        "elderly_day_care": "elderly",
        "elderly_meal": "elderly",
        "childcare": "toddlers",
        "kindergarten": "children",
    }


def test_hosts_and_separations_name_catalogue_types() -> None:
    for t in TYPES.values():
        hosts = t.hosts.value if t.hosts else ()
        near = tuple(s.type_id for s in t.separations.value) if t.separations else ()
        assert {*hosts, *near} <= set(TYPES), t.id
        assert t.id not in {*hosts, *near}
        assert (t.hosts is None) == (t.addon_area_m2 is None) == (t.addon_cost_cny is None), t.id
    for service in ("repair_point", "photo_print", "housekeeping", "parcel_service_point", "tourism_point"):
        carriers = TYPES[service].hosts
        assert carriers is not None
        assert {"convenience_store", "supermarket"} <= set(carriers.value)


def test_small_circles_can_host_every_type() -> None:
    for t in TYPES.values():
        assert t.min_catchment.value <= 9400 / 3, t.id
        if t.residents_per_outlet:
            assert t.min_catchment.value <= t.residents_per_outlet.value / 2, t.id


def test_departments_are_those_of_the_section_quoted() -> None:
    for t in TYPES.values():
        section = next(s for s in UNITS if t.department_source_zh.startswith(f"聊商务字〔2024〕23号{s}"))
        assert t.responsible_zh in UNITS[section].split(), t.id
        assert t.cooperating_zh[-1] == DISTRICTS
        assert t.responsible_zh not in t.cooperating_zh
        elsewhere = set(t.cooperating_zh[:-1]) - set(UNITS[section].split())
        assert all(unit in t.department_source_zh or "五（二）" in t.department_source_zh for unit in elsewhere), t.id


def test_reach_is_minutes_times_speed_or_metres() -> None:
    assert TYPES["elderly_day_care"].reach_m(0.8) == pytest.approx(240)
    assert TYPES["health_station"].reach_m(0.8) == 500
    for t in TYPES.values():
        assert (t.walk_min is None) != (t.radius_m is None)


def test_loads_fast_and_the_same_every_time() -> None:
    first = [repr(t) for t in TYPES.values()]
    load_catalogue.cache_clear()
    started = time.process_time()
    again = load_catalogue()
    assert time.process_time() - started < 0.2  # about 10 ms on an idle machine
    assert [repr(t) for t in again.types.values()] == first
    assert load_catalogue() is again


def test_every_number_is_sourced() -> None:
    for t in TYPES.values():
        for name, value in t:
            assert isinstance(value, Sourced | str | tuple | type(None)), (t.id, name)
