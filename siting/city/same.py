"""Which rows of two circles' tables are one and the same place, and how ids that clash are told apart.

1. The same id and name, at most 1 m apart: the same place (homes, rooms and outlets).
2. Rooms and outlets at most 15 m apart with the same name (blank never matches): the same place.
3. Never two rows of one circle, neither by themselves nor through what has been merged already.

The nearest pairs go first, ties by circle and row, so the outcome does not hang on chance. Rule 2 is the one of the
city's list of rooms (``siting.studies.citywide.merging``), which reads finished runs and degrees; here are input tables
in metres, and an outlet must be of one type besides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

SAME_M = 1.0
NEAR_M = 15.0


@dataclass(frozen=True)
class Merge:
    """Two rows that are one place. ``one`` and ``other`` are (circle id, id); the place keeps the row of ``one``."""

    table: str
    one: tuple[str, str]
    other: tuple[str, str]
    name: str
    metres: float
    rule_zh: str


@dataclass(frozen=True)
class Joined:
    """A joined table. ``rows`` [c] are the joined rows of each row of circle c's table; ``first`` [row] the circle that
    gave the row.
    """

    table: pd.DataFrame
    rows: tuple[np.ndarray, ...]
    first: np.ndarray
    merges: tuple[Merge, ...]


def join_tables(kind: str, tables: Sequence[pd.DataFrame], circles: Sequence[str]) -> Joined:
    """One table of all circles, each place once, in the order of circles and rows; ids as they were.

    ``kind`` is ``demand``, ``sites`` or ``outlets``.
    """
    stacked = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0].reset_index(drop=True)
    circle = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    owner = np.arange(len(stacked))
    members = {n: {int(circle[n])} for n in range(len(stacked))}
    merges = []
    for metres, a, b, rule in _pairs(kind, stacked, circle):
        one, other = sorted((int(owner[a]), int(owner[b])))
        if one == other or members[one] & members[other]:
            continue
        members[one] |= members.pop(other)
        owner[owner == other] = one
        named = [(circles[circle[n]], str(stacked["id"].iloc[n])) for n in (a, b)]
        merges.append(Merge(kind, named[0], named[1], str(stacked["name"].iloc[a]), metres, rule))
    kept = np.flatnonzero(owner == np.arange(len(stacked)))
    row = np.full(len(stacked), -1)
    row[kept] = np.arange(len(kept))
    joined_row = row[owner]
    return Joined(
        stacked.iloc[kept].reset_index(drop=True),
        tuple(joined_row[circle == c] for c in range(len(tables))),
        circle[kept],
        tuple(merges),
    )


def _pairs(kind: str, table: pd.DataFrame, circle: np.ndarray) -> list[tuple[float, int, int, str]]:
    """(metres, a, b, rule) of rows of different circles that the rules merge, nearest first."""
    xy = table[["x", "y"]].to_numpy(dtype=float)
    placed = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if len(placed) < 2:
        return []
    reach = SAME_M if kind == "demand" else NEAR_M
    near = placed[cKDTree(xy[placed]).query_pairs(reach, output_type="ndarray")]
    found = []
    names, ids = table["name"].astype(str).str.strip(), table["id"].astype(str)
    for a, b in near[circle[near[:, 0]] != circle[near[:, 1]]] if len(near) else ():
        metres = round(float(np.hypot(*(xy[a] - xy[b]))), 3)
        if names[a] != names[b] or (kind == "outlets" and table["type_id"][a] != table["type_id"][b]):
            continue
        if ids[a] == ids[b] and metres <= SAME_M:
            found.append((metres, int(a), int(b), "编号、名称相同，相距不超过 1 米"))
        elif kind != "demand" and names[a]:
            found.append((metres, int(a), int(b), "名称相同，相距不超过 15 米"))
    return sorted(found)


def clear_ids(joined: Sequence[Joined], circles: Sequence[str]) -> list[list[str]]:
    """Ids of each joined table, unique over all: where several places have one id, each gets its circle's in front."""
    uses: dict[str, int] = defaultdict(int)
    for part in joined:
        for text in part.table["id"].astype(str):
            uses[text] += 1
    taken = set(uses)
    made = []
    for part in joined:
        ids = []
        for text, c in zip(part.table["id"].astype(str), part.first, strict=True):
            new = text
            if uses[text] > 1:
                new = f"{circles[c]}-{text}"
                while new in taken:
                    new += "'"
                taken.add(new)
            ids.append(new)
        made.append(ids)
    return made
