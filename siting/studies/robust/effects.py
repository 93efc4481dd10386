"""A future laid on a circle: residents times factors, outlets closed, sites withdrawn, prices times factors.

Coordinates do not change, so the walks of the circle stay good: a closed outlet keeps its row and loses its type and
services, a withdrawn site keeps its row and is marked as fallen.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from models.instance import BoolArray, FloatArray, SitingInstance
from scenarios.faults import Fault, FaultLog
from scenarios.future_schema import FutureSpec, Gone
from siting.formulation import Built
from siting.formulation.refusals import drawn_rows
from siting.workspace import Workspace

_SEGMENTS = ("elderly", "toddlers", "children")


@dataclass(frozen=True, eq=False)
class Effects:
    """``workspace`` in the future; ``stands`` [j]: the site is still there; ids of what has gone, in file order."""

    workspace: Workspace
    stands: BoolArray
    closed: tuple[str, ...]
    withdrawn: tuple[str, ...]


def effects_of(
    workspace: Workspace,
    spec: FutureSpec,
    in_play: BoolArray,
    type_ids: dict[str, str],
    seed: int,
    log: FaultLog,
    file: str,
) -> Effects:
    """Residents, outlets and sites of a future; ``in_play`` [j] are the sites that take part today.

    ``type_ids`` maps what the file calls the types of ``largest_of`` to their ids. Unknown ids go to ``log``.
    """
    closed = _closed(workspace, spec, type_ids, seed, log, file)
    sites = [str(i) for i in workspace.sites["id"]]
    gone = set(_named(spec.withdrawn_sites.ids, sites, "withdrawn_sites", "候选点", log, file))
    if spec.withdrawn_sites.share is not None:
        rows = np.flatnonzero(in_play)
        drawn = drawn_rows([sites[row] for row in rows], spec.withdrawn_sites.share, _salt(seed, spec))
        gone |= {int(rows[n]) for n in drawn}
    stands = np.ones(len(sites), dtype=bool)
    stands[sorted(gone)] = False
    changed = replace(workspace, demand=_demand(workspace, spec), outlets=_outlets(workspace, closed))
    ids = [str(o) for o in workspace.outlets["id"]]
    return Effects(
        changed,
        stands,
        tuple(ids[row] for row in closed),
        tuple(s for s, up in zip(sites, stands, strict=True) if not up),
    )


def repriced(built: Built, spec: FutureSpec) -> SitingInstance:
    """The instance with the factors on costs and rents, to the fen."""
    instance, money = built.instance, built.money
    if spec.cost_factor == 1.0 and spec.rent_factor == 1.0:
        return instance

    def fen(values: FloatArray) -> FloatArray:
        return np.asarray(np.round(values, 2))

    works = (money.opening_cny + money.renovation_cny) * spec.cost_factor
    whole = fen(works + money.rent_cny * spec.rent_factor)
    opened = fen(instance.open_cost_cny * spec.cost_factor)
    return replace(
        instance,
        open_cost_cny=opened,
        open_budget_cny=opened,
        site_cost_cny=whole,
        site_budget_cny=whole if money.include_rent else fen(works),
        addon_cost_cny=fen(instance.addon_cost_cny * spec.cost_factor),
    )


def _salt(seed: int, spec: FutureSpec) -> str:
    return f"{seed}:{spec.name}"


def _demand(workspace: Workspace, spec: FutureSpec) -> pd.DataFrame:
    """Residents times their factor; a segment never outgrows the residents of its demand point."""
    demand, factors = workspace.demand, spec.population
    everyone = demand["residents"].to_numpy(dtype=float, na_value=0.0) * factors.factor("all")
    columns = {"residents": np.round(everyone, 6)}
    for segment in _SEGMENTS:
        own = demand[segment].to_numpy(dtype=float, na_value=0.0) * factors.factor(segment)
        columns[segment] = np.round(np.minimum(own, everyone), 6)
    return demand.assign(**columns)


def _outlets(workspace: Workspace, closed: Sequence[int]) -> pd.DataFrame:
    if not len(closed):
        return workspace.outlets
    shut = np.zeros(len(workspace.outlets), dtype=bool)
    shut[list(closed)] = True
    types = workspace.outlets["type_id"].where(~shut, "")
    services = [() if gone else own for gone, own in zip(shut, workspace.outlets["services"], strict=True)]
    return workspace.outlets.assign(
        type_id=types, services=pd.Series(services, index=workspace.outlets.index, dtype=object)
    )


def _closed(
    workspace: Workspace, spec: FutureSpec, type_ids: dict[str, str], seed: int, log: FaultLog, file: str
) -> list[int]:
    """Rows of the outlets that close, in file order."""
    gone: Gone = spec.closed_outlets
    ids = [str(o) for o in workspace.outlets["id"]]
    rows = set(_named(gone.ids, ids, "closed_outlets", "现有网点", log, file))
    if gone.share is not None:
        rows |= set(drawn_rows(ids, gone.share, _salt(seed, spec)))
    area = workspace.outlets["area_m2"].to_numpy(dtype=float, na_value=np.nan)
    for text in gone.largest_of:
        own = np.flatnonzero((workspace.outlets["type_id"] == type_ids.get(text, text)).to_numpy())
        if len(own):
            rows.add(int(min(own, key=lambda row: (-np.nan_to_num(area[row], nan=-1.0), ids[row]))))
    return sorted(rows)


def _named(wanted: Iterable[str], ids: Sequence[str], key: str, what_zh: str, log: FaultLog, file: str) -> list[int]:
    number = {own: row for row, own in enumerate(ids)}
    for text in wanted:
        if text not in number:
            near = difflib.get_close_matches(text, ids, n=3, cutoff=0.4)
            hint = f"，最接近的是 {'、'.join(near)}" if near else ""
            rule = f"没有这个{what_zh}{hint}"
            log.add(Fault("unknown-place", file, rule, f"写{what_zh}编号，与调查表一致", column=key, value=text))
    return [number[text] for text in wanted if text in number]
