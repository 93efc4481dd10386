"""``--alternatives`` end to end: run.json, the workbook, the screen, the options; and where refused rooms' types go."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ranking.ranking_towns import OPTIONS, Town, islands, random_town, solved
from support.bundles import make_bundle, make_levels
from support.tasks import batch_here
from typer.testing import CliRunner, Result

from models.solution import Decision
from siting.bundle import OtherPlan, OtherPlans
from siting.cli.app import app
from siting.explain import carried
from siting.outputs.alternatives import alternatives_plain, summary_zh
from siting.outputs.losses import NO_LOSS_ZH, losses_zh
from siting.outputs.workbook import write_workbook
from siting.ranking import rank_sites

SCENARIO = """
[objective]
levels = ["basic_coverage", "cost"]
[limits]
max_sites = 1
[catalogue]
only = ["pharmacy"]
[types.pharmacy]
radius_m = 500
area_m2 = 0
min_catchment = 0
"""


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)


def call(folder: Path, town: Town, *words: str) -> Result:
    scenario = folder / "一处.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    where = ("run", str(town.write(folder / "town")), "--scenario", str(scenario), "--out", str(folder / "out"))
    return CliRunner().invoke(app, [*where, "-q", *words])


def run_json(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "out" / "一处" / "T1" / "run.json").read_text(encoding="utf-8"))


def test_run_json_screen_and_sheet_tell_the_same(tmp_path: Path):
    """Three islands of 100 residents; one room may be used, the dearest costs 1 000 元 more than the cheapest."""
    result = call(tmp_path, islands([10_000, 10_500, 11_000]), "--alternatives", "3", "--within", "5%")
    assert result.exit_code == 0, result.output
    told = run_json(tmp_path)["alternatives"]
    assert (told["asked"], told["within"], told["ended"], told["furthest"]) == (3, 0.05, "none_left", 2)
    (plan,) = told["plans"]
    assert (plan["difference"], plan["proven"], plan["losses"]) == (2, True, {"basic_coverage": 0.0, "cost": 500.0})
    assert [site["site"] for site in plan["enters"]] == ["S1"]
    assert [site["site"] for site in plan["leaves"]] == ["S0"]
    assert plan["hosts"] == {"S1": ["pharmacy"]}
    assert "除下列 1 个以外，5% 以内再没有别的方案（已证明）。" in told["summary_zh"]
    for sentence in (*told["summary_zh"], plan["difference_zh"], plan["losses_zh"]):
        assert sentence in result.stdout
    book = openpyxl.load_workbook(tmp_path / "out" / "一处" / "T1" / "result.xlsx")
    shown = [str(c.value) for row in book["备选方案"].iter_rows() for c in row if c.value is not None]
    assert plan["losses_zh"] == "总投入多 500 元"
    assert f"备选方案 1：{plan['losses_zh']}" in shown
    assert {"S1", "换进", "S0", "换出"} <= set(shown)


def test_the_json_of_the_command_carries_both(tmp_path: Path):
    result = call(tmp_path, islands([10_000, 10_500]), "--alternatives", "1", "--within", "0.05", "--json")
    (circle,) = json.loads(result.stdout)["circles"]
    data = run_json(tmp_path)
    assert circle["alternatives"] == data["alternatives"]
    assert circle["fallbacks"] == data["fallbacks"]
    (site,) = circle["fallbacks"]
    assert (site["site"], site["losses_zh"]) == ("S0", "总投入多 500 元")
    assert site["moves"] == [{"type": "pharmacy", "type_zh": "药店", "to": ["S1"], "to_zh": "S1"}]


def test_nothing_is_looked_for_where_nobody_asks(tmp_path: Path):
    assert call(tmp_path, islands([10_000, 10_000])).exit_code == 0
    assert run_json(tmp_path)["alternatives"] is None
    assert "备选方案" not in openpyxl.load_workbook(tmp_path / "out" / "一处" / "T1" / "result.xlsx").sheetnames


def test_no_other_plan_is_a_proof(tmp_path: Path):
    result = call(tmp_path, islands([10_000, 30_000]), "--alternatives", "2")
    assert "在 1% 以内没有别的方案（已证明）。" in result.stdout


def test_it_is_the_same_twice(tmp_path: Path):
    words = ("--alternatives", "2", "--within", "20%")
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        assert call(folder, islands([10_000, 10_500, 11_000]), *words).exit_code == 0
    first, second = (folder / "out" / "一处" / "T1" / "result.xlsx" for folder in folders)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("--within", "-1%"), "须为不小于 0 的数"),
        (("--within", "150%"), "须在 0 到 100% 之间"),
        (("--within", "一成"), "不是数"),
        (("--alternatives", "-1"), "须为 0 到"),
    ],
)
def test_options_are_checked(tmp_path: Path, words: tuple[str, ...], wanted: str):
    result = call(tmp_path, islands([10_000]), *words)
    assert result.exit_code == 2
    assert wanted in result.stderr


@pytest.mark.parametrize("text", ["2%", "0.02", " 2 ％ "])
def test_a_share_may_be_written_as_planners_do(tmp_path: Path, text: str):
    assert call(tmp_path, islands([10_000]), "--alternatives", "1", "--within", text).exit_code == 0
    assert run_json(tmp_path)["alternatives"]["within"] == 0.02


def other(**changes: Any) -> OtherPlan:
    fields = {
        "difference": 2,
        "services": 0,
        "bound": 4,
        "proven": False,
        "levels": make_levels(),
        "losses": {"missing_types": 0.0, "basic_coverage": 20.0, "equity": -0.5, "cost": -1000.0},
        "kept": ("S1",),
        "enters": ("S3",),
        "leaves": ("S2",),
        "hosts": {"S1": ("laundry",), "S3": ("pharmacy",)},
    }
    return OtherPlan(**(fields | changes))


def told(ended: str, furthest: int, *plans: OtherPlan) -> list[str]:
    others = OtherPlans(3, 0.01, plans, ended, furthest)
    return list(summary_zh(make_bundle(other_plans=others), others))[:-1]


def test_what_is_not_proven_is_not_called_proven():
    assert told("limit", 3) == ["限时之内找到 0 个（要 3 个）；是否还有别的方案，没有证明。"]
    assert told("limit", 2, other()) == [
        "在 1% 以内，任何方案与推荐方案至多相差 2 处点位（已证明）。",
        "限时之内找到 1 个（要 3 个）；是否还有别的方案，没有证明。",
    ]
    assert told("count", 0, other(difference=0, services=1)) == [
        "在 1% 以内，没有一个方案用别的点位（已证明）；下列方案点位相同，只是业态放法不同。"
    ]
    data = alternatives_plain(make_bundle(other_plans=OtherPlans(1, 0.01, (other(),), "count", 4)))
    assert data is not None
    assert data["plans"][0]["difference_zh"] == ("与前面各方案至少相差 2 处点位（至多 4 处，更大的没有找到也没有排除）")


def test_losses_in_words():
    levels = make_levels()
    assert losses_zh(levels, other().losses) == (
        "基本保障类新增覆盖少 20 人次；最薄弱居民可达基本业态数（平均）多 0.500 类；总投入少 1,000 元"
    )
    assert losses_zh(levels, {"cost": 0.2}) == NO_LOSS_ZH


def test_the_sheet_survives_every_kind_of_plan(tmp_path: Path):
    plans = (other(), other(difference=0, services=2, enters=(), leaves=(), proven=True, bound=2))
    write_workbook(make_bundle(other_plans=OtherPlans(2, 0.01, plans, "count", 4)), tmp_path / "b.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["备选方案"]
    shown = [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]
    assert any("点位相同，换了 2 项业态（再大没有了，已证明）" in text for text in shown)


@pytest.mark.parametrize("seed", range(6))
def test_a_refused_rooms_types_go_where_the_substitute_plan_puts_them(seed: int, tmp_path: Path):
    """The moves, replayed on the plan, give the services of the sites that are said to step in."""
    built = random_town(seed).build(tmp_path / "T1", ("basic_coverage", "cost"), "limits.max_sites=3")
    solution = solved(built)
    assert isinstance(solution.decision, Decision)
    i, here = built.instance, carried(built, solution.decision)
    ranks = rank_sites(built, solution, OPTIONS)
    assert ranks
    for rank in ranks:
        j = i.site_ids.index(rank.site_id)
        assert [move.type_id for move in rank.moves] == [i.type_ids[k] for k in range(i.n_type) if here[j, k]]
        for move in rank.moves:
            k = i.type_ids.index(move.type_id)
            assert rank.site_id not in move.to
            assert not any(here[i.site_ids.index(place), k] for place in move.to)
            assert all(i.eligible[i.site_ids.index(place), k] for place in move.to)
            stays = {s for p, s in enumerate(i.site_ids) if here[p].any()} - {rank.site_id, *rank.steps_out}
            assert set(move.to) <= set(rank.steps_in) | stays


def test_a_type_that_nobody_else_can_take_is_lost(tmp_path: Path):
    built = islands([10_000, 20_000]).build(tmp_path / "T1", ("basic_coverage", "cost"))
    ranks = rank_sites(built, solved(built), OPTIONS)
    assert sorted((rank.site_id, *(move.to for move in rank.moves)) for rank in ranks) == [("S0", ()), ("S1", ())]
