"""Business types in a scenario: written as a planner likes (药店, pharmacy), kept as the catalogue's ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from scenarios.faults import Fault, FaultLog

_TABLES = (("objective", "weights"), ("objective", "missing_weights"), ("coverage_floor",), ("types",))
_DATED = re.compile(r"(.*\S)\s*[@＠]\s*([0-9]{4})\s*", re.DOTALL)
_LISTS = (("catalogue", "only"), ("assignment", "types"), ("lock", "in"), ("lock", "out"))


class TypeNames(Protocol):
    """What is needed of a catalogue: names to ids, and the nearest names."""

    def resolve(self, text: str) -> str | None:
        """The id that ``text`` names, or None."""

    def suggest(self, text: str) -> tuple[str, ...]:
        """The names nearest to ``text``, best first."""


def with_type_ids(data: dict[str, Any], file: str, catalogue: TypeNames, log: FaultLog) -> dict[str, Any]:
    """``data`` with every business type named by its id; ``unknown-type`` and ``duplicate-type`` go to ``log``.

    A lock's entry is ``SITE``, ``SITE:type`` or ``SITE:type@year``; what follows the last colon is the type, less its
    year (a full-width colon counts, and a full-width @).
    """
    namer = _Namer(file, catalogue, log)
    result = dict(data)
    for path in _TABLES:
        _replace(result, path, namer.table)
    for path in _LISTS:
        _replace(result, path, namer.locks if path[0] == "lock" else namer.names)
    return result


def _replace(data: dict[str, Any], path: tuple[str, ...], change: Callable[[Any, str], Any]) -> None:
    holder = data
    for part in path[:-1]:
        if not isinstance(holder.get(part), Mapping):
            return
        holder[part] = dict(holder[part])
        holder = holder[part]
    if path[-1] in holder:
        holder[path[-1]] = change(holder[path[-1]], ".".join(path))


@dataclass(frozen=True)
class _Namer:
    """Replaces names by ids; what has not the right shape is left for the schema to refuse."""

    file: str
    catalogue: TypeNames
    log: FaultLog

    def table(self, value: Any, key: str) -> Any:
        if not isinstance(value, Mapping):
            return value
        result: dict[str, Any] = {}
        for text, item in value.items():
            type_id = self._id(text, f"{key}.{text}")
            if type_id in result:
                rule = f"业态“{type_id}”在同一张表里写了两次（名称不同）"
                self.log.add(Fault("duplicate-type", self.file, rule, "请只留一项", column=f"{key}.{text}", value=text))
            result[type_id] = item
        return result

    def names(self, value: Any, key: str) -> Any:
        if not isinstance(value, list):
            return value
        return [self._id(text, key) if isinstance(text, str) else text for text in value]

    def locks(self, value: Any, key: str) -> Any:
        if not isinstance(value, list):
            return value
        return [self._lock(text, key) if isinstance(text, str) else text for text in value]

    def _lock(self, text: str, key: str) -> str:
        site, colon, type_text = text.replace("：", ":").rpartition(":")
        if not colon:
            return text
        dated = _DATED.fullmatch(type_text)
        return f"{site}:{self._id(dated[1], key)}@{dated[2]}" if dated else f"{site}:{self._id(type_text, key)}"

    def _id(self, text: str, column: str) -> str:
        type_id = self.catalogue.resolve(text)
        if type_id is not None:
            return type_id
        nearest = "、".join(self.catalogue.suggest(text)[:3])
        hint = f"，最接近的是：{nearest}" if nearest else ""
        remedy = f"请改为其中之一（{nearest}）或删去" if nearest else "请改用业态目录中的编号或中文名"
        rule = f"业态目录里没有这个业态{hint}"
        self.log.add(Fault("unknown-type", self.file, rule, remedy, column=column, value=text))
        return text
