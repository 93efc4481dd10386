"""Leave out cover rows that say nothing any more once some pairs are decided; the bound is not higher without them.

A row ``y <= sum of pairs + cap`` whose cap reaches the most that y can be says nothing. One without pairs is a bound of
its y alone. Late in a dive nearly all rows are of these two kinds, and a step of the descent costs what its rows cost.
"""

from __future__ import annotations

import numpy as np

from models.instance import BoolArray
from models.large.lagrangian import Split


def shrink(part: Split) -> tuple[Split, BoolArray]:
    """The same relaxation without such rows, and [g + r]: which rows of ``part`` are left."""
    t = part.terms
    low, high = np.full(len(t.gain), -np.inf), np.full(len(t.gain), np.inf)
    low[t.alone], high[t.alone] = t.alone_lower, t.alone_upper
    bare = np.bincount(t.row, minlength=part.n_cover) == 0
    np.minimum.at(high, t.link[bare], t.cap[bare])
    np.maximum(high, low, out=high)
    stays = ~bare & (t.cap < high[t.link])
    entry = stays[t.row]
    number = np.cumsum(stays) - 1
    terms = t._replace(
        link=t.link[stays],
        cap=t.cap[stays],
        row_start=np.concatenate([[0], np.cumsum(entry)])[t.row_start].astype(np.int64),
        row=number[t.row[entry]].astype(np.int32),
        alone_upper=high[t.alone],
    )
    rows = np.concatenate([stays, np.ones(len(t.other_lower), dtype=np.bool_)])
    smaller = Split(
        terms, part.lower[rows], part.upper[rows], part.constant, part.sign, part.size[rows], part.gain_size
    )
    return smaller, rows
