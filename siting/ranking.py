"""Replacement cost 替代成本: what each level loses when a chosen site is refused and the rest is re-optimised.

For a chosen site j: lock j out, solve again, and compare level by level, each in its own unit (positive = worse).
Sites are ranked by these losses in the order of the levels, the largest first; ties go to the cheaper site, then by id.
A site that was not chosen is forced in the same way.

Levels are solved to the scenario's gap until the first one that loses: it decides the rank. The levels after it are
improved together in one quick solve and say what the substitute plan gives; ``proven_levels`` names the levels whose
loss is proven. A level of a trial stops after a sixth of the scenario's limit, but not before ``_TRIAL_S`` seconds
(10 s with the usual limit of 60 s), and is then not proven.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from models.instance import IntArray, Rules
from models.lexicographic import Reference, solve
from models.solution import Decision, LevelResult, Solution, SolveOptions, Termination
from siting.bundle import ForcedSite, Move, SiteRank
from siting.explain import carried
from siting.formulation.builder import Built

N_FORCED = 3
_TRIAL_S = 10.0

Ticker = Callable[[int, int], None]


@dataclass(frozen=True)
class _Trial:
    """One re-optimisation: losses by level, levels proven, and the plan (None where none was found).

    ``impossible``: it is proven that no plan is left.
    """

    losses: dict[str, float]
    proven_levels: tuple[str, ...]
    decision: Decision | None
    impossible: bool = False


def rank_sites(
    built: Built, solution: Solution, options: SolveOptions, tick: Ticker | None = None
) -> tuple[SiteRank, ...]:
    """Replacement cost of every chosen site, most irreplaceable first."""
    decision = solution.decision
    assert decision is not None
    chosen = np.flatnonzero(decision.sites_used)
    ranks = []
    for n, j in enumerate(chosen):
        if tick is not None:
            tick(n, len(chosen))
        without = decision.without_site(int(j))
        ranks.append(
            _rank(built, decision, int(j), _try(built, solution, _refuse(built.rules, int(j)), without, options))
        )
    ranks.sort(key=lambda rank: _rank_key(built, rank))
    return tuple(replace(rank, rank=n) for n, rank in enumerate(ranks, start=1))


def force_sites(
    built: Built, solution: Solution, options: SolveOptions, tick: Ticker | None = None, n_best: int = N_FORCED
) -> tuple[ForcedSite, ...]:
    """Force in, one by one, the most promising sites that were not chosen; smallest loss first."""
    decision = solution.decision
    assert decision is not None
    candidates = promising_sites(built, decision)[:n_best]
    forced = []
    for n, j in enumerate(candidates):
        if tick is not None:
            tick(n, len(candidates))
        rules = replace(built.rules, lock_in_sites=np.append(built.rules.lock_in_sites, j))
        forced.append(_forced(built, decision, int(j), _try(built, solution, rules, decision, options)))
    forced.sort(key=lambda site: (not site.feasible, *site.losses.values(), site.site_id))
    return tuple(forced)


def promising_sites(built: Built, decision: Decision) -> IntArray:
    """Sites not chosen that may host something, the one that could newly cover most residents first."""
    i = built.instance
    places = decision.addon.copy()
    places[: i.n_site] |= decision.open
    gain = np.zeros(i.n_site)
    for k in range(i.n_type):
        reached = np.asarray((i.reach[k] @ places[:, k].astype(np.int64)) > 0)
        need = i.segment_residents[:, k] * ~(i.covered[:, k] | reached)
        gain += np.where(i.eligible[:, k], (i.reach[k].T @ need)[: i.n_site], 0.0)
    free = i.eligible.any(axis=1) & ~decision.sites_used
    free[built.rules.lock_out_sites] = False
    order = np.lexsort((np.arange(i.n_site), -gain))
    return np.asarray(order[free[order]])


def _refuse(rules: Rules, j: int) -> Rules:
    """The rules with site j locked out, and its own locks lifted."""
    return replace(
        rules,
        lock_in_sites=rules.lock_in_sites[rules.lock_in_sites != j],
        lock_in_pairs=rules.lock_in_pairs[rules.lock_in_pairs[:, 0] != j],
        lock_in_phases=rules.lock_in_phases[rules.lock_in_phases[:, 0] != j],
        lock_out_sites=np.append(rules.lock_out_sites, j),
    )


def _try(built: Built, solution: Solution, rules: Rules, start: Decision, options: SolveOptions) -> _Trial:
    restricts = len(rules.lock_in_sites) + len(rules.lock_in_pairs) >= len(built.rules.lock_in_sites) + len(
        built.rules.lock_in_pairs
    )
    limit_s = options.time_limit_s
    bounded = replace(options, time_limit_s=min(limit_s, max(_TRIAL_S, limit_s / 6)))
    again = solve(
        built.instance,
        rules,
        bounded,
        start=start,
        reference=Reference(solution.levels) if restricts else None,
        blend_after_loss=True,
    )
    if again.decision is None:
        return _Trial({}, (), None, impossible=again.termination is Termination.INFEASIBLE)
    losses = {
        new.name: _loss(old, new, options.mip_gap) for old, new in zip(solution.levels, again.levels, strict=True)
    }
    return _Trial(losses, _proven(again.levels, options), again.decision)


def _loss(old: LevelResult, new: LevelResult, mip_gap: float) -> float:
    """Loss in the level's unit; a gain within the proven gap of the plan itself counts as none."""
    loss = old.incumbent - new.incumbent if old.sense == "max" else new.incumbent - old.incumbent
    return 0.0 if -mip_gap * abs(old.incumbent) - 1e-9 <= loss <= 1e-9 * abs(old.incumbent) else loss


