"""Compile every loop of this room once, on a problem of one pair, so that no level's time limit pays for it."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from models.large.descent import Descent
from models.large.dive import QUICK, dive
from models.large.greedy import greedy
from models.large.lagrangian import Split, Terms
from models.large.packing import NODES, spare
from models.large.pairs import Pairs
from models.large.polish import polished
from models.large.prices import first_prices, units
from models.large.rounding import rounded
from models.large.search import Search, improve

_START, _ONE, _NONE = np.array([0, 1]), np.ones(1), np.zeros(0)
_FIRST, _FIRST_32 = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int32)
_NO_32 = np.zeros(0, dtype=np.int32)
_ROUNDS_TOO = 20_000
_FALSE, _EMPTY = np.zeros(1, dtype=np.bool_), np.zeros(2, dtype=np.int64)


@cache
def warm_up() -> None:
    """Once a process: compiled loops are read from the disk, or compiled and put there."""
    part = _split()
    descent = Descent(part, first_prices(part, units(part), _ONE), units(part))
    descent.go(-1.0, 2, math.inf)
    t = part.terms
    spare(t.start, np.ones(1), t.area_m2, t.room_m2, np.zeros(1), _FIRST, _FIRST, NODES)
    pairs = _pairs()
    improve(pairs, greedy(pairs), 0, math.inf, _ROUNDS_TOO)
    rounded(pairs, _ONE)
    polished(Search(pairs), greedy(pairs), 0, 1, math.inf)
    dive(pairs, descent, _FIRST, QUICK, math.inf)


def _split() -> Split:
    """Max y, y <= x, x <= u, one place of 2 m2; the row x <= 1 is priced."""
    terms = Terms(
        gain=np.array([0.0, -0.5, 1.0]),
        link=np.array([2]),
        cap=np.zeros(1),
        row_start=_START,
        row=_FIRST_32,
        other_start=_START,
        other_column=_FIRST,
        other_value=_ONE,
        other_lower=np.full(1, -np.inf),
        other_upper=_ONE,
        alone=np.array([2]),
        alone_lower=np.zeros(1),
        alone_upper=_ONE,
        pair=_FIRST,
        area_m2=_ONE,
        start=_START,
        room_m2=2 * _ONE,
        used=np.array([1]),
    )
    return Split(terms, np.full(2, -np.inf), np.array([0.0, 1.0]), 0.0, 1.0, np.array([2.0, 1.0]), 1.5)


def _pairs() -> Pairs:
    return Pairs(
        column=_FIRST,
        place=_FIRST_32,
        area_m2=_ONE,
        budget_cny=_ONE,
        forbidden=_FALSE,
        forced=_FALSE,
        room_m2=2 * _ONE,
        fixed_cny=_ONE,
        used=_FIRST,
        must_use=_FALSE,
        capital_cny=9.0,
        max_sites=-1,
        cover_start=_START,
        cover_group=_FIRST_32,
        weight=_ONE,
        fill_start=_EMPTY,
        fill_entry=_NO_32,
        missing=_NONE,
        fill_weight=_NONE,
        pack_start=_EMPTY,
        pack_row=_NO_32,
        pack_amount=_NONE,
        pack_room=_NONE,
        floor_weight=np.zeros((0, 1)),
        floor_at_least=_NONE,
        held_fill_weight=_NONE,
        held_fill=-np.inf,
        needs_host=_FALSE,
    )
