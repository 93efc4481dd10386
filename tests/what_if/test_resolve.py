import json
import re

import pytest

from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultError
from scenarios.layers import Layer, load_scenario_file, parse_set
from scenarios.resolve import DEFAULT_LABEL, leaf_keys, resolve
from scenarios.schema import Scenario

CONTRACT = """
[budget]      # 元
capital_cny = 3_000_000
subsidy_cny_year = 200_000
[objective]
levels = ["missing_types", "basic_coverage", "equity", "quality_coverage", "cost"]
[limits]
max_sites = 8
max_outlets = 20
[coverage_floor]        # share of residents that must be in reach, by type
pharmacy = 0.9
[lock]
in = ["S012:pharmacy", "S020"]
out = ["S007"]
[walking]
adult_m_s = 1.2
elderly_m_s = 0.8
[catalogue]
only = ["pharmacy", "laundry"]      # leave out the other types
[types.pharmacy]        # any catalogue field of one type
radius_m = 400
area_m2 = 0
min_catchment = 0
[solver]
name = "highs"          # highs | cpsat | cbc | any PuLP solver
time_limit_s = 60
mip_gap = 0.0001
"""
PHASES = "[phases]\n2025 = 1_500_000\n2026 = 1_500_000\n"


def layer(data, source="文件 a.toml", file="a.toml"):
    return Layer(data, source, file)


def faults(*layers, **options):
    with pytest.raises(FaultError) as caught:
        resolve(layers, **options)
    return caught.value.faults


def test_no_layer_gives_the_defaults_and_says_so():
    resolved = resolve([])
    assert resolved.scenario == Scenario()
    assert set(resolved.origin.values()) == {DEFAULT_LABEL}
    assert resolved.scenario.objective.levels == (
        "missing_types",
        "basic_coverage",
        "equity",
        "public_coverage",
        "quality_coverage",
        "cost",
    )
    assert not resolved.scenario.hosts.new
    assert resolved.scenario.budget.capital_cny is None


def test_the_contracts_example_loads_as_it_stands(tmp_path):
    path = tmp_path / "example.toml"
    path.write_text(CONTRACT, encoding="utf-8")
    resolved = resolve([load_scenario_file(path)], "example")
    scenario = resolved.scenario
    assert scenario.budget.capital_cny == 3_000_000
    assert scenario.lock.in_ == ("S012:pharmacy", "S020")
    assert scenario.lock.out == ("S007",)
    assert scenario.coverage_floor == {"pharmacy": 0.9}
    assert scenario.types == {"pharmacy": {"radius_m": 400, "area_m2": 0, "min_catchment": 0}}
    assert scenario.catalogue.only == ("pharmacy", "laundry")
    assert (scenario.limits.max_sites, scenario.limits.max_outlets) == (8, 20)
    assert resolved.origin["lock.in"] == "文件 example.toml"
    assert resolved.origin["types.pharmacy.area_m2"] == "文件 example.toml"
    assert resolved.origin["hosts.new"] == DEFAULT_LABEL
    assert resolved.as_dict()["lock"] == {"in": ["S012:pharmacy", "S020"], "out": ["S007"]}


