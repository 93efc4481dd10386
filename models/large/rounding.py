"""Lawful plans from the averaged point of the relaxation: its largest shares first, then what still gains."""

from __future__ import annotations

import numpy as np

from models.instance import BoolArray, FloatArray
from models.large.arrays import arrays_of
from models.large.extend import extend, offers
from models.large.pairs import Pairs
from models.large.state import COVERED, FILLED, add_in_order, holding

_LEAST_SHARES = (0.8, 0.65, 0.5, 0.4)


def rounded(pairs: Pairs, share: FloatArray) -> BoolArray:
    """[c]: the best plan, by the weights of ``pairs``, of a few shares from which a pair is taken.

    Floors and held fills are aimed at as far as the weights pay for them; whoever uses the plan checks it.
    """
    a = arrays_of(pairs, pairs.forced)
    every, work = np.arange(pairs.n_place, dtype=np.int64), offers(a)
    best, plan = -np.inf, pairs.forced
    for least in _LEAST_SHARES:
        some = np.flatnonzero((share > least) & ~pairs.forced)
        state = holding(a, pairs.forced)
        add_in_order(a, state, some[np.argsort(-share[some], kind="stable")])
        for places in (np.flatnonzero(pairs.must_use), every):
            extend(a, state, places, 0, 0.0, work)
            work.length[0] = 0
        value = state.totals[COVERED] + state.totals[FILLED]
        if value > best:
            best, plan = value, state.chosen
    return plan
