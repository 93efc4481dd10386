"""The budget curve of a circle 预算曲线: what each step of money buys, the knee, the price of keeping earlier picks."""

from __future__ import annotations

from siting.studies.frontier.grid import BudgetGrid, read_budget_grid

__all__ = ["BudgetGrid", "read_budget_grid"]
