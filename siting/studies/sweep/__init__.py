"""What changes when a parameter changes: one or two keys of the scenario over a grid, each point a solve.

Light to import: what solves and writes is imported by the worker.
"""

from __future__ import annotations

from siting.studies.sweep.grid import Grid, read_grid

__all__ = ["Grid", "read_grid"]
