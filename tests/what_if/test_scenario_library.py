import itertools
import re
import tomllib
from pathlib import Path

import pytest

from scenarios import library
from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultError
from scenarios.library import layers_for, load_named, named_scenarios
from scenarios.resolve import DEFAULT_LABEL, resolve

FOLDER = Path(library.__file__).parent / "data" / "scenarios"
NAMES = {
    "base",
    "capacity",
    "tight_budget",
    "elderly_first",
    "no_basement",
    "one_store_many_services",
    "strict_walk",
    "sites_withdrawn",
    "three_years",
}


def faults(text):
    with pytest.raises(FaultError) as caught:
        layers_for(text)
    return caught.value.faults


def resolved(text):
    name, layers = layers_for(text)
    return resolve(layers, name)


def test_the_library_is_named_and_described_in_chinese():
    assert set(named_scenarios()) == NAMES
    assert next(iter(named_scenarios())) == "base"
    for title, description in named_scenarios().values():
        assert re.search("[\u4e00-\u9fff]", title)
        assert len(description) > 15


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_named_scenario_resolves_over_base(name):
    scenario = resolved(name)
    assert scenario.name == name
    assert set(scenario.origin.values()) <= {DEFAULT_LABEL, "场景 base", f"场景 {name}"}
    assert f"场景 {name}" in scenario.origin.values()
    assert scenario.scenario.budget.capital_cny is not None or scenario.scenario.phases


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_override_has_its_reason_and_the_file_its_own_name(name):
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["name"] == name
    lines = text.split("[", 1)[1].splitlines()
    for above, line in itertools.pairwise(lines):
        if re.match(r"\w+ = ", line):
            assert above.startswith("# "), line


def test_what_the_named_scenarios_set():
    assert resolved("base").scenario.budget.capital_cny == 3_000_000
    assert resolved("base").scenario.budget.subsidy_cny_year == 200_000
    assert resolved("base").scenario.limits.max_sites is None
    assert not resolved("base").scenario.hosts.new
    assert not resolved("base").scenario.hosts.existing
    assert resolved("tight_budget").scenario.budget.capital_cny == 1_000_000
    elderly = resolved("elderly_first").scenario.objective
    assert elderly.levels[:2] == ("missing_types", "public_coverage")
    assert elderly.weights["elderly_day_care"] > 1
    assert resolved("no_basement").as_dict()["sites"]["forbidden_kinds"] == ["basement"]
    assert resolved("one_store_many_services").scenario.hosts.new
    assert resolved("one_store_many_services").scenario.hosts.existing
    assert resolved("strict_walk").scenario.walking.adult_m_s == 1.0
    assert resolved("strict_walk").scenario.walking.elderly_m_s == 0.6
    assert resolved("sites_withdrawn").scenario.sites.withdrawn_share == 0.25


def test_names_combine_in_order_over_one_base():
    name, layers = layers_for("tight_budget + elderly_first")
    assert name == "tight_budget+elderly_first"
    assert [layer.source for layer in layers] == ["场景 base", "场景 tight_budget", "场景 elderly_first"]
    assert [layer.source for layer in layers_for("base+no_basement")[1]] == ["场景 base", "场景 no_basement"]
    assert load_named("tight_budget") == layers[1]


def test_a_file_stands_by_itself_and_combines_with_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my.toml").write_text("[limits]\nmax_sites = 5\n")
    Path("a+b.toml").write_text("[limits]\nmax_sites = 6\n")
    Path("named.toml").write_text('name = "方案一"\n', encoding="utf-8")
    alone = resolved("my.toml")
    assert alone.name == "my"
    assert alone.scenario.budget.capital_cny is None
    assert alone.scenario.limits.max_sites == 5
    assert resolved(str(tmp_path / "my.toml")).scenario == alone.scenario
    assert resolved("a+b.toml").scenario.limits.max_sites == 6
    assert layers_for("named.toml")[0] == "方案一"
    both = resolved("my.toml+tight_budget")
    assert both.name == "my+tight_budget"
    assert [layer.source for layer in layers_for("my.toml+no_basement")[1]][:2] == ["场景 base", "文件 my.toml"]
    assert both.scenario.budget.capital_cny == 1_000_000
    assert both.origin["limits.max_sites"] == "文件 my.toml"
    assert both.origin["budget.subsidy_cny_year"] == "场景 tight_budget"


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("tight_buget", "tight_budget"), ("elderly", "elderly_first"), ("适老优先", "elderly_first"), ("BASE", "")],
)
def test_an_unknown_scenario_names_the_nearest_and_lists_all(text, nearest):
    (fault,) = faults(text)
    assert (fault.code, fault.value) == ("unknown-scenario", text)
    assert f"“{nearest}”" in fault.rule or not nearest
    assert all(name in fault.remedy for name in NAMES)


def test_all_unknown_parts_are_told_at_once():
    assert [f.value for f in faults("x+base+y")] == ["x", "y"]
    assert [f.code for f in faults("x+nowhere.toml")] == ["unknown-scenario", "file-not-found"]
    assert [f.code for f in faults("")] == ["unknown-scenario"]
    with pytest.raises(FaultError, match="没有这个场景"):
        load_named("tight")


def test_types_named_by_the_library_are_in_the_catalogue():
    for name in NAMES:
        _, layers = layers_for(name)
        resolve(layers, name, load_catalogue())
