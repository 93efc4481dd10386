"""What a solve says: a plan, and for every level its incumbent, its bound and how it ended."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from models.instance import BoolArray, IntArray, SitingInstance

Sense = Literal["max", "min"]


class Termination(StrEnum):
    """How a level ended. OPTIMAL is said only where the bound proves the gap that was asked for."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    NO_SOLUTION = "no_solution"
    INFEASIBLE = "infeasible"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class SolveOptions:
    """``time_limit_s`` holds for each level. ``mip_gap`` is relative. ``threads`` 0 leaves it to the solver.

    ``node_limit`` bounds the search tree (HiGHS only); unlike a time limit it ends at the same point on every run.
    """

    solver: str = "highs"
    time_limit_s: float = 60.0
    mip_gap: float = 1e-4
    seed: int = 0
    threads: int = 1
    node_limit: int | None = None

    @property
    def least_gap(self) -> float:
        """The gap asked for, as far as rounding allows to prove it."""
        return max(self.mip_gap, 1e-9)


def relative_gap(incumbent: float, bound: float) -> float:
    """``|bound - incumbent| / |incumbent|``; 0 where both are equal, inf where the incumbent is 0 and the bound not."""
    distance = abs(bound - incumbent)
    if distance <= 1e-9:
        return 0.0
    return distance / abs(incumbent) if abs(incumbent) > 0 else math.inf


@dataclass(frozen=True)
class LevelResult:
    """One objective level, in its own unit (see contract.md)."""

    name: str
    sense: Sense
    incumbent: float
    bound: float
    seconds: float
    termination: Termination

    @property
    def mip_gap(self) -> float:
        """Relative optimality gap."""
        return relative_gap(self.incumbent, self.bound)


@dataclass(frozen=True, eq=False)
class Decision:
    """``open`` [j,k]: site j is fitted out for k. ``addon`` [p,k]: k is carried as an add-on service at place p.

    In a plan by years ``open_phase`` [j,k] and ``addon_phase`` [p,k] number the phase in which that happens, -1 where
    it does not; None in any other plan.
    """

    open: BoolArray
    addon: BoolArray
    open_phase: IntArray | None = None
    addon_phase: IntArray | None = None

    @property
    def sites_used(self) -> BoolArray:
        """[j]: sites that host anything (an add-on needs an opened host, so ``open`` decides)."""
        return np.asarray(self.open.any(axis=1))

    def without_site(self, j: int) -> Decision:
        """The plan with nothing at site j."""
        keep = (np.arange(len(self.addon)) != j)[:, None]
        open_keep = keep[: len(self.open)]
        return Decision(
            open=self.open & open_keep,
            addon=self.addon & keep,
            open_phase=None if self.open_phase is None else np.where(open_keep, self.open_phase, -1),
            addon_phase=None if self.addon_phase is None else np.where(keep, self.addon_phase, -1),
        )

    @staticmethod
    def empty(instance: SitingInstance) -> Decision:
        """Nothing is opened."""
        return Decision(
            open=np.zeros((instance.n_site, instance.n_type), dtype=bool),
            addon=np.zeros((instance.n_place, instance.n_type), dtype=bool),
        )


@dataclass(frozen=True, eq=False)
class Solution:
    """``decision`` is None where no plan was found; ``levels`` then ends with the level that failed."""

    termination: Termination
    levels: tuple[LevelResult, ...]
    decision: Decision | None
    seconds: float
    solver: str
