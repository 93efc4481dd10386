"""Near-optimal alternatives 备选方案 as plain data and as sentences; what is proven is said to be proven."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from siting.bundle import OtherPlan, OtherPlans, ResultBundle
from siting.outputs.losses import losses_zh
from siting.outputs.place import label, places, type_names
from siting.outputs.plain import level_plain, plain


def alternatives_plain(bundle: ResultBundle) -> dict[str, Any] | None:
    """What was asked, what is proven, and every alternative; None where none was asked for."""
    others = bundle.other_plans
    if others is None:
        return None
    return {
        "asked": others.asked,
        "within": plain(others.within),
        "ended": others.ended,
        "furthest": others.furthest,
        "summary_zh": list(summary_zh(bundle, others)),
        "plans": [_plan(bundle, number, plan) for number, plan in enumerate(others.plans, start=1)],
    }


def summary_zh(bundle: ResultBundle, others: OtherPlans) -> Iterator[str]:
    """What may be said of all plans within the tolerance."""
    share = f"{others.within * 100:g}%"
    found, n_site = len(others.plans), len(bundle.workspace.sites)
    if others.ended == "none_left" and not found:
        yield f"在 {share} 以内没有别的方案（已证明）。"
    elif others.furthest == 0:
        yield f"在 {share} 以内，没有一个方案用别的点位（已证明）；下列方案点位相同，只是业态放法不同。"
    elif others.furthest < n_site:
        yield f"在 {share} 以内，任何方案与推荐方案至多相差 {others.furthest} 处点位（已证明）。"
    if others.ended == "none_left" and found:
        yield f"除下列 {found} 个以外，{share} 以内再没有别的方案（已证明）。"
    elif others.ended == "limit":
        yield f"限时之内找到 {found} 个（要 {others.asked} 个）；是否还有别的方案，没有证明。"
    yield (
        f"“{share} 以内”：每一级目标各自都不比推荐方案差 {share} 以上；推荐方案为 0 的一级不许变差。"
        "相差几处：只有其中一个方案用到的点位有几处。"
    )


def difference_zh(plan: OtherPlan) -> str:
    """How far a plan is from the nearest before it, and what is proven of that."""
    what = f"相差 {plan.difference} 处点位" if plan.difference else f"点位相同，换了 {plan.services} 项业态"
    unit = "处" if plan.difference else "项"
    proof = "再大没有了，已证明" if plan.proven else f"至多 {plan.bound} {unit}，更大的没有找到也没有排除"
    return f"与前面各方案至少{what}（{proof}）"


def _plan(bundle: ResultBundle, number: int, plan: OtherPlan) -> dict[str, Any]:
    by_id = places(bundle)
    return {
        "number": number,
        "difference": plan.difference,
        "services": plan.services,
        "bound": plan.bound,
        "proven": plan.proven,
        "difference_zh": difference_zh(plan),
        "levels": [level_plain(level) for level in plan.levels],
        "losses": plain(dict(plan.losses)),
        "losses_zh": losses_zh(plan.levels, plan.losses),
        "kept": list(plan.kept),
        "enters": [_place(bundle, plan, site) for site in plan.enters],
        "leaves": [{"site": site, "site_zh": label(site, by_id)} for site in plan.leaves],
        "hosts": {place: list(types) for place, types in plan.hosts.items()},
    }


def _place(bundle: ResultBundle, plan: OtherPlan, site: str) -> dict[str, Any]:
    types = plan.hosts.get(site, ())
    return {
        "site": site,
        "site_zh": label(site, places(bundle)),
        "types": list(types),
        "types_zh": type_names(bundle, types),
    }
