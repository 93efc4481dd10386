"""HiGHS as it comes, its own presolve, restarts and heuristics on: a contender for the benchmark alone.

The product does not use it so (docs/decisions/0014): what it says is its own word. Sub-classes say which of its
algorithms the relaxations are solved by.
"""

from __future__ import annotations

from typing import Any

from models.backends.highs import HighsBackend
from models.solution import SolveOptions

OURS = ("presolve", "mip_allow_restart", "mip_heuristic_run_rins", "mip_heuristic_run_rens")


class StockHighs(HighsBackend):
    """Every option that the product turns off is at HiGHS's default again."""

    name = "highs-stock"

    def _prepared(self, options: SolveOptions) -> Any:
        solver, plain = super()._prepared(options), super()._prepared(options)
        plain.resetOptions()
        for key in OURS:
            solver.setOptionValue(key, plain.getOptionValue(key)[1])
        return solver


class InteriorHighs(StockHighs):
    """The same with the interior point for relaxations from scratch."""

    name = "highs-ipm"

    def _prepared(self, options: SolveOptions) -> Any:
        solver = super()._prepared(options)
        solver.setOptionValue("mip_lp_solver", "ipm")
        return solver
