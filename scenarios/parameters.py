"""The parameter table 参数与来源: every sourced value of a business type, and how to say it in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from scenarios.business_type import BusinessType, Separation, SiteKind, SiteRules
from scenarios.sourced import Sourced, Standing

FIELD_LABELS_ZH = {
    "id": "业态编号",
    "name_zh": "业态名称",
    "name_en": "英文名称",
    "aliases_zh": "别名",
    "other_ids": "其他编号",
    "tier": "类别",
    "segment": "服务人群",
    "walk_min": "步行时间（分钟）",
    "radius_m": "服务半径（米）",
    "area_m2": "所需面积（㎡）",
    "min_area_m2": "最小面积（㎡）",
    "m2_per_1000_residents": "千人面积（㎡/千人）",
    "residents_per_outlet": "每处服务人口（人）",
    "min_catchment": "最少覆盖人口（人）",
    "capacity": "服务能力（位）",
    "use_rate": "使用率（位/人）",
    "fitout_cny_m2": "装修单价（元/㎡）",
    "equipment_cny": "设备费（元/处）",
    "subsidy_cny_year": "年补贴（元/年）",
    "staff": "就业人数（人）",
    "spacing_m": "同业间距（米）",
    "hosts": "可搭载于",
    "addon_area_m2": "搭载面积（㎡）",
    "addon_cost_cny": "搭载费用（元）",
    "addon_subsidy_cny_year": "搭载年补贴（元/年）",
    "separations": "须远离",
    "site_rules": "选址规则",
    "sitable": "可在候选房屋选址",
    "responsible_zh": "责任单位",
    "cooperating_zh": "配合单位",
    "department_source_zh": "责任单位出处",
    "notes_zh": "说明",
}


class Parameter(NamedTuple):
    """One row of the table; ``value`` as the model uses it, ``value_zh`` as the planner reads it."""

    type_id: str
    field: str
    value: Any
    source: str
    standing: Standing

    @property
    def label_zh(self) -> str:
        """Chinese name of the field, with its unit."""
        return FIELD_LABELS_ZH[self.field]

    @property
    def value_zh(self) -> str:
        """The value as Chinese text; numbers without a needless fraction."""
        return value_text_zh(self.value)


def parameters_of(business_type: BusinessType) -> Iterator[Parameter]:
    """Every :class:`~scenarios.sourced.Sourced` value of one type, in field order."""
    for name in BusinessType.model_fields:
        sourced = getattr(business_type, name)
        if isinstance(sourced, Sourced):
            yield Parameter(business_type.id, name, sourced.value, sourced.source, sourced.standing)


def value_text_zh(value: Any) -> str:
    """A catalogue value as Chinese text; lists are joined by ``、``, site rules by ``；``."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return f"{value:.12g}"
    if isinstance(value, SiteRules):
        return "；".join(site_rules_zh(value)) or "无"
    if isinstance(value, Separation):
        return f"{value.type_id} {value.metres:g}米"
    if isinstance(value, tuple):
        return "、".join(value_text_zh(v) for v in value) or "无"
    return str(value)


def site_rules_zh(rules: SiteRules) -> tuple[str, ...]:
    """The rules as short Chinese sentences: first those that the tables decide, then those to check on site."""
    said = []
    if rules.allowed_kinds:
        said.append("只能用" + _kinds(rules.allowed_kinds))
    if rules.forbidden_kinds:
        said.append("不得用" + _kinds(rules.forbidden_kinds))
    if not rules.basement_allowed:
        said.append("不得设在地下室")
    if rules.ground_floor_only:
        said.append("须在首层")
    if rules.max_floor is not None:
        said.append(f"不高于{floor_zh(rules.max_floor)}")
    if rules.min_floor is not None:
        said.append(f"不低于{floor_zh(rules.min_floor)}")
    if rules.elevator_above_floor is not None:
        said.append(f"{floor_zh(rules.elevator_above_floor)}以上须有电梯")
    if rules.needs_flue:
        said.append("须有专用烟道")
    if rules.needs_street_front:
        said.append("须临街")
    return (*said, *(f"现场核查：{sentence}" for sentence in rules.check_on_site))


def floor_zh(floor: int) -> str:
    """``1`` is 首层, ``3`` is 3层, ``-1`` is 地下1层."""
    if floor == 1:
        return "首层"
    return f"{floor}层" if floor > 0 else f"地下{-floor}层"


def _kinds(kinds: tuple[SiteKind, ...]) -> str:
    return "、".join(kind.label_zh for kind in kinds)
