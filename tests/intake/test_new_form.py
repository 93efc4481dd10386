"""What ``siting new`` writes: a form that our own reader accepts, and texts in which every key is explained."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from new_folders import fill_in_examples, make, read, survey

from scenarios.business_type import SITE_KIND_LABELS_ZH
from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultError
from scenarios.resolve import leaf_keys, load_scenario_file, resolve
from scenarios.schema import Scenario
from siting.inputs.columns import POINT_TABLES
from siting.intake.scenario_text import SECTIONS

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("new") / "圈", name="锦绣社区").folder


@pytest.mark.parametrize("spec", POINT_TABLES, ids=lambda s: s.id)
def test_the_form_has_every_column_under_a_header_that_the_reader_knows(spec: Any, folder: Path) -> None:
    headers = [cell.value for cell in survey(folder)[spec.sheet][1]]
    matched = [spec.match(header) for header in headers]
    assert [column.id for column, _ in matched] == [column.id for column in spec.columns]
    assert all(unit_fits for _, unit_fits in matched)
    assert [h.endswith("*") for h in headers] == [column.required for column in spec.columns]


@pytest.mark.parametrize("spec", POINT_TABLES, ids=lambda s: s.id)
def test_every_column_has_a_note_and_a_validation(spec: Any, folder: Path) -> None:
    page = survey(folder)[spec.sheet]
    ruled = {str(area).split(":")[0].rstrip("0123456789") for v in page.data_validations.dataValidation
             for area in v.sqref.ranges}  # fmt: skip
    assert ruled == {cell.column_letter for cell in page[1]}
    for cell, column in zip(page[1], spec.columns, strict=True):
        assert cell.comment.text.startswith("必填" if column.required else "可不填")


def test_lists_stand_on_a_hidden_sheet(folder: Path) -> None:
    book = survey(folder)
    page = book["选项"]
    assert page.sheet_state == "hidden"
    lists = {column[0].value: [c.value for c in column[1:] if c.value] for column in page.iter_cols()}
    assert lists["业态"] == [kind.name_zh for kind in CATALOGUE.types.values()]
    assert lists["类型"] == list(SITE_KIND_LABELS_ZH.values())
    assert lists["是否"] == ["是", "否"]
    assert [word.split()[0] for word in lists["坐标基准"][1:]] == ["wgs84", "cgcs2000", "gcj02", "bd09"]
    formulas = {v.formula1 for s in POINT_TABLES for v in book[s.sheet].data_validations.dataValidation
                if v.type == "list"}  # fmt: skip
    assert len(formulas) == 3
    assert all(formula.startswith("'选项'!") for formula in formulas)


def test_numbers_are_checked_while_typing(folder: Path) -> None:
    rules = {str(v.sqref): v for v in survey(folder)["候选点"].data_validations.dataValidation}
    by_letter = {coord.split(":")[0].rstrip("0123456789"): rule for coord, rule in rules.items()}
    headers = {cell.value: cell.column_letter for cell in survey(folder)["候选点"][1]}
    area, rent, year = (by_letter[headers[h]] for h in ("面积(㎡)*", "年租金(元)", "可用年份"))
    assert (area.type, area.operator, area.formula1) == ("decimal", "greaterThan", "0.0")
    assert (rent.type, rent.formula1) == ("decimal", "0.0")
    assert (year.type, year.formula1, year.formula2) == ("whole", "2000", "2100")


def test_an_untouched_form_says_only_what_the_planner_must_supply(folder: Path) -> None:
    with pytest.raises(FaultError) as caught:
        read(folder)
    errors = [f.code for f in caught.value.faults if f.severity == "error"]
    assert sorted(errors) == ["empty-table", "empty-table", "no-walking"]
    skipped = [f for f in caught.value.faults if f.code == "example-rows"]
    assert [(f.sheet, f.row) for f in skipped] == [("居民点", 2), ("现有网点", 2), ("候选点", 2)]


def test_filled_like_the_examples_it_passes(tmp_path: Path) -> None:
    folder = make(tmp_path / "A").folder
    fill_in_examples(folder)
    workspace = read(folder)
    assert (len(workspace.demand), len(workspace.outlets), len(workspace.sites)) == (1, 1, 1)
    assert workspace.outlets["services"][0] == ("photo_print", "repair_point")
    assert workspace.sites["allowed_types"][0] == ("pharmacy", "convenience_store")
    assert not [w for w in workspace.warnings if w.code != "hidden-sheet"]


def test_examples_left_in_beside_real_rows_are_left_out(tmp_path: Path) -> None:
    folder = make(tmp_path / "A").folder
    book = survey(folder)
    book["居民点"].append(["D1", "一号楼", 115.98, 36.45, None, None, 100, 1, 1, 1, 30])
    book["候选点"].append(["S1", "房", "闲置房屋", 115.98, 36.45, None, None, 100])
    book.save(folder / "survey.xlsx")
    (folder / "distances.csv").write_text("起点,终点,距离\nEXAMPLE-D1,EXAMPLE-S1,230\nD1,S1,100\n", "utf-8")
    workspace = read(folder)
    assert list(workspace.demand["id"]) == ["D1"]
    assert workspace.distances is not None
    assert list(workspace.distances["to_id"]) == ["S1"]


def test_the_workbook_may_name_its_own_datum(tmp_path: Path) -> None:
    places = []
    for chosen in ("同 circle.toml", "gcj02 GCJ-02（高德、腾讯）", "bd09 BD-09（百度）"):
        folder = make(tmp_path / str(len(places))).folder
        fill_in_examples(folder)
        book = survey(folder)
        cell = next(c for row in book["填表说明"].iter_rows(max_col=1) for c in row if c.value == "坐标基准")
        book["填表说明"].cell(cell.row, 2).value = chosen
        book.save(folder / "survey.xlsx")
        workspace = read(folder)
        places.append((workspace.demand["x"][0], [w.code for w in workspace.warnings if w.code == "workbook-datum"]))
    assert places[0] == places[1]
    assert abs(places[2][0] - places[0][0]) > 400
    assert places[2][1] == ["workbook-datum"]


def test_without_a_datum_the_planner_is_asked(tmp_path: Path) -> None:
    folder = make(tmp_path / "A", datum="").folder
    assert tomllib.loads((folder / "circle.toml").read_text("utf-8"))["datum"] == ""
    fill_in_examples(folder)
    with pytest.raises(FaultError) as caught:
        read(folder)
    assert [f.code for f in caught.value.faults if f.severity == "error"] == ["datum-missing"]


def test_the_same_request_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (make(tmp_path / name / "圈").folder for name in "ab")
    assert {p.name: p.read_bytes() for p in one.iterdir()} == {p.name: p.read_bytes() for p in two.iterdir()}


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    name = '"]\n[plan]\nx=1 <script> =cmd() 😀'
    folder = make(tmp_path / "A", name=name, district="../../x").folder
    data = tomllib.loads((folder / "circle.toml").read_text("utf-8"))
    assert data["name"] == " ".join(name.split())
    assert data["district"] == "../../x"
    assert set(data) == {"id", "name", "district", "street_office", "datum"}
    assert not [c for page in survey(folder).worksheets for row in page.iter_rows() for c in row if c.data_type == "f"]


# ---- scenario.toml


def test_the_scenario_file_changes_nothing_until_a_key_is_freed(folder: Path) -> None:
    layer = load_scenario_file(folder / "scenario.toml")
    assert resolve([layer], "x", CATALOGUE).scenario == Scenario()


def test_every_key_of_a_scenario_is_explained() -> None:
    shown = {f"{section}.{key}" for section, _, keys in SECTIONS for key, _, meaning in keys if meaning}
    plain = Scenario().model_dump(mode="json", by_alias=True)
    tables = {"coverage_floor", "types", "phases"}
    wanted = {key for key in leaf_keys(plain) if key not in tables}
    assert wanted <= shown
    assert tables <= {section.split(".")[0] for section, _, _ in SECTIONS}


def test_every_sample_in_it_can_be_freed(folder: Path, tmp_path: Path) -> None:
    text = (folder / "scenario.toml").read_text("utf-8")
    text = text.partition("# [phases]")[0] + text.partition("# [phasing]")[2].join(("# [phasing]", ""))
    freed = re.sub(r"^# (?=\[|\"?[\w一-龥]+\"? = )", "", text, flags=re.MULTILINE)
    (tmp_path / "mine.toml").write_text(freed, "utf-8")
    scenario = resolve([load_scenario_file(tmp_path / "mine.toml")], "x", CATALOGUE).scenario
    assert scenario.budget.capital_cny == 3_000_000
    assert scenario.limits.max_sites == 8
    assert scenario.coverage_floor == {"pharmacy": 0.6}
    assert scenario.solver.time_limit_s == 60
    assert scenario.types["pharmacy"]["walk_min"] == 8
