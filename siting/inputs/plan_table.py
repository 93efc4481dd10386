"""The ``[plan]`` table of ``circle.toml``: checked as :class:`PlanFacts`, business types brought to their ids."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scenarios.faults import FaultLog
from scenarios.plan_facts import PlanFacts
from siting.inputs import messages
from siting.inputs.place import Place
from siting.inputs.toml_file import check_with_model

if TYPE_CHECKING:
    from scenarios.catalogue import Catalogue

_WITH_TYPES = ("statements", "contradictions")


def checked_plan(plan: Mapping[str, Any], catalogue: Catalogue, place: Place, log: FaultLog) -> dict[str, Any]:
    """The table as it stands, but for business types written by name or alias, which become ids.

    Unknown keys, wrong values and unknown business types go to ``log``.
    """
    checked = {key: _with_ids(key, value, catalogue, place, log) for key, value in plan.items()}
    for key, value in plan.items():
        if isinstance(value, float) and not math.isfinite(value):
            log.add(messages.bad_value(place.at(column=f"plan.{key}", value=value), "有限的数"))
            del checked[key]
    check_with_model(PlanFacts, checked, place, "plan", log)
    return checked


def _with_ids(key: str, value: Any, catalogue: Catalogue, place: Place, log: FaultLog) -> Any:
    if key not in _WITH_TYPES or not isinstance(value, list):
        return value
    rows = []
    for i, row in enumerate(value):
        written = row.get("type_id") if isinstance(row, Mapping) else None
        if not isinstance(written, str) or not written:
            rows.append(row)
            continue
        found = catalogue.resolve(written)
        if found is None:
            where = place.at(column=f"plan.{key}.{i}.type_id", value=written)
            log.add(messages.unknown_type(where, catalogue.suggest(written)))
        rows.append({**row, "type_id": found or written})
    return rows
