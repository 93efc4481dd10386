"""Endings of a run other than success, each with its exit code (contract.md) and a Chinese message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any


class ExitCode(IntEnum):
    """Exit codes of the command line; a batch ends with its worst code."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    BAD_INPUT = 3
    INFEASIBLE = 4
    LIMIT = 5
    SOLVER = 6
    INTERRUPTED = 130


FAILED_AS = {
    ExitCode.INFEASIBLE: "infeasible",
    ExitCode.LIMIT: "limit",
    ExitCode.SOLVER: "solver_failed",
    ExitCode.INTERNAL: "internal_error",
}
"""The status of a run without a plan, by its exit code."""

_MILD_TO_GRAVE = (
    ExitCode.DONE,
    ExitCode.LIMIT,
    ExitCode.INFEASIBLE,
    ExitCode.BAD_INPUT,
    ExitCode.SOLVER,
    ExitCode.INTERNAL,
    ExitCode.USAGE,
    ExitCode.INTERRUPTED,
)


def worst(codes: Iterable[int]) -> ExitCode:
    """The code that a batch ends with: the gravest of its circles' codes, 0 for an empty batch.

    From mild to grave: 0, 5 (an answer, unproven, or none in time), 4, 3 (the planner can mend it), 6, 1, 2, 130.
    """
    return max((ExitCode(code) for code in codes), key=_MILD_TO_GRAVE.index, default=ExitCode.DONE)


class RunFailure(Exception):
    """A run that ended without a plan. ``message_zh`` is what the planner reads, ``reasons_zh`` the details."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, message_zh: str, reasons_zh: tuple[str, ...] = ()) -> None:
        self.message_zh = message_zh
        self.reasons_zh = reasons_zh
        super().__init__(message_zh, reasons_zh)


@dataclass(frozen=True)
class NearestFile:
    """The nearest possible scenario: where it is to be written, its text, and the command that runs it."""

    path: Path
    text: str
    command: str


class InfeasibleRun(RunFailure):
    """Proven: no plan meets the scenario's demands.

    ``relaxation`` is what would have to change, as plain data; ``nearest`` the possible scenario to be written.
    """

    exit_code = ExitCode.INFEASIBLE

    def __init__(
        self,
        message_zh: str,
        reasons_zh: tuple[str, ...] = (),
        relaxation: dict[str, Any] | None = None,
        nearest: NearestFile | None = None,
    ) -> None:
        super().__init__(message_zh, reasons_zh)
        self.relaxation = relaxation
        self.nearest = nearest


class LimitRun(RunFailure):
    """A limit stopped the solver before any plan was found."""

    exit_code = ExitCode.LIMIT


class SolverRun(RunFailure):
    """The solver is missing, failed, or gave an answer that does not verify."""

    exit_code = ExitCode.SOLVER
