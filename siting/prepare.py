"""From a request to what the model needs: workspace, catalogue, scenario, walks, gaps; all input faults at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.circles import PilotCircle
from scenarios.faults import Fault, FaultError, FaultLog, Severity
from scenarios.layers import Layer, parse_set
from scenarios.levels import ask_for_walks
from scenarios.library import layers_for
from scenarios.resolve import ResolvedScenario, resolve
from siting.committed.commit import Committed, commit
from siting.coverage import cutoff_m
from siting.formulation.locks import read_locks
from siting.formulation.refusals import pair_refusals
from siting.gap_report import GapReport
from siting.gaps import gap_report
from siting.generator import generate_pilot
from siting.inputs import read_workspace
from siting.network import users_keep, walking_distances
from siting.outputs.folders import WORKSPACES
from siting.walks import Walks
from siting.workspace import Workspace

CIRCLE_FILE = "circle.toml"
_WALKING_CUTOFF_M = 50_000.0

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class RunRequest:
    """One circle to run. ``source`` is a workspace folder or a pilot, whose workspace is generated under ``out``.

    ``solver``, ``time_limit_s`` and ``mip_gap`` override the scenario where they are given. ``committed`` is the
    workbook of an annual plan to keep to; ``alternatives`` other plans within the share ``within`` are looked for.
    """

    source: Path | PilotCircle
    scenario_text: str = "base"
    sets: tuple[str, ...] = ()
    out: Path = Path("results")
    seed: int = 0
    solver: str | None = None
    time_limit_s: float | None = None
    mip_gap: float | None = None
    ranking: bool = True
    committed: Path | None = None
    alternatives: int = 0
    within: float = 0.01


@dataclass(frozen=True)
class Prepared:
    """Checked inputs of one run; ``committed`` is the annual plan that it must keep to, whose corrected prices are in
    ``workspace.costs`` and whose locks are in ``scenario``.
    """

    workspace: Workspace
    catalogue: Catalogue
    scenario: ResolvedScenario
    walks: Walks
    gaps: GapReport
    committed: Committed | None = None


class _Gathering:
    """Runs steps that may each find faults, and keeps them until the end."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def step(self, work: Callable[[], T], otherwise: U) -> T | U:
        try:
            return work()
        except FaultError as error:
            self.faults += error.faults
            return otherwise

    def raise_if_errors(self) -> None:
        if any(fault.severity is Severity.ERROR for fault in self.faults):
            raise FaultError(list(dict.fromkeys(self.faults)))


@dataclass(frozen=True)
class CircleInputs:
    """One circle, read once, from which any variant of its scenario can be prepared.

    ``layers`` are those of ``--scenario``, the circle's own, and the command line's, in that order.
    """

    workspace: Workspace
    names: Catalogue
    scenario_name: str
    layers: tuple[Layer, ...]
    committed: Committed | None = None
    _walks: dict[tuple[float, float], Walks] = field(default_factory=dict, repr=False)

    def prepared(self, *more: Layer) -> Prepared:
        """Everything the model needs, with ``more`` layers on top; walking distances are measured once a cutoff.

        Raises:
            FaultError: every fault of the layers.
        """
        scenario = self.resolved(*more)
        final = chosen_types(self.names, scenario)
        walking = scenario.scenario.walking
        cutoff = known_m(final, scenario)
        key = (cutoff, walking.max_access_m)
        if key not in self._walks:
            self._walks[key] = walking_distances(self.workspace, cutoff, walking.max_access_m, users_keep())
        walks = self._walks[key]
        return Prepared(
            self.workspace,
            final,
            scenario,
            walks,
            gap_report(self.workspace, final, walks, scenario.scenario),
            self.committed,
        )

    def resolved(self, *more: Layer) -> ResolvedScenario:
        """The scenario; what an annual plan has committed is locked on top, whatever the layers lock.

        Raises:
            FaultError: every fault of the layers.
        """
        layers = [*self.layers, *more]
        scenario = resolve(layers, self.scenario_name, self.names)
        if self.committed is None:
            return scenario
        return resolve([*layers, self.committed.layer(scenario.scenario)], self.scenario_name, self.names)


