"""Why no plan is left: the first diagnosis of an infeasible run, in planners' words.

Each rule of the scenario is dropped in turn; the rules without which a plan exists are named. For coverage floors and
walking levels the demand points that no site can reach are told. (The smallest relaxation of several rules together
is not built yet.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from models.instance import Rules
from models.lexicographic import solve
from models.presolve import WALKING_LEVELS
from models.solution import SolveOptions
from siting.formulation.builder import Built

_SHOWN = 5
_TRIAL_S = 10.0


def diagnose(built: Built, options: SolveOptions) -> tuple[str, ...]:
    """Chinese sentences: what cannot be reached at all, then each rule whose absence alone makes a plan possible."""
    found = [*_floors_out_of_reach(built), *_nobody_serves(built)]
    quick = replace(options, time_limit_s=min(options.time_limit_s, _TRIAL_S))
    for name, rules in _without_one(built.rules):
        trial = solve(built.instance, replace(rules, levels=_feasibility_level(rules)), quick)
        if trial.decision is not None:
            found.append(f"只要放宽“{name}”这一项，就有可行方案")
    if not found:
        found.append("单独放宽任何一项都不够，须同时放宽两项以上（预算、数量上限、覆盖底线、锁定）")
    return tuple(found)


def _feasibility_level(rules: Rules) -> tuple[str, ...]:
    """One cheap level is enough to ask whether a plan exists; walking levels carry rules of their own."""
    return tuple(level for level in rules.levels if level in WALKING_LEVELS)[:1] or ("sites",)


def _without_one(rules: Rules) -> Iterator[tuple[str, Rules]]:
    if rules.budget_cny is not None:
        yield f"投资预算 {rules.budget_cny:,.0f} 元", replace(rules, budget_cny=None)
    if rules.subsidy_cny_year is not None:
        yield f"年度补贴预算 {rules.subsidy_cny_year:,.0f} 元", replace(rules, subsidy_cny_year=None)
    if rules.max_sites is not None:
        yield f"点位数不超过 {rules.max_sites}", replace(rules, max_sites=None)
    if rules.max_outlets is not None:
        yield f"新设网点数不超过 {rules.max_outlets}", replace(rules, max_outlets=None)
    if rules.coverage_floor:
        yield "覆盖底线", replace(rules, coverage_floor=())
    if len(rules.lock_in_sites) or len(rules.lock_in_pairs):
        empty = Rules(levels=rules.levels)
        yield "锁定选用", replace(rules, lock_in_sites=empty.lock_in_sites, lock_in_pairs=empty.lock_in_pairs)
    if len(rules.lock_out_sites) or len(rules.lock_out_pairs):
        empty = Rules(levels=rules.levels)
        yield "锁定排除", replace(rules, lock_out_sites=empty.lock_out_sites, lock_out_pairs=empty.lock_out_pairs)


def _floors_out_of_reach(built: Built) -> Iterator[str]:
    i = built.instance
    for k, share in built.rules.coverage_floor:
        can = i.addon_eligible[:, k].copy()
        can[: i.n_site] |= i.eligible[:, k]
        can[built.rules.lock_out_sites] = False
        reachable = np.asarray((i.reach[k] @ can.astype(np.int64)) > 0) | i.covered[:, k]
        people = i.segment_residents[:, k]
        total = people.sum()
        best = people[reachable].sum() / total if total else 1.0
        if best < share - 1e-9:
            lost = [d for d in np.argsort(-people, kind="stable") if not reachable[d] and people[d] > 0]
            names = "、".join(i.demand_ids[d] for d in lost[:_SHOWN])
            more = f" 等 {len(lost)} 处" if len(lost) > _SHOWN else ""
            yield (
                f"{built.kinds[k].name_zh}的覆盖底线 {share:.0%} 达不到：用上全部合规点位也只到 {best:.1%}，"
                f"没有点位能覆盖的居民点是 {names}{more}"
            )


def _nobody_serves(built: Built) -> Iterator[str]:
    i = built.instance
    if not i.walk_m:
        return
    for k in range(i.n_type):
        can = i.addon_eligible[:, k].copy()
        can[: i.n_site] |= i.eligible[:, k]
        can[built.rules.lock_out_sites] = False
        listed = i.walk_m[k].tocoo()
        served = np.isfinite(i.outlet_walk_m[:, k])
        served[listed.row[can[listed.col]]] = True
        lost = np.flatnonzero(~served & (i.segment_residents[:, k] > 0))
        if len(lost):
            names = "、".join(i.demand_ids[d] for d in lost[:_SHOWN])
            more = f" 等 {len(lost)} 处" if len(lost) > _SHOWN else ""
            yield f"{built.kinds[k].name_zh}：居民点 {names}{more} 步行到不了任何网点或合规点位"
