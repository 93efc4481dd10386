"""The run's inputs, read again: are they the same files, and what do they say?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from scenarios.business_type import BusinessType
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.faults import Fault, FaultError
from scenarios.levels import ask_for_walks
from scenarios.schema import Scenario
from siting.audit.city_record import CityRecord
from siting.audit.joined import City
from siting.audit.parts import Part, part_of
from siting.audit.recorded import Recorded
from siting.committed.commit import Committed
from siting.inputs import read_workspace
from siting.network import walking_distances
from siting.walks import Walks
from siting.workspace import Workspace

_LEAST_CUTOFF_M = 1500.0
_WALKING_CUTOFF_M = 50_000.0


@dataclass(frozen=True, eq=False)
class CityFacts:
    """What the files of a city's circles say besides: ``networks`` [c] on which streets each walks, ``apart`` pairs of
    circles whose streets overlap without agreeing; and what the run says of them.
    """

    said: CityRecord
    city: City
    networks: tuple[int, ...]
    apart: frozenset[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class Facts:
    """What the files say: tables, the run's own catalogue, walking distances computed anew, and the circles."""

    workspace: Workspace
    catalogue: Catalogue
    scenario: Scenario
    walks: Walks
    seed: int
    parts: tuple[Part, ...]
    committed: Committed | None = None
    city: CityFacts | None = None

    def reach_m(self, kind: BusinessType) -> float:
        """Walking reach of a type in metres, inclusive."""
        return reach_m(kind, self.scenario)


def reach_m(kind: BusinessType, scenario: Scenario) -> float:
    """Radius as it stands, or minutes times 60 times the speed of the type's segment."""
    if kind.radius_m is not None:
        return kind.radius_m.value
    assert kind.walk_min is not None
    walking = scenario.walking
    return kind.walk_min.value * 60.0 * (walking.elderly_m_s if kind.segment == "elderly" else walking.adult_m_s)


def workspace_folder(recorded: Recorded, run_dir: Path) -> Path:
    """Where the run says its workspace is.

    Raises:
        FaultError: nothing is there (``workspace-missing``).

    """
    try:
        folder = (run_dir.resolve() / recorded.workspace).resolve()
        there = folder.is_dir()
    except (OSError, ValueError):
        there = False
    if not there:
        rule = "找不到这次求解的数据文件夹，可能已移走或改名，无法复核"
        remedy = "把数据文件夹放回原处（相对结果文件夹的位置不变），或重新求解"
        raise FaultError([Fault("workspace-missing", str(run_dir), rule, remedy, "", None, "", recorded.workspace)])
    return folder


def changed_files(recorded: Recorded, folder: Path) -> Iterator[str]:
    """Input files that are no longer the ones that the run read; the annual plan lies elsewhere and is asked after by
    :mod:`siting.audit.committed`.
    """
    plan = recorded.committed.path if recorded.committed else None
    for item in recorded.inputs:
        if item.path == plan:
            continue
        path = PurePosixPath(item.path)
        file = folder / item.path
        if path.is_absolute() or ".." in path.parts or "\0" in item.path or not file.is_file():
            yield f"{item.path} 不在数据文件夹里"
            continue
        found = hashlib.sha256(file.read_bytes()).hexdigest()
        if found != item.sha256:
            yield f"{item.path} 在求解之后变过（sha256 现为 {found[:12]}…，求解时为 {item.sha256[:12]}…）"


def read_facts(recorded: Recorded, folder: Path) -> Facts:
    """Read the workspace, the catalogue and the distances again.

    Raises:
        FaultError: the workspace or the catalogue cannot be read.

    """
    scenario = recorded.scenario.values
    workspace = read_workspace(folder, load_catalogue())
    catalogue = catalogue_of(workspace, scenario)
    walks = walking_distances(workspace, cutoff_m(catalogue, scenario), scenario.walking.max_access_m)
    return Facts(workspace, catalogue, scenario, walks, recorded.seed, (part_of(workspace),))


def new_files(recorded: Recorded, facts: Facts) -> Iterator[str]:
    """Input files that are read now and were not read by the run."""
    known = {item.path for item in recorded.inputs}
    for item in facts.workspace.inputs:
        if item.path not in known:
            yield f"{item.path} 是求解之后添进数据文件夹的"


def cutoff_m(catalogue: Catalogue, scenario: Scenario) -> float:
    """As far as any question goes: the largest reach, or every walk where a level asks for walks."""
    if ask_for_walks(scenario.objective.levels):
        return _WALKING_CUTOFF_M
    return max([_LEAST_CUTOFF_M, *(reach_m(kind, scenario) for kind in catalogue.types.values())])


def catalogue_of(workspace: Workspace, scenario: Scenario) -> Catalogue:
    """The built-in catalogue as the workspace and the scenario change it."""
    catalogue = load_catalogue()
    for overrides, source in ((workspace.catalogue_overrides, "catalogue.toml"), (scenario.types, "run.json")):
        if overrides:
            catalogue = catalogue.with_overrides(overrides, source=source, file=source)
    return catalogue.only(scenario.catalogue.only, file="run.json") if scenario.catalogue.only else catalogue
