"""The comparison on screen: tables of at most 100 columns, a few runs at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from siting.cli.screen import safe, stdout
from siting.outputs.words import DASH, gap_zh, level_words, number_zh

if TYPE_CHECKING:
    from siting.studies.compare import Comparison
    from siting.studies.compare.comparison import RunColumn
    from siting.studies.compare.places import PlaceRow

WIDTH = 100
_AT_A_TIME = 4
_MOST_PLACES = 40


def print_comparison(comparison: Comparison) -> None:
    """All tables, on standard output."""
    from siting.outputs.workbook.book import banner

    console = stdout()
    for run in comparison.runs:
        line = f"{run.number} = {run.label}：{run.status_zh}（{run.folder}）"
        console.print(safe(line), soft_wrap=True)
    nature = banner(comparison.simulated, comparison.simulated_note)
    for note in (nature, *comparison.notes) if nature else comparison.notes:
        console.print(safe(f"· {note}"), soft_wrap=True)
    for group in _groups(len(comparison.runs)):
        _measures(console, comparison, group)
        _levels(console, comparison, group)
        _places(console, comparison, group)
        _settings(console, comparison, group)


def _groups(count: int) -> list[list[int]]:
    """Runs by index, a few at a time, the first among each few."""
    if count <= _AT_A_TIME:
        return [list(range(count))]
    others = list(range(1, count))
    step = _AT_A_TIME - 1
    return [[0, *others[at : at + step]] for at in range(0, len(others), step)]


def new_table(title: str, headings: Sequence[str], right: Sequence[int] = ()) -> Any:
    """A table with its heading left, the columns of ``right`` flush right."""
    from rich.table import Table

    table = Table(title=safe(title), title_justify="left")
    for index, heading in enumerate(headings):
        table.add_column(safe(heading), justify="right" if index in right else "left", overflow="fold")
    return table


def show(console: Any, table: Any) -> None:
    """Print a table that has rows, within the width."""
    if table.row_count:
        console.print(table, width=min(WIDTH, console.width))


def _heads(runs: Sequence[RunColumn]) -> list[str]:
    return [f"{run.number} {run.scenario}" for run in runs]


def _measures(console: Any, comparison: Comparison, group: list[int]) -> None:
    from siting.studies.measures import MEASURES

    runs = [comparison.runs[n] for n in group]
    two = len(runs) == 2
    heads = ["指标", *_heads(runs), *(["差（2-1）" if runs[1].number == 2 else "差"] if two else [])]
    table = new_table("主要指标", heads, range(1, len(heads)))
    for measure in MEASURES:
        values = [run.values[measure.key] for run in runs]
        if not any(values):
            continue
        shown = [_shown(value, measure.kind) for value in values]
        if measure.key == "missing_types_filled":
            shown = [f"{text}/{run.missing_types_total}" for text, run in zip(shown, runs, strict=True)]
        name = f"{measure.name_zh}（{measure.unit_zh}）" if measure.unit_zh else measure.name_zh
        table.add_row(name, *shown, *([_shown(values[1] - values[0], measure.kind, sign=True)] if two else []))
    show(console, table)


def _shown(value: float, kind: str, *, sign: bool = False) -> str:
    text = f"{value * 100:,.1f}%" if kind == "percent" else number_zh(value)
    plus = "+" if sign and value > 0 and text.strip("0.%") else ""
    return plus + text


def _levels(console: Any, comparison: Comparison, group: list[int]) -> None:
    runs = [comparison.runs[n] for n in group]
    table = new_table("各级目标：当前解（界，间隙）", ["目标", *_heads(runs)], range(1, len(runs) + 1))
    for level in comparison.levels:
        words = level_words(level.name)
        cells = []
        for n in group:
            cell = level.cells[n]
            if cell is None:
                cells.append(DASH)
                continue
            value, bound = (number_zh(v, words.decimals) for v in (cell.incumbent, cell.bound))
            proven = cell.status == "optimal" and value == bound
            cells.append(f"{value}（已证明）" if proven else f"{value}（界 {bound}，{gap_zh(cell.mip_gap)}）")
        table.add_row(words.name_zh, *cells)
    show(console, table)


def _places(console: Any, comparison: Comparison, group: list[int]) -> None:
    from siting.studies.compare.places import CHANGES_ZH, types_text

    runs = [comparison.runs[n] for n in group]
    if not any(run.same_circle for run in runs[1:]):
        return
    two = len(runs) == 2
    table = new_table("点位变化", ["点位", *_heads(runs), *(["较 1"] if two else [])])
    here = comparison.runs[0].circle_id
    rows = [row for row in comparison.places if row.circle_id == here and any(row.cells[n] for n in group)]
    for row in rows[:_MOST_PLACES]:
        cells = [
            types_text(row.cells[n]) or DASH if two else _mark(row, n, CHANGES_ZH) if runs[at].same_circle else DASH
            for at, n in enumerate(group)
        ]
        place = f"{row.place_id} {row.name}" + ("（现有网点）" if row.is_outlet else "")
        table.add_row(safe(place), *map(safe, cells), *([CHANGES_ZH[row.changes[group[1]]]] if two else []))
    show(console, table)
    if len(rows) > _MOST_PLACES:
        console.print(f"…… 另有 {len(rows) - _MOST_PLACES} 处，见对比表“点位变化”。")


def _mark(row: PlaceRow, n: int, words: dict[str, str]) -> str:
    cell = row.cells[n]
    count = f"{len(cell.type_ids)} 类" if cell else DASH
    return f"{count} {words[row.changes[n]]}".strip()


def _settings(console: Any, comparison: Comparison, group: list[int]) -> None:
    from siting.studies.settings_words import key_zh, setting_zh

    runs = [comparison.runs[n] for n in group]
    table = new_table("情景差异：值（来源）", ["设定", *_heads(runs)])
    for row in comparison.settings:
        cells = [row.cells[n] for n in group]
        shown = [f"{setting_zh(cell.value)}（{cell.origin}）" if cell.given else "未设" for cell in cells]
        if len(set(shown)) > 1:
            table.add_row(safe(f"{key_zh(row.key)} {row.key}"), *map(safe, shown))
    if table.row_count:
        show(console, table)
    else:
        console.print("情景没有差别。")
