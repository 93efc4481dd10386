"""How often each place is chosen over the futures, and what falls out of a robust plan with it.

    frequency[p] = sum_s p[s] [the plan of future s alone uses place p]            likewise for (place, type)
    loss[p, level] = the most that a level loses in any future when place p drops out of a robust plan, nothing put in
                     its stead; worst future and plan chosen lexicographically over the levels

Both are exact sums over plans that are already there: no further solve. (What re-optimisation could save is the
replacement cost of ``siting run``.) Places are ranked by the robust plans that use them, then frequency, then loss,
then id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.instance import BoolArray, FloatArray
from models.robust import Family, Judgement, judge
from models.solution import Decision


@dataclass(frozen=True, eq=False)
class PlaceStanding:
    """One place. ``loss`` [level] in each level's unit, positive = worse; None where no robust plan uses the place.

    ``needed``: without it a robust plan would be unlawful in some future (a lock, a coverage floor, an add-on's host).
    """

    place: int
    in_expected: bool
    in_worst: bool
    frequency: float
    chosen_in: tuple[int, ...]
    type_frequency: FloatArray
    loss: FloatArray | None
    loss_future: int | None
    needed: bool


def stand(family: Family, alone: Sequence[Decision], expected: Decision, worst: Decision) -> tuple[PlaceStanding, ...]:
    """Every place that any of the plans uses, most certain first."""
    p = family.probability
    carried = np.array([carries(plan) for plan in alone])
    by_type = np.tensordot(p, carried, axes=1)
    used: BoolArray = np.asarray(carried.any(axis=2))
    robust: list[BoolArray] = [np.asarray(carries(plan).any(axis=1)) for plan in (expected, worst)]
    found = []
    for place in np.flatnonzero(np.asarray(used.any(axis=0)) | robust[0] | robust[1]):
        loss, where, needed = _falls_out(
            family, [plan for plan, there in zip((expected, worst), robust, strict=True) if there[place]], int(place)
        )
        found.append(
            PlaceStanding(
                place=int(place),
                in_expected=bool(robust[0][place]),
                in_worst=bool(robust[1][place]),
                frequency=float(p @ used[:, place]),
                chosen_in=tuple(int(s) for s in np.flatnonzero(used[:, place])),
                type_frequency=by_type[place],
                loss=loss,
                loss_future=where,
                needed=needed,
            )
        )
    return tuple(sorted(found, key=lambda one: _key(family, one)))


def carries(plan: Decision) -> BoolArray:
    """[p,k]: place p gives k, fitted out or as an add-on."""
    places = plan.addon.copy()
    places[: len(plan.open)] |= plan.open
    return places


def losses(family: Family, before: Judgement, after: Judgement) -> FloatArray:
    """[s, level]: how much worse ``after`` is, in each level's unit."""
    sign = np.array([1.0 if family.sense(level) == "max" else -1.0 for level in family.levels])
    lost = sign * (before.values - after.values)
    return np.asarray(np.where(np.abs(lost) <= 1e-9 * np.maximum(1.0, np.abs(before.values)), 0.0, lost))


def _falls_out(family: Family, plans: list[Decision], place: int) -> tuple[FloatArray | None, int | None, bool]:
    """(the lexicographically largest loss, its future, a plan would be unlawful without the place)."""
    best: tuple[FloatArray, int] | None = None
    needed = False
    for plan in plans:
        without = Decision(open=plan.open.copy(), addon=plan.addon.copy())
        without.addon[place] = False
        if place < family.n_site:
            without.open[place] = False
        after = judge(family, without)
        needed |= not after.lawful.all()
        lost = losses(family, judge(family, plan), after)
        for s in range(family.n):
            if best is None or tuple(np.round(lost[s], 6)) > tuple(np.round(best[0], 6)):
                best = (lost[s], s)
    return (None, None, needed) if best is None else (best[0], best[1], needed)


def _key(family: Family, one: PlaceStanding) -> tuple[object, ...]:
    robust = int(one.in_expected) + int(one.in_worst)
    loss = (0.0,) * len(family.levels) if one.loss is None else tuple(-round(float(v), 6) for v in one.loss)
    return (-robust, -round(one.frequency, 9), not one.needed, *loss, family.place_ids[one.place])
