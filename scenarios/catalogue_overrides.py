"""Overrides 覆写 of catalogue values: the planner's plain values laid over ours, all faults told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scenarios.business_type import BusinessType, SiteRules, SourcedRules
from scenarios.catalogue_names import NameIndex, nearest, normal
from scenarios.catalogue_values import EMPTY_RULES, PLAIN, SITE_RULES, BadValue, Parser, sourced_parsers
from scenarios.faults import Fault, FaultLog
from scenarios.parameters import FIELD_LABELS_ZH
from scenarios.sourced import Sourced, Standing

_NONE_WORDS = frozenset({"无", "none"})
_OPTIONAL = frozenset(n for n, f in BusinessType.model_fields.items() if f.default is None) - {"walk_min", "radius_m"}
_REQUIRED = tuple(n for n, f in BusinessType.model_fields.items() if f.is_required() and n not in {"id", "name_en"})
_HOW_TO_ADD = "；若要新增业态，用小写英文编号，并给出不与别的业态重名的 name_zh、tier 等全部必填字段"
_REACH = ("walk_min", "radius_m")
_ID = re.compile(r"[a-z][a-z0-9_]*")


def apply_overrides(
    types: Mapping[str, BusinessType],
    names: NameIndex,
    overrides: Mapping[str, Mapping[str, Any]],
    source: str,
    file: str,
) -> tuple[BusinessType, ...]:
    """The types with ``overrides`` laid over them, new types last (see ``Catalogue.with_overrides``).

    Raises:
        FaultError: every fault at once.

    """
    job = _Job(names, source, file, _new_types(types, overrides))
    result = dict(types)
    for key, table in overrides.items():
        type_id = key if key in types or key in job.new.values() else names.resolve(key)
        if type_id is None:
            job.log.add(replace(fault := unknown_type(key, names, file, key), remedy=fault.remedy + _HOW_TO_ADD))
        elif not isinstance(table, Mapping):
            job.fault("bad-value", type_id, "业态的覆写应为小节", f"写成 [types.{type_id}]，下面每行一个字段", table)
        elif type_id in result:
            values = job.values(type_id, table, result[type_id])
            result[type_id] = result[type_id].model_copy(update=values)
        else:
            made = job.new_type(type_id, table)
            result |= {type_id: made} if made else {}
    job.log.raise_if_errors()
    return tuple(result.values())


def unknown_type(key: str, names: NameIndex, file: str, column: str) -> Fault:
    """The fault for a name that is no business type; the remedy names the nearest ones."""
    near = names.suggest(key)
    remedy = "是否想写：" + "、".join(near) if near else "填业态目录中的编号或名称，例如 pharmacy 或 药店"
    return Fault("unknown-type", file, "不是目录中的业态", remedy, column=column, value=key)


def _new_types(types: Mapping[str, BusinessType], overrides: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Names of the types that the overrides define, to their ids."""
    known = {normal(t.name_zh) for t in types.values()}
    new: dict[str, str] = {}
    for key, table in overrides.items():
        if key in types or not _ID.fullmatch(key) or not isinstance(table, Mapping) or "tier" not in table:
            continue
        name = table.get("name_zh")
        if isinstance(name, str) and normal(name) not in known:
            new |= {normal(key): key, normal(name): key}
    return new


@dataclass
class _Job:
    names: NameIndex
    source: str
    file: str
    new: Mapping[str, str]
    log: FaultLog = field(default_factory=FaultLog)

    def __post_init__(self) -> None:
        self.sourced = sourced_parsers(lambda text: self.new.get(normal(text)) or self.names.resolve(text))

    def fault(self, code: str, column: str, rule: str, remedy: str, value: Any = "") -> None:
        self.log.add(Fault(code, self.file, rule, remedy, column=column, value=str(value)))

    def new_type(self, type_id: str, table: Mapping[str, Any]) -> BusinessType | None:
        values = self.values(type_id, table, None)
        missing = [name for name in _REQUIRED if name not in table]
        missing += [] if any(name in table for name in _REACH) else ["radius_m"]
        for name in missing:
            self.fault(
                "missing-field",
                f"{type_id}.{name}",
                f"新业态缺少必填字段“{FIELD_LABELS_ZH[name]}”",
                f"在 [types.{type_id}] 下补上 {name}" + ("（或 walk_min）" if name == "radius_m" else ""),
            )
        return None if self.log.errors else BusinessType(**{"id": type_id, "name_en": type_id, **values})

    def values(self, type_id: str, table: Mapping[str, Any], old: BusinessType | None) -> dict[str, Any]:
        """Parsed fields of one table; a field with a fault is left out."""
        values: dict[str, Any] = {}
        for name, value in table.items():
            column = f"{type_id}.{name}"
            if name in PLAIN:
                self.parse(values, name, column, PLAIN[name], value)
            elif name in _OPTIONAL and isinstance(value, str) and value in _NONE_WORDS:
                values[name] = None
            elif name == "site_rules":
                values[name] = self.site_rules(column, value, old.site_rules if old else None)
            elif name in self.sourced:
                self.one_sourced(values, name, column, value)
            elif name != "id" or value != type_id:
                self.unknown_field(column, name, BusinessType.model_fields)
        if all(name in table for name in _REACH):
            self.fault("bad-value", f"{type_id}.radius_m", "walk_min 和 radius_m 只能给一个", "删去其中一个")
        elif "radius_m" in values:
            values["walk_min"] = None
        elif "walk_min" in values:
            values["radius_m"] = None
        area = values.get("area_m2")
        if area is not None and area.value == 0 and "min_area_m2" not in table:
            values["min_area_m2"] = None
        return values

    def parse(self, into: dict[str, Any], name: str, column: str, parser: Parser, value: Any) -> None:
        try:
            into[name] = parser(value)
        except BadValue as bad:
            self.fault("bad-value", column, bad.rule, bad.remedy, value)

    def one_sourced(self, values: dict[str, Any], name: str, column: str, value: Any) -> None:
        """A plain value, or ``{ value = …, source = "…" }`` where the planner names a source of their own."""
        source = self.source
        if isinstance(value, Mapping) and set(value) <= {"value", "source"} and "value" in value:
            source = str(value.get("source", source))
            value = value["value"]
        parser, sourced = self.sourced[name]
        self.parse(
            values, name, column, lambda v: sourced(value=parser(v), source=source, standing=Standing.USER), value
        )

    def site_rules(self, column: str, table: Any, old: Sourced[SiteRules] | None) -> Sourced[SiteRules] | None:
        if not isinstance(table, Mapping):
            self.fault("bad-value", column, "选址规则应为小节", f"写成 [types.{column}]，下面每行一条规则", table)
            return old
        update: dict[str, Any] = {}
        for name, value in table.items():
            place = f"{column}.{name}"
            if name not in SITE_RULES:
                self.unknown_field(place, name, SITE_RULES)
            elif name in EMPTY_RULES and isinstance(value, str) and value in _NONE_WORDS:
                update[name] = None
            else:
                self.parse(update, name, place, SITE_RULES[name], value)
        rules = (old.value if old else SiteRules()).model_copy(update=update)
        source = f"{self.source}（其余沿用：{old.source}）" if old else self.source
        return SourcedRules(value=rules, source=source, standing=Standing.USER)

    def unknown_field(self, column: str, name: str, known: Iterable[str]) -> None:
        near = nearest(name, known)
        remedy = f"是否想写 {near}" if near else "可用字段：" + "、".join(known)
        self.fault("unknown-field", column, "业态没有这个字段", remedy, name)
