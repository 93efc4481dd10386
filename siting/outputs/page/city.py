"""The city's page: every circle's run in one table, its money beside the others', a link to its own page."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from siting.outputs.page.render import templates, text_of
from siting.outputs.words import number_zh

PAGE = "report.html"


@dataclass(frozen=True)
class FinishedRun:
    """A run's folder and the data of its run.json."""

    folder: Path
    run: Mapping[str, Any]


def write_city_page(runs: Sequence[FinishedRun], path: Path) -> None:
    """Write ``path``; links are relative to it. Circles stand in the order of their ids, then by scenario."""
    ordered = sorted(runs, key=lambda r: (r.run["circle"]["id"], r.run["scenario"]["name"], str(r.folder)))
    most = max([_spent(r)[1] for r in ordered] + [1.0])
    simulated = [r.run["circle"]["simulated_note"] for r in ordered if r.run["circle"]["simulated"]]
    text = (
        templates()
        .get_template("city.html.j2")
        .render(
            rows=[_row(run, path.parent, most) for run in ordered],
            sums=_sums(ordered),
            simulated=simulated[0] or "示意布局，非实测" if simulated else "",
            scenarios=sorted({r.run["scenario"]["name"] for r in ordered}),
            style=text_of("page.css"),
            program=ordered[0].run["program"],
        )
    )
    path.write_bytes(text.encode("utf-8", errors="replace"))


def _spent(run: FinishedRun) -> tuple[float, float]:
    """What the plan takes of the budget, and the budget (the spending itself where there is none), 元."""
    spent = float(run.run["totals"]["budget_cny"])
    budget = run.run["scenario"]["values"]["budget"]["capital_cny"]
    return spent, max(float(budget), spent) if budget is not None else spent


def _row(item: FinishedRun, base: Path, most: float) -> dict[str, Any]:
    run, totals = item.run, item.run["totals"]
    spent, budget = _spent(item)
    return {
        "id": run["circle"]["id"],
        "name": run["circle"]["name"],
        "where": "　".join(part for part in (run["circle"]["district"], run["circle"]["street_office"]) if part),
        "scenario": run["scenario"]["name"],
        "link": quote(Path(os.path.relpath(item.folder / PAGE, base)).as_posix()),
        "status": run["status_zh"],
        "proven": run["status"] == "optimal",
        "filled": f"{totals['missing_types_filled']} / {totals['missing_types_total']}",
        "complete": f"{totals['basic_complete_share_before']:.0%} → {totals['basic_complete_share_after']:.0%}",
        "covered": number_zh(totals["residents_newly_covered"]),
        "helped": number_zh(totals["residents_with_more"]),
        "sites": totals["sites_used"],
        "spent": number_zh(spent),
        "budget": number_zh(budget),
        "spent_share": round(100 * spent / most, 1),
        "budget_share": round(100 * budget / most, 1),
    }


def _sums(runs: Sequence[FinishedRun]) -> list[tuple[str, str, str]]:
    def total(key: str) -> float:
        return float(sum(run.run["totals"][key] for run in runs))

    proven = sum(run.run["status"] == "optimal" for run in runs)
    return [
        ("生活圈与方案", f"{len({r.run['circle']['id'] for r in runs})} 圈 {len(runs)} 个", "一圈可有几个情景的方案"),
        ("已证明最优", f"{proven} / {len(runs)}", "个"),
        ("补齐缺失网点", f"{total('missing_types_filled'):.0f} / {total('missing_types_total'):.0f}", "个"),
        ("新增覆盖", number_zh(total("residents_newly_covered")), "人次（各圈、各业态相加）"),
        ("启用点位", number_zh(total("sites_used")), "处"),
        ("投入", number_zh(total("cost_cny")), "元"),
    ]
