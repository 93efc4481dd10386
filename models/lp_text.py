"""A linear model as LP text (CPLEX LP format), for reading and for other programs."""

from __future__ import annotations

import re

import numpy as np

from models.linear import Kind, LinearModel, Objective

_UNSAFE = re.compile(r"[^A-Za-z0-9_.()]")
_LP_SIGNS = str.maketrans("[],", "().")


def to_lp(model: LinearModel, goal: Objective) -> str:
    """The model with one objective.

    Names are written ``block(index.index)``, for brackets begin a quadratic term in LP text; other characters that LP
    names cannot hold become ``_``; names stay unique by number.
    """
    columns = _safe(model.column_names())
    lines = ["Maximize" if goal.sense == "max" else "Minimize", f" {goal.name}: {_terms(goal.coefficients, columns)}"]
    lines.append("Subject To")
    names = _safe(model.row_names())
    for r in range(model.n_row):
        part = slice(model.matrix.indptr[r], model.matrix.indptr[r + 1])
        dense = np.zeros(model.n_col)
        dense[model.matrix.indices[part]] = model.matrix.data[part]
        lines += _row(names[r], _terms(dense, columns), model.row_lower[r], model.row_upper[r])
    lines.append("Bounds")
    lines += [
        f" {_number(low)} <= {name} <= {_number(up)}"
        for name, low, up in zip(columns, model.col_lower, model.col_upper, strict=True)
    ]
    lines.append("General")
    lines += [f" {name}" for name, kind in zip(columns, model.kind, strict=True) if kind == Kind.INTEGER]
    return "\n".join([*lines, "End", ""])


def _safe(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    safe = []
    for name in names:
        clean = _UNSAFE.sub("_", name.translate(_LP_SIGNS))
        count = seen[clean] = seen.get(clean, 0) + 1
        safe.append(clean if count == 1 else f"{clean}#{count}")
    return safe


def _terms(coefficients: np.ndarray, columns: list[str]) -> str:
    used = np.flatnonzero(coefficients)
    if not len(used):
        return f"0 {columns[0]}" if columns else "0"
    return " ".join(
        f"{'+' if coefficients[c] >= 0 else '-'} {_number(abs(coefficients[c]))} {columns[c]}" for c in used
    )


def _row(name: str, terms: str, lower: float, upper: float) -> list[str]:
    if lower == upper:
        return [f" {name}: {terms} = {_number(lower)}"]
    made = []
    if np.isfinite(lower):
        made.append(f" {name}: {terms} >= {_number(lower)}")
    if np.isfinite(upper):
        made.append(f" {name}{'_upper' if made else ''}: {terms} <= {_number(upper)}")
    return made


def _number(value: float) -> str:
    return ("inf" if value > 0 else "-inf") if np.isinf(value) else f"{value:.12g}"
