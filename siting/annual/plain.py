"""plan.json: the annual plan as data, for programs."""

from __future__ import annotations

from typing import Any

from siting.annual.plan import AnnualPlan
from siting.annual.projects import Project
from siting.annual.totals import GROUPS, Sums, grouped
from siting.outputs.plain import SCHEMA_VERSION, plain


def plan_plain(plan: AnnualPlan) -> dict[str, Any]:
    """The whole plan; money in 元."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "annual_plan",
        "name_zh": plan.name_zh,
        "scope_zh": plan.scope_zh,
        "simulated": any(run.circle.simulated for run in plan.runs),
        "banner_zh": plan.banner_zh,
        "years": list(plan.years),
        "circles": [_circle(plan, index) for index in range(len(plan.runs))],
        "projects": [project_plain(project) for project in plan.projects],
        "total": _sums(plan.total),
        "by": {key: [_sums(row) for row in grouped(plan.projects, of)] for key, _, of in GROUPS},
        "indicators": plain(plan.indicators),
        "left_out": plain(plan.left_out),
    }


def project_plain(project: Project) -> dict[str, Any]:
    """One project; quarters as ``2025Q2``."""
    data: dict[str, Any] = plain(project)
    data["start"] = f"{project.start.year}Q{project.start.number}"
    data["finish"] = f"{project.finish.year}Q{project.finish.number}"
    data["cost"]["total_cny"] = plain(project.cost.total_cny)
    return data


def _circle(plan: AnnualPlan, index: int) -> dict[str, Any]:
    run = plan.runs[index]
    circle = run.circle
    return {
        "id": circle.id,
        "name": circle.name,
        "district": circle.district,
        "simulated": circle.simulated,
        "scenario": run.scenario.name,
        "status": run.status,
        "projects": len(plan.of_circle(circle.id)),
    }


def _sums(row: Sums) -> dict[str, Any]:
    data: dict[str, Any] = plain(row)
    return data | {"total_cny": plain(row.total_cny)}
