"""Merging identical rows: classes are exactly the equal rows, numbered by first appearance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from models import grouping
from models.grouping import identical_rows, identical_vectors


def by_comparing(table: np.ndarray) -> list[int]:
    seen: dict[bytes, int] = {}
    return [seen.setdefault(row.tobytes(), len(seen)) for row in np.ascontiguousarray(table)]


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    n_row, n_col = draw(st.integers(0, 12)), draw(st.integers(0, 6))
    palette = draw(st.lists(st.lists(st.booleans(), min_size=n_col, max_size=n_col), min_size=1, max_size=4))
    picks = draw(st.lists(st.integers(0, len(palette) - 1), min_size=n_row, max_size=n_row))
    return np.array([palette[p] for p in picks], dtype=bool).reshape(n_row, n_col)


@given(tables())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_classes_are_the_equal_rows(table: np.ndarray):
    found = identical_rows(sparse.csr_array(table))
    assert found.dtype == np.int64
    assert found.tolist() == by_comparing(table)


@given(tables())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_integer_tables_too(table: np.ndarray):
    numbers = table.astype(np.int64) - 1
    first, of = identical_vectors(numbers)
    assert of.tolist() == by_comparing(numbers)
    assert first.tolist() == [of.tolist().index(c) for c in range(len(first))]


@pytest.mark.parametrize(
    ("table", "classes"),
    [
        ([[0, 0], [1, 0], [0, 0], [0, 1]], [0, 1, 0, 2]),  # empty rows are alike
        ([[0, 0], [0, 0]], [0, 0]),
        ([[1], [0], [1]], [0, 1, 0]),
        ([[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 0]], [0, 1, 2, 0]),
        ([[1, 0], [1, 1], [0, 0]], [0, 1, 2]),  # an empty row at the end
    ],
)
def test_by_hand(table: list[list[int]], classes: list[int]):
    assert identical_rows(sparse.csr_array(np.array(table, dtype=bool))).tolist() == classes


def test_large_and_random():
    rng = np.random.default_rng(0)
    table = (rng.random((200, 40)) < 0.3)[rng.integers(0, 200, 2000)]
    assert identical_rows(sparse.csr_array(table)).tolist() == by_comparing(table)


def test_a_collision_merges_nothing(monkeypatch: pytest.MonkeyPatch):
    class AllAlike:
        """Every column gets the same word, so every two rows of equal length collide."""

        def __init__(self, _: object) -> None: ...

        def integers(self, *_: object, size: int, dtype: type) -> np.ndarray:
            return np.ones(size, dtype=dtype)

    monkeypatch.setattr(grouping.np.random, "Generator", AllAlike)
    table = np.array([[1, 0], [0, 1], [1, 0]], dtype=bool)
    assert len(set(identical_rows(sparse.csr_array(table)).tolist())) == 3
    # a collision of equal rows only is none
    assert identical_rows(sparse.csr_array(table[[0, 2]])).tolist() == [0, 0]
