"""Catalogue parameters in planners' words: label, unit and how a value reads in a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from scenarios.business_type import SITE_KIND_LABELS_ZH, BusinessType, SiteKind
from scenarios.sourced import Sourced
from siting.outputs.words import SEGMENTS_ZH

LABELS_ZH = {
    "walk_min": "步行时间（分钟）",
    "radius_m": "步行服务半径（米）",
    "area_m2": "单处面积（㎡）",
    "min_area_m2": "最小面积（㎡）",
    "m2_per_1000_residents": "千人面积（㎡/千人）",
    "residents_per_outlet": "每处服务人口（人）",
    "min_catchment": "最低服务人口（人）",
    "capacity": "服务能力（人）",
    "fitout_cny_m2": "装修单价（元/㎡）",
    "equipment_cny": "设备投入（元）",
    "subsidy_cny_year": "运营补贴（元/年）",
    "staff": "用工（人）",
    "spacing_m": "同业态间距（米）",
    "hosts": "可由哪些业态承载",
    "addon_area_m2": "承载所需面积（㎡）",
    "addon_cost_cny": "承载投入（元）",
    "separations": "与其他业态的间隔（米）",
    "site_rules": "选址规则",
    "sitable": "可否布点",
}

_RULES_ZH = {
    "allowed_kinds": "只许用于",
    "forbidden_kinds": "不许用于",
    "basement_allowed": "可设地下",
    "ground_floor_only": "只许首层",
    "max_floor": "最高楼层",
    "min_floor": "最低楼层",
    "elevator_above_floor": "高于该层须有电梯",
    "needs_flue": "须有专用烟道",
    "needs_street_front": "须临街",
    "check_on_site": "现场核查",
}


@dataclass(frozen=True)
class Parameter:
    """One value of a business type with its source."""

    label_zh: str
    value: str | float
    source: str
    standing: str
    standing_zh: str


def parameters(business: BusinessType, names: dict[str, str]) -> Iterator[Parameter]:
    """All sourced values of a business type, in the order of its fields; ``names`` are Chinese names by type id."""
    for field in type(business).model_fields:
        sourced = getattr(business, field)
        if isinstance(sourced, Sourced):
            yield Parameter(
                label_zh=LABELS_ZH.get(field, field),
                value=readable(sourced.value, names),
                source=sourced.source,
                standing=str(sourced.standing),
                standing_zh=sourced.standing.label_zh,
            )


def plain_facts(business: BusinessType) -> list[tuple[str, str]]:
    """What is not sourced value by value: segment and departments."""
    departments = "、".join(d for d in (business.responsible_zh, *business.cooperating_zh) if d)
    return [("服务人群", SEGMENTS_ZH.get(business.segment, business.segment)), ("牵头、配合部门", departments)]


def readable(value: Any, names: dict[str, str]) -> str | float:
    """A value as a cell shows it: numbers stay numbers, the rest becomes a sentence."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, BaseModel):
        return _rules(value)
    if isinstance(value, list | tuple):
        return "、".join(_item(v, names) for v in value) or "（无）"
    return str(value)


def _item(value: Any, names: dict[str, str]) -> str:
    if isinstance(value, BaseModel):
        type_id = str(getattr(value, "type_id", ""))
        return f"{names.get(type_id, type_id)} {getattr(value, 'metres', 0):g}"
    return names.get(str(value), str(value))


def _rules(rules: BaseModel) -> str:
    """Only what differs from the defaults is a rule."""
    parts = []
    for field, info in type(rules).model_fields.items():
        value = getattr(rules, field)
        if value == info.default:
            continue
        label = _RULES_ZH.get(field, field)
        parts.append(label if value is True else f"{label}：{_rule_value(value)}")
    return "；".join(parts).replace("可设地下：否", "不得设于地下") or "（无）"


def _rule_value(value: Any) -> str:
    if isinstance(value, tuple):
        return "、".join(SITE_KIND_LABELS_ZH[v] if isinstance(v, SiteKind) else str(v) for v in value)
    return str(readable(value, {})).removesuffix(".0")
