"""Finished runs as the annual plan reads them: the run record, and what it says of rooms, jobs, departments, money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field

from scenarios.faults import Fault, FaultError, FaultLog
from siting.audit.recorded import RUN_FILE, CommittedRecord, Record, read_as
from siting.studies.runs import RunCircle, RunPick, RunRank, RunRecord, read_run

_PLACE = "命令行"


class Room(Record):
    """The room of a pick, as the survey has it; empty for an existing outlet."""

    kind: str
    kind_zh: str
    address: str
    floor: int | None
    area_m2: float | None
    owner: str
    available_year: int | None


class Estate(Record):
    """A demand point that gains, and its residents."""

    name: str
    residents: float


class PlanPick(RunPick):
    """One line of the run, with all that a project needs; see :func:`siting.outputs.works.pick_facts`."""

    mode_zh: str
    room: Room
    tier: str
    tier_zh: str
    staff: float
    responsible_zh: str
    cooperating_zh: tuple[str, ...]
    department_source_zh: str
    parts: dict[str, float]
    residents_in_reach: float | None
    estates: tuple[Estate, ...]
    estates_total: int


class PlanCircle(RunCircle):
    """The circle, and the city's document in which it stands."""

    document: str = ""
    document_year: int | None = None


class Existing(Record):
    """What stands today; see :func:`siting.outputs.works.existing_facts`."""

    outlets: int
    staff: float
    chain: int
    not_chain: int
    chain_unknown: int


class Forced(Record):
    """A site that was not chosen, forced in."""

    site_id: str
    type_ids: tuple[str, ...]
    types_zh: tuple[str, ...] = ()
    losses: dict[str, float]
    steps_out: tuple[str, ...]
    proven: bool
    feasible: bool


class RefusalRecord(Record):
    """Why a site cannot host a type."""

    site_id: str
    type_id: str
    code: str
    reason_zh: str


class KeptRow(Record):
    """A row of the annual plan that the run was given."""

    outcome: str
    site_id: str
    type_id: str
    in_plan: bool


class PlanCommitted(CommittedRecord):
    """The annual plan that the run was given."""

    file: str
    items: tuple[KeptRow, ...]


class PlanRank(RunRank):
    """A chosen site's replacement cost."""

    types_zh: tuple[str, ...] = ()


class PlanRun(RunRecord):
    """One finished run, with what an annual plan needs besides."""

    circle: PlanCircle
    picks: tuple[PlanPick, ...]
    ranking: tuple[PlanRank, ...]
    existing: Existing
    forced: tuple[Forced, ...] = ()
    committed: PlanCommitted | None = None
    refusals: tuple[RefusalRecord, ...] = Field(default=())

    @property
    def decided(self) -> frozenset[tuple[str, str]]:
        """Site and type of the works that an earlier annual plan has committed."""
        rows = self.committed.items if self.committed else ()
        return frozenset((r.site_id, r.type_id) for r in rows if r.in_plan and r.outcome in ("kept", "moved", "added"))


def read_plan_runs(texts: Sequence[str], district: str = "") -> tuple[PlanRun, ...]:
    """The runs in the folders ``texts`` (runs, or folders that hold runs), by circle id; one district's if it is named.

    Raises:
        FaultError: every fault of every folder at once; no run at all; two runs of one circle; nothing in the district.
    """
    log = FaultLog()
    folders = [folder for text in texts for folder in _run_folders(text, log)]
    runs: list[PlanRun] = []
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        try:
            read_run(folder)
            runs.append(read_as(folder, PlanRun).model_copy(update={"folder": folder}))
        except FaultError as error:
            log.faults += error.faults
    log.faults += _twice(runs)
    chosen = [run for run in runs if not district or run.circle.district == district]
    if runs and not chosen:
        there = "、".join(sorted({run.circle.district for run in runs if run.circle.district})) or "无"
        rule = f"这些结果里没有这个区的生活圈（有：{there}）"
        log.add(
            Fault("unknown-district", _PLACE, rule, "请改写 --district，或不写", column="--district", value=district)
        )
    log.raise_if_errors()
    return tuple(sorted(chosen, key=lambda run: (run.circle.id, str(run.folder))))


def _run_folders(text: str, log: FaultLog) -> list[Path]:
    """The run in a folder, or the runs one level below."""
    folder = Path(text)
    if "\0" not in text and (folder / RUN_FILE).is_file():
        return [folder]
    inside = sorted(path.parent for path in folder.glob(f"*/{RUN_FILE}")) if "\0" not in text else []
    if not inside:
        rule = "这里没有结果（找不到 run.json），下一层文件夹里也没有"
        log.add(Fault("no-run", text, rule, "请给出 siting run 写出的结果文件夹，或装着它们的文件夹"))
    return inside


def _twice(runs: Sequence[PlanRun]) -> Iterator[Fault]:
    by_id: dict[str, list[PlanRun]] = {}
    for run in runs:
        by_id.setdefault(run.circle.id, []).append(run)
    for circle_id, same in by_id.items():
        if len(same) > 1:
            where = "、".join(str(run.folder) for run in same)
            rule = f"同一生活圈（{circle_id}）给了 {len(same)} 个结果，年度计划里只能有一个"
            yield Fault("same-circle", _PLACE, rule, "请每个生活圈只留一个结果", value=where)
