"""What ``siting run --committed`` says of the annual plan that it was given."""

from __future__ import annotations

from siting.batch import RunOutcome
from siting.cli.screen import safe, stdout
from siting.outputs.words import number_zh


def committed_table(outcome: RunOutcome) -> None:
    """What became of every row that was edited or set free, and the new plan against the old; on standard output."""
    report = outcome.committed
    if report is None:
        return
    from rich.table import Table

    kept = sum(item["outcome"] == "kept" and not _edited(item) for item in report["items"])
    title = f"{outcome.circle_id} {outcome.name} 年度计划对照：{report['file']}（另有 {kept} 项原样锁定）"
    table = Table(title=safe(title), title_justify="left")
    for heading in ("处理", "项目编码", "位置", "点位", "业态", "新方案", "说明"):
        table.add_column(heading)
    for item in report["items"]:
        if item["outcome"] == "kept" and not _edited(item):
            continue
        where = f"{item['sheet']} 第 {item['row']} 行" if item["row"] is not None else "（行已删除）"
        cells = (item["outcome_zh"], item["code"], where, item["site_id"], item["type_zh"])
        table.add_row(*(safe(c) for c in cells), "在" if item["in_plan"] else "不在", safe(item["text_zh"]))
    console = stdout()
    console.print(table)
    for word, key in (("新增项目", "new"), ("减少项目", "dropped")):
        told = "、".join(f"{pair['site']} {pair['type_zh']}" for pair in report[key]) or "无"
        console.print(safe(f"{word}：{told}"), soft_wrap=True)
    (old, new), (before, after) = report["cost_cny"], report["residents_newly_covered"]
    console.print(
        safe(
            f"与原计划相比：项目 {report['projects'][0]} → {report['projects'][1]}，投入 {number_zh(old)} → "
            f"{number_zh(new)} 元，新增覆盖 {number_zh(before)} → {number_zh(after)} 人次"
        ),
        soft_wrap=True,
    )


def _edited(item: dict[str, object]) -> bool:
    return item["own_cost_cny"] is not None or item["text_zh"] != "按计划锁定"
