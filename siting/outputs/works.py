"""What a run must say of each pick so that a construction plan can be written from run.json alone."""

from __future__ import annotations

import re
from typing import Any

from scenarios.business_type import BusinessType
from siting.bundle import Pick, ResultBundle
from siting.outputs.place import Gain, Place, build_mode_zh, business_type, known

_TOP_ESTATES = 5
_DOCUMENT_YEAR = re.compile(r"〔(\d{4})〕")


def pick_facts(bundle: ResultBundle, pick: Pick, place: Place, gain: Gain) -> dict[str, Any]:
    """The room, the type's departments and jobs, what the cost is made of, who is served; JSON data.

    ``parts`` are those of :class:`siting.bundle.Pick`, 元; ``estates`` the demand points that gain most, ``room`` is
    empty of facts for an add-on at an existing outlet.
    """
    kind = business_type(bundle, pick.type_id)
    return {
        "mode_zh": build_mode_zh(pick, place),
        "room": {
            "kind": place.kind,
            "kind_zh": place.kind_zh,
            "address": place.address,
            "floor": place.floor,
            "area_m2": place.area_m2,
            "owner": place.owner,
            "available_year": place.available_year,
        },
        "tier": str(kind.tier) if kind else "",
        "tier_zh": kind.tier.label_zh if kind else "",
        "segment": kind.segment if kind else "all",
        "staff": kind.staff.value if kind else 0.0,
        "subsidy_cny_year": _subsidy_cny_year(kind, addon=bool(pick.host)) if kind else 0.0,
        "responsible_zh": kind.responsible_zh if kind else "",
        "cooperating_zh": list(kind.cooperating_zh) if kind else [],
        "department_source_zh": kind.department_source_zh if kind else "",
        "parts": dict(pick.parts_cny),
        "residents_in_reach": pick.residents_in_reach,
        "estates": [{"name": name, "residents": residents} for name, residents in gain.estates[:_TOP_ESTATES]],
        "estates_total": len(gain.estates),
    }


def _subsidy_cny_year(kind: BusinessType, addon: bool) -> float:
    own = kind.addon_subsidy_cny_year if addon else None
    return (own or kind.subsidy_cny_year).value


def existing_facts(bundle: ResultBundle) -> dict[str, Any]:
    """Outlets that stand today: how many, their jobs by the catalogue, how many belong to a chain.

    Outlets of types that the run leaves out count too, without jobs.
    """
    outlets = bundle.workspace.outlets
    kinds = [bundle.catalogue.types.get(str(type_id)) for type_id in outlets["type_id"]]
    chain = [bool(value) if known(value) else None for value in outlets["chain"]]
    return {
        "outlets": len(outlets),
        "staff": float(sum(kind.staff.value for kind in kinds if kind)),
        "chain": sum(value is True for value in chain),
        "not_chain": sum(value is False for value in chain),
        "chain_unknown": sum(value is None for value in chain),
    }


def document_year(bundle: ResultBundle) -> int | None:
    """The year of the plan that the circle stands in, e.g. 2024 of 聊商务字〔2024〕23号; None where it names none."""
    found = _DOCUMENT_YEAR.search(str(bundle.workspace.circle.plan.get("document", "")))
    return int(found[1]) if found else None
