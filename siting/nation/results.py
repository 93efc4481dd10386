"""nation.json and 分配.xlsx: the shares with what came of them, written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from siting.batch import RunOutcome
from siting.failures import ExitCode
from siting.nation.record import CircleShare, NationRecord, rate_zh
from siting.outputs.plain import plain
from siting.outputs.run_json import relative_path
from siting.outputs.words import gap_zh, level_words, number_zh
from siting.outputs.workbook.book import Book, banner
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet
from siting.studies.folder import study_folder, write_study

NATION_FILE, WORKBOOK = "nation.json", "分配.xlsx"
_WIDTHS = (34.0, 18.0, 18.0, 12.0, 18.0, 22.0)
_TINTS = {"optimal": "good", "feasible": "warn", "limit": "warn"}
_A3 = 8


def nation_folder(out: Path, scenario_name: str, _circle_id: str = "") -> Path:
    """``OUT/<scenario>/一笔账.分配``."""
    return study_folder(out, scenario_name, "一笔账", ".分配")


def nation_data(record: NationRecord, runs: Sequence[RunOutcome], folder: Path) -> dict[str, Any]:
    """What stands in nation.json; ``runs`` are the circles' own, in their order, or none."""
    data: dict[str, Any] = plain(record)
    data["runs"] = [
        {
            "circle_id": run.circle_id,
            "status": run.status,
            "exit_code": run.exit_code,
            "run_dir": relative_path(Path(run.run_dir), folder) if run.run_dir else None,
            "totals": plain(run.totals),
        }
        for run in runs
    ]
    return data


def write_nation(record: NationRecord, runs: Sequence[RunOutcome], folder: Path, mark: str) -> dict[str, Any]:
    """Write the folder; returns what stands in nation.json. ``mark``: the digest by which a second start finds it.

    Raises:
        OSError: the folder cannot be written; an earlier answer then stays as it was.
    """
    data = nation_data(record, runs, folder)
    code = ExitCode.DONE if record.status == "optimal" else ExitCode.LIMIT
    ended = RunOutcome("", "", record.status, int(code), notes=record.notes)
    write_study(folder, NATION_FILE, data, WORKBOOK, lambda path: _workbook(record, runs, path), (mark, ended))
    return data


def earlier_nation(folder: Path, mark: str) -> NationRecord | None:
    """The answer that stands in ``folder`` whole and unchanged under ``mark``; None where there is none."""
    from siting.resume import earlier_study

    _, data = earlier_study(folder / NATION_FILE, WORKBOOK, mark)
    wanted = {field.name: data.get(field.name) for field in fields(NationRecord)}
    try:
        return TypeAdapter(NationRecord).validate_python(wanted) if data else None
    except ValidationError:
        return None


def _workbook(record: NationRecord, runs: Sequence[RunOutcome], path: Path) -> None:
    heading = f"{len(record.circles)} 个生活圈一笔账"
    with Book(heading, banner(record.simulated, record.simulated_note), path) as book:
        _summary(book, record)
        _circles(book, record, runs)


def _summary(book: Book, record: NationRecord) -> None:
    sheet = Sheet(book, "摘要", "一笔钱怎么分", len(_WIDTHS))
    sheet.widths(_WIDTHS)
    facts = [
        ("情景", record.scenario),
        ("总资金", f"{number_zh(record.capital_cny)} 元（{record.capital_zh}）"),
        ("分出去", f"{number_zh(record.spent_cny)} 元，留下 {number_zh(record.left_cny)} 元"),
        ("钱的价", price_zh(record)),
    ]
    for name, text in facts:
        sheet.text(sheet.row, 0, name, "label")
        sheet.sheet.merge_range(sheet.row, 1, sheet.row, len(_WIDTHS) - 1, "", book.format("cell", "left"))
        sheet.cell(sheet.row, 1, text, "text")
        sheet.row += 1
    sheet.row += 1
    sheet.line("全部圈合计：各级目标与已证明的界", "section", height=20)
    columns = [Column("目标", wide=34), Column("值", "decimal1", 18), Column("界", "decimal1", 18)]
    columns += [Column("间隙", "gap", 12), Column("单位", wide=18), Column("每万元可换（边际）", "decimal2", 22)]
    sheet.header(columns)
    for level in record.levels:
        price = level.price_per_wan or None
        row = (Cell(level.name_zh, "strong"), level.incumbent, level.bound, level.mip_gap, level.unit_zh, price)
        sheet.rows(columns, [row])
    sheet.row += 1
    sheet.line("说明", "section", height=20)
    for text in (*_reading(record), *record.notes):
        sheet.paragraph(f"· {text}", len(_WIDTHS), sum(_WIDTHS) - 4)
    sheet.sheet.activate()


