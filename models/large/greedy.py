"""A first plan by lazy greedy."""

from __future__ import annotations

import numpy as np

from models.instance import BoolArray
from models.large.arrays import arrays_of
from models.large.extend import extend, offers
from models.large.pairs import Pairs
from models.large.state import holding


def greedy(pairs: Pairs) -> BoolArray:
    """[c]: forced pairs, then offers by gain for what they take of the shared limits, until nothing gains or fits.

    Places that must be used come first. Floors and held fills are not aimed at: whoever uses the plan checks it.
    """
    a = arrays_of(pairs, pairs.forced)
    state, places = holding(a, pairs.forced), np.arange(pairs.n_place, dtype=np.int64)
    first = np.flatnonzero(pairs.must_use).astype(np.int64)
    for some in (first, places):
        extend(a, state, some, 0, 0.0, offers(a))
    return state.chosen
