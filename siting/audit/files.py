"""The run folder is whole, and its workbook and map tell of the same plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyogrio

from siting.audit.recorded import RUN_FILE, Recorded
from siting.audit.report import number_zh

WORKBOOK, MAP = "result.xlsx", "result.gpkg"
_PLAN_SHEET = "选址方案"


def whole(run_dir: Path) -> Iterator[str]:
    """The three files are there."""
    for name in (RUN_FILE, WORKBOOK, MAP):
        if not (run_dir / name).is_file():
            yield f"缺少 {name}"


def workbook(run_dir: Path, recorded: Recorded) -> Iterator[str]:
    """The sheet 选址方案 has as many picks, of the same places, at the same cost."""
    try:
        rows = _plan_rows(run_dir / WORKBOOK)
    except Exception as error:  # a broken workbook raises whatever its reader happens on
        yield f"{WORKBOOK} 打不开（{type(error).__name__}）"
        return
    if rows is None:
        yield f"{WORKBOOK} 里没有“{_PLAN_SHEET}”表"
        return
    if len(rows) != len(recorded.picks):
        yield f"“{_PLAN_SHEET}”表有 {len(rows)} 行，run.json 有 {len(recorded.picks)} 行"
        return
    picks = sorted(recorded.picks, key=lambda pick: pick.rank)
    for (site, cost), pick in zip(rows, picks, strict=True):
        if site != pick.site or not isinstance(cost, int | float) or abs(cost - pick.cost) > 0.01:
            shown = number_zh(float(cost)) if isinstance(cost, int | float) else str(cost)
            wanted = f"{pick.site} {number_zh(pick.cost)} 元"
            yield f"“{_PLAN_SHEET}”表第 {pick.rank} 行是 {site} {shown} 元，run.json 是 {wanted}"


def layers(run_dir: Path, recorded: Recorded) -> Iterator[str]:
    """The layer ``picks`` has as many rows."""
    try:
        found = int(pyogrio.read_info(run_dir / MAP, layer="picks", force_feature_count=True)["features"])
    except Exception as error:  # a broken file raises whatever GDAL makes of it
        yield f"{MAP} 的 picks 图层打不开（{type(error).__name__}）"
        return
    if found != len(recorded.picks):
        yield f"{MAP} 的 picks 图层有 {found} 行，run.json 有 {len(recorded.picks)} 行"


def _plan_rows(path: Path) -> list[tuple[str, object]] | None:
    """(place, cost) of every pick in the sheet; None where there is no such sheet."""
    book = openpyxl.load_workbook(path, data_only=True)
    if _PLAN_SHEET not in book.sheetnames:
        return None
    lines = list(book[_PLAN_SHEET].iter_rows(values_only=True))
    head = next(n for n, line in enumerate(lines) if line[0] == "序")
    headers = [str(text or "").replace("\n", "") for text in lines[head]]
    site, cost = headers.index("点位编号"), headers.index("投入（元）")
    return [(str(line[site]), line[cost]) for line in lines[head + 1 :] if isinstance(line[0], int | float)]
