"""The parameter table 参数与来源: complete, labelled, readable."""

from scenarios.business_type import BusinessType, SiteKind, SiteRules
from scenarios.catalogue import FIELD_LABELS_ZH, load_catalogue
from scenarios.parameters import site_rules_zh, value_text_zh
from scenarios.sourced import Standing

CATALOGUE = load_catalogue()


def test_every_field_has_a_label() -> None:
    assert list(FIELD_LABELS_ZH) == list(BusinessType.model_fields)
    assert len(set(FIELD_LABELS_ZH.values())) == len(FIELD_LABELS_ZH)


def test_rows_unpack_and_follow_the_catalogue() -> None:
    rows = list(CATALOGUE.parameters())
    for type_id, field, value, source, standing in rows:
        sourced = getattr(CATALOGUE.types[type_id], field)
        assert (sourced.value, sourced.source, sourced.standing) == (value, source, standing)
    assert list(dict.fromkeys(r.type_id for r in rows)) == list(CATALOGUE.types)
    assert all(r.value_zh and r.label_zh for r in rows)


def test_an_override_shows_as_a_user_value() -> None:
    changed = CATALOGUE.with_overrides({"gym": {"area_m2": 250.5}}, "本圈目录", "catalogue.toml")
    (row,) = [r for r in changed.parameters() if r.standing is Standing.USER]
    assert (row.type_id, row.field, row.value_zh, row.source) == ("gym", "area_m2", "250.5", "本圈目录")


def test_values_read_in_chinese() -> None:
    assert value_text_zh(True) == "是"
    assert value_text_zh(800.0) == "800"
    assert value_text_zh(62.5) == "62.5"
    assert value_text_zh(1890000.0) == "1890000"
    assert value_text_zh(123456.5) == "123456.5"
    assert value_text_zh(("cafe", "gym")) == "cafe、gym"
    assert value_text_zh(()) == "无"


def test_site_rules_read_in_chinese() -> None:
    rules = SiteRules(
        allowed_kinds=(SiteKind.VACANT_ROOM,),
        forbidden_kinds=(SiteKind.BASEMENT,),
        basement_allowed=False,
        ground_floor_only=True,
        max_floor=3,
        min_floor=-1,
        elevator_above_floor=1,
        needs_flue=True,
        needs_street_front=True,
        check_on_site=("须征得业主同意",),
    )
    assert site_rules_zh(rules) == (
        "只能用闲置房屋",
        "不得用地下室",
        "不得设在地下室",
        "须在首层",
        "不高于3层",
        "不低于地下1层",
        "首层以上须有电梯",
        "须有专用烟道",
        "须临街",
        "现场核查：须征得业主同意",
    )
    assert site_rules_zh(SiteRules()) == ()
