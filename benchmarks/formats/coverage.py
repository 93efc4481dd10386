"""Our own plain text of a maximal covering problem.

    # remarks begin with a hash
    3 4 2             demand points, sites, sites that may be opened at most
    120 2  1 3        residents of point 1; how many sites reach it; which, from 1
    80  1  4
    33  0             nobody reaches point 3

Numbers may stand on any number of lines.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.formats.case import Case, FloatArray, FormatError, Numbers
from benchmarks.formats.instances import mclp_case, reach_of_lists


def read(path: Path) -> Case:
    """The covering problem of a file. Raises FormatError."""
    numbers = Numbers(path)
    n_demand, n_site = (int(v) for v in numbers.whole(2, "demand points and sites", 1, 10_000_000))
    p = int(numbers.whole(1, "sites to open", 0, n_site)[0])
    residents = np.zeros(n_demand)
    lists = []
    for point in range(n_demand):
        residents[point] = numbers.take(1, f"residents of point {point + 1}")[0]
        count = int(numbers.whole(1, f"count of point {point + 1}", 0, n_site)[0])
        lists.append(numbers.whole(count, f"sites of point {point + 1}", 1, n_site) - 1)
    numbers.end()
    if residents.min() < 0:
        raise FormatError(f"{path.name}: point {int(residents.argmin()) + 1} has fewer than no residents")
    return mclp_case(path.stem, reach_of_lists(lists, n_site), residents, p)


def write(path: Path, lists: list[np.ndarray], residents: FloatArray, n_site: int, p: int) -> None:
    """A file in the same form; site numbers count from 0."""
    rows = [
        " ".join(map(str, [f"{r:.15g}", len(sites), *(int(s) + 1 for s in sites)]))
        for r, sites in zip(residents, lists, strict=True)
    ]
    path.write_text("\n".join([f"{len(rows)} {n_site} {p}", *rows]) + "\n", encoding="ascii")
