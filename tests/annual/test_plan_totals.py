"""The plan's sums, indicators and scope, against a recount of run.json by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.plan_towns import data_of, plan_of, solve

from scenarios.faults import FaultError
from siting.annual.projects import Project
from siting.annual.record import read_plan_runs

Runs = dict[str, Path]


def test_one_project_for_each_pick(town_runs: Runs):
    picks = data_of(town_runs["T1"])["picks"]
    plan = plan_of(town_runs["T1"])
    assert [(p.site_id, p.type_id) for p in plan.projects] == [(p["site"], p["type"]) for p in picks]
    for project, pick in zip(plan.projects, picks, strict=True):
        assert project.cost.total_cny == pytest.approx(pick["cost"])
        assert project.cost.own_cny == pytest.approx(pick["own_cost"])
        assert project.newly == pick["residents_newly_covered"]
        assert project.year == 2025
        assert project.responsible_zh == pick["responsible_zh"]
    assert len({p.code for p in plan.projects}) == len(picks)


def test_sums_equal_a_recount(town_runs: Runs):
    data = [data_of(run) for run in town_runs.values()]
    plan = plan_of(*town_runs.values())
    picks = [pick for run in data for pick in run["picks"]]
    total = plan.total
    assert total.projects == len(picks)
    assert total.total_cny == pytest.approx(sum(run["totals"]["cost_cny"] for run in data))
    assert total.newly == sum(pick["residents_newly_covered"] for pick in picks)
    assert total.area_m2 == pytest.approx(sum(pick["area_m2"] for pick in picks))
    assert total.staff == sum(pick["staff"] for pick in picks if not pick["host"])
    assert total.equipment_cny == pytest.approx(sum(pick["parts"].get("equipment", 0) for pick in picks))
    assert total.rent_cny == pytest.approx(sum(pick["parts"].get("rent", 0) for pick in picks))
    for heading, rows in plan.groups():
        assert sum(row.projects for row in rows) == total.projects, heading
        assert sum(row.total_cny for row in rows) == pytest.approx(total.total_cny), heading
        assert sum(row.newly for row in rows) == pytest.approx(total.newly), heading


def test_sums_by_group(town_runs: Runs):
    groups = dict(plan_of(*town_runs.values()).groups())
    costs = {name: data_of(run)["totals"]["cost_cny"] for name, run in town_runs.items()}
    by_district = {row.label_zh: row.total_cny for row in groups["按区"]}
    assert by_district == {"甲区": pytest.approx(costs["T1"] + costs["T3"]), "乙区": pytest.approx(costs["T2"])}
    assert [row.label_zh for row in groups["按生活圈"]] == ["试验街（T1）", "模拟街（T2）", "搭载街（T3）"]
    assert {row.label_zh for row in groups["按年度"]} == {"2025年"}


def test_indicators(town_runs: Runs):
    data = data_of(town_runs["T1"])
    found = {item.id: item for item in plan_of(town_runs["T1"]).indicators}
    new = len(data["picks"])
    assert (found["outlets"].before, found["outlets"].after) == (2, 2 + new)
    assert (found["jobs"].before, found["jobs"].after) == (6, 6 + sum(p["staff"] for p in data["picks"]))
    assert found["investment"].after == pytest.approx(data["totals"]["cost_cny"] / 1e4)
    basic = [row for row in data["gaps"]["rows"] if row["tier"] == "basic"]
    everyone = sum(row["residents"] for row in basic)
    before = sum(row["residents_in_reach"] for row in basic)
    gained = sum(s["residents"] for s in data["served"] if s["type_id"] in {row["type_id"] for row in basic})
    assert found["reach"].before == pytest.approx(before / everyone)
    assert found["reach"].after == pytest.approx((before + gained) / everyone)
    assert (found["complete"].before, found["complete"].after) == (pytest.approx(2 / 6), pytest.approx(1))
    assert (found["chain"].before, found["chain"].after) == (0.5, pytest.approx(1 / (2 + new)))
    assert found["chain"].after_high == pytest.approx((1 + new) / (2 + new))
    assert "未定" in found["chain"].definition_zh
    assert found["satisfaction"].after is None
    assert all(item.definition_zh for item in found.values())


@pytest.mark.parametrize(
    ("circles", "district", "name", "scope"),
    [
        (["T1"], "", "试验街", "试验街一刻钟便民生活圈"),
        (["T1", "T3"], "", "甲区", "甲区 2 个"),
        (["T1", "T2", "T3"], "甲区", "甲区", "甲区 2 个"),
        (["T1", "T2", "T3"], "", "全市", "全市 2 个区、3 个"),
    ],
)
def test_scope(town_runs: Runs, circles: list[str], district: str, name: str, scope: str):
    plan = plan_of(*(town_runs[c] for c in circles), district=district)
    assert plan.name_zh == name
    assert plan.scope_zh.startswith(scope)
    assert {p.district for p in plan.projects} == (
        {district} if district else {data_of(town_runs[c])["circle"]["district"] for c in circles}
    )


def test_a_folder_of_runs(town_runs: Runs):
    folder = town_runs["T1"].parent
    assert [run.circle.id for run in read_plan_runs([str(folder)])] == ["T1", "T2", "T3"]


def test_year(town_runs: Runs):
    assert plan_of(town_runs["T1"], year=2027).years == (2027,)


def test_an_add_on_is_one_store_many_services(town_runs: Runs):
    hosted = [p for p in plan_of(town_runs["T3"]).projects if p.host]
    assert hosted
    for project in hosted:
        assert project.mode_zh == "一店多能"
        assert "搭载" in project.content_zh
        assert project.staff == 0
        assert project.cost.total_cny == project.cost.own_cny
    with_host = [p for p in hosted if p.site_id.startswith("S")]
    assert with_host
    for project in with_host:
        host = next(
            p for p in plan_of(town_runs["T3"]).projects if (p.site_id, p.type_id) == (project.site_id, project.host)
        )
        assert (project.start, project.finish) == (host.start, host.finish)


def test_reasons_come_from_the_ranking(town_runs: Runs):
    ranked, unranked = plan_of(town_runs["T1"]), plan_of(town_runs["T2"])
    by_site = {rank["site_id"]: rank for rank in data_of(town_runs["T1"])["ranking"]}
    for project in ranked.projects:
        assert f"（第 {by_site[project.site_id]['rank']} 位）" in project.reason_zh
        assert "新增覆盖" in project.reason_zh
    assert all("位）" not in p.reason_zh for p in unranked.projects)


def test_permit_counts_all_works_in_a_room(town_runs: Runs):
    """S1 is renovated as a whole (600 ㎡): its works together decide, not each outlet's."""
    data = data_of(town_runs["T1"])
    works: dict[str, float] = {}
    for pick in data["picks"]:
        works[pick["site"]] = works.get(pick["site"], 0) + pick["parts"]["fitout"] + pick["parts"]["renovation"]
    project: Project = next(p for p in plan_of(town_runs["T1"]).projects if p.site_id == "S1")
    assert f"同址装修工程 {works['S1'] / 1e4:,.2f} 万元" in project.permit.reason_zh
    assert "面积 600 ㎡" in project.permit.reason_zh