def price_zh(record: NationRecord) -> str:
    """The price of money in one sentence."""
    level = next((v for v in record.levels if v.name == record.weighed), None)
    if level is None:
        return "没有：资金够各圈做到最好，多给也换不来更多"
    return f"最后一万元换来 {rate_zh(level.price_per_wan)} {level.unit_zh}“{level.name_zh}”"


def _reading(record: NationRecord) -> list[str]:
    worst = max((level.mip_gap for level in record.levels), default=0.0)
    return [
        f"任何分法都超不过“界”：现在的分法离它最多 {gap_zh(worst)}。",
        "每个圈按同一个价决定要多少钱：一万元换来的多于这个价就给，少于就不给；所以多给谁、少给谁都有数可查（见“各圈”的理由）。",
        "“更便宜的方案”“更贵的方案”是求解途中见到的、按此价最好的另一个方案，不一定是全部。",
        "各圈的结果以分到的预算单独求解，可用 siting verify 复核；它按情景的全部目标求解，只会不差于分钱时的方案。",
    ]


def _circles(book: Book, record: NationRecord, runs: Sequence[RunOutcome]) -> None:
    columns = [
        Column("生活圈", wide=24),
        Column("区", wide=14),
        Column("居民（人）", "int", 12),
        Column("分到的预算（元）", "int", 16),
        Column("按人口可分（元）", "int", 16),
        Column("相差（元）", "int", 14),
        Column("开设网点（个）", "int", 10),
        Column("搭载服务（项）", "int", 10),
        Column("基本业态缺口（个）", "int", 12),
    ]
    for level in record.levels:
        kind: Kind = "decimal1" if level.name == "missing_types" else "int"
        columns.append(Column(f"{level.name_zh}（{level.unit_zh}）", kind, 16))
    columns.append(Column("为什么是这么多", wide=70))
    if runs:
        columns += [Column("本圈结果", wide=18), Column("补齐（个）", "int", 10), Column("投入（元）", "int", 14)]
        columns += [Column("新增覆盖（人次）", "int", 14)]
    sheet = Sheet(book, "各圈", "各圈：分到多少，做什么，为什么", len(columns))
    sheet.sheet.set_paper(_A3)
    by_circle = {run.circle_id: run for run in runs}
    rows = [_row(record, one, by_circle.get(one.circle_id), bool(runs)) for one in record.circles]
    sheet.table(columns, rows)


def _row(record: NationRecord, one: CircleShare, run: RunOutcome | None, with_runs: bool) -> Row:
    values = [one.values[level.name] for level in record.levels]
    row: list[Any] = [
        Cell(f"{one.circle_id} {one.name}", "strong"), one.district, one.residents,
        Cell(one.share_cny, "strong"), one.by_residents_cny, one.share_cny - one.by_residents_cny,
        one.opened, one.add_ons, one.missing_total, *values, one.reason_zh,
    ]  # fmt: skip
    if not with_runs:
        return row
    if run is None or run.totals is None:
        return [*row, Cell("" if run is None else run.message_zh, "bad"), None, None, None]
    totals = run.totals
    status = Cell(run.message_zh, _TINTS.get(run.status, "bad"))
    return [*row, status, totals["missing_types_filled"], totals["cost_cny"], totals["residents_newly_covered"]]


def totals_zh(record: NationRecord) -> list[str]:
    """Each level in one line: value, bound, gap."""
    lines = []
    for level in record.levels:
        decimals = level_words(level.name).decimals
        value, bound = number_zh(level.incumbent, decimals), number_zh(level.bound, decimals)
        lines.append(f"{level.name_zh}：{value} {level.unit_zh}，界 {bound}，间隙 {gap_zh(level.mip_gap)}")
    return lines
