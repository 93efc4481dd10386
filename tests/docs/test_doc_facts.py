"""What the pages say of columns, scenarios, exit codes, levels and types is what the code says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from doc_pages import GUIDE, README, ROOT, blocks, code, section, tables
from openpyxl import load_workbook
from support.bundles import make_bundle

from scenarios.catalogue import load_catalogue
from scenarios.circles import load_circles
from scenarios.layers import load_scenario_file
from scenarios.library import named_scenarios
from scenarios.resolve import resolve
from scenarios.schema import Level
from siting.failures import ExitCode
from siting.inputs.columns import COSTS, DEMAND, DISTANCES, OUTLETS, SITES, TableSpec
from siting.outputs.workbook import write_workbook

COLUMN_TABLES = {
    "### 居民点（demand）": DEMAND,
    "### 现有网点（outlets）": OUTLETS,
    "### 候选点（sites）": SITES,
    "### 步行距离（distances.csv）": DISTANCES,
    "### 报价（costs.csv）": COSTS,
}


@pytest.mark.parametrize(("heading", "spec"), COLUMN_TABLES.items(), ids=lambda v: getattr(v, "id", ""))
def test_the_guide_lists_every_column_and_header(heading: str, spec: TableSpec) -> None:
    (rows,) = tables(section(GUIDE, heading))
    documented = [(code(row[0]), tuple(row[1].split("、")), row[2] == "是") for row in rows[1:]]
    assert documented == [(c.id, c.headers, c.required) for c in spec.columns]


@pytest.mark.parametrize(("page", "heading"), [(README, "## Scenarios"), (GUIDE, "## 7 情景与覆写")])
def test_named_scenarios_are_the_library(page: Path, heading: str) -> None:
    rows = tables(section(page, heading))[0][1:]
    assert {code(row[0]): row[1] for row in rows} == {name: about.title for name, about in named_scenarios().items()}


@pytest.mark.parametrize(("page", "heading"), [(README, "## Exit codes"), (GUIDE, "## 8 报错与处理")])
def test_exit_codes_are_those_of_the_program(page: Path, heading: str) -> None:
    rows = tables(section(page, heading))[0][1:]
    assert [int(row[0]) for row in rows] == [int(exit_code) for exit_code in ExitCode]


def test_the_guide_names_every_objective_level() -> None:
    said = section(GUIDE, "## 7 情景与覆写")
    (listed,) = re.findall(r"目标层级可选：(.*?)。", said, re.DOTALL)
    assert re.findall(r"`(\w+)`", listed) == list(get_args(Level))


def test_the_example_scenario_is_valid_and_named_by_type(tmp_path: Path) -> None:
    (example,) = [text for text in blocks(GUIDE, "toml") if "[budget]" in text]
    path = tmp_path / "mine.toml"
    path.write_text(example, encoding="utf-8")
    resolved = resolve([load_scenario_file(path)], "mine", load_catalogue())
    assert resolved.scenario.coverage_floor == {"pharmacy": 0.6}
    assert resolved.scenario.objective.weights == {"elderly_day_care": 3.0}
    assert resolved.scenario.lock.out == ("S019:front_warehouse",)
    assert resolved.scenario.budget.include_rent is False


def test_the_example_circle_file_is_toml_with_a_datum() -> None:
    (example,) = [text for text in blocks(GUIDE, "toml") if "datum" in text]
    assert tomllib.loads(example)["datum"] == "gcj02"


def test_counts_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    assert f"{len(load_catalogue().types)} business types" in text
    assert f"{len(load_circles())} pilot" in text
    count = ("six", "seven", "eight", "nine", "ten", "eleven", "twelve")[len(get_args(Level)) - 6]
    assert f"{count} objective levels" in text


def test_the_guide_lists_the_sheets_in_their_order(tmp_path: Path) -> None:
    write_workbook(make_bundle(), tmp_path / "result.xlsx")
    rows = next(t for t in tables(section(GUIDE, "## 6 结果怎么看")) if t[0][0] == "工作表")[1:]
    assert [row[0] for row in rows] == load_workbook(tmp_path / "result.xlsx").sheetnames


def test_the_makefile_runs_every_pilot() -> None:
    (line,) = re.findall(r"^CIRCLES\s*:= (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert line.split() == [circle.id for circle in load_circles()]
