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


def test_what_is_asked_of_a_large_table_is_what_a_sort_says():
    """Places in order and not, radii on the spot, zero metres, homes without pairs: against the plain definition."""
    rng = np.random.default_rng(5)
    near = rng.random((9, 12)) < 0.4
    near[3] = False
    metres = np.where(rng.random((9, 12)) < 0.1, 0.0, rng.integers(1, 8, (9, 12)) * 100.0)
    demand, place = (a.astype(np.int32) for a in np.nonzero(near))
    table = WalkTable(9, 12, demand, place, metres[near])
    for radius in (0.0, 300.0, 699.9999995, 800.0):
        within = table.within(radius)
        assert np.array_equal(within.toarray(), near & (metres <= radius + 1e-6))
        assert within.indices.dtype == within.indptr.dtype == np.int32
    for places in (np.array([1, 4, 5, 11]), np.array([7, 2, 9])):
        chosen = table.select_places(places.astype(np.int32))
        row, column = np.nonzero(near[:, places])
        assert chosen.demand.tolist() == row.tolist()
        assert chosen.place.tolist() == column.tolist()
        assert chosen.metres.tolist() == metres[:, places][near[:, places]].tolist()
    by_place = table.by_place()
    assert by_place.nnz == near.sum()
    for p in range(12):
        assert dict(zip(by_place[:, [p]].indices.tolist(), by_place[:, [p]].data.tolist(), strict=True)) == {
            int(d): metres[d, p] for d in np.flatnonzero(near[:, p])
        }


def test_walks_of_selected_places_keep_the_tables_of_types(rows):
    other = rows.select_places(np.array([0, 1], dtype=np.int32))
    chosen = Walks(rows, {"pharmacy": other}).select_places(np.array([1, 0], dtype=np.int32))
    assert as_dict(chosen.for_type("laundry")) == {(0, 0): 400.0, (2, 1): 400.0000005}
    assert as_dict(chosen.for_type("pharmacy")) == as_dict(rows.select_places(np.array([1, 0], dtype=np.int32)))
