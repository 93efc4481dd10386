"""One store, many services 一点多用、一店多能: which outlets may carry which add-on services."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenarios.business_type import BusinessType
from scenarios.schema import Hosts
from siting.coverage import provides
from siting.workspace import Workspace

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Hosting:
    """Who may host what.

    ``table`` [g,k]: type g may carry k. ``outlets`` rows of existing outlets that may host, ``outlet_type`` [o] their
    types, ``spare_m2`` [o] their spare area, ``addon_eligible`` [p,k] over sites and then these outlets.
    """

    table: BoolArray
    outlets: npt.NDArray[np.int64]
    outlet_type: npt.NDArray[np.int64]
    spare_m2: npt.NDArray[np.float64]
    addon_eligible: BoolArray


def hosting(workspace: Workspace, kinds: tuple[BusinessType, ...], hosts: Hosts, site_open: BoolArray) -> Hosting:
    """Who may host what. ``site_open`` [j,k]: the survey does not forbid k at j and the site takes part."""
    number = {kind.id: k for k, kind in enumerate(kinds)}
    table = np.zeros((len(kinds), len(kinds)), dtype=bool)
    for k, kind in enumerate(kinds):
        for host in kind.hosts.value if kind.hosts else ():
            if host in number:
                table[number[host], k] = True
    may_add = np.asarray(table.any(axis=0))
    own = np.array([number.get(t, -1) for t in workspace.outlets["type_id"]], dtype=np.int64)
    can_host = np.asarray(table.any(axis=1))
    rows = np.flatnonzero(np.isin(own, np.flatnonzero(can_host))) if hosts.existing else np.zeros(0, int)
    has = provides(workspace, tuple(number))[rows]
    at_outlets = table[own[rows]] & ~has & hosts.existing
    at_sites = site_open & may_add[None, :] & hosts.new
    area = workspace.outlets["area_m2"].to_numpy(dtype=float, na_value=np.nan)[rows]
    typical = np.array([kind.area_m2.value for kind in kinds])[own[rows]] if len(rows) else np.zeros(0)
    return Hosting(
        table=table,
        outlets=rows,
        outlet_type=own[rows],
        spare_m2=np.where(np.isnan(area), typical, area) * hosts.spare_share,
        addon_eligible=np.concatenate([at_sites, at_outlets]),
    )
