"""An infeasible scenario names the rule that blocks it."""

from __future__ import annotations

import pytest
from ranking.ranking_towns import OPTIONS, islands, solved

from models.solution import Termination
from siting.diagnose import diagnose

ALONE = "只要放宽“{}”这一项，就有可行方案"
FLOOR = "coverage_floor.pharmacy=1.0"
CASES = {
    "budget": ((FLOOR, "budget.capital_cny=20000"), ("投资预算 20,000 元", "覆盖底线")),
    "sites": ((FLOOR, "limits.max_sites=1"), ("点位数不超过 1", "覆盖底线")),
    "outlets": ((FLOOR, "limits.max_outlets=1"), ("新设网点数不超过 1", "覆盖底线")),
    "lock in": (('lock.in=["S0"]', "limits.max_sites=0"), ("点位数不超过 0", "锁定选用")),
}


@pytest.mark.parametrize("name", CASES)
def test_each_rule_that_blocks_alone_is_named(name, tmp_path):
    sets, named = CASES[name]
    built = islands([10_000, 20_000]).build(tmp_path / "T1", ("basic_coverage", "cost"), *sets)
    assert solved(built).termination is Termination.INFEASIBLE
    assert diagnose(built, OPTIONS) == tuple(ALONE.format(rule) for rule in named)


def test_a_floor_out_of_reach_names_the_homes(tmp_path):
    town = islands([10_000, 20_000])
    town.metres[1, 1] = 501
    built = town.build(tmp_path / "T1", ("basic_coverage",), FLOOR)
    told = diagnose(built, OPTIONS)
    name = built.kinds[0].name_zh
    assert told == (
        f"{name}的覆盖底线 100% 达不到：用上全部合规点位也只到 50.0%，没有点位能覆盖的居民点是 D1",
        ALONE.format("覆盖底线"),
    )


def test_a_site_locked_out_is_named(tmp_path):
    built = islands([10_000, 20_000]).build(tmp_path / "T1", ("cost",), FLOOR, 'lock.out=["S1"]')
    told = diagnose(built, OPTIONS)
    assert "只到 50.0%" in told[0]
    assert told[1:] == (ALONE.format("覆盖底线"), ALONE.format("锁定排除"))


def test_two_rules_together(tmp_path):
    sets = (FLOOR, 'lock.in=["S0"]', "limits.max_sites=0", "budget.capital_cny=1")
    built = islands([10_000, 20_000]).build(tmp_path / "T1", ("cost",), *sets)
    assert diagnose(built, OPTIONS) == ("单独放宽任何一项都不够，须同时放宽两项以上（预算、数量上限、覆盖底线、锁定）",)
