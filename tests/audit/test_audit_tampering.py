"""An honest run passes; one changed figure is refused, in the line that names it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from audit_town import Change, Run, drop, line, put, tampered, write_town

from scenarios.faults import FaultError
from siting.audit import audit_run


def plus(amount: float) -> Callable[[float], float]:
    return lambda value: value + amount


def both(*changes: Change) -> Change:
    def change(run: Run) -> None:
        for one in changes:
            one(run)

    return change


def level(n: int, **values: Any) -> Change:
    return both(*(put("levels", n, key, to=value) for key, value in values.items()))


def setting(*keys: str, to: Any) -> Change:
    return put("scenario", "values", *keys, to=to)


def moved(type_id: str, site: str) -> Change:
    """The pick of a type put at another site, wherever the plan has it."""

    def change(run: Run) -> None:
        next(pick for pick in run["picks"] if pick["type"] == type_id)["site"] = site

    return change


def test_an_honest_run_passes(town_run: Path) -> None:
    report = audit_run(town_run)
    assert report.ok
    assert all(text.startswith("通过 ") for text in report.lines_zh)
    assert len(report.lines_zh) > 25


TAMPERINGS: list[tuple[Change, str, str]] = [
    (put("picks", 0, "cost", to=plus(1)), "费用", "投入复算为"),
    (put("picks", 1, "own_cost", to=plus(-5)), "费用", "装修与设备复算为"),
    (put("totals", "cost_cny", to=plus(0.6)), "费用", "相加为"),
    (put("totals", "cost_cny", to=plus(0.6)), "合计", "总投入"),
    (put("totals", "budget_cny", to=0.0), "合计", "计入投资额度"),
    (put("picks", 2, "area_m2", to=1.0), "面积", "面积复算为 800 ㎡，结果记为 1 ㎡"),
    (put("picks", 0, "residents_newly_covered", to=plus(1)), "各点位新增覆盖", "复算为 7,500 人，结果记为 7,501 人"),
    (drop("picks", 1), "方案条目", ""),
    (drop("picks", 1), "目标“补齐缺失网点", "复算为 11，结果记为 12"),
    (drop("picks", 1), "result.xlsx", "表有 14 行，run.json 有 13 行"),
    (drop("picks", 1), "result.gpkg", "图层有 14 行，run.json 有 13 行"),
    (drop("picks", 1), "序号与点位排序", "连续编号"),
    (lambda run: run["picks"].append(run["picks"][0]), "方案条目", "列了不止一次"),
    (put("picks", 0, "site", to="S999"), "方案条目", "S999 不在候选点表里"),
    (put("picks", 0, "type", to="casino"), "方案条目", "业态 casino"),
    (moved("car_wash", "S4"), "点位规则", "S4 洗车店：需 120 ㎡"),
    (put("served", 0, "residents", to=plus(3)), "受益居民点", "受益居民"),
    (put("served", 0, "walk_after_m", to=plus(1)), "受益居民点", "建设后步行"),
    (put("served", 0, "walk_before_m", to=12.0), "受益居民点", "建设前步行"),
    (drop("served", 0), "受益居民点", "清单里没有"),
    (lambda run: run["served"].append(run["served"][0]), "受益居民点", "重复"),
    (put("served", 0, "site_id", to="S3"), "受益居民点", "由 S3 提供"),
    (put("served", 0, "demand_id", to="D99"), "受益居民点", "D99"),
    (put("served", 0, "residents_by_segment", "elderly", to=plus(1)), "受益居民点", "受益老年人"),
    (put("picks", 0, "residents_by_segment", to={"elderly": 9.0}), "各点位新增覆盖", "就近受益的"),
    (put("gaps", "residents", to=plus(1)), "缺口", "居民总数复算为 7,500 人，结果记为 7,501 人"),
    (put("gaps", "basic_complete_share", to=1.0), "缺口", "齐备率复算为"),
    (put("gaps", "rows", 0, "sitable", to=False), "缺口", "与目录不一致"),
    (put("gaps", "rows", 0, "reach_by_segment", "elderly", "in_reach", to=plus(1)), "缺口", "可达老年人"),
    (put("gaps", "rows", 0, "outlets", to=7), "缺口", "现有网点复算为"),
    (put("gaps", "rows", 1, "required", to=7), "缺口", "应设网点复算为"),
    (put("gaps", "rows", 1, "residents_in_reach", to=7.0), "缺口", "可达居民复算为"),
    (drop("gaps", "rows", 2), "缺口", "缺口表缺少业态"),
    (level(0, incumbent=11.0), "目标“补齐缺失网点", "复算为 12，结果记为 11"),
    (level(1, incumbent=plus(1.0)), "目标“基本保障类新增覆盖”", "复算为 47,100，结果记为 47,101"),
    (level(2, incumbent=9.01), "目标“最薄弱居民", "复算为 9，结果记为 9.01"),
    (level(3, incumbent=0.0), "目标“公共服务新增覆盖”", "复算为 4,250"),
    (level(4, incumbent=1.0), "目标“品质提升类新增覆盖”", "复算为 0，结果记为 1"),
    (level(5, incumbent=plus(-1.0)), "目标“总投入”", "当前解复算为"),
    (level(1, bound=plus(-100.0)), "界与间隙", "差于当前解"),
    (level(5, bound=plus(100.0)), "界与间隙", "差于当前解"),
    (level(1, mip_gap=0.5), "界与间隙", "间隙复算为 0，结果记为 0.5"),
    (level(4, bound=10.0, mip_gap=0.0), "界与间隙", "间隙复算为 无穷，结果记为 0"),
    (level(1, bound=47_600.0, mip_gap=500 / 47_100), "求解状态", "记为最优，但间隙"),
    (level(1, bound=None, mip_gap=None), "求解状态", "间隙 不可计 大于要求的 0.0100%"),
    (level(1, status="feasible"), "求解状态", "结果记为最优，但 basic_coverage 未证明"),
    (level(1, status="infeasible"), "求解状态", "infeasible"),
    (put("status", to="feasible"), "求解状态", "各层级都已证明"),
    (put("exit_code", to=5), "求解状态", "退出码 5"),
    (drop("levels", 2), "目标层级", "equity"),
    (level(5, sense="max"), "目标层级", "cost 的方向"),
    (put("totals", "residents_newly_covered", to=plus(1)), "合计", "新增覆盖居民"),
    (put("totals", "residents_with_more", to=plus(-1)), "合计", "受益居民"),
    (put("totals", "missing_types_filled", to=13), "合计", "补齐网点"),
    (put("totals", "missing_types_total", to=13), "合计", "缺少网点"),
    (put("totals", "sites_used", to=2), "合计", "启用点位"),
    (put("totals", "outlets_opened", to=2), "合计", "新设网点"),
    (put("totals", "addons", to=2), "合计", "搭载服务"),
    (put("totals", "basic_complete_share_before", to=0.5), "合计", "齐备率（前）"),
    (put("totals", "basic_complete_share_after", to=0.5), "合计", "齐备率（后）"),
    (put("ranking", 0, "cost_cny", to=plus(1)), "序号与点位排序", "排序表投入"),
    (put("ranking", 0, "type_ids", to=["laundry"]), "序号与点位排序", "排序表记的业态"),
    (drop("ranking", 0), "序号与点位排序", "排序的点位是"),
    (put("simulated", to=True), "生活圈与示意标记", "不是示意布局"),
    (put("circle", "id", to="C01"), "生活圈与示意标记", "结果记为 C01"),
    (setting("budget", "capital_cny", to=2_000_000.0), "投资额度", "上限为 2,000,000 元"),
    (setting("budget", "lease_years", to=5), "费用", "投入复算为"),
    (setting("budget", "subsidy_cny_year", to=12_000.0), "年补贴额度", "年补贴复算为 15,000 元"),
    (setting("limits", "max_sites", to=2), "点位与网点数上限", "启用点位 3 个，上限为 2 个"),
    (setting("limits", "max_outlets", to=8), "点位与网点数上限", "新设网点 9 个"),
    (setting("lock", "in", to=["S7"]), "锁定", "“S7”锁定选用"),
    (setting("lock", "in", to=["S1:laundry"]), "锁定", "“S1:laundry”锁定选用"),
    (setting("lock", "out", to=["S1:pharmacy"]), "锁定", "“S1:pharmacy”锁定排除"),
    (setting("lock", "out", to=["S1"]), "锁定", "“S1”锁定排除"),
    (setting("lock", "out", to=["S88"]), "锁定", "不存在"),
    (setting("coverage_floor", to={"elderly_meal": 1.0, "childcare": 0.0}), "覆盖率下限", ""),
    (setting("coverage_floor", to={"childcare": 0.5}), "覆盖率下限", "可达 0 人，要求不少于 180 人"),
    (setting("hosts", "new", to=False), "一店多能", "新设网点搭载"),
    (setting("hosts", "existing", to=False), "一店多能", "现有网点搭载"),
    (setting("hosts", "spare_share", to=0.0), "面积", "O2 各业态共需"),
    (setting("sites", "forbidden_kinds", to=["mixed_use_parcel"]), "点位规则", "情景不使用复合利用地块"),
    (setting("sites", "withdrawn_share", to=0.9), "点位规则", "已撤回"),
    (setting("catalogue", "only", to=["pharmacy"]), "方案条目", "不在本次求解的业态目录里"),
    (setting("types", to={"pharmacy": {"area_m2": 81}}), "面积", "药店面积复算为 81 ㎡"),
    (setting("objective", "weights", to={"pharmacy": 2.0, "breakfast_shop": 3.0}), "目标“基本保障类", "复算为 62,100"),
    (setting("objective", "missing_weights", to={"pharmacy": 2.5}), "目标“补齐缺失网点", "复算为 15"),
]


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize(("change", "name", "fragment"), TAMPERINGS)
def test_a_changed_figure_is_refused_in_its_line(town_run: Path, change: Change, name: str, fragment: str) -> None:
    report = audit_run(tampered(town_run, change))
    if fragment:
        assert not report.ok
        assert line(report, name).startswith("不符 ")
        assert fragment in line(report, name)
    else:
        assert line(report, name).startswith("通过 "), "what the change does not touch holds"


def test_an_input_changed_after_the_run(town_run: Path, tmp_path: Path) -> None:
    run = with_own_town(town_run, tmp_path)
    assert audit_run(run).ok
    with (tmp_path / "town" / "costs.csv").open("a", encoding="utf-8") as file:
        file.write("S5,breakfast_shop,1\n")
    report = audit_run(run)
    assert not report.ok
    assert "costs.csv 在求解之后变过" in line(report, "输入文件")
    assert report.lines_zh[-1].startswith("未查 其余各项")


def test_an_input_added_or_taken_away(town_run: Path, tmp_path: Path) -> None:
    run = with_own_town(town_run, tmp_path)
    (tmp_path / "town" / "catalogue.toml").write_text("[pharmacy]\narea_m2 = 10\n", "utf-8")
    assert "catalogue.toml 是求解之后添进" in line(audit_run(run), "没有求解之后添加")
    (tmp_path / "town" / "catalogue.toml").unlink()
    (tmp_path / "town" / "distances.csv").unlink()
    assert "distances.csv 不在数据文件夹里" in line(audit_run(run), "输入文件")


def test_an_input_outside_the_workspace_is_not_read(town_run: Path) -> None:
    for path in ("/etc/hostname", "../whole/run.json"):
        report = audit_run(tampered(town_run, put("inputs", 0, "path", to=path)))
        assert "不在数据文件夹里" in line(report, "输入文件")


def test_a_workspace_that_moved(town_run: Path, tmp_path: Path) -> None:
    run = with_own_town(town_run, tmp_path)
    (tmp_path / "town").rename(tmp_path / "elsewhere")
    with pytest.raises(FaultError) as caught:
        audit_run(run)
    assert [fault.code for fault in caught.value.faults] == ["workspace-missing"]
    assert "../../town" in str(caught.value)


def with_own_town(town_run: Path, folder: Path) -> Path:
    """A copy of the run and of its workspace, in the same places to each other."""
    write_town(folder / "town")
    return Path(shutil.copytree(town_run, folder / "runs" / "whole"))


@pytest.mark.parametrize("name", ["result.xlsx", "result.gpkg"])
def test_a_folder_that_is_not_whole(town_run: Path, name: str) -> None:
    run = tampered(town_run, lambda run: None)
    (run / name).write_bytes(b"PK\x03\x04 not quite")
    assert line(audit_run(run), name).startswith("不符 ")
    (run / name).unlink()
    assert f"缺少 {name}" in line(audit_run(run), "结果文件夹完整")


def test_a_workbook_of_another_plan(town_run: Path) -> None:
    run = tampered(town_run, lambda run: None)
    picks = json.loads((run / "run.json").read_text(encoding="utf-8"))["picks"]
    costs = [pick["cost"] for pick in picks]
    row, cost = next(
        (n, pick["cost"])
        for n, pick in enumerate(picks, start=1)
        if costs.count(pick["cost"]) == 1 and pick["cost"] != pick["own_cost"]
    )
    book = openpyxl.load_workbook(run / "result.xlsx")
    cells = [cell for line_ in book["选址方案"].iter_rows() for cell in line_]
    [cell] = [cell for cell in cells if cell.value == pytest.approx(cost, abs=1e-6)]
    cell.value = 1
    book.save(run / "result.xlsx")
    assert f"第 {row} 行投入 1 元，run.json 是 {cost:,.0f} 元" in line(audit_run(run), "result.xlsx")


def test_a_map_of_another_plan(town_run: Path) -> None:
    report = audit_run(tampered(town_run, put("picks", 1, "site", to="S5")))
    assert line(report, "result.gpkg").startswith("不符 ")
