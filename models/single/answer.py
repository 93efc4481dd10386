"""What every problem of one type answers: sites, value, proven bound, and how it ended."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

from models.instance import IntArray
from models.solution import SolveOptions, Termination, relative_gap


@dataclass(frozen=True, eq=False)
class SitesAnswer:
    """``sites``: the numbers of the chosen sites, rising; None without a lawful choice (``value`` is then nan).

    ``bound`` is proven: no choice does better. OPTIMAL is said only where it proves the gap that was asked for.
    """

    sites: IntArray | None
    value: float
    bound: float
    termination: Termination
    seconds: float

    @property
    def mip_gap(self) -> float:
        """Relative gap; inf without a choice."""
        return math.inf if self.sites is None else relative_gap(self.value, self.bound)


def within(options: SolveOptions, deadline: float) -> SolveOptions:
    """The options with what is left until ``deadline`` (of ``time.perf_counter``) as their limit, a little at least."""
    return replace(options, time_limit_s=max(0.1, deadline - time.perf_counter()))


def ended(value: float, bound: float, gap: float) -> Termination:
    """OPTIMAL where the bound proves the gap."""
    return Termination.OPTIMAL if relative_gap(value, bound) <= max(gap, 1e-9) else Termination.FEASIBLE