def known_m(catalogue: Catalogue, resolved: ResolvedScenario) -> float:
    """How far distances must be known, metres: all of them where a level asks how far people walk."""
    needs_all = ask_for_walks(resolved.scenario.objective.levels)
    return _WALKING_CUTOFF_M if needs_all else cutoff_m(catalogue.types.values(), resolved.scenario.walking)


def prepare(request: RunRequest) -> Prepared:
    """Read, check and measure one circle.

    Raises:
        FaultError: every fault of the workspace, the scenario and the command line.
    """
    return read_inputs(request).prepared()


def read_inputs(request: RunRequest) -> CircleInputs:
    """Read and check one circle and its scenario.

    Raises:
        FaultError: every fault of the workspace, the scenario and the command line.
    """
    catalogue = load_catalogue()
    gathering = _Gathering()
    nothing: tuple[str, tuple[Layer, ...]] = ("", ())
    name, layers = gathering.step(lambda: layers_for(request.scenario_text), nothing)
    settings = [gathering.step(partial(parse_set, text), None) for text in request.sets]
    settings.append(_command_line(request))
    later = tuple(layer for layer in settings if layer is not None)
    workspace = gathering.step(lambda: read_workspace(workspace_folder(request, catalogue), catalogue), None)
    if workspace is None:
        gathering.step(lambda: resolve([*layers, *later], name, catalogue), None)
        gathering.raise_if_errors()
        raise AssertionError("a workspace is missing without a fault")
    names = catalogue.with_overrides(workspace.catalogue_overrides, "catalogue.toml", "catalogue.toml")
    own = Layer(workspace.circle.scenario, CIRCLE_FILE, CIRCLE_FILE)
    every = (*layers, own, *later)
    if gathering.step(lambda: resolve(every, name, names), None) is None:
        gathering.step(partial(_refuse_locks, every, name, names, workspace), None)
    committed = None
    if request.committed is not None:
        refused = partial(_survey_refusals, workspace, names)
        committed = gathering.step(partial(commit, request.committed, workspace, names, refused), None)
    gathering.raise_if_errors()
    if committed is not None:
        workspace = replace(workspace, costs=committed.repriced(workspace.costs))
    return CircleInputs(workspace, names, name, every, committed)


def _refuse_locks(layers: tuple[Layer, ...], name: str, names: Catalogue, workspace: Workspace) -> None:
    """Locks on sites that are not there, of a scenario that is refused for its types: told in one go with those."""
    log, loose = FaultLog(), resolve(layers, name)
    sites = tuple(str(site) for site in workspace.sites["id"])
    read_locks(loose.scenario.lock, sites, tuple(names.types), names, name, log)
    log.faults = loose.located(fault for fault in log.faults if fault.code != "unknown-type")
    log.raise_if_errors()


def _survey_refusals(workspace: Workspace, catalogue: Catalogue) -> dict[tuple[str, str], str]:
    """Why the survey refuses pairs of site and type."""
    _, refused = pair_refusals(workspace, tuple(catalogue.types.values()))
    return {(refusal.site_id, refusal.type_id): refusal.reason_zh for refusal in refused}


def chosen_types(catalogue: Catalogue, resolved: ResolvedScenario) -> Catalogue:
    """The catalogue with the scenario's ``types`` overrides, and only the types it keeps."""
    scenario = resolved.scenario
    changed = catalogue.with_overrides(scenario.types, f"情景 {resolved.name}", resolved.name)
    return changed.only(scenario.catalogue.only, resolved.name) if scenario.catalogue.only else changed


def workspace_folder(request: RunRequest, catalogue: Catalogue) -> Path:
    """The folder to read; a pilot is generated there first (an identical one is left alone)."""
    if isinstance(request.source, Path):
        return request.source
    folder = request.out / WORKSPACES / request.source.id
    generate_pilot(request.source, catalogue, folder, request.seed)
    return folder


def _command_line(request: RunRequest) -> Layer | None:
    given: dict[str, Any] = {
        "name": request.solver,
        "time_limit_s": request.time_limit_s,
        "mip_gap": request.mip_gap,
    }
    chosen = {key: value for key, value in given.items() if value is not None}
    return Layer({"solver": chosen}, "命令行", "命令行") if chosen else None
