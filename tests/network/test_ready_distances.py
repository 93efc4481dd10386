"""``distances.csv``: the table is taken as it is."""

from __future__ import annotations

import pandas as pd
import pytest
from network_cases import as_dict, workspace

from siting.network import walking_distances


def walk(rows, sites=3, outlets=2, cutoff=100.0):
    nan = float("nan")
    frame = pd.DataFrame(rows, columns=["from_id", "to_id", "metres", "type_id"])
    return walking_distances(
        workspace([(nan, nan)] * 2, [(nan, nan)] * sites, None, [(nan, nan)] * outlets, distances=frame), cutoff, 0.0
    )


def test_rows_become_a_sorted_table_and_nothing_is_cut():
    walks = walk([("D1", "O0", 7.5, ""), ("D0", "S2", 90000.0, ""), ("D0", "S0", 0.0, "")])
    assert list(as_dict(walks.general).items()) == [((0, 0), 0.0), ((0, 2), 90000.0), ((1, 3), 7.5)]
    assert (walks.general.n_demand, walks.general.n_place) == (2, 5)
    assert walks.snap is None
    assert walks.by_type == {}


def test_a_typed_row_wins_over_the_general_row_of_its_pair():
    walks = walk([("D0", "S0", 10.0, ""), ("D0", "S1", 20.0, ""), ("D0", "S0", 99.0, "pharmacy"),
                  ("D1", "S1", 5.0, "pharmacy"), ("D1", "S2", 6.0, "laundry")])  # fmt: skip
    assert as_dict(walks.general) == {(0, 0): 10.0, (0, 1): 20.0}
    assert as_dict(walks.for_type("pharmacy")) == {(0, 0): 99.0, (0, 1): 20.0, (1, 1): 5.0}
    assert as_dict(walks.for_type("laundry")) == {(0, 0): 10.0, (0, 1): 20.0, (1, 2): 6.0}
    assert walks.for_type("bookstore") is walks.general


def test_of_equal_rows_the_shortest_counts():
    assert as_dict(walk([("D0", "S0", 30.0, ""), ("D0", "S0", 20.0, "")]).general) == {(0, 0): 20.0}


def test_an_infinite_typed_row_closes_the_pair_for_its_type():
    walks = walk([("D0", "S0", 30.0, ""), ("D0", "S0", float("inf"), "pharmacy")])
    assert as_dict(walks.for_type("pharmacy")) == {}
    assert as_dict(walks.general) == {(0, 0): 30.0}


def test_an_id_of_a_site_and_an_outlet_counts_for_both():
    w = workspace([(0, 0)], [(0, 0), (0, 0)], None, [(0, 0)])
    w.outlets.loc[0, "id"] = "S1"
    frame = pd.DataFrame({"from_id": ["D0"], "to_id": ["S1"], "metres": [12.0], "type_id": [""]})
    walks = walking_distances(workspace_with(w, frame), 100.0, 0.0)
    assert as_dict(walks.general) == {(0, 1): 12.0, (0, 2): 12.0}


def workspace_with(w, frame):
    import dataclasses

    return dataclasses.replace(w, distances=frame)


@pytest.mark.parametrize("type_id", ["", None])
def test_a_blank_type_is_every_type(type_id):
    assert as_dict(walk([("D0", "S0", 1.0, type_id)]).general) == {(0, 0): 1.0}


def test_no_rows_is_an_empty_table():
    walks = walk([])
    assert len(walks.general.metres) == 0
    assert walks.general.within(500).shape == (2, 5)
