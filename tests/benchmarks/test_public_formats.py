"""Plain-text problems: read as they say, solved to what trying every choice gives, and refused with the place."""

from itertools import combinations

import numpy as np
import pytest

from benchmarks.formats import FormatError, coverage, pmed, read_case
from models.lexicographic import solve
from models.solution import SolveOptions, Termination

PMED = " 4 4 1 \n1 2 3\n2 3 4\n3 4 1\n1 2 9\n"  # the last 1-2 counts: 9


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def optimum(case):
    solution = solve(case.instance, case.rules, SolveOptions(mip_gap=0.0))
    assert solution.termination is Termination.OPTIMAL
    return solution.levels[0].incumbent


def test_pmed_distances_by_hand(tmp_path):
    metres, p = pmed.read_distances(written(tmp_path, "pmed_a.txt", PMED))
    assert p == 1
    assert metres.tolist() == [[0, 9, 13, 14], [9, 0, 4, 5], [13, 4, 0, 1], [14, 5, 1, 0]]
    assert optimum(read_case(tmp_path / "pmed_a.txt")) == 18.0  # node 2 or 3: 9 + 4 + 5, or 13 + 4 + 1


@pytest.mark.parametrize("seed", range(3))
def test_pmed_like_the_library_against_trying_every_choice(tmp_path, seed):
    ends, length = pmed.random_graph(14, seed)
    pmed.write(tmp_path / "pmed_b.txt", 14, ends, length, 3)
    case = read_case(tmp_path / "pmed_b.txt")
    assert np.array_equal(case.metres, case.metres.T)
    assert np.all(case.metres[:, None, :] <= case.metres[:, :, None] + case.metres[None, :, :] + 1e-9)
    best = min(case.metres[:, list(sites)].min(axis=1).sum() for sites in combinations(range(14), 3))
    assert optimum(case) == pytest.approx(best)


def test_both_ways_to_all_pairs_agree():
    ends, length = pmed.random_graph(60, 4)
    many = np.concatenate([ends, np.argwhere(np.triu(np.ones((60, 60)), 1))])
    long = np.concatenate([length, np.full(len(many) - len(length), 1000.0)])
    direct = np.full((60, 60), np.inf)
    for (a, b), d in zip(many, long, strict=True):
        direct[a, b] = direct[b, a] = d
    np.fill_diagonal(direct, 0.0)
    for middle in range(60):
        direct = np.minimum(direct, direct[:, [middle]] + direct[[middle], :])
    assert np.allclose(pmed.all_pairs(60, many, long), direct)


def test_set_covering_by_hand(tmp_path):
    # rows 1 2 3; columns cost 3, 2, 2: columns 2 and 3 cover all for 4, column 1 alone leaves row 3
    path = written(tmp_path, "scp_a.txt", "3 3\n3 2 2\n2 1 2\n2\n1 3\n1 3\n")
    assert optimum(read_case(path)) == 4.0


@pytest.mark.parametrize("seed", range(3))
def test_coverage_text_goes_round(tmp_path, seed):
    rng = np.random.default_rng(seed)
    residents = rng.integers(1, 90, 25).astype(float)
    reach = rng.random((25, 8)) < 0.2
    coverage.write(tmp_path / "a.coverage", [np.flatnonzero(row) for row in reach], residents, 8, 3)
    case = read_case(tmp_path / "a.coverage")
    assert np.array_equal(case.instance.reach[0].toarray(), reach)
    best = max(residents[reach[:, list(sites)].any(axis=1)].sum() for sites in combinations(range(8), 3))
    assert optimum(case) == best


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("pmed_c.txt", "4 2 1\n1 2 3\n", "ends before"),
        ("pmed_c.txt", "4 1 1\n1 2 x\n", "line 2: numbers of an edge: 'x' is no number"),
        ("pmed_c.txt", "4 1 1\n1 2 inf\n", "'inf' is no number"),
        ("pmed_c.txt", "4 1 9\n1 2 3\n", "p: 9 is not a whole number from 1 to 4"),
        ("pmed_c.txt", "4 1 1\n1 7 3\n", "node outside 1 to 4"),
        ("pmed_c.txt", "4 1 1\n1 2 3\n", "no edge joins"),
        ("pmed_c.txt", "2 1 1\n1 2 3\n5", "line 3: something follows"),
        ("pmed_c.txt", "900000 1 1\n1 2 3\n", "at most"),
        ("pmed_c.txt", "四 1 1\n", "not plain text"),
        ("scp_c.txt", "1 2\n1 1\n1 3\n", "from 1 to 2"),
        ("scp_c.txt", "1 2\n1 1\n0\n", "count of row 1"),
        ("a.coverage", "1 2 3\n5 0\n", "sites to open"),
        ("a.coverage", "1 2 1\n-5 0\n", "fewer than no residents"),
        ("a.txt", "1", "say --format"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path, name, text, says):
    with pytest.raises(FormatError, match=says) as caught:
        read_case(written(tmp_path, name, text))
    assert name in str(caught.value)
