"""Natural prices of the rows of a relaxation: the unit of each multiplier, and the multipliers to begin with.

A pair gains about ``gain`` in all, so a row that takes or asks ``a`` of a pair has a price of about ``gain / a``: money
per 元, a floor per resident, spacing per outlet. What is free and gains nothing itself, but counts in such rows, is
worth what they pay.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from models.instance import FloatArray
from models.large.lagrangian import Split, dual_value, nowhere

_PART, _WIDE_SHARE, _TRIES = 0.3, 0.2, (0.1, 0.3, 0.6, 1.0, 2.0)


def units(part: Split) -> FloatArray:
    """[g + r]: a natural price of each row, above 0."""
    t = part.terms
    reach, n_other = part.covers, len(t.other_lower)
    own = np.maximum(t.gain[t.link], 0.0)
    gained = reach @ own + np.abs(t.gain[t.pair])
    gain = _PART * float(gained[gained > 0].mean()) if (gained > 0).any() else 1.0
    other = abs(part.other)
    linked = sparse.csr_array(other[:, t.link]) if part.n_cover else sparse.csr_array((n_other, 0))
    taken = other[:, t.pair] + linked @ reach.T + _charges(part, other)
    count = np.maximum(np.diff(sparse.csr_array(taken).indptr), 1)
    mean = np.asarray(taken.sum(axis=1)).ravel() / count
    price = np.where(mean > 0, gain / np.where(mean > 0, mean, 1.0), gain)
    worth = own + linked.T @ price
    return np.concatenate([np.where(worth > 0, worth, gain), price])


def _charges(part: Split, other: sparse.csr_array) -> sparse.csr_array:
    """[r, c]: what rows take of a place's use, on its first pair, so that rows over places alone have a price too."""
    t = part.terms
    first = t.start[:-1]
    there = np.flatnonzero((t.used >= 0) & (np.diff(t.start) > 0))
    ones = np.ones(len(there))
    to = sparse.csr_array((ones, (t.used[there], first[there])), shape=(len(t.gain), len(t.pair)))
    return sparse.csr_array(other @ to)


def first_prices(part: Split, unit: FloatArray, chosen: FloatArray | None) -> FloatArray:
    """[g + r]: multipliers to begin with; ``chosen`` [c] is some plan, lawful or not.

    What no pair of the plan reaches is priced in full, what one reaches by half, the rest not (complementary
    slackness).
    Rows that many pairs use up get the multiple of their unit that gives the best bound, one after another.
    """
    t, n_cover = part.terms, part.n_cover
    m = np.zeros(len(part.lower))
    own = np.maximum(t.gain[t.link], 0.0)
    if chosen is None:
        m[:n_cover] = 0.5 * own
    else:
        times = np.bincount(t.row[np.repeat(chosen > 0, np.diff(t.row_start))], minlength=n_cover)
        short = times + t.cap - np.where(own > 0, 1.0, 0.0)
        m[:n_cover] = own * np.where(short < 0, 1.0, np.where(short == 0, 0.5, 0.0))
    at = nowhere(part)
    wide = (np.diff(t.other_start) >= _WIDE_SHARE * len(t.pair)) & np.isfinite(t.other_upper)
    best = dual_value(part, m, at)
    for r in n_cover + np.flatnonzero(wide):
        held = 0.0
        for part_of_unit in _TRIES:
            m[r] = part_of_unit * unit[r]
            value = dual_value(part, m, at)
            if value >= best and held > 0:
                break
            if value < best:
                best, held = value, m[r]
        m[r] = held
    return m
