"""A relaxation in planners' words: what is out of reach, what collides, what would do, the nearest scenario."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.demands import LOCKS, MONEY, Demand, DemandKind, changed
from models.errors import VerificationError
from models.relaxation import Alone, Relaxation
from models.verify import breaches
from siting.diagnose.names import Names, demand_zh, figure_zh, per_year, percent_zh, share_of
from siting.diagnose.reach import floors_out_of_reach, nobody_serves, share_in_reach
from siting.formulation.builder import Built

_SHOWN_REASONS = 3


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """``reasons_zh`` for the planner; ``changes``: demand → the figure to write into the nearest scenario (0 for a lock
    given up), rounded to the planner's side, empty where none is known; ``changes_zh`` the same in words.
    """

    built: Built
    relaxation: Relaxation
    reasons_zh: tuple[str, ...]
    changes: Mapping[Demand, float]
    changes_zh: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """The diagnosis as JSON data."""
        found = self.relaxation
        nearest = found.nearest
        return {
            "hopeless": found.hopeless,
            "complete": found.complete,
            "conflict": [_demand_plain(self.built, d) for d in found.conflict],
            "irreducible": found.irreducible,
            "other_conflicts": [[_demand_plain(self.built, d) for d in other] for other in found.others],
            "alone": [_alone_plain(self.built, a) for a in found.alone],
            "nearest": None
            if nearest is None
            else {
                "changes": [_demand_plain(self.built, d) | {"to": written(self.built, d, v)}
                            for d, v in self.changes.items()],
                "changes_zh": list(self.changes_zh),
                "fewest_proven": nearest.fewest,
                "least_proven": nearest.least,
                "relative_change": nearest.total,
                "relative_change_bound": nearest.total_bound,
            },
        }  # fmt: skip


def diagnosed(built: Built, relaxation: Relaxation, names: Names) -> Diagnosis:
    """The diagnosis of a relaxation.

    Raises:
        VerificationError: the rounded scenario does not admit the plan that was found for it (a fault of ours).
    """
    changes = _rounded(built, relaxation)
    words = tuple(_change_zh(built, demand, value, names) for demand, value in changes.items())
    reasons = (
        *floors_out_of_reach(built, names),
        *nobody_serves(built, names),
        *_conflict_zh(built, relaxation, names),
        *(_alone_zh(built, alone, names) for alone in relaxation.alone if len(relaxation.conflict) > 1),
        *_nearest_zh(relaxation, words),
    )
    return Diagnosis(built, relaxation, reasons, changes, words)


def round_up(cny: float) -> float:
    """An amount of money rounded up to four significant figures, and to whole 元."""
    whole = math.ceil(cny - 1e-6)
    step = 10 ** max(0, len(str(whole)) - 4)
    return float(-(-whole // step) * step)


def _rounded(built: Built, relaxation: Relaxation) -> dict[Demand, float]:
    """The new figures, rounded so that the plan found still meets them; proven by the verifier."""
    nearest = relaxation.nearest
    if nearest is None:
        return {}
    changes: dict[Demand, float] = {}
    for demand, value in nearest.asked.items():
        if demand.kind is DemandKind.PHASES:
            n = len(built.calendar.years)
            changes[demand] = demand.asked + n * round_up(per_year(built, demand, value))
        elif demand.kind in MONEY:
            changes[demand] = round_up(value)
        elif demand.kind is DemandKind.FLOOR:
            total = float(built.instance.segment_residents[:, demand.type_].sum())
            changes[demand] = _sharewritten(built, demand, value) * total
        else:
            changes[demand] = float(round(value))
    found = breaches(built.instance, changed(built.instance, built.rules, changes), nearest.decision)
    if found:
        raise VerificationError(found)
    return changes


def _sharewritten(built: Built, demand: Demand, residents: float) -> float:
    return math.floor(share_of(built, demand, residents) * 1e4 + 1e-6) / 1e4


def written(built: Built, demand: Demand, value: float) -> float | None:
    """The figure that the scenario file gives to a demand (of a floor the share); None for a lock that is given up."""
    if demand.kind in LOCKS:
        return None
    return _sharewritten(built, demand, value) if demand.kind is DemandKind.FLOOR else value


def _conflict_zh(built: Built, found: Relaxation, names: Names) -> Iterator[str]:
    if found.hopeless:
        yield (
            "去掉情景的全部要求（预算、数量上限、覆盖底线、锁定）仍然没有方案（已证明）：障碍在标准与现状，"
            "放宽情景没有用，须增补候选点，或把步行一级从目标里去掉"
        )
        return
    if not found.conflict:
        yield "限时之内没有查明原因，可加大 --time-limit 再试"
        return
    told = "；".join(demand_zh(built, demand, names) for demand in found.conflict)
    if len(found.conflict) == 1:
        yield f"单是这一项就做不到（已证明）：{told}"
    elif found.irreducible:
        yield f"这 {len(found.conflict)} 项互相冲突（已证明；去掉其中任何一项，其余各项就不再冲突）：{told}"
    else:
        yield f"这 {len(found.conflict)} 项互相冲突（已证明；其中也许还有不相干的，限时之内未查清）：{told}"
    for other in found.others:
        told = "；".join(demand_zh(built, demand, names) for demand in other)
        yield (
            f"此外，单是这一项也做不到（已证明）：{told}"
            if len(other) == 1
            else f"此外，这几项也冲突（已证明）：{told}"
        )
    yield from _empty_sites(built, (found.conflict, *found.others), names)
    yield from _no_room(built, (found.conflict, *found.others))


def _no_room(built: Built, conflicts: Iterable[Sequence[Demand]]) -> Iterator[str]:
    """A floor that fails alone though enough lawful sites are in reach."""
    for (demand,) in (c for c in conflicts if len(c) == 1 and c[0].kind is DemandKind.FLOOR):
        k = demand.type_
        if share_in_reach(built, k) >= dict(built.rules.coverage_floor)[k] - 1e-9:
            yield f"{built.kinds[k].name_zh}：够得着的合规点位有，但受面积、间距、客源或服务能力所限，放不下那么多"


def _empty_sites(built: Built, conflicts: Iterable[Sequence[Demand]], names: Names) -> Iterator[str]:
    """Why a site that is locked in can host nothing at all."""
    for (demand,) in (c for c in conflicts if len(c) == 1 and c[0].kind is DemandKind.LOCK_IN):
        site = built.instance.site_ids[demand.site]
        if not built.instance.eligible[demand.site].any():
            reasons = list(dict.fromkeys(r.reason_zh for r in built.refusals if r.site_id == site))
            more = f"等 {len(reasons)} 条" if len(reasons) > _SHOWN_REASONS else ""
            yield f"{names.sites[site]} 没有一种业态合规：{'；'.join(reasons[:_SHOWN_REASONS])}{more}"


def _alone_zh(built: Built, alone: Alone, names: Names) -> str:
    demand, name = alone.demand, demand_zh(built, alone.demand, names)
    if alone.helps is None:
        return f"只改“{name}”一项够不够：限时之内没有判明"
    if not alone.helps:
        return f"只改“{name}”一项不够：另外还有冲突（已证明）"
    if demand.kind in LOCKS:
        return f"只要撤销“{name}”，就有可行方案"
    assert alone.needed is not None
    figure = figure_zh(built, demand, alone.needed)
    most = demand.kind is DemandKind.FLOOR
    proof = "已证明" if alone.proven else f"界为 {figure_zh(built, demand, alone.bound or 0.0)}，未证明到底"
    return f"只改“{name}”一项：{'最高能做到' if most else '最少要'} {figure}（{proof}）"


def _nearest_zh(found: Relaxation, words: tuple[str, ...]) -> Iterator[str]:
    nearest = found.nearest
    if nearest is None:
        return
    few = "已证明不能更少" if nearest.fewest else "未证明最少"
    much = "改动幅度已证明最小" if nearest.least else "改动幅度未证明最小"
    yield f"最近的可行情景改 {len(words)} 项（{few}，{much}）：{'；'.join(words)}"


def _change_zh(built: Built, demand: Demand, value: float, names: Names) -> str:
    if demand.kind in LOCKS:
        return f"撤销{demand_zh(built, demand, names)}"
    if demand.kind is DemandKind.FLOOR:
        asked = percent_zh(dict(built.rules.coverage_floor)[demand.type_])
        to = percent_zh(_sharewritten(built, demand, value))
        return f"{built.kinds[demand.type_].name_zh}覆盖底线由 {asked} 降到 {to}"
    name, _, asked = demand_zh(built, demand, names).partition(" ")
    return f"{name}由 {asked} 提高到 {figure_zh(built, demand, value)}"


def _demand_plain(built: Built, demand: Demand) -> dict[str, Any]:
    i = built.instance
    return {
        "kind": str(demand.kind),
        "asked": dict(built.rules.coverage_floor)[demand.type_] if demand.kind is DemandKind.FLOOR else demand.asked,
        "site": i.site_ids[demand.site] if demand.site >= 0 else None,
        "type": i.type_ids[demand.type_] if demand.type_ >= 0 else None,
        "year": built.calendar.years[demand.phase] if demand.phase >= 0 else None,
    }


def _alone_plain(built: Built, alone: Alone) -> dict[str, Any]:
    is_lock = alone.demand.kind in LOCKS
    bound = alone.bound if alone.bound is not None and math.isfinite(alone.bound) else None
    return _demand_plain(built, alone.demand) | {
        "helps": alone.helps,
        "needed": None if is_lock else alone.needed,
        "bound": None if is_lock else bound,
        "proven": alone.proven,
    }
