"""Spacing of one type, separation of incompatible types, and residents enough for every outlet."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from siting.audit.plan import Case, Placed, Row
from siting.audit.report import number_zh
from siting.audit.shares import is_assigned, viable

_SLACK_SHARE = 1e-6


def spacing(case: Case) -> Iterator[str]:
    """Outlets of one type, new and existing, are as far apart as the catalogue asks."""
    for a, b in combinations(case.opened, 2):
        if a.kind.id == b.kind.id and a.kind.spacing_m is not None:
            yield from _too_near(a, b.name_zh, _between(_row(case, a), _row(case, b)), a.kind.spacing_m.value)
    for pick in case.opened:
        if pick.kind.spacing_m is not None:
            for name, metres in _outlets_near(case, pick, pick.kind.id):
                yield from _too_near(pick, name, metres, pick.kind.spacing_m.value)


def separation(case: Case) -> Iterator[str]:
    """Incompatible types are apart, add-on services too: not in one place, and not nearer than the catalogue asks."""
    apart = _separations(case)
    for a, b in combinations(case.placed, 2):
        wanted = apart.get(frozenset((a.kind.id, b.kind.id)))
        if wanted is None:
            continue
        if a.place == b.place:
            yield f"{a.name_zh}与 {b.name_zh}不得同在一处"
        else:
            yield from _too_near(a, b.name_zh, _between(_row(case, a), _row(case, b)), wanted)
    for pick in case.placed:
        for pair, wanted in apart.items():
            if pick.kind.id in pair:
                other = next(iter(pair - {pick.kind.id}), pick.kind.id)
                for name, metres in _outlets_near(case, pick, other):
                    yield from _too_near(pick, name, metres, wanted)


def viability(case: Case) -> Iterator[str]:
    """Every new outlet keeps the residents that it needs.

    A resident in reach of r existing outlets counts 1/(1 + r); each other new outlet of the type that he also reaches
    takes 1/((1 + r)(2 + r)) of him. Of an assignment type some division of the residents must give every outlet enough.
    """
    for kind in {pick.kind.id: pick.kind for pick in case.opened if is_assigned(case, pick.kind)}.values():
        if not viable(case, kind):
            yield f"{kind.name_zh}：怎样分配居民，都不能让每处达到 {number_zh(kind.min_catchment.value)} 人"
    for pick in case.opened:
        if is_assigned(case, pick.kind):
            continue
        needed = pick.kind.min_catchment.value
        if needed <= 0:
            continue
        people, today = case.reach.people(pick.kind.segment), case.reach.today(pick.kind)
        mine = case.reach.within(pick.kind, pick.place)
        kept = float((people / (1.0 + today))[mine].sum())
        for rival in case.opened:
            if rival is not pick and rival.kind.id == pick.kind.id:
                both = mine & case.reach.within(rival.kind, rival.place)
                kept -= float((people / ((1.0 + today) * (2.0 + today)))[both].sum())
        if kept < needed - _SLACK_SHARE * max(1.0, needed):
            yield f"{pick.name_zh}可得居民 {number_zh(kept)} 人，至少需 {number_zh(needed)} 人"


def _separations(case: Case) -> dict[frozenset[str], float]:
    apart: dict[frozenset[str], float] = {}
    for kind in case.kinds.values():
        for rule in kind.separations.value if kind.separations is not None else ():
            if rule.type_id in case.kinds:
                pair = frozenset((kind.id, rule.type_id))
                apart[pair] = max(apart.get(pair, 0.0), rule.metres)
    return apart


def _row(case: Case, pick: Placed) -> Row:
    if pick.site is not None:
        return case.sites[pick.site]
    assert pick.outlet is not None
    return case.outlets[pick.outlet]


def _between(a: Row, b: Row) -> float:
    """Straight metres; inf where a position is not known."""
    metres = math.hypot(a["x"] - b["x"], a["y"] - b["y"])
    return math.inf if math.isnan(metres) else metres


def _outlets_near(case: Case, pick: Placed, type_id: str) -> Iterator[tuple[str, float]]:
    """The nearest existing outlet that gives the type, with its straight metres."""
    rows = [n for n, given in enumerate(case.reach.offers) if type_id in given]
    metres = [_between(_row(case, pick), case.outlets[n]) for n in rows]
    if metres:
        nearest = int(np.argmin(metres))
        yield f"现有网点 {case.outlets[rows[nearest]]['id']}", metres[nearest]


def _too_near(pick: Placed, other: str, metres: float, wanted: float) -> Iterator[str]:
    if metres < wanted * (1.0 - 1e-12):
        yield f"{pick.name_zh}距 {other} {metres:,.1f} 米，应不小于 {wanted:g} 米"
