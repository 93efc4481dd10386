"""Why no plan is left, how little would have to change, and the nearest possible scenario as a file that runs."""

from __future__ import annotations

from models.relaxation import relax
from models.solution import SolveOptions
from siting.diagnose.diagnosis import Diagnosis, diagnosed
from siting.diagnose.names import Names
from siting.diagnose.nearest_file import Asked, AskedCity, nearest_file
from siting.formulation.builder import Built

__all__ = ["Asked", "AskedCity", "Diagnosis", "Names", "diagnose", "explain_infeasible", "nearest_file"]


def explain_infeasible(built: Built, options: SolveOptions, names: Names | None = None) -> Diagnosis:
    """Everything that can be said of a scenario that is proven infeasible; ``names`` of sites and homes, if known.

    Raises:
        SolverError: the solver is missing or failed.
        VerificationError: a relaxed plan does not check (a fault of ours).
    """
    return diagnosed(built, relax(built.instance, built.rules, options), names or Names.ids(built))


def diagnose(built: Built, options: SolveOptions) -> tuple[str, ...]:
    """The sentences of :func:`explain_infeasible` alone."""
    return explain_infeasible(built, options).reasons_zh
