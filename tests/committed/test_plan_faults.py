"""Every fault that a plan can have when it is read back, with file, sheet, row, column, value, rule and remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from support.plan_towns import Desk, solve, workspace_of, write_town

from scenarios.catalogue import load_catalogue
from scenarios.faults import Fault, FaultError
from siting.committed.commit import commit
from siting.inputs import read_workspace
from siting.prepare import RunRequest, prepare

REFUSED = {("S4", "pharmacy"): "调查表“允许业态”未列药店"}
TOTAL, FITOUT = "投资额：合计（万元）", "投资额：装修（万元）"


def faults_of(home: Path, plan: Path) -> list[Fault]:
    with pytest.raises(FaultError) as caught:
        commit(plan, workspace_of(home / "town"), load_catalogue(), lambda: REFUSED)
    return list(caught.value.faults)


def _set(column: str, value: object, row: int = 0) -> Callable[[Desk], None]:
    def edit(desk: Desk) -> None:
        desk.at(desk.rows()[row], column).value = value

    return edit


def _code_twice(desk: Desk) -> None:
    desk.at(desk.rows()[1], "项目编码").value = desk.at(desk.rows()[0], "项目编码").value


def _same_pair(desk: Desk) -> None:
    desk.at(desk.row_of("S1", "早餐店"), "业态").value = "家政服务点"


def _half_struck(desk: Desk) -> None:
    desk.strike(desk.rows()[0], "项目名称")


def _disagree(desk: Desk) -> None:
    row = desk.rows()[0]
    desk.at(row, TOTAL).value += 1
    desk.at(row, FITOUT).value += 2


def _added(**cells: object) -> Callable[[Desk], None]:
    def edit(desk: Desk) -> None:
        row = desk.rows()[-1] + 1
        for column, value in cells.items():
            desk.at(row, column).value = value

    return edit


def _strike_and_want(desk: Desk) -> None:
    desk.strike(desk.row_of("S1", "早餐店"))
    desk.at(desk.row_of("S1", "家政服务点"), "业态").value = "早餐店"


CASES: list[tuple[str, Callable[[Desk], None], str, str]] = [
    ("unknown-site", _set("点位编号", "S99"), "点位编号", "没有这个候选点"),
    ("unknown-site", _set("点位编号", None), "点位编号", "为空"),
    ("unknown-type", _set("业态", "药殿"), "业态", "药店"),
    ("unknown-type", _set("业态", None), "业态", "为空"),
    ("lock-refused", _added(点位编号="S4", 业态="药店"), "点位编号", "允许业态"),
    ("not-a-number", _set(TOTAL, "三十万"), TOTAL, "不小于 0 的数"),
    ("not-a-number", _set(FITOUT, -1), FITOUT, "不小于 0 的数"),
    ("not-a-number", _set(FITOUT, True), FITOUT, "不小于 0 的数"),
    ("below-share", _set(TOTAL, 0), TOTAL, "分摊"),
    ("costs-disagree", _disagree, TOTAL, "不一致"),
    ("bad-status", _set("状态", "缓建"), "状态", "拟建"),
    ("bad-year", _set("年度", "明年"), "年度", "四位"),
    ("bad-year", _set("年度", 25), "年度", "四位"),
    ("duplicate-code", _code_twice, "项目编码", "重复"),
    ("unknown-code", _set("项目编码", "T1-999"), "项目编码", "没有这个项目编码"),
    ("duplicate-pair", _same_pair, "点位编号", "同一点位的同一业态"),
    ("half-struck", _half_struck, "", "一部分"),
    ("struck-and-wanted", _strike_and_want, "点位编号", "取消"),
    ("changed-circle", _set("生活圈", "别处（T9）"), "生活圈", "不能改到别的生活圈"),
    ("unknown-circle", _added(点位编号="S3", 业态="药店", 生活圈="别处"), "生活圈", "没有这个生活圈"),
    ("formula-without-value", _set(TOTAL, "=1+2"), TOTAL, "公式没有计算结果"),
]


@pytest.mark.parametrize(("code", "edit", "column", "said"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)])
def test_each_fault(home: Path, plan: Path, code: str, edit: Callable[[Desk], None], column: str, said: str):
    desk = Desk(plan)
    edit(desk)
    desk.save()
    (fault,) = faults_of(home, plan)
    assert (fault.code, fault.file, fault.sheet, fault.column) == (code, "改过的计划.xlsx", "2025年", column)
    assert fault.row is not None
    assert desk.header < fault.row <= desk.sheet.max_row
    assert said in str(fault)
    assert fault.remedy


def test_all_at_once(home: Path, plan: Path):
    desk = Desk(plan)
    for row, (column, value) in enumerate([("点位编号", "S99"), ("状态", "缓建"), (TOTAL, "很多"), ("业态", "药殿")]):
        desk.at(desk.rows()[row], column).value = value
    desk.save()
    found = faults_of(home, plan)
    assert [f.code for f in found] == ["unknown-site", "bad-status", "not-a-number", "unknown-type"]
    assert [f.row for f in found] == desk.rows()[:4]


def test_what_the_survey_refuses_is_told_by_a_run(home: Path, plan: Path):
    """With the other faults of the file, at the row of the plan."""
    desk = Desk(plan)
    _added(点位编号="S4", 业态="药店")(desk)
    desk.at(desk.rows()[0], "状态").value = "缓建"
    desk.save()
    with pytest.raises(FaultError) as caught:
        prepare(RunRequest(home / "town", "base", (), committed=plan))
    assert [(f.code, f.column) for f in caught.value.faults] == [("bad-status", "状态"), ("lock-refused", "点位编号")]
    assert "允许业态" in caught.value.faults[1].rule


def test_with_the_faults_of_the_scenario(home: Path, plan: Path):
    desk = Desk(plan)
    desk.at(desk.rows()[0], "点位编号").value = "S99"
    desk.save()
    with pytest.raises(FaultError) as caught:
        prepare(RunRequest(home / "town", "base", ("limits.max_site=3",), committed=plan))
    assert {f.code for f in caught.value.faults} == {"unknown-key", "unknown-site"}


def test_a_plan_of_another_circle(plan: Path, tmp_path: Path):
    other = write_town(tmp_path / "other", "T7", "另一街")
    with pytest.raises(FaultError, match="只有 T1 试验街"):
        commit(plan, read_workspace(other, load_catalogue()), load_catalogue())


def _no_file(path: Path) -> None:
    path.unlink()


def _not_excel(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 nothing")


def _foreign(path: Path) -> None:
    openpyxl.Workbook().save(path)


def _damaged(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["_siting"]["B2"].value += " "
    book.save(path)


def _no_sheet(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    del book["2025年"]
    book.save(path)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_no_file, "file-not-found"),
        (_not_excel, "unreadable-file"),
        (_foreign, "not-a-plan"),
        (_damaged, "damaged-plan"),
        (_no_sheet, "no-plan-sheet"),
    ],
)
def test_unreadable(home: Path, plan: Path, spoil: Callable[[Path], None], code: str):
    spoil(plan)
    found = faults_of(home, plan)
    assert code in [fault.code for fault in found]
    assert all(fault.file == plan.name for fault in found)


def test_a_folder_is_no_plan(home: Path, tmp_path: Path):
    assert faults_of(home, tmp_path)[0].code == "file-unreadable"


def test_what_only_the_model_refuses_is_told_at_its_row(home: Path, plan: Path, tmp_path: Path):
    """Too few residents for the type: known only after walking, and still told at the row of the plan."""
    with pytest.raises(FaultError) as caught:
        solve(home / "town", tmp_path / "run", "types.laundry.min_catchment=900000", committed=plan)
    assert caught.value.faults
    for fault in caught.value.faults:
        assert (fault.file, fault.sheet, fault.column) == ("改过的计划.xlsx", "2025年", "点位编号")
        assert "至少需" in fault.rule


def test_a_struck_work_that_the_scenario_locks(home: Path, plan: Path, tmp_path: Path):
    desk = Desk(plan)
    desk.strike(desk.row_of("S1", "早餐店"))
    desk.save()
    with pytest.raises(FaultError, match="既锁定选用"):
        solve(home / "town", tmp_path / "run", 'lock.in=["S1:breakfast_shop"]', committed=plan)


def test_text_from_the_plan_is_data(home: Path, plan: Path):
    desk = Desk(plan)
    desk.at(desk.rows()[0], "点位编号").value = "[red]../../x"
    desk.save()
    (fault,) = faults_of(home, plan)
    assert fault.value == "[red]../../x"


def test_a_copy_elsewhere_under_another_name(home: Path, plan: Path, tmp_path: Path):
    copy = Path(shutil.copyfile(plan, tmp_path / "送审稿.xlsx"))
    committed = commit(copy, workspace_of(home / "town"), load_catalogue())
    assert committed.name == "送审稿.xlsx"
