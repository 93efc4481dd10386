"""The inputs of a city's run, read again circle by circle and put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from scenarios.catalogue import load_catalogue
from scenarios.circles import load_circles
from scenarios.faults import Fault, FaultError
from siting.audit.city_record import CityRecord
from siting.audit.facts import CityFacts, Facts, catalogue_of, cutoff_m
from siting.audit.joined import City, join_city
from siting.audit.joined_walks import networks_of, walk_city
from siting.audit.parts import part_of
from siting.audit.recorded import Recorded
from siting.inputs import read_workspace
from siting.workspace import CircleMeta, InputFile, Workspace

_ALL = "全市"
_LONGEST_ID = 60


def read_city_facts(recorded: Recorded, said: CityRecord, root: Path) -> Facts:
    """Read the circles below ``root``, join them and measure their ways again.

    Raises:
        FaultError: a circle's folder is gone, a workspace or the catalogue cannot be read; all circles' at once.
    """
    circles = _read(said, root)
    scenario = recorded.scenario.values
    city = join_city(circles)
    whole = _whole(city, said, root, recorded.circle.id == _ALL)
    catalogue = catalogue_of(whole, scenario)
    ready = whole.distances is not None
    networks, apart = ((0,) * len(circles), frozenset[tuple[str, str]]()) if ready else networks_of(city.circles)
    walks = walk_city(whole, city, networks, cutoff_m(catalogue, scenario), scenario.walking.max_access_m)
    parts = tuple(part_of(ws, _counts_for(whole, city, c)) for c, ws in enumerate(city.circles))
    return Facts(whole, catalogue, scenario, walks, recorded.seed, parts, city=CityFacts(said, city, networks, apart))


def _read(said: CityRecord, root: Path) -> list[Workspace]:
    catalogue, found, faults = load_catalogue(), [], []
    for circle in said.circles:
        folder = root / circle.folder
        if not folder.is_dir():
            rule, remedy = "找不到这个圈的数据文件夹，无法复核", "把数据文件夹放回原处，或重新求解"
            faults.append(Fault("workspace-missing", circle.id, rule, remedy, value=circle.folder))
            continue
        try:
            found.append(read_workspace(folder, catalogue))
        except FaultError as error:
            faults += [replace(fault, file=f"{circle.id}/{fault.file}") for fault in error.faults]
    if faults:
        raise FaultError(faults)
    return found


def _whole(city: City, said: CityRecord, root: Path, every: bool) -> Workspace:
    """The circles as one workspace; its streets stay with the circles."""
    first = city.circles[0]
    inputs = [
        InputFile(item.path if circle.folder == "." else f"{circle.folder}/{item.path}", item.sha256)
        for circle, ws in zip(said.circles, city.circles, strict=True)
        for item in ws.inputs
    ]
    return Workspace(
        folder=root,
        circle=_called(city.circles, every),
        crs=next((ws.crs for ws in city.circles if ws.crs), ""),
        demand=city.tables["demand"].table,
        outlets=city.tables["outlets"].table,
        sites=city.tables["sites"].table,
        distances=city.listed("distances", ("from_id", "to_id")),
        costs=city.listed("costs", ("site_id",)),
        catalogue_overrides=first.catalogue_overrides,
        inputs=tuple(inputs),
    )


def _called(circles: Sequence[Workspace], every: bool) -> CircleMeta:
    """Id and name as the run must give them; ``every`` where it says that it holds all pilots."""
    ids = [ws.circle.id for ws in circles]
    number = f"一盘棋（{len(ids)} 圈）"
    simulated = any(ws.circle.simulated for ws in circles)
    if every and ids == [pilot.id for pilot in load_circles()]:
        return CircleMeta(_ALL, f"全市{number}", simulated=simulated)
    text = f"合并-{'+'.join(ids)}"
    text = text if len(text) <= _LONGEST_ID else f"合并-{ids[0]}等{len(ids)}圈"
    return CircleMeta(text, number, simulated=simulated)


def _counts_for(whole: Workspace, city: City, c: int) -> npt.NDArray[np.bool_]:
    """[place]: a circle's tables name it, or its boundary holds it."""
    there = []
    for kind in ("sites", "outlets"):
        table = getattr(whole, kind)
        mine = np.zeros(len(table), dtype=bool)
        mine[city.tables[kind].rows[c]] = True
        boundary = city.circles[c].boundary
        xy = table[["x", "y"]].to_numpy(dtype=float)
        known = np.isfinite(xy).all(axis=1)
        if boundary is not None and known.any():
            mine[known] |= shapely.intersects(boundary, shapely.points(xy[known]))
        there.append(mine)
    return np.concatenate(there)
