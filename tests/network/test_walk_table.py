"""The sparse table that the other rooms read."""

from __future__ import annotations

import numpy as np
import pytest
from network_cases import as_dict

from siting.walks import Walks, WalkTable


@pytest.fixture
def rows():
    return WalkTable(
        3,
        4,
        np.array([0, 0, 2], dtype=np.int32),
        np.array([1, 3, 0], dtype=np.int32),
        np.array([400.0, 0.0, 400.0000005]),
    )


def test_within_is_inclusive_and_keeps_zero_metres(rows):
    assert rows.within(400).toarray().tolist() == [[0, 1, 0, 1], [0, 0, 0, 0], [1, 0, 0, 0]]
    assert rows.within(399.9).toarray().sum() == 1


def test_nearest_is_infinite_where_nothing_is_listed(rows):
    assert rows.nearest_m(np.array([True, True, True, False])).tolist() == [400.0, np.inf, 400.0000005]
    assert rows.nearest_m(np.array([True, True, True, True])).tolist() == [0.0, np.inf, 400.0000005]
    assert np.isinf(rows.nearest_m(np.zeros(4, dtype=bool))).all()


def test_selected_places_are_renumbered_in_the_order_given(rows):
    chosen = rows.select_places(np.array([3, 0, 1], dtype=np.int32))
    assert as_dict(chosen) == {(0, 0): 0.0, (0, 2): 400.0, (2, 1): 400.0000005}
    assert list(as_dict(chosen)) == sorted(as_dict(chosen))
    assert chosen.n_place == 3


def test_a_type_without_rows_of_its_own_uses_the_general_table(rows):
    other = rows.select_places(np.array([0], dtype=np.int32))
    walks = Walks(rows, {"pharmacy": other})
    assert walks.for_type("pharmacy") is other
    assert walks.for_type("laundry") is rows
