"""Ready distances: ``distances.csv`` taken as it is. Not cut at any radius; zero metres are kept."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.network.dijkstra import Pairs
from siting.network.graph import IntArray
from siting.network.table import walk_table
from siting.walks import Walks
from siting.workspace import Workspace


def ready_distances(workspace: Workspace) -> Walks:
    """Tables from ``workspace.distances``. A row of a type wins over a general row of the same pair; of several equal
    rows the shortest counts; infinite or blank metres, and ids that no table knows, list nothing.
    """
    rows = workspace.distances
    assert rows is not None, "a workspace without distances"
    demand = pd.Index(workspace.demand["id"]).get_indexer(rows["from_id"])
    site = pd.Index(workspace.sites["id"]).get_indexer(rows["to_id"])
    outlet = pd.Index(workspace.outlets["id"]).get_indexer(rows["to_id"])
    n_demand, n_site = len(workspace.demand), len(workspace.sites)
    n_place = n_site + len(workspace.outlets)
    place = np.r_[site, np.where(outlet >= 0, outlet + n_site, -1)]
    demand = np.r_[demand, demand]
    metres = np.tile(rows["metres"].to_numpy(dtype=float), 2)
    type_id = np.tile(rows["type_id"].fillna("").to_numpy(dtype=object), 2)
    known = (demand >= 0) & (place >= 0) & ~np.isnan(metres)
    demand, place, metres, type_id = demand[known], place[known], metres[known], type_id[known]

    pair = demand.astype(np.int64) * n_place + place

    def table(mine: IntArray, general: IntArray) -> Pairs:
        chosen = np.r_[mine, general[~np.isin(pair[general], pair[mine])]]
        chosen = chosen[np.isfinite(metres[chosen])]
        return Pairs(demand[chosen], place[chosen], metres[chosen])

    nothing, general = np.empty(0, dtype=np.int64), np.flatnonzero(type_id == "")
    return Walks(
        general=walk_table(n_demand, n_place, table(general, nothing)),
        by_type={
            name: walk_table(n_demand, n_place, table(np.flatnonzero(type_id == name), general))
            for name in sorted(set(type_id) - {""})
        },
    )
