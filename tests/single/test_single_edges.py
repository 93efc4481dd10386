"""Edges of the solvers of one type: nobody to serve, arrays that do not fit, how long a part may take."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import sparse

from models.errors import ModelError
from models.single.answer import ended, within
from models.single.cover import check_arrays
from models.single.lscp import lscp
from models.single.pcenter import p_center
from models.single.pmedian import p_median
from models.solution import SolveOptions, Termination


def test_nobody_walks_anywhere_and_that_is_proven():
    answer = p_median(np.ones((4, 3)), np.zeros(4), 2)
    assert (answer.sites.tolist(), answer.value, answer.bound) == ([0, 1], 0.0, 0.0)
    assert answer.termination is Termination.OPTIMAL


@pytest.mark.parametrize(
    ("metres", "weight", "p", "said"),
    [
        (np.ones((3, 2)), np.ones(2), 1, r"metres has shape \(3, 2\), weight \(2,\)"),
        (np.ones(3), np.ones(3), 1, r"metres has shape \(3,\)"),
        (np.ones((3, 2)), np.array([1.0, -1.0, 1.0]), 1, "weight holds a negative"),
        (np.array([[1.0, -2.0]]), np.ones(1), 1, "metres holds a negative"),
        (np.ones((3, 2)), np.ones(3), 0, "p is 0"),
        (np.ones((3, 2)), np.ones(3), 3, "p is 3"),
    ],
)
def test_a_median_of_arrays_that_do_not_fit(metres: np.ndarray, weight: np.ndarray, p: int, said: str):
    with pytest.raises(ModelError, match=said):
        p_median(metres, weight, p)


def test_covers_and_centres_of_arrays_that_do_not_fit():
    reach = sparse.csr_array(np.ones((3, 2), dtype=bool))
    with pytest.raises(ModelError, match=r"weight has shape \(2,\).*cost has shape \(3,\)"):
        check_arrays(reach, np.ones(2), np.ones(3))
    with pytest.raises(ModelError, match=r"cost has shape \(3,\)"):
        lscp(reach, cost=np.ones(3))
    for p in (0, 3):
        with pytest.raises(ModelError, match=f"p is {p}"):
            p_center(np.ones((3, 2)), p)
    assert p_center(np.ones((3, 2)), 2).value == 1.0


def test_a_part_gets_what_is_left_and_a_tenth_of_a_second_at_least():
    options, now = SolveOptions(mip_gap=0.25, time_limit_s=60.0), time.perf_counter()
    assert within(options, now - 5.0).time_limit_s == 0.1
    assert within(options, now + 30.0).time_limit_s == pytest.approx(30.0, abs=1.0)
    assert within(options, now).mip_gap == 0.25
    assert ended(100.0, 100.2, 1e-2) is Termination.OPTIMAL
    assert ended(100.0, 105.0, 1e-2) is Termination.FEASIBLE
