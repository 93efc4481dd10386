"""年度建设计划.xlsx, .docx and plan.json: what they hold, that they are whole, the same each time, and harmless."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from support.bundles import FORMULA, NASTY, injected_bundle
from support.plan_towns import Desk, data_of, plan_of, written_plan

from scenarios.annual_rules import load_annual_rules
from scenarios.faults import FaultError
from siting.annual.write import DATA, DOCUMENT, WORKBOOK, write_plan
from siting.outputs import write_run

Runs = dict[str, Path]
HEADERS = [header for _, header in load_annual_rules().columns.headers]


@pytest.fixture(scope="module")
def city(town_runs: Runs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the plan of all three towns."""
    return written_plan(tmp_path_factory.mktemp("city"), *town_runs.values()).parent


def words_of(path: Path) -> str:
    document = docx.Document(str(path))
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def test_the_columns_planners_expect():
    expected = "序号 区 生活圈 项目名称 业态 类别 建设方式 点位编号 楼层 建筑面积 服务人口 新增覆盖人口 建设内容 "
    expected += "资金来源 责任单位 配合单位 开工时间 完成时限 施工许可 备注（依据条款）"
    assert [h for h in expected.split() if not any(name.startswith(h) for name in HEADERS)] == []
    for part in ("装修", "设备", "租金", "合计"):
        assert f"投资额：{part}（万元）" in HEADERS


def test_sheets(city: Path):
    book = openpyxl.load_workbook(city / WORKBOOK)
    assert book.sheetnames == ["汇总", "2025年", "甲区", "乙区", "未纳入及原因", "口径与依据", "_siting"]
    assert book["_siting"].sheet_state == "veryHidden"
    assert book["甲区"].protection.sheet
    assert not book["2025年"].protection.sheet
    rule = book["2025年"].data_validations.dataValidation[0]
    assert rule.formula1 == '"拟建,已定,取消,可调整"'


def test_rows_and_numbers(city: Path, town_runs: Runs):
    plan = plan_of(*town_runs.values())
    desk = Desk(city / WORKBOOK)
    assert list(desk.column) == HEADERS
    assert len(desk.rows()) == len(plan.projects)
    for row, project in zip(desk.rows(), plan.projects, strict=True):
        assert desk.at(row, "项目编码").value == project.code
        assert desk.at(row, "点位编号").value == project.site_id
        assert desk.at(row, "建设内容").value == project.content_zh
        total = desk.at(row, "投资额：合计（万元）")
        assert isinstance(total.value, float | int)
        assert total.value == pytest.approx(project.cost.total_cny / 1e4, abs=3e-6)
        parts = sum(desk.at(row, f"投资额：{p}（万元）").value for p in ("装修", "设备", "租金"))
        assert parts == pytest.approx(total.value, abs=1e-9)
        assert desk.at(row, "状态").value == "拟建"
        assert desk.at(row, "施工许可").value == project.permit.label_zh
        assert isinstance(desk.at(row, "年度").value, int)


