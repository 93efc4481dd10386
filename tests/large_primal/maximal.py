"""Whether something that gains would still fit a plan, by loops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from large_primal.primal_cases import lawful, value

from models.large.pairs import Pairs


def nothing_more_fits(pairs: Pairs, plan: np.ndarray) -> bool:
    """No single pair can be added lawfully and gains."""
    free = replace(pairs, forced=np.zeros(pairs.n, dtype=bool))
    for c in np.flatnonzero(~plan & ~pairs.needs_host):
        more = plan.copy()
        more[c] = True
        if lawful(free, more) and value(pairs, more) > value(pairs, plan) + 1e-6:
            return False
    return True
