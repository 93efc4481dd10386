"""An infeasible scenario says what collides, what would be enough, who is out of reach, and the nearest scenario."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ranking.ranking_towns import OPTIONS, islands, solved
from scipy import sparse

from models.relaxation import Alone, relax
from models.solution import SolveOptions, Termination
from siting.diagnose import Names, diagnose, explain_infeasible
from siting.diagnose.diagnosis import diagnosed, round_up
from siting.formulation import Built

FLOOR = "coverage_floor.pharmacy=1.0"
FLOOR_ZH = "药店覆盖底线 100%（须 200 人可达）"


def clash(*demands: str) -> str:
    return f"这 {len(demands)} 项互相冲突（已证明；去掉其中任何一项，其余各项就不再冲突）：{'；'.join(demands)}"


def only(demand: str, answer: str) -> str:
    return f"只改“{demand}”一项：{answer}（已证明）"


def nearest(*changes: str) -> str:
    return f"最近的可行情景改 {len(changes)} 项（已证明不能更少，改动幅度已证明最小）：{'；'.join(changes)}"


HALF = only(FLOOR_ZH, "最高能做到 50%（100 人可达）")
CASES = {
    "budget": (
        (FLOOR, "budget.capital_cny=20000"),
        (
            clash("投资预算 20,000 元", FLOOR_ZH),
            only("投资预算 20,000 元", "最少要 40,000 元"),
            HALF,
            nearest("药店覆盖底线由 100% 降到 50%"),
        ),
    ),
    "sites": (
        (FLOOR, "limits.max_sites=1"),
        (
            clash("启用点位至多 1 个", FLOOR_ZH),
            only("启用点位至多 1 个", "最少要 2 个"),
            HALF,
            nearest("药店覆盖底线由 100% 降到 50%"),
        ),
    ),
    "outlets": (
        (FLOOR, "limits.max_outlets=1"),
        (
            clash("新设网点至多 1 个", FLOOR_ZH),
            only("新设网点至多 1 个", "最少要 2 个"),
            HALF,
            nearest("药店覆盖底线由 100% 降到 50%"),
        ),
    ),
    "subsidy": (
        ("coverage_floor.pharmacy=0.5", "budget.subsidy_cny_year=900", "types.pharmacy.subsidy_cny_year=1000"),
        (
            clash("年度补贴预算 900 元", "药店覆盖底线 50%（须 100 人可达）"),
            only("年度补贴预算 900 元", "最少要 1,000 元"),
            only("药店覆盖底线 50%（须 100 人可达）", "最高能做到 0%（0 人可达）"),
            nearest("年度补贴预算由 900 元 提高到 1,000 元"),
        ),
    ),
    "lock in": (
        ('lock.in=["S0"]', "budget.capital_cny=12000"),
        (
            clash("投资预算 12,000 元", "锁定选用 S0"),
            only("投资预算 12,000 元", "最少要 15,000 元"),
            "只要撤销“锁定选用 S0”，就有可行方案",
            nearest("投资预算由 12,000 元 提高到 15,000 元"),
        ),
    ),
    "a pair": (
        ('lock.in=["S0:pharmacy"]', "limits.max_outlets=0"),
        (
            clash("新设网点至多 0 个", "锁定选用 S0（药店）"),
            only("新设网点至多 0 个", "最少要 1 个"),
            "只要撤销“锁定选用 S0（药店）”，就有可行方案",
            nearest("新设网点至多由 0 个 提高到 1 个"),
        ),
    ),
    "lock out": (
        ("coverage_floor.pharmacy=0.6", 'lock.out=["S1"]'),
        (
            "药店的覆盖底线 60% 达不到：用上全部合规点位也只到 50%，没有点位能覆盖的居民点是 D1（100 人）",
            clash("药店覆盖底线 60%（须 120 人可达）", "锁定排除 S1"),
            only("药店覆盖底线 60%（须 120 人可达）", "最高能做到 50%（100 人可达）"),
            "只要撤销“锁定排除 S1”，就有可行方案",
            nearest("药店覆盖底线由 60% 降到 50%"),
        ),
    ),
    "two at once": (
        ('lock.in=["S0"]', "limits.max_sites=0", "budget.capital_cny=1"),
        (
            clash("启用点位至多 0 个", "锁定选用 S0"),
            "此外，这几项也冲突（已证明）：投资预算 1 元；锁定选用 S0",
            "只改“启用点位至多 0 个”一项不够：另外还有冲突（已证明）",
            "只要撤销“锁定选用 S0”，就有可行方案",
            nearest("撤销锁定选用 S0"),
        ),
    ),
}


def town(tmp_path, *sets: str, levels: tuple[str, ...] = ("basic_coverage", "cost")) -> Built:
    """Two rooms, 15 000 and 25 000 元, each with 100 residents who reach no other."""
    return islands([10_000, 20_000]).build(tmp_path / "T1", levels, *sets)


@pytest.mark.parametrize("name", CASES)
def test_what_is_said(name, tmp_path):
    sets, wanted = CASES[name]
    built = town(tmp_path, *sets)
    assert solved(built).termination is Termination.INFEASIBLE
    assert diagnose(built, OPTIONS) == wanted


def test_homes_out_of_reach_are_named_with_their_residents(tmp_path):
    circle = islands([10_000, 20_000])
    circle.metres[1, 1] = 501
    built = circle.build(tmp_path / "T1", ("basic_coverage",), FLOOR)
    assert diagnose(built, OPTIONS) == (
        "药店的覆盖底线 100% 达不到：用上全部合规点位也只到 50%，没有点位能覆盖的居民点是 D1（100 人）",
        f"单是这一项就做不到（已证明）：{FLOOR_ZH}",
        nearest("药店覆盖底线由 100% 降到 50%"),
    )


def test_two_conflicts_are_both_told(tmp_path):
    sets = ("limits.max_sites=0", 'lock.in=["S0"]', "coverage_floor.pharmacy=0.5", "limits.max_outlets=0")
    told = diagnose(town(tmp_path, *sets), OPTIONS)
    assert any(sentence.startswith("此外，这几项也冲突（已证明）：") for sentence in told)
    assert told[-1].startswith("最近的可行情景改 2 项")


def test_a_locked_room_that_can_host_nothing_says_why(tmp_path):
    built = town(tmp_path, 'lock.in=["S0"]', "types.pharmacy.area_m2=101")
    told = diagnose(built, OPTIONS)
    assert told[0] == "单是这一项就做不到（已证明）：锁定选用 S0"
    assert told[1].startswith("S0 没有一种业态合规：")
    assert "101" in told[1]


def test_rooms_in_reach_without_enough_custom_are_told_apart(tmp_path):
    """Every home has a room in reach, but an outlet there has 100 residents and needs 101."""
    told = diagnose(town(tmp_path, "types.pharmacy.min_catchment=101", FLOOR), OPTIONS)
    assert told[0] == f"单是这一项就做不到（已证明）：{FLOOR_ZH}"
    assert told[1] == "药店：够得着的合规点位有，但受面积、间距、客源或服务能力所限，放不下那么多"


def test_beyond_help_is_said(tmp_path):
    """A walking level asks that everybody is served; one home is too far from every room."""
    built = town(tmp_path, "budget.capital_cny=100000", levels=("walking",))
    near = sparse.csr_array(([100.0, 3000.0], ([0, 0], [0, 1])), shape=(2, 2))
    built = replace(built, instance=replace(built.instance, walk_m=(near,)))
    assert solved(built).termination is Termination.INFEASIBLE
    told = diagnose(built, OPTIONS)
    assert told[0] == "药店：居民点 D1（100 人）步行到不了任何网点或合规点位"
    assert told[1].startswith("去掉情景的全部要求（预算、数量上限、覆盖底线、锁定）仍然没有方案（已证明）")
    assert len(told) == 2
    assert explain_infeasible(built, OPTIONS).plain()["nearest"] is None


def test_no_time_is_said_and_nothing_is_claimed(tmp_path):
    built = town(tmp_path, FLOOR, "budget.capital_cny=20000")
    found = explain_infeasible(built, replace(OPTIONS, time_limit_s=0.0))
    assert not found.relaxation.complete or found.relaxation.irreducible
    if not found.relaxation.complete:
        assert not any("已证明不能更少，改动幅度已证明最小" in sentence for sentence in found.reasons_zh)


def test_it_says_the_same_twice_and_with_another_solver(tmp_path):
    built = town(tmp_path, FLOOR, "budget.capital_cny=20000")
    assert diagnose(built, OPTIONS) == diagnose(built, OPTIONS)
    other = diagnose(built, SolveOptions(solver="cpsat", mip_gap=1e-9, time_limit_s=20))
    assert other[:-1] == diagnose(built, OPTIONS)[:-1]


@pytest.mark.parametrize(
    ("cny", "up"),
    [(0, 0), (0.2, 1), (999.5, 1000), (9999, 9999), (10_001, 10_010), (1_234_567.8, 1_235_000), (1_235_000, 1_235_000)],
)
def test_money_is_rounded_up_to_four_figures(cny, up):
    assert round_up(cny) == up


def test_what_was_cut_short_is_said_to_be_unproven(tmp_path):
    """The words for answers that time did not allow, over a relaxation written by hand."""
    built = town(tmp_path, FLOOR, "budget.capital_cny=20000")
    found = relax(built.instance, built.rules, OPTIONS)
    assert found.nearest is not None
    money, floor = found.conflict
    short = replace(
        found,
        irreducible=False,
        complete=False,
        alone=(Alone(money, True, 40_000.0, 35_000.0), Alone(floor, None)),
        nearest=replace(found.nearest, fewest=False, total_bound=0.0),
    )
    told = diagnosed(built, short, Names.ids(built)).reasons_zh
    assert told == (
        f"这 2 项互相冲突（已证明；其中也许还有不相干的，限时之内未查清）：投资预算 20,000 元；{FLOOR_ZH}",
        "只改“投资预算 20,000 元”一项：最少要 40,000 元（界为 35,000 元，未证明到底）",
        f"只改“{FLOOR_ZH}”一项够不够：限时之内没有判明",
        "最近的可行情景改 1 项（未证明最少，改动幅度未证明最小）：药店覆盖底线由 100% 降到 50%",
    )
    nothing = replace(short, conflict=(), alone=(), nearest=None)
    assert diagnosed(built, nothing, Names.ids(built)).reasons_zh == ("限时之内没有查明原因，可加大 --time-limit 再试",)


def test_years_are_told_as_so_much_more_a_year(tmp_path):
    sets = ('lock.in=["S0:pharmacy@2026"]', "phases.2025=1000", "phases.2026=8000")
    told = diagnose(town(tmp_path, *sets), OPTIONS)
    assert told == (
        clash("各年预算合计 9,000 元", "锁定选用 S0（药店，2026 年）"),
        only("各年预算合计 9,000 元", "最少要 15,000 元（每年各加 3,000 元）"),
        "只要撤销“锁定选用 S0（药店，2026 年）”，就有可行方案",
        nearest("各年预算合计由 9,000 元 提高到 15,000 元（每年各加 3,000 元）"),
    )
