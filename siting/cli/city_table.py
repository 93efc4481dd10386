"""On screen: what each circle of a city's run gets, and the comparison with the split budget."""

from __future__ import annotations

from typing import Any

from siting.batch import RunOutcome
from siting.cli.screen import safe, stdout
from siting.outputs.words import DASH, level_words, number_zh


def city_plain(outcome: RunOutcome) -> dict[str, Any]:
    """The city's part of the JSON, as in run.json; nothing for circles alone."""
    return {"city": outcome.report["city"]} if outcome.report and "city" in outcome.report else {}


def city_table(outcome: RunOutcome) -> None:
    """Tables on standard output; none for circles alone."""
    from rich.table import Table

    city = city_plain(outcome).get("city")
    if city is None:
        return
    table = Table(title="各圈：一本账怎么分", title_justify="left")
    table.add_column("生活圈")
    for heading in ("补齐/缺失", "项目", "投入（元）", "新增覆盖（人次）", "按人口可分（元）", "单独做补齐"):
        table.add_column(heading, justify="right")
    for circle in city["circles"]:
        table.add_row(
            safe(f"{circle['id']} {circle['name']}"),
            f"{circle['missing_filled']}/{circle['missing_total']}",
            str(circle["picks"]),
            number_zh(circle["money_cny"]),
            number_zh(circle["residents_newly_covered"]),
            DASH if circle["share_cny"] is None else number_zh(circle["share_cny"]),
            DASH if circle["alone_missing_filled"] is None else str(circle["alone_missing_filled"]),
        )
    stdout().print(table)
    levels = Table(title="与按人口切分预算相比（目标先后有序）", title_justify="left")
    levels.add_column("目标")
    for heading in ("一本账", "按人口切分", "相差"):
        levels.add_column(heading, justify="right")
    for level in city["split"]:
        words = level_words(level["name"])
        numbers = (level["city"], level["split"], level["city"] - level["split"])
        levels.add_row(f"{words.name_zh}（{words.unit_zh}）", *(number_zh(v, words.decimals) for v in numbers))
    stdout().print(levels)
