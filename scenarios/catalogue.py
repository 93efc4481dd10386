"""The catalogue of business types 业态目录: every type that the city's plan names, each value with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scenarios.business_type import BusinessType, Tier
from scenarios.catalogue_names import NameIndex
from scenarios.catalogue_overrides import apply_overrides, unknown_type
from scenarios.faults import FaultLog
from scenarios.parameters import FIELD_LABELS_ZH, Parameter, parameters_of

__all__ = ["FIELD_LABELS_ZH", "Catalogue", "Parameter", "load_catalogue"]

_TYPE_FILES = Path(__file__).parent / "data" / "types"
_TIER_ORDER = {tier: rank for rank, tier in enumerate(Tier)}


class Catalogue:
    """Business types in catalogue order (basic, public, quality; the plan's order inside a tier). Immutable."""

    def __init__(self, types: Iterable[BusinessType]) -> None:
        ordered = sorted(types, key=lambda t: _TIER_ORDER[t.tier])
        self.types: Mapping[str, BusinessType] = MappingProxyType({t.id: t for t in ordered})
        self._names = NameIndex(ordered)

    def __reduce__(self) -> tuple[type[Catalogue], tuple[tuple[BusinessType, ...]]]:
        """Survive the trip to a worker process."""
        return (type(self), (tuple(self.types.values()),))

    def __eq__(self, other: object) -> bool:
        """Same types with the same values, in the same order."""
        return isinstance(other, Catalogue) and list(self.types.items()) == list(other.types.items())

    __hash__ = None  # type: ignore[assignment]

    def resolve(self, text: str) -> str | None:
        """Type id for an identifier, Chinese name, alias, or Amap code (several joined by ``|``); None if unknown."""
        return self._names.resolve(text)

    def suggest(self, text: str, n: int = 3) -> tuple[str, ...]:
        """Up to ``n`` names nearest to ``text``: Chinese names, or identifiers where ``text`` is ASCII."""
        return self._names.suggest(text, n)

    def with_overrides(self, overrides: Mapping[str, Mapping[str, Any]], source: str, file: str) -> Catalogue:
        """A catalogue in which the planner's plain values replace ours; each carries ``source`` and standing USER.

        ``overrides`` maps a type (identifier, name or alias) to fields. Setting ``radius_m`` clears ``walk_min`` and
        the other way round; ``area_m2 = 0`` (no area rule) clears ``min_area_m2`` too; ``site_rules`` may be given
        in part; ``"无"`` clears an optional field. A table with ``name_zh`` and ``tier`` under a new identifier
        defines a whole new type.

        Raises:
            FaultError: every fault at once; codes ``unknown-type``, ``unknown-field``, ``bad-value``,
                ``missing-field``.

        """
        return Catalogue(apply_overrides(self.types, self._names, overrides, source, file))

    def only(self, ids: Iterable[str], file: str = "情景") -> Catalogue:
        """The types named (identifier, Chinese name or alias); hosts and separations of the others are dropped.

        Raises:
            FaultError: names that are no type (``unknown-type``), placed in ``file``.

        """
        log = FaultLog()
        kept: set[str] = set()
        for text in ids:
            found = self.resolve(text)
            if found is None:
                log.add(unknown_type(text, self._names, file, "catalogue.only"))
            else:
                kept.add(found)
        log.raise_if_errors()
        return Catalogue(_without_others(t, kept) for t in self.types.values() if t.id in kept)

    def parameters(self) -> Iterator[Parameter]:
        """Every sourced value as (type_id, field, value, source, standing), for the sheet 参数与来源."""
        for t in self.types.values():
            yield from parameters_of(t)


def _without_others(t: BusinessType, kept: set[str]) -> BusinessType:
    update: dict[str, Any] = {}
    if t.hosts is not None:
        update["hosts"] = t.hosts.model_copy(update={"value": tuple(h for h in t.hosts.value if h in kept)})
    if t.separations is not None:
        near = tuple(s for s in t.separations.value if s.type_id in kept)
        update["separations"] = t.separations.model_copy(update={"value": near})
    return t.model_copy(update=update) if update else t


@cache
def load_catalogue() -> Catalogue:
    """The catalogue that comes with the package; read once per process."""
    tables = [tomllib.loads(f.read_text(encoding="utf-8")) for f in _TYPE_FILES.glob("*.toml")]
    tables.sort(key=lambda table: int(table["order"]))
    return Catalogue(BusinessType.model_validate({k: v for k, v in table.items() if k != "order"}) for table in tables)
