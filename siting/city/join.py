"""The workspaces of several circles as one: each place once, ids clear, streets in one CRS."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from scenarios.faults import Fault, FaultLog
from siting.city.names import city_id
from siting.city.same import Joined, Merge, clear_ids, join_tables
from siting.workspace import CircleMeta, InputFile, Workspace

_TABLES = ("demand", "sites", "outlets")
_REMEDY = "请改成一致，或分开运行"


@dataclass(frozen=True)
class City:
    """``workspace`` of all circles; ``circles`` as they were read, in one CRS. ``demand``, ``sites``, ``outlets`` say
    where each circle's rows went; ``renamed`` maps (circle id, id) to the new id.
    """

    workspace: Workspace
    circles: tuple[Workspace, ...]
    demand: Joined
    sites: Joined
    outlets: Joined
    renamed: dict[tuple[str, str], str]

    @property
    def merges(self) -> tuple[Merge, ...]:
        """Everything that stands in several circles."""
        return (*self.demand.merges, *self.sites.merges, *self.outlets.merges)


def join(circles: Sequence[Workspace], every: bool) -> City:
    """The city; ``every`` names it 全市.

    Raises:
        FaultError: circles with one id, parameters (catalogue.toml) that differ, ready distances beside streets.
    """
    _check(circles)
    circles = _one_crs(circles)
    ids = [ws.circle.id for ws in circles]
    parts = [join_tables(kind, [getattr(ws, kind) for ws in circles], ids) for kind in _TABLES]
    cleared = clear_ids(parts, ids)
    parts = [replace(p, table=p.table.assign(id=new)) for p, new in zip(parts, cleared, strict=True)]
    named: dict[tuple[str, str], str] = {}
    for kind, part in zip(_TABLES, parts, strict=True):
        for ws, rows in zip(circles, part.rows, strict=True):
            old = getattr(ws, kind)["id"].astype(str)
            named |= {(ws.circle.id, o): str(n) for o, n in zip(old, part.table["id"].iloc[rows], strict=True)}
    first = circles[0]
    root = Path(os.path.commonpath([ws.folder.resolve() for ws in circles]))
    workspace = Workspace(
        folder=root,
        circle=_meta(circles, every),
        crs=next((ws.crs for ws in circles if ws.crs), ""),
        demand=parts[0].table,
        sites=parts[1].table,
        outlets=parts[2].table,
        streets=layers(circles, "streets"),
        barriers=layers(circles, "barriers"),
        gates=layers(circles, "gates"),
        boundary=_boundary(circles),
        distances=_renamed(circles, "distances", ("from_id", "to_id"), named),
        costs=_renamed(circles, "costs", ("site_id",), named),
        catalogue_overrides=first.catalogue_overrides,
        inputs=tuple(_input(ws, f, root) for ws in circles for f in ws.inputs),
        warnings=tuple(dict.fromkeys(w for ws in circles for w in ws.warnings)),
    )
    renamed = {key: new for key, new in named.items() if key[1] != new}
    return City(workspace, tuple(circles), parts[0], parts[1], parts[2], renamed)


def _check(circles: Sequence[Workspace]) -> None:
    log = FaultLog()
    ids = [ws.circle.id for ws in circles]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        log.add(Fault("same-circle", "命令行", "几个生活圈的编号相同", "每个圈只给一次，编号各不相同", value=twice))
    for ws in circles[1:]:
        if ws.catalogue_overrides != circles[0].catalogue_overrides:
            rule = f"业态参数与 {ids[0]} 不一致，不能放进一个模型"
            log.add(Fault("city-differs", f"{ws.circle.id}/catalogue.toml", rule, _REMEDY))
        if (ws.distances is None) != (circles[0].distances is None):
            rule = f"{ids[0]} 与本圈一个用现成步行距离、一个按道路计算，不能混用"
            log.add(Fault("city-differs", f"{ws.circle.id}/distances.csv", rule, _REMEDY))
    log.raise_if_errors()


def _meta(circles: Sequence[Workspace], every: bool) -> CircleMeta:
    metas = [ws.circle for ws in circles]
    notes = list(dict.fromkeys(m.simulated_note for m in metas if m.simulated))
    mixed = f"（仅 {'、'.join(m.id for m in metas if m.simulated)}）" if not all(m.simulated for m in metas) else ""
    return CircleMeta(
        id=city_id([m.id for m in metas], every),
        name=f"全市一盘棋（{len(metas)} 圈）" if every else f"一盘棋（{len(metas)} 圈）",
        district="、".join(dict.fromkeys(m.district for m in metas if m.district)),
        simulated=any(m.simulated for m in metas),
        simulated_note=f"{notes[0]}{mixed}" if notes and notes[0] else "",
        unknown_types=tuple(sorted(set.intersection(*(set(m.unknown_types) for m in metas)))),
        unknown_note=next((m.unknown_note for m in metas if m.unknown_note), ""),
    )


def _one_crs(circles: Sequence[Workspace]) -> list[Workspace]:
    """All in the CRS of the first circle that has one."""
    target = next((ws.crs for ws in circles if ws.crs), "")
    return [ws if ws.crs in ("", target) else _moved(ws, target) for ws in circles]


def _moved(ws: Workspace, target: str) -> Workspace:
    way = Transformer.from_crs(ws.crs, target, always_xy=True)

    def table(old: pd.DataFrame) -> pd.DataFrame:
        x, y = way.transform(old["x"].to_numpy(dtype=float), old["y"].to_numpy(dtype=float))
        return old.assign(x=x, y=y)

    def layer(old: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
        return None if old is None else old.to_crs(target)

    boundary = ws.boundary
    if boundary is not None:
        boundary = shapely.transform(boundary, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))
    return replace(
        ws,
        crs=target,
        demand=table(ws.demand),
        sites=table(ws.sites),
        outlets=table(ws.outlets),
        streets=layer(ws.streets),
        barriers=layer(ws.barriers),
        gates=layer(ws.gates),
        boundary=boundary,
    )


def layers(circles: Sequence[Workspace], name: str) -> gpd.GeoDataFrame | None:
    """A layer of several circles as one; None where none has it."""
    found = [getattr(ws, name) for ws in circles if getattr(ws, name) is not None]
    if not found:
        return None
    geometry = np.concatenate([np.asarray(layer.geometry, dtype=object) for layer in found])
    return gpd.GeoDataFrame(geometry=geometry, crs=found[0].crs)


def _boundary(circles: Sequence[Workspace]) -> shapely.Geometry | None:
    found = [ws.boundary for ws in circles if ws.boundary is not None]
    return shapely.union_all(found) if found else None


def _renamed(
    circles: Sequence[Workspace], name: str, columns: tuple[str, ...], named: dict[tuple[str, str], str]
) -> pd.DataFrame | None:
    found = []
    for ws in circles:
        table = getattr(ws, name)
        if table is not None:
            circle = ws.circle.id
            ids = {c: [named.get((circle, str(v)), str(v)) for v in table[c]] for c in columns}
            found.append(table.assign(**ids))
    if not found:
        return None
    return pd.concat(found, ignore_index=True).drop_duplicates([*columns, "type_id"], ignore_index=True)


def _input(ws: Workspace, file: InputFile, root: Path) -> InputFile:
    where = ws.folder.resolve().relative_to(root).as_posix()
    return InputFile(f"{where}/{file.path}" if where != "." else file.path, file.sha256)