def _proven(levels: tuple[LevelResult, ...], options: SolveOptions) -> tuple[str, ...]:
    """Levels whose gap is proven, up to the first that is not (after it nothing lexicographic is)."""
    names = []
    for level in levels:
        if level.mip_gap > max(options.mip_gap, 1e-9):
            break
        names.append(level.name)
    return tuple(names)


def _rank(built: Built, decision: Decision, j: int, trial: _Trial) -> SiteRank:
    i = built.instance
    return SiteRank(
        rank=0,
        site_id=i.site_ids[j],
        type_ids=tuple(i.type_ids[k] for k in np.flatnonzero(decision.open[j])),
        cost_cny=float(i.site_cost_cny[j] + (decision.open[j] * i.open_cost_cny[j]).sum())
        + float((decision.addon[j] * i.addon_cost_cny).sum()),
        losses=trial.losses,
        steps_in=_difference(built, trial.decision, decision),
        steps_out=tuple(s for s in _difference(built, decision, trial.decision) if s != i.site_ids[j]),
        proven=_decided(trial),
        feasible=trial.decision is not None,
        proven_levels=trial.proven_levels,
        moves=_moves(built, decision, j, trial.decision),
    )


def _moves(built: Built, decision: Decision, j: int, substitute: Decision | None) -> tuple[Move, ...]:
    """Where each type of site j goes in the substitute plan."""
    i = built.instance
    here = carried(built, decision)
    there = here & False if substitute is None else carried(built, substitute)
    places = (*i.site_ids, *i.host_ids)
    return tuple(
        Move(i.type_ids[k], tuple(places[p] for p in np.flatnonzero(there[:, k] & ~here[:, k])))
        for k in np.flatnonzero(here[j])
    )


def _forced(built: Built, decision: Decision, j: int, trial: _Trial) -> ForcedSite:
    i = built.instance
    opened = () if trial.decision is None else np.flatnonzero(trial.decision.open[j])
    return ForcedSite(
        site_id=i.site_ids[j],
        type_ids=tuple(i.type_ids[k] for k in opened),
        losses=trial.losses,
        steps_out=_difference(built, decision, trial.decision),
        proven=_decided(trial),
        feasible=trial.decision is not None,
        proven_levels=trial.proven_levels,
    )


def _decided(trial: _Trial) -> bool:
    """The level that decides (the first that loses, or the last) is proven, or that no plan is left is."""
    if trial.decision is None:
        return trial.impossible
    decisive = next((name for name, loss in trial.losses.items() if loss), None)
    return len(trial.proven_levels) == len(trial.losses) or decisive in trial.proven_levels


def _difference(built: Built, here: Decision | None, there: Decision | None) -> tuple[str, ...]:
    """Sites used in ``here`` and not in ``there``."""
    if here is None or there is None:
        return ()
    rows = np.flatnonzero(here.sites_used & ~there.sites_used)
    return tuple(built.instance.site_ids[j] for j in rows)


def _rank_key(built: Built, rank: SiteRank) -> tuple[object, ...]:
    losses = tuple(-round(rank.losses.get(level, 0.0), 6) for level in built.rules.levels)
    return (rank.feasible, *losses, rank.cost_cny, rank.site_id)
