"""The picks of run.json, each tied to its place and its business type in the input tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from scenarios.business_type import BusinessType
from siting.audit.facts import Facts
from siting.audit.reach import Reach
from siting.audit.recorded import PickRecord, Recorded

Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Placed:
    """A pick whose place and type are known. ``site`` and ``outlet`` are table rows, None for the other kind."""

    record: PickRecord
    kind: BusinessType
    site: int | None
    outlet: int | None
    place: int

    @property
    def is_addon(self) -> bool:
        """An add-on service, not an outlet of its own."""
        return bool(self.record.host)

    @property
    def name_zh(self) -> str:
        """As the findings name it: ``S001 药店``."""
        return f"{self.record.site or self.record.host} {self.kind.name_zh}"

    @property
    def area_m2(self) -> float:
        """Floor area by the catalogue."""
        if self.is_addon and self.kind.addon_area_m2 is not None:
            return self.kind.addon_area_m2.value
        return self.kind.area_m2.value


@dataclass(frozen=True, eq=False)
class Case:
    """All that a check may look at."""

    recorded: Recorded
    facts: Facts
    reach: Reach
    placed: tuple[Placed, ...]
    unknown: tuple[str, ...] = field(default=())

    @cached_property
    def kinds(self) -> dict[str, BusinessType]:
        """The run's business types by id."""
        return dict(self.facts.catalogue.types)

    @cached_property
    def sites(self) -> list[Row]:
        """The candidate sites as plain rows."""
        rows: list[Row] = self.facts.workspace.sites.to_dict("records")
        return rows

    @cached_property
    def outlets(self) -> list[Row]:
        """The existing outlets as plain rows."""
        rows: list[Row] = self.facts.workspace.outlets.to_dict("records")
        return rows

    @property
    def opened(self) -> tuple[Placed, ...]:
        """The picks that are outlets of their own."""
        return tuple(pick for pick in self.placed if not pick.is_addon)

    @property
    def addons(self) -> tuple[Placed, ...]:
        """The picks that are add-on services."""
        return tuple(pick for pick in self.placed if pick.is_addon)

    @cached_property
    def used(self) -> dict[int, list[Placed]]:
        """Sites with an outlet of their own, by table row."""
        found: dict[int, list[Placed]] = {}
        for pick in self.opened:
            if pick.site is not None:
                found.setdefault(pick.site, []).append(pick)
        return found

    @cached_property
    def quotes(self) -> dict[tuple[str, str], float]:
        """The prices of costs.csv, 元, by site and type."""
        table = self.facts.workspace.costs
        if table is None:
            return {}
        pairs = zip(table["site_id"].astype(str), table["type_id"].astype(str), strict=True)
        return dict(zip(pairs, table["cny"].astype(float), strict=True))

    def places_of(self, type_id: str) -> list[int]:
        """Where the plan gives a type, as outlets or as add-on services."""
        return [pick.place for pick in self.placed if pick.kind.id == type_id]


def make_case(recorded: Recorded, facts: Facts) -> Case:
    """Tie the picks to the tables; what cannot be tied is kept as findings."""
    site_rows = {str(text): row for row, text in enumerate(facts.workspace.sites["id"])}
    outlet_rows = {str(text): row for row, text in enumerate(facts.workspace.outlets["id"])}
    placed: list[Placed] = []
    unknown: list[str] = []
    for record in recorded.picks:
        kind = facts.catalogue.types.get(record.type)
        site = site_rows.get(record.site)
        outlet = outlet_rows.get(record.host) if site is None and record.site in ("", record.host) else None
        if kind is None:
            unknown.append(f"业态 {record.type} 不在本次求解的业态目录里")
        elif site is None and outlet is None:
            unknown.append(f"点位 {record.site or record.host} 不在候选点表里")
        else:
            place = site if site is not None else len(site_rows) + (outlet or 0)
            placed.append(Placed(record, kind, site, outlet, place))
    return Case(recorded, facts, Reach(facts), tuple(placed), tuple(unknown))


def entries(case: Case) -> Iterator[str]:
    """Every pick names a site and a type that exist, and no two picks are the same."""
    yield from case.unknown
    seen: set[tuple[int, str]] = set()
    for pick in case.placed:
        if (pick.place, pick.kind.id) in seen:
            yield f"{pick.name_zh} 列了不止一次"
        seen.add((pick.place, pick.kind.id))
