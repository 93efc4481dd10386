"""A finished run, read back into a typed, checked record: what comparing, ranking and planning share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from scenarios.business_type import Segment, Tier
from scenarios.faults import Fault, FaultError, FaultLog, shorten
from siting.audit.recorded import (
    RUN_FILE,
    CircleRecord,
    GapRecord,
    GapsRecord,
    LevelRecord,
    PickRecord,
    RankRecord,
    Record,
    Recorded,
    ScenarioRecord,
    read_as,
)
from siting.outputs.plain import SCHEMA_VERSION

_MOST_FAULTS = 20


class RunCircle(CircleRecord):
    """Which circle; ``crs`` is that of the coordinates in result.gpkg, "" where nothing has a position."""

    district: str = ""
    street_office: str = ""
    crs: str = ""
    simulated: bool = False
    simulated_note: str = ""


class RunScenario(ScenarioRecord):
    """The resolved scenario; ``origin`` says for every dotted leaf key where its value came from."""

    origin: dict[str, str]


class RunLevel(LevelRecord):
    """One objective level, with its Chinese name and unit as they were written."""

    name_zh: str = ""
    unit_zh: str = ""


class RunPick(PickRecord):
    """One line of the plan. ``host`` is "" for a fitted-out outlet, else as in :class:`siting.bundle.Pick`; ``site`` is
    then the candidate site, or the existing outlet that carries the add-on.
    """

    site_name: str = ""
    type_zh: str = ""
    host_zh: str = ""
    year: int | None = None
    walk_before_m: float | None = None
    walk_after_m: float | None = None
    check_on_site: tuple[str, ...] = ()


class RunRank(RankRecord):
    """A chosen site's replacement cost, as in :class:`siting.bundle.SiteRank`."""

    losses: dict[str, float]
    steps_in: tuple[str, ...] = ()
    steps_out: tuple[str, ...] = ()
    proven: bool
    feasible: bool
    proven_levels: tuple[str, ...] = ()


class RunGap(GapRecord):
    """One business type of the gap report; ``residents`` are of its ``segment``."""

    name_zh: str
    tier: Tier = Field(strict=False)
    segment: Segment
    plan_says: str = ""
    priority: bool = False


class RunGaps(GapsRecord):
    """The gap report of the circle: all types, tiers in order."""

    rows: tuple[RunGap, ...]


class RunRecord(Recorded):
    """One finished run.

    ``folder`` is where it was read; ``workspace`` is the path of its input folder as seen from there
    (:attr:`workspace_folder`). ``circle`` .id .name .district .street_office .crs .simulated .simulated_note;
    ``status`` (optimal, feasible), ``status_zh``, ``exit_code``, ``seed``, ``solver``; ``program`` (name, version) and
    ``versions`` (by library); ``inputs`` (.path, .sha256); ``scenario`` .name .values (a checked ``Scenario``) .origin;
    ``levels`` in order (.name .sense .incumbent .bound .mip_gap .status); ``totals``; ``picks`` in rank order;
    ``ranking`` (may be empty where the run ranked nothing); ``gaps`` .rows, one for each type, each pick's and served
    type among them; ``served``: demand point × type newly in reach, with residents of the type's segment and of every
    segment; ``notes``: sentences that every output prints.
    """

    folder: Path = Path()
    program: dict[str, str] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
    circle: RunCircle
    status: Literal["optimal", "feasible"]
    status_zh: str = ""
    solver: str = ""
    scenario: RunScenario
    levels: tuple[RunLevel, ...]
    picks: tuple[RunPick, ...]
    ranking: tuple[RunRank, ...]
    gaps: RunGaps
    notes: tuple[str, ...] = ()

    @property
    def workspace_folder(self) -> Path:
        """The input folder, which may be gone by now."""
        return self.folder / self.workspace

    @property
    def label(self) -> str:
        """``C10 光明·base``: which circle under which scenario."""
        return f"{self.circle.id} {self.circle.name}".strip() + f"·{self.scenario.name}"


class _Versioned(Record):
    schema_version: int


def read_run(folder: Path) -> RunRecord:
    """Read one run folder.

    Raises:
        FaultError: ``other-schema-version``; ``no-run``, ``unreadable-file``, ``not-json`` or ``bad-run``, as
            :func:`siting.audit.recorded.read_as`; ``bad-run`` too where the parts of the run contradict each other.
    """
    path = str(folder / RUN_FILE)
    found = read_as(folder, _Versioned).schema_version
    if found != SCHEMA_VERSION:
        rule = f"结果的格式版本是 {found}，本程序只认版本 {SCHEMA_VERSION}"
        fault = Fault("other-schema-version", path, rule, "请用本程序重新求解（siting run）", column="schema_version")
        raise FaultError([fault])
    record = read_as(folder, RunRecord).model_copy(update={"folder": folder})
    faults = list(_contradictions(record, path))[:_MOST_FAULTS]
    if faults:
        raise FaultError(faults)
    return record


def read_runs(folders: Sequence[Path]) -> tuple[RunRecord, ...]:
    """Read several run folders, in the order given.

    Raises:
        FaultError: the faults of all folders at once.
    """
    log = FaultLog()
    records = []
    for folder in folders:
        try:
            records.append(read_run(folder))
        except FaultError as error:
            log.faults += error.faults
    log.raise_if_errors()
    return tuple(records)


def _contradictions(record: RunRecord, path: str) -> Iterator[Fault]:
    """Types that the gap report lacks, types and levels named twice, levels that are not the scenario's."""
    remedy = "请用 siting run 重新求解，不要手工改 run.json"
    known = [row.type_id for row in record.gaps.rows]
    if len(set(known)) < len(known):
        yield Fault("bad-run", path, "同一业态在缺口表中出现两次", remedy, column="gaps.rows")
    used = {"picks": [p.type for p in record.picks], "served": [s.type_id for s in record.served]}
    for column, types in used.items():
        for type_id in sorted(set(types) - set(known)):
            yield Fault("bad-run", path, "这一业态不在缺口表中", remedy, column=column, value=shorten(type_id))
    pairs = [(p.site, p.type) for p in record.picks]
    if len(set(pairs)) < len(pairs):
        yield Fault("bad-run", path, "同一点位的同一业态出现两次", remedy, column="picks")
    if tuple(level.name for level in record.levels) != record.scenario.values.objective.levels:
        yield Fault("bad-run", path, "目标层级与情景所列的不一致", remedy, column="levels")
