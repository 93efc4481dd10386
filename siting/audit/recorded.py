"""run.json as the audit reads it: checked for form, every fault told in Chinese, nothing trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from scenarios.faults import Fault, FaultError, shorten
from scenarios.schema import Scenario

RUN_FILE = "run.json"
_REMEDY = "请用 siting run 重新求解，不要手工改 run.json"
_MOST_FAULTS = 20
_WANTED_ZH = {
    "string": "文字",
    "int": "整数",
    "float": "数字",
    "bool": " true 或 false",
    "list": "列表",
    "tuple": "列表",
    "dict": "表",
    "model": "表",
    "finite": "有限的数字",
    "literal": "规定的几个词之一",
    "enum": "规定的几个词之一",
}


Count = Annotated[int, Field(ge=0, le=10**9)]


class Record(BaseModel):
    """A part of run.json: strict about what it names, silent about the rest."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)


class CircleRecord(Record):
    """Which circle."""

    id: str
    name: str


class InputRecord(Record):
    """One input file as it was read."""

    path: str
    sha256: str


class ScenarioRecord(Record):
    """The resolved scenario."""

    name: str
    values: Scenario


class LevelRecord(Record):
    """One objective level; a number is None where it is infinite or unknown."""

    name: str
    sense: Literal["max", "min"]
    incumbent: float | None
    bound: float | None
    mip_gap: float | None
    status: str


class TotalsRecord(Record):
    """The totals of the plan."""

    cost_cny: float
    budget_cny: float
    residents_newly_covered: float
    residents_with_more: float
    missing_types_filled: Count
    missing_types_total: Count
    sites_used: Count
    outlets_opened: Count
    addons: Count
    basic_complete_share_before: float
    basic_complete_share_after: float


class PickRecord(Record):
    """One line of the plan; ``host`` as in :class:`siting.bundle.Pick`."""

    rank: Count
    site: str
    type: str
    host: str
    year: int | None = None
    cost: float
    own_cost: float | None
    area_m2: float
    residents_newly_covered: float
    residents_by_segment: dict[str, float]


class PhaseRecord(Record):
    """One year of a plan by years."""

    year: int
    budget_cny: float
    carried_in_cny: float
    spent_cny: float
    left_cny: float
    sites_started: Count
    outlets_opened: Count
    addons: Count
    residents_newly_covered: float
    missing_types_filled: Count


class RankRecord(Record):
    """One ranked site."""

    rank: Count
    site_id: str
    type_ids: tuple[str, ...]
    cost_cny: float


class ReachRecord(Record):
    """Residents of a segment, and those of them in reach."""

    in_reach: float
    residents: float


class GapRecord(Record):
    """One business type of the gap report."""

    type_id: str
    outlets: Count
    required: Count
    missing_outlets: Count
    reach_m: float
    residents: float
    residents_in_reach: float
    sitable: bool
    reach_by_segment: dict[str, ReachRecord]


class GapsRecord(Record):
    """The gap report."""

    residents: float
    basic_complete_share: float
    rows: tuple[GapRecord, ...]


class ServedRecord(Record):
    """A demand point that gets a type in reach."""

    demand_id: str
    type_id: str
    site_id: str
    residents: float
    residents_by_segment: dict[str, float]
    walk_before_m: float | None
    walk_after_m: float
    served_share: float = 1.0


class PartRecord(Record):
    """Residents of a demand point who use an assignment type at a place."""

    demand_id: str
    type_id: str
    site_id: str
    residents: float
    walk_m: float
    newly: bool


class AssignedOutletRecord(Record):
    """One outlet or add-on of an assignment type."""

    type_id: str
    site_id: str
    places: float | None
    serves: float | None
    in_reach: float
    served_newly: float
    from_existing: float
    min_catchment: float


class AssignedTypeRecord(Record):
    """One assignment type."""

    type_id: str
    in_reach: float
    served: float


class StaticLevelRecord(Record):
    """One level beside the static rule."""

    name: str
    value: float
    assigned_value: float
    loss: float


class AssignmentRecord(Record):
    """Who uses which outlet of the assignment types."""

    types: tuple[AssignedTypeRecord, ...]
    outlets: tuple[AssignedOutletRecord, ...]
    parts: tuple[PartRecord, ...]
    levels: tuple[StaticLevelRecord, ...]


class PriceRecord(Record):
    """A price that an annual plan corrected, 元."""

    site: str
    type: str
    cny: float


class CommittedRecord(Record):
    """The annual plan that the run kept to; ``path`` as seen from the run's folder."""

    path: str = Field(min_length=1)
    sha256: str
    prices: tuple[PriceRecord, ...]


class Recorded(Record):
    """As much of run.json as can be checked."""

    schema_version: Count
    circle: CircleRecord
    simulated: bool
    status: str
    exit_code: Count
    seed: int
    workspace: str = Field(min_length=1)
    inputs: tuple[InputRecord, ...] = Field(min_length=1)
    scenario: ScenarioRecord
    levels: tuple[LevelRecord, ...]
    totals: TotalsRecord
    picks: tuple[PickRecord, ...]
    phases: tuple[PhaseRecord, ...] = ()
    ranking: tuple[RankRecord, ...]
    gaps: GapsRecord
    served: tuple[ServedRecord, ...]
    assignment: AssignmentRecord | None = None
    committed: CommittedRecord | None = None
    city: dict[str, Any] | None = None


R = TypeVar("R", bound=BaseModel)


def read_recorded(run_dir: Path) -> Recorded:
    """Read ``run_dir/run.json`` as the audit needs it; raises as :func:`read_as`."""
    return read_as(run_dir, Recorded)


def read_as(run_dir: Path, form: type[R]) -> R:
    """Read ``run_dir/run.json`` in the form that ``form`` gives.

    Raises:
        FaultError: there is none (``no-run``), it cannot be read (``unreadable-file``), is not JSON (``not-json``),
            or lacks or mistypes what a run holds (``bad-run``; every such fault at once).

    """
    path = run_dir / RUN_FILE
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        rule = "这里没有结果（找不到 run.json）"
        remedy = "请给出 siting run 写出的结果文件夹"
        raise FaultError([Fault("no-run", str(run_dir), rule, remedy)]) from None
    except OSError as error:
        rule = f"run.json 读不出来（{error.strerror or type(error).__name__}）"
        raise FaultError([Fault("unreadable-file", str(path), rule, "确认文件没有被别的程序占用")]) from None
    try:
        return form.model_validate_json(data, strict=True)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise FaultError([_fault(detail, str(path)) for detail in details[:_MOST_FAULTS]]) from None


def _fault(detail: ErrorDetails, file: str) -> Fault:
    kind = detail["type"]
    if kind == "json_invalid":
        return Fault("not-json", file, "run.json 不是完整的 JSON，可能没写完或被改动", _REMEDY)
    column = shorten(".".join(str(part) for part in detail["loc"]))
    if kind == "missing":
        return Fault("bad-run", file, "缺少这一项", _REMEDY, column=column)
    if kind == "extra_forbidden":
        return Fault("bad-run", file, "情景里没有这一项设定", _REMEDY, column=column)
    wanted = _WANTED_ZH.get(kind.split("_")[0])
    rule = f"应为{wanted}" if wanted else "值不合规定"
    return Fault("bad-run", file, rule, _REMEDY, column=column)
