"""The layers of a plan by years (:mod:`models.early`): their columns by place and type; from a decision and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from models.columns import Problem
from models.early import entries
from models.instance import BoolArray, FloatArray, IntArray
from models.solution import Decision

Cover = Callable[[Problem, np.ndarray], FloatArray]


def layer_columns(problem: Problem, block: str, t: int) -> IntArray:
    """Columns of ``open``, ``used`` or ``addon`` in phase t, in the order of the end state; -1 where there is none."""
    early = problem.early
    if t == early.n_layer:
        return problem.column(block)
    table: IntArray = getattr(early, block)[t]
    return np.where(table >= 0, table + problem.offsets[f"early_{block}"].start, -1)


def early_open_column(problem: Problem) -> IntArray:
    """[t,j,k]: the column of X, -1 where there is none."""
    i, layers = problem.instance, problem.early.n_layer
    return _scattered(problem, "open", (layers, i.n_site, i.n_type), problem.open_site, problem.open_type)


def early_addon_column(problem: Problem) -> IntArray:
    """[t,p,k]: the column of H, -1 where there is none."""
    i, layers = problem.instance, problem.early.n_layer
    return _scattered(problem, "addon", (layers, i.n_place, i.n_type), problem.addon_place, problem.addon_type)


def _scattered(problem: Problem, block: str, shape: tuple[int, int, int], place: IntArray, type_: IntArray) -> IntArray:
    table = np.full(shape, -1, dtype=np.int64)
    layer, pair = entries(getattr(problem.early, block))
    table[layer, place[pair], type_[pair]] = problem.column(f"early_{block}")
    return table


def with_phases(problem: Problem, decision: Decision, chosen: BoolArray) -> Decision:
    """``decision`` with the phases that the columns ``chosen`` say; as it is in a problem without phases."""
    if problem.rules.phases is None:
        return decision
    return replace(
        decision,
        open_phase=_phases(problem, "open", (problem.open_site, problem.open_type), decision.open, chosen),
        addon_phase=_phases(problem, "addon", (problem.addon_place, problem.addon_type), decision.addon, chosen),
    )


def _phases(
    problem: Problem, block: str, pairs: tuple[IntArray, IntArray], there: BoolArray, chosen: BoolArray
) -> IntArray:
    """The phase of each pair: the last, less one for every layer in which it stands already; -1 where it never does."""
    last = problem.early.n_layer
    phase = np.where(there, last, -1).astype(np.int64)
    layer, pair = entries(getattr(problem.early, block))
    early = np.zeros((last, len(pairs[0])), dtype=np.int64)
    early[layer, pair] = chosen[problem.offsets[f"early_{block}"]]
    phase[pairs] -= np.where(there[pairs], early.sum(axis=0), 0)
    return phase


def set_layers(problem: Problem, decision: Decision, values: FloatArray, cover: Cover) -> None:
    """Every layer as far as it has columns: what the decision has put there by then, and what that covers and fills."""
    i, early = problem.instance, problem.early
    assert decision.open_phase is not None
    assert decision.addon_phase is not None
    for t in range(early.n_layer):
        now = {"open": np.zeros((i.n_site, i.n_type), dtype=bool), "addon": np.zeros((i.n_place, i.n_type), dtype=bool)}
        for block, place, type_, stands, phase in (
            ("open", problem.open_site, problem.open_type, decision.open, decision.open_phase),
            ("addon", problem.addon_place, problem.addon_type, decision.addon, decision.addon_phase),
        ):
            table = getattr(early, block)[t]
            there = (table >= 0) & stands[place, type_] & (phase[place, type_] <= t)
            now[block][place[there], type_[there]] = True
            values[problem.offsets[f"early_{block}"].start + table[there]] = 1.0
        used = np.flatnonzero(now["open"].any(axis=1))
        values[problem.offsets["early_used"].start + early.used[t, used]] = 1.0
        carried = now["addon"].copy()
        carried[: i.n_site] |= now["open"]
        _put(problem, "cover", t, cover(problem, carried), values)
        placed = now["addon"].astype(np.int64)
        placed[: i.n_site] += now["open"]
        _put(problem, "fill", t, problem.filled(placed), values)


def _put(problem: Problem, block: str, t: int, found: FloatArray, values: FloatArray) -> None:
    table = getattr(problem.early, block)[t]
    there = table >= 0
    values[problem.offsets[f"early_{block}"].start + table[there]] = found[there]