def test_phases_are_years_with_a_budget_each(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(CONTRACT + PHASES, encoding="utf-8")
    resolved = resolve([load_scenario_file(path)])
    assert resolved.scenario.phases == {"2025": 1_500_000, "2026": 1_500_000}
    assert (resolved.scenario.phasing.carry_over, resolved.scenario.phasing.later_year_worth) == (True, 0.9)
    assert resolved.origin["phases.2026"] == "文件 p.toml"
    assert resolved.as_dict()["phases"] == {"2025": 1_500_000, "2026": 1_500_000}
    assert resolve([layer({"phases": {}})]).scenario.phases == {}


def test_a_later_layer_takes_a_year_away():
    first, then = layer({"phases": {"2025": 1, "2026": 2}}), layer({"phases": {"2025": "none", "2027": 3}})
    assert resolve([first, then]).scenario.phases == {"2026": 2, "2027": 3}


@pytest.mark.parametrize(
    ("phases", "column", "value", "rule"),
    [
        ({"25": 1}, "phases.25", "25", "年度应为四位年份"),
        ({"二〇二五": 1}, "phases.二〇二五", "二〇二五", "年度应为四位年份"),
        ({"2025": -1}, "phases.2025", "-1", "不得小于 0"),
        ({"2025": "many"}, "phases.2025", "many", "应为数字"),
        (5, "phases", "5", "应为一张表"),
    ],
)
def test_a_bad_year_is_told(phases, column, value, rule):
    (fault,) = faults(layer({"phases": phases}))
    assert (fault.code, fault.column, fault.value) == ("bad-value", column, value)
    assert fault.rule.startswith(rule)


def test_a_committed_type_may_be_written_in_chinese():
    data = {"lock": {"in": ["S1:药店@2025", "S2：健身房＠2026", "S3:pharmacy @ 2027", "S4"]}}
    resolved = resolve([layer(data)], catalogue=Names())
    assert resolved.scenario.lock.in_ == ("S1:pharmacy@2025", "S2:gym@2026", "S3:pharmacy@2027", "S4")


def test_later_layers_win_and_every_leaf_knows_its_layer():
    resolved = resolve(
        [
            layer({"budget": {"capital_cny": 1, "subsidy_cny_year": 2}}, "场景 base"),
            layer({"budget": {"capital_cny": 3}, "coverage_floor": {"pharmacy": 0.5}}, "场景 x"),
            layer({"coverage_floor": {"laundry": 0.4}, "limits": {"max_sites": 3}}, "circle.toml"),
            parse_set("limits.max_sites=4"),
        ],
        "x",
    )
    assert resolved.name == "x"
    assert resolved.scenario.budget.capital_cny == 3
    assert resolved.scenario.limits.max_sites == 4
    assert resolved.scenario.coverage_floor == {"pharmacy": 0.5, "laundry": 0.4}
    told = {key: source for key, source in resolved.origin.items() if source != DEFAULT_LABEL}
    assert told == {
        "budget.capital_cny": "场景 x",
        "budget.subsidy_cny_year": "场景 base",
        "limits.max_sites": "--set",
        "coverage_floor.pharmacy": "场景 x",
        "coverage_floor.laundry": "circle.toml",
    }


def test_lists_are_replaced_whole_and_tables_of_types_merge_deep():
    resolved = resolve(
        [
            layer({"lock": {"in": ["A", "B"]}, "types": {"gym": {"area_m2": 1, "hosts": ["a"]}}}, "一"),
            layer({"lock": {"in": ["C"]}, "types": {"gym": {"area_m2": {"value": 2}}}}, "二"),
        ]
    )
    assert resolved.scenario.lock.in_ == ("C",)
    assert resolved.scenario.types == {"gym": {"area_m2": {"value": 2}, "hosts": ["a"]}}
    assert resolved.origin["types.gym.area_m2.value"] == "二"
    assert resolved.origin["types.gym.hosts"] == "一"
    assert "types.gym.area_m2" not in resolved.origin


def test_a_value_may_become_a_table_and_a_table_a_value():
    value, table = layer({"types": {"gym": {"a": 1}}}, "值"), layer({"types": {"gym": {"a": {"b": 2}}}}, "表")
    empty = layer({"types": {"gym": {"a": {}}}}, "空表")
    for layers, told in (
        ([value, table], {"types.gym.a.b": "表"}),
        ([table, value], {"types.gym.a": "值"}),
        ([value, empty], {"types.gym.a": "空表"}),
        ([table, empty], {"types.gym.a.b": "表"}),
        ([table, value, empty], {"types.gym.a": "空表"}),
    ):
        origin = resolve(layers).origin
        assert {k: v for k, v in origin.items() if v != DEFAULT_LABEL} == told


def test_none_unsets_a_limit_and_takes_a_type_away():
    base = layer(
        {"budget": {"capital_cny": 5}, "coverage_floor": {"gym": 0.5}, "objective": {"weights": {"gym": 2}}}, "一"
    )
    sets = [parse_set(t) for t in ("budget.capital_cny=none", "coverage_floor.gym=不限", "objective.weights.gym=None")]
    resolved = resolve([base, *sets])
    assert resolved.scenario.budget.capital_cny is None
    assert resolved.scenario.coverage_floor == {}
    assert resolved.scenario.objective.weights == {}
    assert {resolved.origin[k] for k in ("budget.capital_cny", "coverage_floor", "objective.weights")} == {"--set"}
    assert [f.code for f in faults(parse_set("walking.adult_m_s=none"))] == ["bad-value"]
    assert [f.code for f in faults(layer({"walking": {"adult_m_s": None}, "types": None}))] == ["bad-value"] * 2


def test_origin_and_plain_data_have_the_same_leaves_in_the_same_order():
    resolved = resolve([layer({"types": {"a": {"x": 1}}, "coverage_floor": {"b": 1.0}})])
    assert list(resolved.origin) == leaf_keys(resolved.as_dict())
    assert json.loads(json.dumps(resolved.as_dict())) == resolved.as_dict()
    assert list(resolved.as_dict()) == list(Scenario.model_fields)
    assert '"a.b"' in leaf_keys({"a.b": 1})


def test_the_plain_data_resolves_to_the_same_scenario():
    first = resolve(
        [layer({"lock": {"in": ["S1"]}, "sites": {"forbidden_kinds": ["地下室"]}, "limits": {"max_sites": 0}})]
    )
    again = resolve([layer(first.as_dict())])
    assert again.scenario == first.scenario
    assert str(first.scenario.sites.forbidden_kinds[0]) == "basement"


@pytest.mark.parametrize(
    ("data", "column", "nearest"),
    [
        ({"budgets": {"capital_cny": 1}}, "budgets", "budget"),
        ({"budget": {"capital": 1}}, "budget.capital", "budget.capital_cny"),
        ({"capital_cny": 1}, "capital_cny", "budget.capital_cny"),
        ({"objective": {"max_sites": 1}}, "objective.max_sites", "limits.max_sites"),
        ({"lock": {"in_": ["a"]}}, "lock.in_", "lock.in"),
        ({"limits": {"sites": 1}}, "limits.sites", "limits.max_sites"),
        ({"solver": {"timelimit": 1}}, "solver.timelimit", "solver.time_limit_s"),
        ({"walking": {"adult": 1}}, "walking.adult", "walking.adult_m_s"),
    ],
)
def test_an_unknown_key_names_the_nearest(data, column, nearest):
    (fault,) = faults(layer(data, file="我的.toml"))
    assert (fault.code, fault.file, fault.column) == ("unknown-key", "我的.toml", column)
    assert f"最接近的是“{nearest}”" in fault.rule
    assert "可用的键" in fault.remedy


@pytest.mark.parametrize(
    ("data", "column", "value", "rule"),
    [
        ({"budget": {"capital_cny": "3 万"}}, "budget.capital_cny", "3 万", "应为数字"),
        ({"budget": {"capital_cny": True}}, "budget.capital_cny", "True", "应为数字"),
        ({"budget": {"capital_cny": -1}}, "budget.capital_cny", "-1", "不得小于 0"),
        ({"budget": {"capital_cny": float("inf")}}, "budget.capital_cny", "inf", "应为有限的数"),
        ({"budget": {"capital_cny": float("nan")}}, "budget.capital_cny", "nan", "应为有限的数"),
        ({"budget": {"lease_years": 2.5}}, "budget.lease_years", "2.5", "应为整数"),
        ({"budget": {"lease_years": 0}}, "budget.lease_years", "0", "必须大于 0"),
        ({"budget": {"include_rent": "yes"}}, "budget.include_rent", "yes", "应为 true 或 false"),
        ({"budget": {"discount_rate": 3}}, "budget.discount_rate", "3", "不得大于 1"),
        ({"budget": 3}, "budget", "3", "应为一张表"),
        ({"coverage_floor": {"pharmacy": 90}}, "coverage_floor.pharmacy", "90", "不得大于 1"),
        ({"coverage_floor": 0.9}, "coverage_floor", "0.9", "应为一张表"),
        ({"types": {"pharmacy": 3}}, "types.pharmacy", "3", "应为一张表"),
        ({"sites": {"withdrawn_share": 1}}, "sites.withdrawn_share", "1", "必须小于 1"),
        (
            {"sites": {"forbidden_kinds": ["车库"]}},
            "sites.forbidden_kinds",
            "车库",
            "第 1 项只能取 vacant_room（闲置房屋）",
        ),
        ({"objective": {"levels": ["cost", "price"]}}, "objective.levels", "price", "第 2 项只能取 missing_types、"),
        ({"objective": {"levels": "cost"}}, "objective.levels", "cost", "应为列表"),
        ({"objective": {"levels": []}}, "objective.levels", "[]", "不得为空列表"),
        ({"objective": {"levels": ["cost", "cost"]}}, "objective.levels", "['cost', 'cost']", "目标层级不得重复：cost"),
        ({"objective": {"weights": {"gym": -1}}}, "objective.weights.gym", "-1", "不得小于 0"),
        ({"lock": {"out": [7]}}, "lock.out", "7", "第 1 项应为文字"),
        ({"lock": {"out": [""]}}, "lock.out", "", "第 1 项不得为空文字"),
        ({"solver": {"name": 1}}, "solver.name", "1", "应为文字"),
    ],
)
def test_a_bad_value_is_told_in_chinese(data, column, value, rule):
    (fault,) = faults(layer(data))
    assert (fault.code, fault.file, fault.column, fault.value) == ("bad-value", "a.toml", column, value)
    assert fault.rule.startswith(rule)
    assert re.search("[\u4e00-\u9fff]", fault.rule)
    assert "nput" not in fault.rule


def test_all_faults_of_all_layers_come_at_once_even_hidden_ones():
    found = faults(
        layer({"budget": {"capital_cny": "x", "capitl": 1}, "phases": {"25": 1}}, file="一.toml"),
        layer({"budget": {"capital_cny": 3}, "limits": {"max_sites": -1}}, file="二.toml"),
        parse_set("foo.bar=1"),
    )
    assert [(f.file, f.code) for f in found] == [
        ("一.toml", "bad-value"),
        ("一.toml", "unknown-key"),
        ("一.toml", "bad-value"),
        ("二.toml", "bad-value"),
        ("--set", "unknown-key"),
    ]


class Names:
    """A catalogue of two types."""

    def resolve(self, text):
        return {"pharmacy": "pharmacy", "药店": "pharmacy", "gym": "gym", "健身房": "gym"}.get(text)

    def suggest(self, text):
        return ("药店",) if "药" in text else ()


def test_types_may_be_written_in_chinese_and_layers_still_meet():
    resolved = resolve(
        [
            layer({"coverage_floor": {"pharmacy": 0.5}, "catalogue": {"only": ["药店", "gym"]}}, "一"),
            layer({"coverage_floor": {"药店": 0.9}, "objective": {"weights": {"健身房": 2}}}, "二"),
            layer({"lock": {"in": ["S1:药店", "S2", "A：3：健身房"]}, "types": {"药店": {"area_m2": 1}}}, "三"),
        ],
        catalogue=Names(),
    )
    assert resolved.scenario.coverage_floor == {"pharmacy": 0.9}
    assert resolved.origin["coverage_floor.pharmacy"] == "二"
    assert resolved.scenario.catalogue.only == ("pharmacy", "gym")
    assert resolved.scenario.objective.weights == {"gym": 2}
    assert resolved.scenario.lock.in_ == ("S1:pharmacy", "S2", "A:3:gym")
    assert resolved.scenario.types == {"pharmacy": {"area_m2": 1}}


def test_unknown_types_name_the_nearest_and_doubles_are_refused():
    data = {
        "coverage_floor": {"药铺": 0.5, "pharmacy": 0.5, "药店": 0.6},
        "catalogue": {"only": ["zzz"]},
        "lock": {"out": ["S1:药铺"]},
    }
    found = faults(layer(data), catalogue=Names())
    assert [(f.code, f.column, f.value) for f in found] == [
        ("unknown-type", "coverage_floor.药铺", "药铺"),
        ("duplicate-type", "coverage_floor.药店", "药店"),
        ("unknown-type", "catalogue.only", "zzz"),
        ("unknown-type", "lock.out", "药铺"),
    ]
    assert "药店" in found[0].rule
    assert "业态目录" in found[2].rule


def test_wrong_shapes_do_not_break_the_search_for_types():
    data = {
        "coverage_floor": 1,
        "objective": {"weights": []},
        "catalogue": {"only": 3},
        "lock": {"in": [3]},
        "types": 1,
    }
    assert {f.code for f in faults(layer(data), catalogue=Names())} == {"bad-value"}


def test_the_real_catalogue_serves_as_names():
    resolved = resolve([layer({"coverage_floor": {"药店": 0.9}})], catalogue=load_catalogue())
    assert resolved.scenario.coverage_floor == {"pharmacy": 0.9}
    (fault,) = faults(layer({"coverage_floor": {"pharmcy": 0.9}}), catalogue=load_catalogue())
    assert fault.code == "unknown-type"
    assert "最接近的是" in fault.rule
