import re
import tomllib
from pathlib import Path

import pytest

from scenarios import circles as circles_module
from scenarios.business_type import BusinessType
from scenarios.catalogue import load_catalogue
from scenarios.circles import PilotCircle, find_circle, load_circles
from scenarios.faults import FaultError

PLAN = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "plan_2024_23.txt"
NAMES = [
    "湖南社区",
    "光岳社区",
    "和平社区",
    "广场社区",
    "八一社区",
    "御润财富城",
    "当代购物中心",
    "月季里",
    "齐韩",
    "光明",
    "端庄社区",
]
MISSING = {
    "C01": set(),
    "C02": {"front_warehouse", "recycling_point"},
    "C03": {"wet_market", "photo_print", "parcel_service_point", "recycling_point"},
    "C04": {"repair_point", "sewing_shoe_repair"},
    "C05": set(),
    "C06": set(),
    "C07": {"wet_market", "elderly_day_care", "health_station"},
    "C08": set(),
    "C09": set(),
    "C10": {"elderly_day_care", "specialty_restaurant", "bookstore", "gym", "flower_gift", "cafe", "pet_service"},
    "C11": set(),
}
FIGURES = {  # area km2, population, households, estates, as the plan gives them (None: it does not)
    "C01": (None, None, None, None),
    "C02": (0.5, None, 3600, None),
    "C03": (0.9, 14000, 4358, None),
    "C04": (0.5, 9400, None, None),
    "C05": (None, None, None, 9),
    "C06": (3, 30000, None, None),
    "C07": (3, 30000, None, None),
    "C08": (None, 25000, None, None),
    "C09": (2.5, 22000, None, None),
    "C10": (2.5, 15000, None, None),
    "C11": (2.2, 11200, None, 5),
}
ids = {"argvalues": load_circles(), "ids": [c.id for c in load_circles()]}


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_eleven_circles_stand_in_the_plans_order():
    assert [c.id for c in load_circles()] == [f"C{n:02d}" for n in range(1, 12)]
    assert [c.name for c in load_circles()] == NAMES
    districts = ["东昌府区"] * 5 + ["开发区"] * 2 + ["高新区"] + ["茌平区"] * 2 + ["度假区"]
    assert [c.district for c in load_circles()] == districts


@pytest.mark.parametrize("circle", **ids)
def test_missing_types_are_those_of_the_sub_plan(circle: PilotCircle):
    assert set(circle.facts.type_ids("missing")) == MISSING[circle.id]


@pytest.mark.parametrize("circle", **ids)
def test_figures_are_the_plans_or_marked_as_inferred(circle: PilotCircle):
    fields = ("area_km2", "population", "households", "estates")
    for field, given in zip(fields, FIGURES[circle.id], strict=True):
        value = getattr(circle.facts, field)
        if given is not None:
            assert value == given
            assert field in circle.facts.quotes
            assert field not in circle.facts.inferred_fields
        elif value is not None:
            assert field in circle.facts.inferred_fields
            assert field not in circle.facts.quotes
    assert circle.facts.area_km2
    assert circle.facts.population
    assert circle.facts.inferences or not circle.facts.inferred_fields


@pytest.mark.parametrize("circle", **ids)
def test_every_statement_has_its_ground(circle: PilotCircle):
    for statement in circle.facts.statements:
        assert statement.quote
        assert statement.note
        word = re.match("原文作“(.+?)”", statement.note)
        assert word is None or word[1] in statement.quote
        assert word or statement.inferred
    assert set(circle.facts.boundary_roads) <= {"north", "south", "east", "west"}
    assert set(circle.facts.inferred_fields) <= set(type(circle.facts).model_fields)


def test_only_the_clinic_of_c07_is_both_present_and_missing():
    both = {
        (c.id, t) for c in load_circles() for t in c.facts.type_ids("present") if t in set(c.facts.type_ids("missing"))
    }
    assert both == {("C07", "health_station")}
    (contradiction,) = find_circle("C07").facts.contradictions
    assert contradiction.type_id == "health_station"
    assert "药店、社区诊所、邮政" in contradiction.quotes[0]
    assert "增加社区诊所及医疗服务" in contradiction.quotes[1]
    assert [c.id for c in load_circles() if c.facts.contradictions] == ["C07"]


