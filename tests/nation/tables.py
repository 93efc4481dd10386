"""Circles that are tables of plans: they answer exactly and at once, so that nations of hundreds can be tried."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from models.nation import Answer, Question


def table(rng: np.random.Generator, n: int = 12) -> np.ndarray:
    """Rows of money, missing outlets, coverage (more is better); the first row costs nothing and brings nothing."""
    money = np.concatenate([[0.0], np.sort(rng.uniform(1e5, 3e6, n))])
    most = int(rng.integers(1, 4))
    missing = np.minimum(np.arange(n + 1) // 2, most).astype(float)
    scale = rng.uniform(0.5, 2.0) * 4e4
    coverage = np.round(scale * (1 - np.exp(-money / 1.5e6)) * rng.uniform(0.9, 1.1, n + 1))
    return np.column_stack([money, missing, coverage])


class Answering:
    """``ask_all`` over tables; keeps what was asked."""

    def __init__(self, tables: Sequence[np.ndarray]) -> None:
        self.tables, self.rounds = tables, list[list[Question]]()

    def __call__(self, questions: Sequence[Question]) -> list[Answer]:
        self.rounds.append(list(questions))
        return [self.answer(one) for one in questions]

    def answer(self, asked: Question) -> Answer:
        rows = self.tables[asked.circle]
        keep = np.ones(len(rows), dtype=bool)
        for n, least in enumerate(asked.least):
            if least is not None:
                keep &= rows[:, 1 + n] >= least - 1e-6
        if asked.most_cny is not None:
            keep &= rows[:, 0] <= asked.most_cny
        if not keep.any():
            return Answer(asked.circle, -np.inf, impossible=True)
        worth = rows[:, 1:] @ np.array(asked.weights) - asked.price * rows[:, 0]
        q = int(np.argmax(np.where(keep, worth, -np.inf)))
        none = np.zeros((0, 2), dtype=np.int64)
        values = tuple(float(v) for v in rows[q, 1:])
        return Answer(asked.circle, float(worth[q]), False, none, none, float(rows[q, 0]), values, (1.0,) * len(values))


def best_mix(tables: Sequence[np.ndarray], capital: float, held: Sequence[float], level: int) -> float:
    """The most of one level over all mixes that keep the levels before it at ``held``: SciPy's integer program."""
    every = np.vstack(list(tables))
    of = np.repeat(np.arange(len(tables)), [len(rows) for rows in tables])
    one = (of == np.arange(len(tables))[:, None]).astype(float)
    limits = [LinearConstraint(one, 1, 1), LinearConstraint(every[:, 0] / 1e4, -np.inf, (capital + 0.005) / 1e4)]
    limits += [LinearConstraint(every[:, 1 + m], at - 1e-6, np.inf) for m, at in enumerate(held)]
    exact = {"mip_rel_gap": 1e-5, "time_limit": 20.0}
    found = milp(-every[:, 1 + level], constraints=limits, bounds=Bounds(0, 1), integrality=1, options=exact)
    assert found.status == 0, found.message
    return float(every[np.round(found.x) > 0, 1 + level].sum())
