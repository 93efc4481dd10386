"""From a checked workspace and a scenario to the arrays of the decision model."""

from __future__ import annotations

from siting.formulation.builder import Built, build

__all__ = ["Built", "build"]
