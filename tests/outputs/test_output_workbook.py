from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from support.bundles import bundle_without_coordinates, make_bundle, make_gaps, make_workspace

from models.solution import Termination
from scenarios.catalogue import load_catalogue
from siting.bundle import ResultBundle
from siting.outputs.workbook import write_workbook
from siting.outputs.workbook.ranking import LEGEND_ZH
from siting.outputs.workbook.text import clean, lines_needed, width

SHEETS = ["摘要", "缺口", "选址方案", "点位排序", "备用点位", "备选", "未选原因", "参数与来源"]


def book_of(bundle: ResultBundle, folder: Path) -> openpyxl.Workbook:
    write_workbook(bundle, folder / "result.xlsx")
    return openpyxl.load_workbook(folder / "result.xlsx")


def texts(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def table(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[dict[str, object]]:
    top = int(sheet.freeze_panes[1:]) - 1
    header = [str(c.value).replace("\n", "") for c in sheet[top]]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=top + 1)]
    return [dict(zip(header, row, strict=True)) for row in rows if any(v is not None for v in row)]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return book_of(make_bundle(), tmp_path_factory.mktemp("book"))


def test_sheets_are_these_in_this_order(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_carries_the_red_banner(book: openpyxl.Workbook, name: str) -> None:
    banner = book[name]["A2"]
    assert banner.value.startswith("示意布局，非实测")
    assert banner.fill.fgColor.rgb == "FFC00000"


@pytest.mark.parametrize("name", SHEETS)
def test_measured_layouts_carry_no_banner(tmp_path: Path, name: str) -> None:
    book = book_of(make_bundle(make_workspace(simulated=False), notes=()), tmp_path)
    assert not any("示意布局" in text for text in texts(book[name]))


@pytest.mark.parametrize("name", SHEETS)
def test_print_setup_fits_the_width_of_the_paper(book: openpyxl.Workbook, name: str) -> None:
    sheet = book[name]
    assert sheet.page_setup.orientation == ("portrait" if name == "摘要" else "landscape")
    assert int(sheet.page_setup.paperSize) == (8 if name == "选址方案" else 9), "8 is A3, 9 is A4"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


@pytest.mark.parametrize("name", SHEETS[1:])
def test_tables_have_frozen_header_filter_and_repeated_row(book: openpyxl.Workbook, name: str) -> None:
    sheet = book[name]
    top = int(sheet.freeze_panes[1:]) - 1
    assert sheet.auto_filter.ref.startswith(f"A{top}:")
    assert sheet.print_title_rows == f"${top}:${top}"


def test_summary_tells_circle_scenario_status_and_levels(book: openpyxl.Workbook) -> None:
    found = texts(book["摘要"])
    for wanted in ("光明生活圈（C01）", "最优，已证明", "1 / 1 个", "25.0% → 75.0%", "2. 基本保障类新增覆盖"):
        assert wanted in found
    assert any("前后矛盾" in text for text in found)
    assert any("租金为空的 1 处按 0 计" in text for text in found)
    assert any("survey.xlsx" in text and "第 3 行" in text for text in found)


def test_summary_of_a_stopped_run_says_the_gap(tmp_path: Path) -> None:
    found = texts(book_of(make_bundle(termination=Termination.FEASIBLE), tmp_path)["摘要"])
    assert "可行，间隙 20.00%" in found
    assert "最优，已证明" in found, "the levels that are proven stay so"


def test_plan_rows(book: openpyxl.Workbook) -> None:
    first, second, third = table(book["选址方案"])
    assert first["点位名称"] == "闲置锅炉房"
    assert first["地址、楼层"] == "光明路1号，1 层"
    assert first["业态"] == "洗染店"
    assert first["建设方式"] == "改造"
    assert first["投入（元）"] == pytest.approx(150_000.25)
    assert first["其中：装修与设备（元）"] == pytest.approx(92_040)
    assert first["其中：点位分摊（元）"] == pytest.approx(57_960.25)
    assert first["其中：老年人（人）"] == 350
    assert first["主要受益居民点"] == "光明小区1号楼（900 人）、光明小区2号楼（600 人）"
    assert first["步行距离：前→后（米）"] == "1,200 → 63"
    assert first["现场核查事项"] == "□ 核实产权\n□ 核实消防"
    assert second["步行距离：前→后（米）"] == "不可达 → 40"
    assert second["其中：装修与设备（元）"] is None
    assert third["建设方式"] == "一店多能：同址新设洗染店"


def test_gap_rows_compare_with_the_plan(book: openpyxl.Workbook) -> None:
    rows = {row["业态"]: row for row in table(book["缺口"])}
    assert rows["药店"]["与数据一致"] == "不一致"
    assert rows["洗染店"]["状态"] == "缺失"
    assert rows["洗染店"]["规划怎么说"] == "缺少（优先）"
    assert rows["洗染店"]["规划原文"] == "缺少洗染店"
    assert rows["药店"]["老年人可达率"] == pytest.approx(300 / 650)
    assert rows["药店"]["婴幼儿可达率"] is None, "an empty segment has no share"


def test_ranking_shows_losses_in_the_units_of_the_levels(book: openpyxl.Workbook) -> None:
    first, second = table(book["点位排序"])
    assert first["替代成本：基本保障类新增覆盖（人次）"] == 1500
    assert first["替代成本：总投入（元）"] == -20_000
    assert first["谁来顶替"] == "S3 地下车库"
    assert first["是否已证明"] == "已证明"
    assert second["谁来顶替"] == "无：离开它没有可行方案"
    assert second["是否已证明"] == "未证明"


@pytest.mark.parametrize("name", ["点位排序", "备选"])
def test_losses_of_levels_that_are_not_proven_are_grey_italics(tmp_path: Path, name: str) -> None:
    base = make_bundle()
    losses = {level.name: 7.0 for level in base.levels}
    proven = (base.levels[0].name,)
    rank = replace(base.ranking[0], losses=losses, proven_levels=proven)
    forced = replace(base.forced[0], losses=losses, proven_levels=proven)
    sheet = book_of(make_bundle(ranking=(rank,), forced=(forced,)), tmp_path)[name]
    shown = [cell.font for cell in sheet[sheet.max_row] if cell.value == 7]
    assert [font.i for font in shown] == [False] + [True] * (len(base.levels) - 1)
    assert {font.color.rgb for font in shown[1:]} == {"FF7F7F7F"}
    assert LEGEND_ZH in texts(sheet)


def test_refusals_name_site_type_and_reason(book: openpyxl.Workbook) -> None:
    rows = table(book["未选原因"])
    assert [(r["点位编号"], r["业态"], r["原因"]) for r in rows] == [
        ("S3", "老年助餐点", "老年助餐点不得设在地下室"),
        ("S3", "全部业态", "最近道路 230 米，超过 150 米"),
    ]


def test_sources_show_standing_origin_and_hashes(book: openpyxl.Workbook) -> None:
    sheet = book["参数与来源"]
    rows = table(sheet)
    fitout = next(r for r in rows if r["对象"] == "药店（pharmacy）" and "装修" in str(r["参数"]))
    assert (fitout["值"], fitout["来源"], fitout["性质"]) == (900.5, "假定：装修单价", "假定值")
    budget = next(r for r in rows if r["参数"] == "budget.capital_cny")
    assert (budget["值"], budget["来源"]) == (3_000_000, "--set")
    assert any(r["值"] == "a" * 64 for r in rows)
    yellow = [c for row in sheet.iter_rows() for c in row if c.value == "假定值"]
    assert yellow
    assert all(c.fill.fgColor.rgb == "FFFFF2CC" for c in yellow)


def test_every_catalogue_value_has_a_row(tmp_path: Path) -> None:
    catalogue = load_catalogue()
    rows = table(book_of(make_bundle(catalogue=catalogue), tmp_path)["参数与来源"])
    listed = {(r["对象"], r["参数"]) for r in rows}
    wanted = {(f"{catalogue.types[p.type_id].name_zh}（{p.type_id}）", p.label_zh) for p in catalogue.parameters()}
    assert wanted <= listed


def test_an_empty_result_still_has_all_sheets(tmp_path: Path) -> None:
    gaps = replace(make_gaps(), rows=(), contradictions=(), notes=())
    bundle = make_bundle(picks=(), ranking=(), forced=(), refusals=(), served=(), levels=(), notes=(), gaps=gaps)
    assert book_of(bundle, tmp_path).sheetnames == SHEETS


def test_a_workspace_without_coordinates(tmp_path: Path) -> None:
    assert book_of(bundle_without_coordinates(), tmp_path).sheetnames == SHEETS


def test_no_numbers_stored_as_text(book: openpyxl.Workbook) -> None:
    for row in table(book["选址方案"]):
        assert isinstance(row["投入（元）"], int | float)
        assert isinstance(row["面积（㎡）"], int | float)


def test_widths_count_a_chinese_character_as_two() -> None:
    assert width("药店ab") == 6
    assert width("a\n药店") == 4
    assert lines_needed("药店药店", 4) == 2
    assert clean("a" * 40_000)[-1] == "…"
    assert len(clean("a" * 40_000)) == 32_767
