"""What a workspace holds, in figures: what ``siting check`` tells when all is well."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj

from siting.outputs.plain import plain
from siting.walks import Walks
from siting.workspace import Workspace


def workspace_figures(workspace: Workspace, walks: Walks) -> dict[str, Any]:
    """Plain data: counts, residents, how the walks came about and which points cannot be reached."""
    snap = walks.snap
    access = np.array(list(snap.access_m.values()), dtype=float) if snap else np.zeros(0)
    return {
        "demand_points": len(workspace.demand),
        "residents": plain(float(workspace.demand["residents"].sum())),
        "outlets": len(workspace.outlets),
        "sites": len(workspace.sites),
        "crs": workspace.crs,
        "crs_name": pyproj.CRS.from_user_input(workspace.crs).name if workspace.crs else "",
        "simulated": workspace.circle.simulated,
        "walks": len(walks.general.metres),
        "street_km": plain(snap.street_km) if snap else None,
        "street_components": snap.n_components if snap else None,
        "access_m_median": plain(float(np.median(access))) if access.size else None,
        "access_m_max": plain(float(access.max())) if access.size else None,
        "cut_off": dict(sorted(snap.cut_off.items())) if snap else {},
        "inputs": [{"path": f.path, "sha256": f.sha256} for f in workspace.inputs],
    }
