"""The knee 拐点 of a curve: where one more step begins to bring clearly less.

Both axes are scaled to 0..1 between the first and the last point; the knee is the point farthest above the chord that
joins them, if it lies at least ``MIN_RISE`` above it (Satopää et al. 2011, "Finding a 'Kneedle' in a Haystack", for a
rising concave curve). A curve that is straight, that rises ever faster, or that does not rise, has none.
"""

from __future__ import annotations

import numpy as np

from models.instance import FloatArray

MIN_RISE = 0.05


def knee(money: FloatArray, value: FloatArray) -> int | None:
    """Index of the knee of ``value`` (the more the better) over rising ``money``; None where there is none.

    Of several points equally far above the chord the cheapest is taken.
    """
    if len(money) < 3:
        return None
    span, gain = money[-1] - money[0], value[-1] - value[0]
    if span <= 0 or gain <= 1e-9 * max(1.0, float(np.abs(value).max())):
        return None
    rise = (value - value[0]) / gain - (money - money[0]) / span
    best = int(np.flatnonzero(rise >= rise.max() - 1e-9)[0])
    return best if rise[best] >= MIN_RISE else None