def test_left_out_names_what_stays_short(town_runs: Runs):
    data = data_of(town_runs["T2"])
    placed = [p["type"] for p in data["picks"]]
    short = [r["name_zh"] for r in data["gaps"]["rows"] if r["missing_outlets"] > placed.count(r["type_id"])]
    told = [line.what_zh for line in plan_of(town_runs["T2"]).left_out]
    assert short
    assert all(any(text.startswith(name) for text in told) for name in short)


def test_every_fault_of_the_folders_at_once(town_runs: Runs, tmp_path: Path):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{", "utf-8")
    with pytest.raises(FaultError) as caught:
        read_plan_runs([str(tmp_path / "broken"), str(tmp_path / "none"), str(town_runs["T1"])])
    assert {fault.code for fault in caught.value.faults} >= {"not-json", "no-run"}


def test_one_run_for_each_circle(town_runs: Runs, tmp_path: Path):
    import shutil

    copy = shutil.copytree(town_runs["T1"], tmp_path / "again")
    with pytest.raises(FaultError, match="同一生活圈"):
        read_plan_runs([str(town_runs["T1"]), str(copy)])
    assert len(read_plan_runs([str(town_runs["T1"]), str(town_runs["T1"])])) == 1


def test_unknown_district(town_runs: Runs):
    with pytest.raises(FaultError, match="甲区"):
        read_plan_runs([str(town_runs["T1"])], "丙区")


def test_years_cost_what_the_run_by_years_spends(town_runs: Runs, tmp_path: Path):
    """A room is paid when its first work opens there, so each year's sum is that year's spending."""
    town = town_runs["T1"].parent.parent / "T1"
    sets = ("phases={2025=500_000, 2026=500_000, 2027=900_000}", "budget.capital_cny=none", "limits.max_sites=2")
    run = solve(town, tmp_path / "run", *sets)
    spent = {phase["year"]: phase["spent_cny"] for phase in data_of(run)["phases"]}
    plan = plan_of(run)
    rooms = {(p.site_id, p.year) for p in plan.projects}
    assert len(rooms) > len({site for site, _ in rooms}), "the case has a room that opens twice"
    assert {y: sum(p.cost.total_cny for p in plan.of_year(y)) for y in spent} == pytest.approx(spent)
    assert plan.total.total_cny == pytest.approx(data_of(run)["totals"]["cost_cny"])
