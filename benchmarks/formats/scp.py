"""OR-Library set covering files (scp41 …): ``rows columns``, the cost of each column, then for each row how many
columns cover it and which (from 1). Cover every row at the least cost.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.formats.case import Case, Numbers
from benchmarks.formats.instances import cover_case, reach_of_lists


def read(path: Path) -> Case:
    """The set covering problem of a file: rows are demand points, columns sites. Raises FormatError."""
    numbers = Numbers(path)
    n_row, n_column = (int(v) for v in numbers.whole(2, "rows and columns", 1, 10_000_000))
    cost = numbers.take(n_column, "cost of a column")
    lists = []
    for row in range(n_row):
        count = int(numbers.whole(1, f"count of row {row + 1}", 1, n_column)[0])
        lists.append(numbers.whole(count, f"columns of row {row + 1}", 1, n_column) - 1)
    numbers.end()
    return cover_case(path.stem, reach_of_lists(lists, n_column), np.asarray(cost))
