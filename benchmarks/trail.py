"""When a chain of levels had proven a gap, from what the solver tells on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from models.backends import Progress
from models.solution import LevelResult, Solution, relative_gap


@dataclass
class Trail:
    """Called with every level and state; keeps (moment, gap) by level; moments by ``clock``."""

    clock: Callable[[], float] = time.perf_counter
    told: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def __call__(self, level: str, state: Progress) -> None:
        """Note the gap at this moment, infinite as long as an incumbent or a bound is lacking."""
        known = state.incumbent is not None and state.bound is not None
        gap = relative_gap(state.incumbent, state.bound) if known else float("inf")
        self.told.setdefault(level, []).append((self.clock(), gap))

    def seconds_to(self, gap: float, solution: Solution, seconds: float) -> float | None:
        """Seconds of the whole solve if each level had ended once it had proven ``gap``; None where one never did.

        The last word of a level is taken for its end. What is not a level (presolve, merging, the check of the plan)
        counts in full. Where a solver tells nothing, a level takes as long as it took.
        """
        spared = 0.0
        for level in solution.levels:
            if level.mip_gap > gap * (1 + 1e-6):
                return None
            spared += self._after(gap, level)
        return seconds - spared

    def _after(self, gap: float, level: LevelResult) -> float:
        """Seconds that the level went on after it had proven ``gap``."""
        told = self.told.get(level.name, [])
        first = next((moment for moment, reached in told if reached <= gap), None)
        return 0.0 if first is None else min(told[-1][0] - first, level.seconds)
