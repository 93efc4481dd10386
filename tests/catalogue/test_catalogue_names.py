"""Names: everything that the plan and the reference tables call a type resolves to one type."""

import csv
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import catalogue_names
from scenarios.catalogue import load_catalogue
from scenarios.catalogue_names import normal

CATALOGUE = load_catalogue()

PLAN_TERMS = {
    "四（二）": """便利店 综合超市 菜市场 生鲜超市（菜店） 早餐店 美容美发店 洗染店 药店 照相文印店 家政服务点 维修点
        再生资源回收点 快递服务点 智能快件箱 社区公共服务 社区文化站 卫生服务站（诊所） 养老服务中心（日间照料中心）""",
    "四（四）": "特色餐饮 运动健身 保健养生 教育培训 休闲娱乐 老年康护 幼儿托管 打印复印",
    "五（二）": "共享仓",
    "1 湖南": """养老 街角公园 幼儿园 社区诊所 街头游园 文化广场 电动自行车充电设施 大众餐饮 蔬菜零售
        便利店（社区超市） 家政 末端配送（快递柜） 便民维修""",
    "2 光岳": """社区综合超市 菜市场 便利店（生鲜便利店） 餐饮店 理发店 药店 洗衣店 家政店 维修店 综合服务店 前置仓
        再生资源回收点 快递 旅游 维修 小商店 杂货店""",
    "3 和平": """菜市场（生鲜超市） 邮政快递综合服务点（快递公共取送点） 家政预约 社区养老服务中心 新式书店 运动健身房
        教育培训点 旅游服务点 保健养身店 茶艺咖啡馆 社区养老服务 婴幼儿照护服务 助餐 理疗养生 小修小补""",
    "4 广场": "修鞋 缝补",
    "5 八一": "托育 养老 老年康护 特色餐饮 运动健身 新式书店 幼儿托管 连锁便利店",
    "6 御润": "农贸市场 社区诊所 社区养老服务机构 特色餐饮店 鲜花礼品店 宠物服务站 早餐店",
    "7 当代": "生鲜超市（菜店） 社区诊所 医疗服务 茶艺咖啡馆",
    "8 月季里": "大型超市 娱乐健身 餐饮 便民市场 药店",
    "9 齐韩": "农贸市场 集贸市场 前置仓",
    "10 光明": "社区养老服务机构 再生资源回收 美容美发 洗车 宠物服务站",
    "11 端庄": "连锁超市 理发店 洗衣店 家政店 维修店 综合服务店 旅游",
}


@pytest.mark.parametrize(("where", "term"), [(w, t) for w, ts in PLAN_TERMS.items() for t in ts.split()])
def test_every_type_that_the_plan_names_resolves(where: str, term: str) -> None:
    assert CATALOGUE.resolve(term) in CATALOGUE.types


@pytest.mark.parametrize(
    ("text", "type_id"),
    [
        ("pharmacy", "pharmacy"),
        (" Pharmacy ", "pharmacy"),
        ("convenience-store", "convenience_store"),
        ("药店", "pharmacy"),
        ("药 店", "pharmacy"),
        ("生鲜超市（菜店）", "fresh_grocery"),
        ("便利店（生鲜便利店）", "convenience_store"),
        ("餐饮店", "breakfast_shop"),
        ("小吃店", "breakfast_shop"),
        ("餐厅", "specialty_restaurant"),
        ("特色餐饮店", "specialty_restaurant"),
        ("convenience", "convenience_store"),
        ("clinic", "health_station"),
        ("tea_cafe", "cafe"),
        ("restaurant", "breakfast_shop"),
        ("菜市场/农贸市场", "wet_market"),
        ("社区公共服务(政务/党群)", "community_service_complex"),
        ("婴幼儿托育/幼儿托管", "childcare"),
        ("KTV", "leisure"),
        ("ktv", "leisure"),
        ("090601", "pharmacy"),
        ("060200", "convenience_store"),
        ("050118|050100", "specialty_restaurant"),
        ("150900|060200", "convenience_store"),
        ("生活服务;洗衣店;洗衣店", "laundry"),
    ],
)
def test_resolve(text: str, type_id: str) -> None:
    assert CATALOGUE.resolve(text) == type_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "火箭发射站",
        "060411",
        "060415",
        "060400|060411",
        "120302",
        "070000",
        "999999",
        "(参照)幼儿园",
        "(排除)",
        "()",
        "|",
    ],
)
def test_what_is_no_type_is_none(text: str) -> None:
    assert CATALOGUE.resolve(text) is None


def test_no_name_belongs_to_two_types() -> None:
    owner: dict[str, str] = {}
    for t in CATALOGUE.types.values():
        for name in (t.id, t.name_zh, *t.aliases_zh, *t.other_ids):
            assert owner.setdefault(normal(name), t.id) == t.id, name
            assert CATALOGUE.resolve(name) == t.id, name
        assert len({t.name_zh, *t.aliases_zh}) == 1 + len(t.aliases_zh), t.id


def test_amap_codes_name_catalogue_types() -> None:
    text = (Path(catalogue_names.__file__).parent / "data/amap_codes.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len({r["amap_code"] for r in rows}) == len(rows) > 80
    for row in rows:
        expected = row["type_id"] or None
        assert CATALOGUE.resolve(row["amap_code"]) == expected
        assert (expected is None) == (row["match"] == "exclude")
        assert expected is None or expected in CATALOGUE.types


def test_suggestions_name_the_nearest() -> None:
    assert CATALOGUE.suggest("药点")[0] == "药店"
    assert CATALOGUE.suggest("pharmcy")[0] == "pharmacy"
    assert CATALOGUE.suggest("综合超巿", n=1) == ("综合超市",)
    assert len(CATALOGUE.suggest("服务", n=3)) == 3
    assert CATALOGUE.suggest("ΩΩΩΩ") == ()


@given(st.text(max_size=30))
def test_any_text_is_answered(text: str) -> None:
    assert CATALOGUE.resolve(text) in {None, *CATALOGUE.types}
    assert CATALOGUE.suggest(text) == CATALOGUE.suggest(text)


def test_survives_pickling() -> None:
    changed = CATALOGUE.with_overrides({"pharmacy": {"hosts": ["便利店"], "radius_m": 3}}, "情景", "s.toml")
    for catalogue in (CATALOGUE, changed):
        copy = pickle.loads(pickle.dumps(catalogue))
        assert copy == catalogue
        assert copy.resolve("药房") == "pharmacy"
