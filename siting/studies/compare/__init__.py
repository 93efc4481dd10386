"""Finished runs side by side: what changed in the plan, the coverage, the proof, the scenario and the inputs."""

from __future__ import annotations

from siting.studies.compare.comparison import Comparison, compare_runs
from siting.studies.compare.workbook import write_comparison

__all__ = ["Comparison", "compare_runs", "write_comparison"]
