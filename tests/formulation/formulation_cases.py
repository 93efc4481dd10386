"""A workspace of rooms only, and business types with rules given by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.business_type import BusinessType, SiteRules, SourcedRules, SourcedTruth
from scenarios.catalogue import load_catalogue
from scenarios.sourced import Standing
from siting.workspace import CircleMeta, Workspace

CATALOGUE = load_catalogue()
ROOM: dict[str, Any] = {
    "name": "",
    "kind": "vacant_room",
    "x": 0.0,
    "y": 0.0,
    "area_m2": 10_000.0,
    "address": "",
    "floor": None,
    "elevator": None,
    "street_front": None,
    "flue": None,
    "rent_cny_year": 0.0,
    "renovation_cny_m2": 0.0,
    "opening_cny": 0.0,
    "available_year": None,
    "owner": "",
    "allowed_types": (),
    "forbidden_types": (),
}
OUTLET: dict[str, Any] = {"name": "", "x": 0.0, "y": 0.0, "area_m2": float("nan"), "chain": None, "services": ()}


def rooms(
    *sites: dict[str, Any],
    outlets: tuple[dict[str, Any], ...] = (),
    costs: list[tuple[str, str, float]] | None = None,
) -> Workspace:
    """Sites S0, S1 … and outlets O0, O1 …; what a dictionary does not name is blank and refuses nothing."""
    site_rows = [ROOM | {"id": f"S{n}"} | site for n, site in enumerate(sites)]
    outlet_rows = [OUTLET | {"id": f"O{n}"} | outlet for n, outlet in enumerate(outlets)]
    table = pd.DataFrame(site_rows, columns=["id", *ROOM]).astype(
        {
            "floor": "Int64",
            "available_year": "Int64",
            "elevator": "boolean",
            "street_front": "boolean",
            "flue": "boolean",
        }
    )
    return Workspace(
        folder=Path(),
        circle=CircleMeta("T1", "试验圈"),
        crs="",
        demand=pd.DataFrame({"id": ["D0"], "residents": [100.0], "elderly": 0.0, "toddlers": 0.0, "children": 0.0}),
        outlets=pd.DataFrame(outlet_rows, columns=["id", "type_id", *OUTLET]),
        sites=table,
        costs=None if costs is None else pd.DataFrame(costs, columns=["site_id", "type_id", "cny"]),
    )


def kind(type_id: str = "pharmacy", *, sitable: bool = True, **rules: Any) -> BusinessType:
    """A type of the catalogue with exactly these site rules."""
    return CATALOGUE.types[type_id].model_copy(
        update={
            "site_rules": SourcedRules(value=SiteRules(**rules), source="某规范", standing=Standing.STANDARD),
            "sitable": SourcedTruth(value=sitable, source="某通知", standing=Standing.STANDARD),
        }
    )
