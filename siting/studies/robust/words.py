"""Chinese sentences of this study: what a future changes, why a plan is unlawful in one."""

from __future__ import annotations

from collections import Counter

from models.robust import Family
from models.solution import Decision
from models.verify import budget_spent_cny, subsidy_spent_cny_year
from scenarios.future_schema import FutureSpec
from siting.outputs.words import SEGMENTS_ZH, number_zh
from siting.studies.robust.effects import Effects

MEASURES_ZH = {
    "expected": "期望（按权重平均）",
    "worst_regret": "最大遗憾",
    "worst_value": "最坏情形",
}
EXPECTED_ZH = "期望方案"
WORST_ZH = {"worst_regret": "稳妥方案（最大遗憾最小）", "worst_value": "保底方案（最坏情形尽量好）"}
TODAY_ZH = "现状方案（只按现状求解）"
_RULES_ZH = {
    "eligibility": "点位不能设该业态",
    "host": "一店多能服务没有承载网点",
    "area": "面积不足",
    "budget": "超出投资预算",
    "subsidy": "超出年度补贴预算",
    "viability": "网点可达居民不足（扣除竞争后）",
    "capacity": "服务能力不足",
    "spacing": "同业间距不足",
    "separation": "与相克业态距离不足",
    "max_sites": "点位数超限",
    "max_outlets": "新设网点数超限",
    "lock_in": "锁定选用的未选",
    "lock_out": "锁定排除的被选",
    "coverage_floor": "覆盖底线未达到",
    "walking": "有居民走不到",
}
_SHOWN_IDS = 12


def changes_zh(spec: FutureSpec, effects: Effects) -> tuple[str, ...]:
    """What the future changes in this circle."""
    said = []
    people = spec.population
    if people.all != 1.0:
        said.append(f"{SEGMENTS_ZH['all']}×{people.all:g}")
    for segment in ("elderly", "toddlers", "children"):
        if people.factor(segment) != people.all:
            said.append(f"{SEGMENTS_ZH[segment]}×{people.factor(segment):g}")
    if spec.cost_factor != 1.0:
        said.append(f"开办、改造、装修、设备费用×{spec.cost_factor:g}")
    if spec.rent_factor != 1.0:
        said.append(f"租金×{spec.rent_factor:g}")
    for who, speed in (("成人", spec.walking.adult_m_s), ("老年人", spec.walking.elderly_m_s)):
        if speed is not None:
            said.append(f"{who}步速 {speed:g} 米/秒")
    if spec.budget.discount_rate is not None:
        said.append(f"折现率 {spec.budget.discount_rate:g}")
    said += [f"业态 {t} 的 {key} 改为 {value}" for t, table in spec.types.items() for key, value in table.items()]
    asked_outlets = spec.closed_outlets.ids or spec.closed_outlets.share or spec.closed_outlets.largest_of
    if effects.closed:
        said.append(f"关闭现有网点 {_ids(effects.closed)}")
    elif asked_outlets:
        said.append("本圈没有可关闭的相应网点，与现状相同")
    if effects.withdrawn:
        said.append(f"撤回候选点 {_ids(effects.withdrawn)}")
    elif spec.withdrawn_sites.share:
        said.append("按比例取整后没有撤回的候选点")
    return tuple(said) or ("与现状相同",)


def reasons_zh(family: Family, s: int, plan: Decision, broken: tuple[str, ...]) -> tuple[str, ...]:
    """Why the plan is unlawful in future s: each rule once, money with figures, others with how often."""
    counts = Counter(sentence.partition(":")[0] for sentence in broken)
    there = family.there(s, plan)
    instance, rules = family.futures[s].instance, family.rules[s]
    money = {
        "budget": (budget_spent_cny(instance, there), rules.budget_cny),
        "subsidy": (subsidy_spent_cny_year(instance, there), rules.subsidy_cny_year),
    }
    said = []
    for rule, count in counts.items():
        words = _RULES_ZH.get(rule, rule)
        spent, limit = money.get(rule, (0.0, None))
        if limit is not None:
            said.append(f"{words} {number_zh(spent - limit)} 元（需 {number_zh(spent)}，限 {number_zh(limit)}）")
        else:
            said.append(f"{words} {count} 处")
    return tuple(said)


def _ids(ids: tuple[str, ...]) -> str:
    more = f" 等 {len(ids)} 处" if len(ids) > _SHOWN_IDS else ""
    return "、".join(ids[:_SHOWN_IDS]) + more
