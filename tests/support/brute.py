"""Brute force: every plan of a tiny instance, judged by the verifier alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from models.instance import BoolArray, Rules, SitingInstance
from models.solution import Decision
from models.verify import _sentences, breaches, level_value

MAXIMISED = frozenset({"missing_types", "basic_coverage", "public_coverage", "quality_coverage", "equity"})
TOLERANCE = 1e-6


def lawful_plans(instance: SitingInstance, rules: Rules) -> list[Decision]:
    """Every plan without a breach. Places are tried alone first: a breach of one place's own rules stays one."""
    local = replace(instance, min_catchment=np.zeros(instance.n_type))
    menus = [list(_menu(local, place)) for place in range(instance.n_place)]
    plans = []
    for choice in product(*menus):
        decision = Decision(
            open=np.array([opened for opened, _ in choice[: instance.n_site]]).reshape(instance.n_site, -1),
            addon=np.array([carried for _, carried in choice]),
        )
        if next(_sentences(instance, rules, decision), None) is None:  # the first breach is the last looked for
            plans.append(decision)
    return plans


def lexicographic_optimum(instance: SitingInstance, rules: Rules) -> tuple[float, ...] | None:
    """Best value of each level in turn, the levels above held; None where no plan is lawful."""
    plans = lawful_plans(instance, rules)
    values = []
    for level in rules.levels:
        scored = [(level_value(instance, rules, plan, level), plan) for plan in plans]
        if not scored:
            return None
        best = max(value for value, _ in scored) if level in MAXIMISED else min(value for value, _ in scored)
        values.append(best)
        plans = [plan for value, plan in scored if abs(value - best) <= TOLERANCE * max(1.0, abs(best))]
    return tuple(values)


def _menu(instance: SitingInstance, place: int) -> Iterator[tuple[BoolArray, BoolArray]]:
    n_type, free = instance.n_type, Rules(levels=())
    is_site = place < instance.n_site
    may_open = np.flatnonzero(instance.eligible[place]) if is_site else np.zeros(0, dtype=np.int64)
    may_carry = np.flatnonzero(instance.addon_eligible[place])
    for bits in product((False, True), repeat=len(may_open) + len(may_carry)):
        opened, carried = np.zeros(n_type, dtype=bool), np.zeros(n_type, dtype=bool)
        opened[may_open] = bits[: len(may_open)]
        carried[may_carry] = bits[len(may_open) :]
        decision = Decision.empty(instance)
        if is_site:
            decision.open[place] = opened
        decision.addon[place] = carried
        if not any(
            sentence.startswith(("area", "host", "eligibility")) for sentence in breaches(instance, free, decision)
        ):
            yield opened, carried
