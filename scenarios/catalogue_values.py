"""Plain TOML values for catalogue fields: one parser per kind of field; a bad value raises :class:`BadValue`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

from scenarios.business_type import (
    SITE_KIND_LABELS_ZH,
    Segment,
    Separation,
    SiteKind,
    SourcedNumber,
    SourcedSeparations,
    SourcedTruth,
    SourcedTypes,
    Tier,
)
from scenarios.sourced import Sourced

Parser = Callable[[Any], Any]
T = TypeVar("T")
Lookup = Callable[[str], str | None]


class BadValue(Exception):
    """``rule`` and ``remedy`` as in :class:`~scenarios.faults.Fault`."""

    def __init__(self, rule: str, remedy: str) -> None:
        self.rule, self.remedy = rule, remedy
        super().__init__(rule)


def number(value: Any) -> float:
    """A finite number, zero or more."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadValue("应为数字", "填一个不带单位、不加引号的数字")
    if value < 0:
        raise BadValue("不能是负数", "填 0 或正数")
    return float(value)


def rate(value: Any) -> float:
    """A share, 0 to 1."""
    if (share := number(value)) > 1:
        raise BadValue("应为 0 到 1 之间的比例", "百分之五写成 0.05")
    return share


def floor(value: Any) -> int:
    """A storey as people count it: 1 is the ground floor, -1 the first basement, 0 does not exist."""
    if isinstance(value, bool) or not isinstance(value, int) or value == 0:
        raise BadValue("应为楼层整数，首层为 1，地下一层为 -1，没有 0 层", "填非零整数")
    return value


def truth(value: Any) -> bool:
    """``true`` or ``false``."""
    if not isinstance(value, bool):
        raise BadValue("应为 true 或 false", "填 true（是）或 false（否），不加引号")
    return value


def text(value: Any) -> str:
    """Text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise BadValue("应为文字，不能为空", "填加英文双引号的文字")
    return value.strip()


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts; a single text counts as a list of one."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple):
        raise BadValue("应为文字列表", '写成 ["甲", "乙"] 的形式')
    return tuple(text(v) for v in value)


def tier(value: Any) -> Tier:
    """A tier by its identifier or Chinese name."""
    names: dict[str, Tier] = {str(t): t for t in Tier} | {t.label_zh: t for t in Tier}
    return _choice(value, names)


def segment(value: Any) -> Segment:
    """A segment of residents."""
    return _choice(value, {name: name for name in get_args(Segment)})


def kinds(value: Any) -> tuple[SiteKind, ...]:
    """Kinds of candidate site, by identifier or Chinese name."""
    names = {str(k): k for k in SiteKind} | {label: k for k, label in SITE_KIND_LABELS_ZH.items()}
    return tuple(_choice(v, names) for v in texts(value))


def type_ids(lookup: Lookup) -> Parser:
    """A parser of lists of business types."""
    return lambda value: tuple(dict.fromkeys(_type_id(v, lookup) for v in texts(value)))


def separations(lookup: Lookup) -> Parser:
    """A parser of ``[{ type_id = "wet_market", metres = 20 }]``."""

    def parse(value: Any) -> tuple[Separation, ...]:
        rows = value if isinstance(value, list | tuple) else [value]
        if not all(isinstance(row, Mapping) and set(row) == {"type_id", "metres"} for row in rows):
            raise BadValue("应为业态与距离的列表", '写成 [{ type_id = "wet_market", metres = 20 }] 的形式')
        return tuple(
            Separation(type_id=_type_id(text(row["type_id"]), lookup), metres=number(row["metres"])) for row in rows
        )

    return parse


def _type_id(name: str, lookup: Lookup) -> str:
    found = lookup(name)
    if found is None:
        raise BadValue(f"“{name}”不是目录中的业态", "改用目录中的业态编号或名称")
    return found


def _choice(value: Any, names: Mapping[str, T]) -> T:
    if not isinstance(value, str) or value not in names:
        raise BadValue("不在可选值之中", "可选：" + "、".join(names))
    return names[value]


PLAIN: Mapping[str, Parser] = {
    "name_zh": text,
    "name_en": text,
    "aliases_zh": texts,
    "other_ids": texts,
    "tier": tier,
    "segment": segment,
    "responsible_zh": text,
    "cooperating_zh": texts,
    "department_source_zh": text,
    "notes_zh": texts,
}
NUMBERS = (
    "walk_min",
    "radius_m",
    "area_m2",
    "min_area_m2",
    "m2_per_1000_residents",
    "residents_per_outlet",
    "min_catchment",
    "capacity",
    "fitout_cny_m2",
    "equipment_cny",
    "subsidy_cny_year",
    "staff",
    "spacing_m",
    "addon_area_m2",
    "addon_cost_cny",
    "addon_subsidy_cny_year",
)
SITE_RULES: Mapping[str, Parser] = {
    "allowed_kinds": kinds,
    "forbidden_kinds": kinds,
    "basement_allowed": truth,
    "ground_floor_only": truth,
    "max_floor": floor,
    "min_floor": floor,
    "elevator_above_floor": floor,
    "needs_flue": truth,
    "needs_street_front": truth,
    "check_on_site": texts,
}
EMPTY_RULES = frozenset({"max_floor", "min_floor", "elevator_above_floor"})


def sourced_parsers(lookup: Lookup) -> dict[str, tuple[Parser, type[Sourced[Any]]]]:
    """Parser and sourced class of each sourced field, ``site_rules`` aside."""
    return {
        **dict.fromkeys(NUMBERS, (number, SourcedNumber)),
        "use_rate": (rate, SourcedNumber),
        "sitable": (truth, SourcedTruth),
        "hosts": (type_ids(lookup), SourcedTypes),
        "separations": (separations(lookup), SourcedSeparations),
    }
