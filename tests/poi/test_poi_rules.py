"""Which rule takes which row, and that every row is taken by exactly one."""

from __future__ import annotations

from collections import Counter

import pytest
from poi_files import ODD, write_amap

from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultLog
from siting.poi.reader import PoiFile, read_pois
from siting.poi.record import RULES_ZH, Outcome, Poi, Source, Verdict
from siting.poi.rulebook import rulebook
from siting.poi.sorting import sort_out
from siting.poi.unseen import unseen_types

CATALOGUE = load_catalogue()
WANTED: dict[str, tuple[str, Outcome, str]] = {
    "several codes": ("direct", Outcome.OUTLET, "supermarket"),
    "codes by semicolon": ("by_name", Outcome.OUTLET, "pharmacy"),
    "excluded and parent": ("excluded", Outcome.EXCLUDED, ""),
    "fresh first": ("by_name", Outcome.OUTLET, "fresh_grocery"),
    "breakfast by name": ("by_name", Outcome.OUTLET, "breakfast_shop"),
    "canteen by name": ("by_name", Outcome.OUTLET, "elderly_meal"),
    "catch-all by name": ("catch_all", Outcome.OUTLET, "housekeeping"),
    "locker before parcel": ("by_name", Outcome.OUTLET, "smart_locker"),
    "parcel": ("by_name", Outcome.OUTLET, "parcel_service_point"),
    "freight": ("by_name", Outcome.EXCLUDED, ""),
    "warehouse": ("excluded", Outcome.EXCLUDED, ""),
    "market unsure": ("ask", Outcome.OPEN, ""),
    "market sure": ("by_name", Outcome.OUTLET, "wet_market"),
    "milk tea": ("ask", Outcome.OPEN, ""),
    "two types": ("ask", Outcome.OPEN, ""),
    "estate": ("reference", Outcome.REFERENCE, ""),
    "door by code": ("door", Outcome.EXCLUDED, ""),
    "door by name": ("door", Outcome.EXCLUDED, ""),
    "door of a shop": ("ask", Outcome.OPEN, ""),
    "door unmarked": ("door", Outcome.EXCLUDED, ""),
    "parking entrance": ("attached", Outcome.EXCLUDED, ""),
    "restaurant named door": ("direct", Outcome.OUTLET, "breakfast_shop"),
    "cash machine": ("attached", Outcome.EXCLUDED, ""),
    "closed": ("closed", Outcome.EXCLUDED, ""),
    "outside": ("outside", Outcome.EXCLUDED, ""),
    "no rule": ("unclassified", Outcome.OPEN, ""),
    "kindergarten": ("direct", Outcome.OUTLET, "kindergarten"),
    "empty list": ("no_name", Outcome.EXCLUDED, ""),
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Poi, Verdict]]:
    log = FaultLog()
    pois = read_pois([PoiFile(write_amap(tmp_path_factory.mktemp("poi")))], log)
    assert not log.errors
    return list(zip(pois, sort_out(pois, CATALOGUE), strict=True))


@pytest.mark.parametrize("case", ODD)
def test_each_oddity_is_taken_by_its_rule(case: str, rows: list[tuple[Poi, Verdict]]) -> None:
    _, verdict = rows[list(ODD).index(case)]
    rule, outcome, type_id = WANTED.get(case, ("direct", Outcome.OUTLET, "convenience_store"))
    assert (verdict.rule, verdict.outcome, verdict.type_id) == (rule, outcome, type_id)


def test_the_rest_of_the_file(rows: list[tuple[Poi, Verdict]]) -> None:
    pharmacies = [v for p, v in rows if p.poi_id.startswith("P")]
    assert Counter(v.rule for v in pharmacies) == {"direct": 180, "same_id": 1}
    by_id = {p.poi_id: (p, v) for p, v in rows}
    assert by_id["N00001"][1].rule == "no_position"
    turned, verdict = by_id["T00001"]
    assert verdict.rule == "direct"
    assert turned.lon > 100 > turned.lat


def test_every_row_has_one_rule_and_the_counts_add_up(rows: list[tuple[Poi, Verdict]]) -> None:
    assert len(rows) == len(ODD) + 183 >= 200
    counts = Counter(verdict.rule for _, verdict in rows)
    assert set(counts) <= set(RULES_ZH)
    assert sum(counts.values()) == len(rows)


def test_hostile_names_stay_names(rows: list[tuple[Poi, Verdict]]) -> None:
    names = {case: rows[i][0].name for i, case in enumerate(ODD)}
    assert names["newline"] == "两行 名字"
    assert names["emoji"] == "笑脸😀便利店"
    assert len(names["long"]) == 200
    assert rows[list(ODD).index("long")][0].is_cut
    assert names["formula"] == ODD["formula"][0]


def test_a_class_text_without_a_code_is_as_good_as_its_code() -> None:
    for rule in rulebook().rules:
        if rule.source is Source.AMAP and rule.match == "direct" and rule.type_id:
            by_text = sort_out([_poi(Source.AMAP, (), (rule.class_name,))], CATALOGUE)[0]
            by_code = sort_out([_poi(Source.AMAP, (rule.class_id,), ())], CATALOGUE)[0]
            assert (by_text.rule, by_text.type_id) == (by_code.rule, by_code.type_id) == ("direct", rule.type_id)


@pytest.mark.parametrize(
    ("tag", "name", "rule", "type_id"),
    [
        ("医疗;药店", "康复来", "direct", "pharmacy"),
        ("药店", "康复来", "direct", "pharmacy"),
        ("美食;小吃快餐店", "王记包子", "by_name", "breakfast_shop"),
        ("购物;商铺", "小明文印", "catch_all", "photo_print"),
        ("购物;商铺", "小明", "unclassified", ""),
        ("公司企业;公司", "某公司", "outside", ""),
        ("出入口;门", "某小区", "door", ""),
        ("交通设施;停车场", "地下停车场", "reference", ""),
        ("生活服务;公共厕所", "公厕", "excluded", ""),
    ],
)
def test_baidu_tags(tag: str, name: str, rule: str, type_id: str) -> None:
    verdict = sort_out([_poi(Source.BAIDU, (), (tag,), name)], CATALOGUE)[0]
    assert (verdict.rule, verdict.type_id) == (rule, type_id)


def test_the_rules_name_types_of_the_catalogue_and_say_where_they_come_from() -> None:
    for rule in rulebook().rules:
        assert not rule.type_id or rule.type_id in CATALOGUE.types
        assert rule.origin
        assert rule.match in ("exclude", "by_name", "ask", "direct", "reference", "catch_all")


def test_what_a_map_cannot_show() -> None:
    amap, both = unseen_types({Source.AMAP}, CATALOGUE), unseen_types({Source.AMAP, Source.BAIDU}, CATALOGUE)
    assert {"housekeeping", "recycling_point", "elderly_meal", "smart_locker", "front_warehouse"} <= set(amap)
    assert {"elderly_day_care", "breakfast_shop", "fresh_grocery", "photo_print"} <= set(amap)
    assert not {"pharmacy", "convenience_store", "laundry", "supermarket", "wet_market"} & set(amap)
    assert set(both) < set(amap)
    assert "housekeeping" not in both
    assert all(amap.values())


def _poi(source: Source, codes: tuple[str, ...], classes: tuple[str, ...], name: str = "某店") -> Poi:
    return Poi("f.csv", 2, source, "", name, "", codes, classes, 115.98, 36.45, source.datum)
