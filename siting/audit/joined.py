"""The tables of a city's circles put together again, by the rules that the run states; nothing of the run's own code.

A place of two circles is one where the name is the same (outlets: and the type) and it lies within 15 m, homes where id
and name are the same within 1 m, which also joins rooms and outlets without a name. The nearest first, and never two
rows of one circle. An id that several places then have gets its circle's in front.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from siting.workspace import Workspace

_SAME_M, _NEAR_M = 1.0, 15.0
TABLES = {"demand": "居民点", "sites": "候选点", "outlets": "现有网点"}


@dataclass(frozen=True, eq=False)
class Joined:
    """One table of all circles: ``rows`` [c] where each circle's rows went, ``first`` [row] whose row it is,
    ``merges`` what was found to be one, as (circle, row) twice.
    """

    table: pd.DataFrame
    rows: tuple[np.ndarray, ...]
    first: np.ndarray
    merges: tuple[tuple[tuple[int, int], tuple[int, int]], ...]


@dataclass(frozen=True, eq=False)
class City:
    """The circles, in one CRS, and their tables together by kind, with ids that are clear."""

    circles: tuple[Workspace, ...]
    tables: dict[str, Joined]

    def renamed(self) -> dict[str, str]:
        """``circle:id`` → the id in the run, where it is another."""
        found = {}
        for kind in TABLES:
            for c, ws in enumerate(self.circles):
                for old, new in zip(getattr(ws, kind)["id"], self.new_ids(kind, c), strict=True):
                    if str(old) != new:
                        found[f"{ws.circle.id}:{old}"] = new
        return found

    def new_ids(self, kind: str, c: int) -> list[str]:
        """The ids in the run of a circle's rows."""
        return [str(text) for text in self.tables[kind].table["id"].iloc[self.tables[kind].rows[c]]]

    def listed(self, name: str, columns: Sequence[str]) -> pd.DataFrame | None:
        """``distances`` or ``costs`` of all circles, the run's ids in ``columns``; of rows for one thing the first."""
        found = []
        for c, ws in enumerate(self.circles):
            table = getattr(ws, name)
            if table is None:
                continue
            ids: dict[str, str] = {}
            for kind in TABLES:
                ids.update(zip(getattr(ws, kind)["id"].astype(str), self.new_ids(kind, c), strict=True))
            found.append(table.assign(**{key: [ids.get(str(v), str(v)) for v in table[key]] for key in columns}))
        if not found:
            return None
        whole = pd.concat(found, ignore_index=True)
        return whole[~whole.duplicated([*columns, "type_id"])].reset_index(drop=True)


def join_city(circles: Sequence[Workspace]) -> City:
    """Put the circles together, in their order."""
    crs = next((ws.crs for ws in circles if ws.crs), "")
    moved = tuple(ws if ws.crs in ("", crs) else _moved(ws, crs) for ws in circles)
    parts = {kind: _joined(kind, [getattr(ws, kind) for ws in moved]) for kind in TABLES}
    uses = Counter(str(text) for part in parts.values() for text in part.table["id"])
    taken = set(uses)
    cleared = {}
    for kind, part in parts.items():
        ids = []
        for text, c in zip(part.table["id"].astype(str), part.first, strict=True):
            new = text
            if uses[text] > 1:
                new = f"{moved[c].circle.id}-{text}"
                while new in taken:
                    new = f"{new}'"
                taken.add(new)
            ids.append(new)
        cleared[kind] = replace(part, table=part.table.assign(id=ids))
    return City(moved, cleared)


def _moved(ws: Workspace, crs: str) -> Workspace:
    way = Transformer.from_crs(ws.crs, crs, always_xy=True)

    def points(table: pd.DataFrame) -> pd.DataFrame:
        x, y = way.transform(table["x"].to_numpy(dtype=float), table["y"].to_numpy(dtype=float))
        return table.assign(x=x, y=y)

    def lines(layer: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
        return layer if layer is None else layer.to_crs(crs)

    boundary = ws.boundary
    if boundary is not None:
        boundary = shapely.transform(boundary, lambda xy: np.stack(way.transform(*xy.T), axis=1))
    return replace(
        ws,
        crs=crs,
        demand=points(ws.demand),
        sites=points(ws.sites),
        outlets=points(ws.outlets),
        streets=lines(ws.streets),
        barriers=lines(ws.barriers),
        gates=lines(ws.gates),
        boundary=boundary,
    )


def _joined(kind: str, tables: Sequence[pd.DataFrame]) -> Joined:
    starts = np.concatenate([[0], np.cumsum([len(table) for table in tables])]).astype(int)
    circle = np.repeat(np.arange(len(tables)), np.diff(starts))
    stacked = pd.concat(tables, ignore_index=True)
    groups = {n: {n} for n in range(len(stacked))}
    head = list(range(len(stacked)))
    merges = []
    for _, a, b in sorted(_alike(kind, stacked, circle)):
        one, other = groups[head[a]], groups[head[b]]
        if one is other or {circle[n] for n in one} & {circle[n] for n in other}:
            continue
        both = one | other
        for n in both:
            head[n] = min(both)
        groups[min(both)] = both
        first, second = ((int(circle[n]), int(n - starts[circle[n]])) for n in (a, b))
        merges.append((first, second))
    kept = sorted(set(head))
    place = {n: row for row, n in enumerate(kept)}
    went = np.array([place[n] for n in head], dtype=int)
    rows = tuple(went[starts[c] : starts[c + 1]] for c in range(len(tables)))
    return Joined(stacked.iloc[kept].reset_index(drop=True), rows, circle[kept], tuple(merges))


def _alike(kind: str, table: pd.DataFrame, circle: np.ndarray) -> Iterator[tuple[float, int, int]]:
    """(metres, a, b), a < b, of rows of two circles that are one place."""
    names, ids = table["name"].astype(str).str.strip(), table["id"].astype(str)
    types = table["type_id"].astype(str) if kind == "outlets" else pd.Series([""] * len(table))
    x, y = table["x"].to_numpy(dtype=float), table["y"].to_numpy(dtype=float)
    # Without a name, and at home, the id must be the same too.
    exact = names.eq("") if kind != "demand" else pd.Series([True] * len(table))
    keys = pd.DataFrame({"name": names, "type": types, "id": ids.where(exact, "")})
    for rows in keys.groupby(["name", "type", "id"], sort=False).indices.values():
        for a, b in combinations(sorted(int(n) for n in rows), 2):
            metres = float(np.hypot(x[a] - x[b], y[a] - y[b]))
            if circle[a] != circle[b] and metres <= (_SAME_M if exact[a] else _NEAR_M):
                yield round(metres, 3), a, b
