"""Ruin and recreate alone, from a plan that is kept unless a round betters it: for what annealing would forget."""

from __future__ import annotations

import time

import numpy as np

from models.instance import BoolArray
from models.large.extend import extend
from models.large.ruin import rounds, site
from models.large.search import Search
from models.large.state import HELD, WORK, holding

_CHUNK = 200


def polished(search: Search, chosen: BoolArray, seed: int, work_limit: int, deadline_s: float) -> BoolArray:
    """[c]: a lawful plan not worse than ``chosen``; a floor or held fill that is met stays met.

    ``work_limit`` as in :meth:`models.large.search.Search.improve`; ``deadline_s`` by ``time.perf_counter``.
    """
    pairs = search.pairs
    hosting = np.zeros(pairs.n_place, dtype=np.bool_)
    hosting[pairs.place[chosen & pairs.needs_host]] = True
    a = search.arrays._replace(
        frozen=pairs.forced | (hosting | pairs.must_use)[pairs.place], fill_weight=pairs.fill_weight
    )
    state = holding(a, chosen)
    least = np.minimum(np.append(pairs.floor_at_least, pairs.held_fill), np.append(state.floors, state.totals[HELD]))
    room, offered = site(a, np.array([seed + 1, 0]), least), search.offers
    offered.least[0], room.pays[0] = 0.0, 0.0
    extend(a, state, search.places, 0, 0.0, offered)
    done = 0
    while done < work_limit and state.chosen.any() and time.perf_counter() < deadline_s:
        before = int(state.counts[WORK])
        rounds(a, state, offered, room, np.flatnonzero(state.here), 0.0, _CHUNK)
        done += max(_CHUNK, int(state.counts[WORK]) - before)
    return state.chosen
