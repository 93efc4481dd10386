"""The run folder is whole, and its workbook and map tell of the same plan."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pyogrio

from siting.audit.recorded import RUN_FILE, Recorded
from siting.audit.report import number_zh
from siting.inputs.formats import true_geopackage

WORKBOOK, MAP = "result.xlsx", "result.gpkg"
_PLAN_SHEET = "选址方案"
_FEN = 0.01


def whole(run_dir: Path) -> Iterator[str]:
    """The three files are there."""
    for name in (RUN_FILE, WORKBOOK, MAP):
        if not (run_dir / name).is_file():
            yield f"缺少 {name}"


def workbook(run_dir: Path, recorded: Recorded) -> Iterator[str]:
    """The sheet 选址方案 has as many picks, in the same order, at the same cost, in the same year."""
    try:
        found = _plan_lines(run_dir / WORKBOOK)
    except Exception as error:  # a broken workbook raises whatever its reader happens on
        yield f"{WORKBOOK} 打不开或没有完整的“{_PLAN_SHEET}”表（{type(error).__name__}）"
        return
    picks = sorted(recorded.picks, key=lambda pick: (pick.rank, pick.site, pick.type))
    if len(found) != len(picks):
        yield f"“{_PLAN_SHEET}”表有 {len(found)} 行，run.json 有 {len(picks)} 行"
        return
    for (cost, year), pick in zip(found, picks, strict=True):
        if year != pick.year:
            yield f"“{_PLAN_SHEET}”表第 {pick.rank} 行年度 {year or '空'}，run.json 是 {pick.year or '空'}"
        if abs(cost - pick.cost) > _FEN:
            yield f"“{_PLAN_SHEET}”表第 {pick.rank} 行投入 {number_zh(cost)} 元，run.json 是 {number_zh(pick.cost)} 元"


def layers(run_dir: Path, recorded: Recorded) -> Iterator[str]:
    """The layer ``picks`` has the same picks: place, type, cost, year."""
    try:
        columns = ["site_id", "type_id", "cost_cny", "year"]
        table = pyogrio.read_dataframe(
            true_geopackage(run_dir / MAP), layer="picks", columns=columns, read_geometry=False
        )
        found = sorted(
            (str(a), str(b), float(c), 0 if np.isnan(y) else int(y))
            for a, b, c, y in table[columns].itertuples(index=False)
        )
    except Exception as error:  # a broken file raises whatever GDAL makes of it
        yield f"{MAP} 的 picks 图层打不开（{type(error).__name__}）"
        return
    wanted = sorted((pick.site or pick.host, pick.type, pick.cost, pick.year or 0) for pick in recorded.picks)
    if len(found) != len(wanted):
        yield f"{MAP} 的 picks 图层有 {len(found)} 行，run.json 有 {len(wanted)} 行"
        return
    for there, here in zip(found, wanted, strict=True):
        if there[:2] != here[:2] or there[3] != here[3] or abs(there[2] - here[2]) > _FEN:
            yield f"{MAP} 的 picks 图层有 {_line(there)}，run.json 是 {_line(here)}"


def _line(pick: tuple[str, str, float, int]) -> str:
    year = f" {pick[3]} 年" if pick[3] else ""
    return f"{pick[0]} {pick[1]} {number_zh(pick[2])} 元{year}"


def _plan_lines(path: Path) -> list[tuple[float, int | None]]:
    """Cost and year of every pick in the sheet, top to bottom. Raises whatever a broken workbook brings about."""
    with contextlib.closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as book:
        lines = [line for line in book[_PLAN_SHEET].iter_rows(values_only=True) if line]
    head = next(n for n, line in enumerate(lines) if line[0] == "序")
    headings = [str(text or "").replace("\n", "") for text in lines[head]]
    cost, year = headings.index("投入（元）"), headings.index("年度")
    rows = [line for line in lines[head + 1 :] if isinstance(line[0], int | float)]
    return [(float(line[cost]), int(line[year]) if line[year] else None) for line in rows]
