"""The library of named scenarios, and what a planner may write after ``--scenario``."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from scenarios.faults import Fault, FaultError
from scenarios.layers import Layer, ScenarioFile, load_scenario_file, parse_set, read_scenario_file

__all__ = ["BASE", "ScenarioAbout", "layers_for", "load_named", "load_scenario_file", "named_scenarios", "parse_set"]

BASE = "base"
_FOLDER = Path(__file__).parent / "data" / "scenarios"
_PLACE = "--scenario"


class ScenarioAbout(NamedTuple):
    """Chinese title and description of a named scenario."""

    title: str
    description: str


def named_scenarios() -> Mapping[str, ScenarioAbout]:
    """The library: name → title and description, ``base`` first, then by name."""
    return MappingProxyType({name: ScenarioAbout(f.title, f.description) for name, f in _library().items()})


def load_named(name: str) -> Layer:
    """The layer of a named scenario alone (not what it stands on). Raises FaultError ``unknown-scenario``."""
    if name not in _library():
        raise FaultError((_unknown(name),))
    return _library()[name].layer


def layers_for(text: str) -> tuple[str, tuple[Layer, ...]]:
    """What ``--scenario`` means: its name and its layers, first to last.

    ``text`` is a library name, the path of a TOML file, or several of both joined by ``+``, later ones winning
    (``tight_budget+elderly_first``, ``base+my.toml``). Named scenarios stand on ``base``. A file by itself stands on
    the schema's defaults, so that it means what it says: without a budget of its own it has none. The name serves as
    a folder's name. Raises FaultError: ``unknown-scenario`` with the nearest name, or the faults of the file.
    """
    text = text.strip()
    parts = _parts(text)
    files: list[ScenarioFile] = []
    faults: list[Fault] = []
    for part in parts:
        try:
            files.append(_one(part))
        except FaultError as error:
            faults += error.faults
    if faults:
        raise FaultError(faults)
    name = "+".join(file.name for file in files)
    if parts[0] != BASE and any(part in _library() for part in parts):
        files.insert(0, _library()[BASE])
    return name, tuple(file.layer for file in files)


def _parts(text: str) -> list[str]:
    """``text`` split at every ``+``, but for those inside the path of a file that is there."""
    pieces = text.split("+")
    parts: list[str] = []
    while pieces:
        long = (n for n in range(len(pieces), 1, -1) if _is_whole("+".join(pieces[:n]).strip()))
        n = next(long, 1)
        parts.append("+".join(pieces[:n]).strip())
        pieces = pieces[n:]
    return parts


def _is_whole(text: str) -> bool:
    return text in _library() or _is_file(text)


@cache
def _library() -> Mapping[str, ScenarioFile]:
    paths = sorted(_FOLDER.glob("*.toml"), key=lambda path: (path.stem != BASE, path.stem))
    return {path.stem: read_scenario_file(path, source=f"场景 {path.stem}") for path in paths}


def _one(part: str) -> ScenarioFile:
    if part in _library():
        return _library()[part]
    if part.lower().endswith(".toml") or "/" in part or "\\" in part or _is_file(part):
        return read_scenario_file(part)
    raise FaultError((_unknown(part),))


def _is_file(text: str) -> bool:
    try:
        return bool(text) and Path(text).is_file()
    except (OSError, ValueError):
        return False


def _unknown(name: str) -> Fault:
    names = tuple(_library())
    by_title = {file.title: known for known, file in _library().items()}
    near = difflib.get_close_matches(name, (*names, *by_title), n=1, cutoff=0.5)
    nearest = by_title.get(near[0], near[0]) if near else ""
    hint = f"，最接近的是“{nearest}”" if nearest else ""
    remedy = f"可用的场景：{'、'.join(names)}；也可给出 .toml 文件的路径"
    return Fault("unknown-scenario", _PLACE, f"没有这个场景{hint}", remedy, value=name)
