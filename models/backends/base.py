"""One interface for every solver: a linear model and one objective in, an honest answer out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from models.instance import FloatArray
from models.linear import LinearModel, Objective
from models.solution import SolveOptions, Termination


@dataclass(frozen=True)
class Progress:
    """A solver's state on the way: objective values include the constant; None where there is none yet."""

    incumbent: float | None
    bound: float | None
    seconds: float


ProgressCall = Callable[[Progress], None]


@dataclass(frozen=True, eq=False)
class BackendResult:
    """``values`` and ``objective`` are None without a feasible point; ``bound`` is None where the solver proved none.

    ``note`` tells of a loss the caller should know (coefficients rounded, a limit hit).
    """

    termination: Termination
    values: FloatArray | None
    objective: float | None
    bound: float | None
    seconds: float
    note: str = ""


class Backend(Protocol):
    """A solver behind the common door."""

    name: str

    def solve(
        self,
        model: LinearModel,
        objective: Objective,
        options: SolveOptions,
        start: FloatArray | None = None,
        progress: ProgressCall | None = None,
        target: float | None = None,
    ) -> BackendResult:
        """Optimise; ``start`` is a full point, tried first; the search may stop at an objective of ``target``.

        Raises:
            SolverError: the solver is missing, refuses the model or fails.
        """
        ...