def test_a_market_is_missing_in_c07_because_c06_lists_it():
    here, beside = find_circle("C07").facts, find_circle("C06").facts
    assert set(beside.type_ids("present")) - set(here.type_ids("present")) == {"wet_market", "elderly_day_care"}
    assert all(s.inferred for s in here.statements if s.says == "missing" and s.type_id == "wet_market")


def test_breakfast_by_restaurant_and_the_general_store_are_told():
    for circle_id in ("C02", "C03", "C11"):
        facts = find_circle(circle_id).facts
        breakfast = [s for s in facts.statements if (s.type_id, s.says) == ("breakfast_shop", "present")]
        assert [s.inferred for s in breakfast] == [True]
        assert "餐饮店" in breakfast[0].note
        assert any("综合服务店" in text for text in facts.inferences)


@pytest.mark.parametrize(
    ("text", "circle_id"),
    [
        ("C10", "C10"),
        ("c10", "C10"),
        (" Ｃ１０ ", "C10"),
        ("光明", "C10"),
        ("光明社区", "C10"),
        ("茌平区光明一刻钟便民生活圈", "C10"),
        ("聊城市度假区湖西街道端庄社区", "C11"),
        ("御润", "C06"),
        ("购物中心", "C07"),
    ],
)
def test_a_circle_is_found(text, circle_id):
    assert find_circle(text).id == circle_id


@pytest.mark.parametrize(
    ("text", "named", "unnamed"),
    [
        ("光", "C02 光岳社区、C10 光明", "C01"),
        ("社区", "C01 湖南社区、C02", "C10"),
        ("和乎社区", "C03 和平社区", "C10"),
        ("东昌府区", "C01 湖南社区、C02 光岳社区", "C12"),
        ("光明_2025", "C10 光明", "C12"),
        ("", "C11 端庄社区", "C12"),
    ],
)
def test_an_ambiguous_or_unknown_circle_lists_the_candidates(text, named, unnamed):
    with pytest.raises(FaultError) as caught:
        find_circle(text)
    (fault,) = caught.value.faults
    assert fault.code == "unknown-circle"
    assert named in fault.remedy
    assert unnamed not in fault.remedy


def test_facts_survive_a_round_trip_through_plain_data():
    for circle in load_circles():
        plain = circle.facts.model_dump(mode="json")
        assert type(circle.facts).model_validate(plain) == circle.facts


def test_type_ids_are_well_formed_and_known_to_the_catalogue():
    used = {s.type_id for c in load_circles() for s in c.facts.statements}
    pattern = next(m.pattern for m in BusinessType.model_fields["id"].metadata if hasattr(m, "pattern"))
    assert all(re.fullmatch(pattern, type_id) for type_id in used)
    assert used <= set(load_catalogue().types)


def plan_text() -> str:
    if not PLAN.is_file():
        pytest.skip("the shared copy of the plan is not beside the checkout: quotes not compared")
    return squeeze(PLAN.read_text(encoding="utf-8"))


@pytest.mark.shared
@pytest.mark.parametrize("circle", **ids)
def test_every_quote_stands_in_the_circles_own_sub_plan(circle: PilotCircle):
    text = plan_text()
    number = int(circle.id[1:])
    start = re.search(rf"{number}\.[^。]{{0,14}}一刻钟便民生活圈建设子方案", text[text.index("附件聊城市城市") :])
    assert start
    sub_plan = text[text.index("附件聊城市城市") :][start.start() :]
    end = re.search(rf"{number + 1}\.[^。]{{0,14}}一刻钟便民生活圈建设子方案", sub_plan)
    sub_plan = sub_plan[: end.start()] if end else sub_plan
    quotes = [*circle.facts.quotes.values(), *(s.quote for s in circle.facts.statements)]
    quotes += [quote for contradiction in circle.facts.contradictions for quote in contradiction.quotes]
    assert quotes
    assert [quote for quote in quotes if squeeze(quote) not in sub_plan] == []


def test_the_data_files_hold_no_unknown_tables():
    folder = Path(circles_module.__file__).parent / "data" / "circles"
    for path in folder.glob("*.toml"):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        assert path.stem == data["id"]
        assert set(data) <= {"id", "name", "district", "street_office", "plan"}