def test_a_district_sheet_has_its_projects_only(city: Path, town_runs: Runs):
    sheet: Any = openpyxl.load_workbook(city / WORKBOOK)["乙区"]
    district = [row[1] for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert district == ["乙区"] * len(plan_of(town_runs["T2"]).projects)


def test_simulated_is_said_everywhere(city: Path):
    book = openpyxl.load_workbook(city / WORKBOOK)
    for sheet in book.worksheets:
        if sheet.title != "_siting":
            top = [str(row[0]) for row in sheet.iter_rows(max_row=3, max_col=1, values_only=True)]
            assert any("示意布局，非实测" in text for text in top), sheet.title
    document = docx.Document(str(city / DOCUMENT))
    for section in document.sections:
        assert "示意布局，非实测" in "".join(p.text for p in section.header.paragraphs)
    assert "示意布局，非实测" in document.paragraphs[0].text
    assert json.loads((city / DATA).read_text("utf-8"))["simulated"] is True


def test_a_surveyed_circle_has_no_such_banner(town_runs: Runs, tmp_path: Path):
    folder = written_plan(tmp_path, town_runs["T1"]).parent
    assert folder.name == "年度建设计划-试验街"
    assert "示意布局" not in words_of(folder / DOCUMENT)
    assert json.loads((folder / DATA).read_text("utf-8"))["simulated"] is False


def test_the_document(city: Path, town_runs: Runs):
    document = docx.Document(str(city / DOCUMENT))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["一、总体情况", "二、分年度项目表", "三、分生活圈说明", "四、未纳入及原因", "附：口径与依据"]
    assert [s.page_width > s.page_height for s in document.sections] == [False, True, False]
    table = next(t for t in document.tables if t.rows[0].cells[0].text == "序号")
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    plan = plan_of(*town_runs.values())
    assert len(table.rows) == 1 + len(plan.projects)
    text = words_of(city / DOCUMENT)
    for project in plan.projects:
        assert project.reason_zh in text
        assert project.remark_zh in text
    assert "编制说明" in text
    footers = "".join(s.footer._element.xml for s in document.sections)
    assert footers.count("NUMPAGES") == len(document.sections)


def test_fonts_are_chinese_with_substitutes(city: Path):
    import zipfile

    with zipfile.ZipFile(city / DOCUMENT) as package:
        fonts = package.read("word/fontTable.xml").decode("utf-8")
        styles = package.read("word/styles.xml").decode("utf-8")
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert 'w:name="仿宋"><w:altName w:val="仿宋_GB2312' in fonts
    assert 'w:eastAsia="仿宋"' in styles
    assert 'w:eastAsia="zh-CN"' in styles


def test_same_bytes_twice(town_runs: Runs, tmp_path: Path):
    first = written_plan(tmp_path / "a", *town_runs.values()).parent
    second = written_plan(tmp_path / "b", *town_runs.values()).parent
    for name in (WORKBOOK, DOCUMENT, DATA):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_plan_json_holds_the_sums(city: Path, town_runs: Runs):
    data = json.loads((city / DATA).read_text("utf-8"))
    assert data["total"]["projects"] == len(data["projects"]) == len(plan_of(*town_runs.values()).projects)
    assert data["total"]["total_cny"] == pytest.approx(sum(p["cost"]["total_cny"] for p in data["projects"]))
    assert {c["id"] for c in data["circles"]} == set(town_runs)


def test_an_edited_plan_is_not_overwritten(town_runs: Runs, tmp_path: Path):
    path = written_plan(tmp_path, town_runs["T1"])
    written_plan(tmp_path, town_runs["T1"])
    desk = Desk(path)
    desk.at(desk.rows()[0], "状态").value = "取消"
    desk.save()
    edited = path.read_bytes()
    with pytest.raises(FaultError, match="改过"):
        written_plan(tmp_path, town_runs["T1"])
    assert path.read_bytes() == edited


def test_nothing_foreign_is_overwritten(town_runs: Runs, tmp_path: Path):
    folder = tmp_path / "年度建设计划-试验街"
    folder.mkdir()
    (folder / "我的表.xlsx").write_bytes(b"mine")
    with pytest.raises(FaultError, match="不能覆盖"):
        written_plan(tmp_path, town_runs["T1"])
    assert [p.name for p in folder.iterdir()] == ["我的表.xlsx"]


def test_whole_or_not_at_all(town_runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    before = written_plan(tmp_path, town_runs["T1"]).read_bytes()

    def fail(*_: Any) -> None:
        raise OSError("full")

    monkeypatch.setattr("siting.annual.write.write_plan_word", fail)
    with pytest.raises(OSError, match="full"):
        written_plan(tmp_path, town_runs["T1"], year=2026)
    assert [p.name for p in tmp_path.iterdir()] == ["年度建设计划-试验街"]
    assert (tmp_path / "年度建设计划-试验街" / WORKBOOK).read_bytes() == before


@pytest.mark.parametrize("text", [NASTY, FORMULA, "<w:p/><w:instrText>PAGE</w:instrText>", "@SUM(1)", "-1+2"])
def test_hostile_text_is_harmless(tmp_path: Path, text: str):
    write_run(injected_bundle(text), tmp_path / "run")
    data = data_of(tmp_path / "run")
    data["scenario"]["values"]["objective"]["levels"] = [level["name"] for level in data["levels"]]
    (tmp_path / "run" / "run.json").write_text(json.dumps(data), "utf-8")
    write_plan(plan_of(tmp_path / "run"), tmp_path / "plan")
    for sheet in openpyxl.load_workbook(tmp_path / "plan" / WORKBOOK).worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f", f"{sheet.title}!{cell.coordinate}"
            assert cell.hyperlink is None
            if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")) and sheet.title != "_siting":
                assert cell.quotePrefix, f"{sheet.title}!{cell.coordinate}"
    body = docx.Document(str(tmp_path / "plan" / DOCUMENT)).element
    assert not body.xpath(".//w:instrText | .//w:hyperlink | .//w:fldSimple")
    assert "_x0041_" not in text or "x0041" in "".join(node.text or "" for node in body.xpath(".//w:t"))


def test_a_path_in_a_name_stays_inside(tmp_path: Path):
    from siting.annual.write import plan_folder

    assert plan_folder(tmp_path, "../../外面").parent == tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("name", [WORKBOOK, DOCUMENT])
def test_an_office_program_opens_it(city: Path, tmp_path: Path, name: str):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice is not installed")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(city / name)]
    done = subprocess.run(command, capture_output=True, timeout=180, check=False)
    made = tmp_path / Path(name).with_suffix(".pdf").name
    if name == DOCUMENT and not made.exists() and b"could not be loaded" in done.stdout + done.stderr:
        pytest.skip("soffice has no Writer")
    assert made.read_bytes().startswith(b"%PDF")
