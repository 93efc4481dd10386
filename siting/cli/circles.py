"""``siting circles``: the pilot circles of the city's plan."""

from __future__ import annotations

from typing import Any

from scenarios.circles import PilotCircle, load_circles
from siting.cli.options import Json
from siting.cli.screen import print_json, safe, stdout


def circles(json: Json = False) -> None:
    """列出市方案中的 11 个试点生活圈。

    例：siting circles --json
    """
    found = load_circles()
    if json:
        print_json({"command": "circles", "status": "done", "exit_code": 0, "circles": [_plain(c) for c in found]})
        return
    from rich.table import Table

    table = Table(title="一刻钟便民生活圈试点", title_justify="left")
    for heading in ("编号", "名称", "所在区", "街道"):
        table.add_column(heading)
    for heading in ("居民（人）", "小区（个）", "方案称缺少的业态（种）"):
        table.add_column(heading, justify="right")
    for circle in found:
        facts = circle.facts
        numbers = [
            "—" if value is None else f"{value:,.0f}"
            for value in (facts.population, facts.estates, len(facts.type_ids("missing")))
        ]
        table.add_row(*(safe(v) for v in (circle.id, circle.name, circle.district, circle.street_office)), *numbers)
    stdout().print(table)


def _plain(circle: PilotCircle) -> dict[str, Any]:
    facts = circle.facts
    return {
        "circle": circle.id,
        "name": circle.name,
        "district": circle.district,
        "street_office": circle.street_office,
        "population": facts.population,
        "households": facts.households,
        "estates": facts.estates,
        "area_km2": facts.area_km2,
        "types_missing": list(facts.type_ids("missing")),
        "types_present": list(facts.type_ids("present")),
        "types_priority": list(facts.type_ids("priority")),
    }
