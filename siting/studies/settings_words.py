"""Scenario keys and their values as planners read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siting.outputs.words import level_words

_KEYS_ZH = {
    "budget.capital_cny": "投资额度（元）",
    "budget.subsidy_cny_year": "年补贴额度（元）",
    "budget.include_rent": "租金计入预算",
    "budget.lease_years": "租期（年）",
    "budget.discount_rate": "折现率",
    "objective.levels": "目标先后",
    "objective.weights": "覆盖权重",
    "objective.missing_weights": "缺口权重",
    "objective.equity_share": "最薄弱居民占比",
    "limits.max_sites": "点位数上限",
    "limits.max_outlets": "新设网点数上限",
    "coverage_floor": "覆盖率下限",
    "lock.in": "必选",
    "lock.out": "禁选",
    "walking.adult_m_s": "成人步速（米/秒）",
    "walking.elderly_m_s": "老年人步速（米/秒）",
    "walking.max_access_m": "离路最远（米）",
    "catalogue.only": "只看这些业态",
    "sites.forbidden_kinds": "不用的点位类型",
    "sites.withdrawn_share": "撤去点位占比",
    "hosts.new": "新网点一店多能",
    "hosts.existing": "现有网点一店多能",
    "hosts.spare_share": "可搭载面积占比",
    "solver.name": "求解器",
    "solver.time_limit_s": "每级时限（秒）",
    "solver.mip_gap": "要求的间隙",
}


def key_zh(key: str) -> str:
    """Chinese words of a dotted key; of its table where only that is known; the key itself otherwise."""
    if key in _KEYS_ZH:
        return _KEYS_ZH[key]
    table, _, rest = key.partition(".")
    for known in (table, ".".join(key.split(".")[:2])):
        if known in _KEYS_ZH:
            return f"{_KEYS_ZH[known]}：{key[len(known) + 1 :]}"
    return f"业态参数：{rest}" if table == "types" else key


def setting_zh(value: Any) -> str:
    """A scenario value in words: numbers with separators, 不限, 是/否, levels by name."""
    if value is None:
        return "不限"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:g}"
    if isinstance(value, Mapping):
        return "；".join(f"{k}={setting_zh(v)}" for k, v in value.items()) or "（无）"
    if isinstance(value, list | tuple):
        return "、".join(level_words(v).name_zh if isinstance(v, str) else setting_zh(v) for v in value) or "（无）"
    return str(value)
