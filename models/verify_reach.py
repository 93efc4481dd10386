"""The independent check, what follows from reach alone: who reaches what, and what rivals leave to an outlet."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from models.instance import FloatArray, IntArray, SitingInstance
from models.solution import Decision


def pairs_in_reach(reach: sparse.csr_array) -> tuple[IntArray, IntArray]:
    """(demand point, place) of every pair that the matrix [i,p] has as true."""
    home, true = np.repeat(np.arange(reach.shape[0]), np.diff(reach.indptr)), reach.data != 0
    return home[true], reach.indices[true]


def own_catchments(instance: SitingInstance, decision: Decision, k: int) -> tuple[IntArray, FloatArray]:
    """Sites that open k, and the residents left to each after its rivals.

    A site j keeps ``sum pop[i] / (1 + r[i])`` over the i in reach, where r counts the existing outlets; each other new
    outlet takes ``sum pop[i] / ((1 + r[i]) (2 + r[i]))`` over the i in reach of both. The last is the loss caused by
    one more rival; further rivals cause less, so the sum of losses is on the safe side.
    """
    sites = np.flatnonzero(decision.open[:, k])
    if not len(sites):
        return sites, np.zeros(0)
    column = np.full(instance.n_place, -1)
    column[sites] = np.arange(len(sites))
    home, place = pairs_in_reach(instance.reach[k])
    mine = column[place] >= 0
    reach = np.zeros((instance.n_demand, len(sites)))
    reach[home[mine], column[place[mine]]] = 1.0
    rivals = instance.rivals[:, k]
    share = instance.segment_residents[:, k] / (1.0 + rivals)
    taken = reach.T @ (reach * (share / (2.0 + rivals))[:, None])
    np.fill_diagonal(taken, 0.0)
    return sites, share @ reach - taken.sum(axis=1)
