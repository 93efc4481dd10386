"""What run.json says of the circle itself: homes, who reaches what already, and every parameter with its source."""

from __future__ import annotations

from typing import Any

from scenarios.parameters import parameters_of
from scenarios.sourced import Standing
from siting.bundle import ResultBundle
from siting.outputs.place import known
from siting.outputs.plain import plain
from siting.workspace import SEGMENTS


def demand_plain(bundle: ResultBundle) -> list[dict[str, Any]]:
    """One row for each demand point: id, name, and residents by segment."""
    columns = {"all": "residents"} | {segment: segment for segment in SEGMENTS if segment != "all"}
    return [
        {"id": str(row["id"]), "name": str(row["name"]) if known(row["name"]) else ""}
        | {segment: plain(row[column]) or 0.0 for segment, column in columns.items()}
        for row in bundle.workspace.demand.to_dict("records")
    ]


def covered_plain(bundle: ResultBundle) -> dict[str, list[str]]:
    """Type id → demand points that an existing outlet serves already."""
    return {type_id: list(homes) for type_id, homes in bundle.covered.items()}


def parameters_plain(bundle: ResultBundle) -> list[dict[str, Any]]:
    """Every sourced value of the business types of this run."""
    return [
        {
            "type_id": kind.id,
            "type_zh": kind.name_zh,
            "field": item.field,
            "name_zh": item.label_zh,
            "value_zh": item.value_zh,
            "source": item.source,
            "standing_zh": item.standing.label_zh,
            "assumption": item.standing is Standing.ASSUMPTION,
        }
        for kind in bundle.catalogue.types.values()
        for item in parameters_of(kind)
    ]
