"""What a comparison holds, and how it is made from the records of runs. The first run is what others are held against.

Runs of one circle are matched place by place; a run of another circle is not: its sites are other sites.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siting.studies.compare.differences import InputRow, SettingRow, input_rows, inputs_agree, setting_rows
from siting.studies.compare.places import PlaceRow, place_rows, renamed_places
from siting.studies.measures import counted_missing, filled_by_type, measures_of
from siting.studies.runs import RunRecord

_SHOWN = 5


@dataclass(frozen=True)
class RunColumn:
    """One run's figures. ``number`` counts from 1; ``values`` are the measures by key. ``same_circle``,
    ``same_inputs`` are against the first run; ``changes`` counts its sites by what became of them since then.
    """

    number: int
    label: str
    circle_id: str
    circle_name: str
    scenario: str
    folder: str
    status: str
    status_zh: str
    exit_code: int
    same_circle: bool
    same_inputs: bool
    missing_types_total: int
    values: Mapping[str, float]
    changes: Mapping[str, int]


@dataclass(frozen=True)
class TypeCell:
    """A type in one run: lines that fit it out, lines that carry it as an add-on, missing outlets filled of those
    missing (0 of 0 where the level does not count the type), residents of its segment newly in reach.
    """

    opened: int
    addons: int
    filled: int
    missing: int
    residents: float


@dataclass(frozen=True)
class TypeRow:
    """A type over the runs; None where the run's catalogue lacks it."""

    type_id: str
    name_zh: str
    tier: str
    cells: tuple[TypeCell | None, ...]


@dataclass(frozen=True)
class LevelCell:
    """A level in one run; numbers are None where infinite or unknown. ``place`` is its place in the run's order."""

    place: int
    incumbent: float | None
    bound: float | None
    mip_gap: float | None
    status: str


@dataclass(frozen=True)
class LevelRow:
    """A level over the runs; None where a run does not have it."""

    name: str
    sense: str
    cells: tuple[LevelCell | None, ...]


@dataclass(frozen=True)
class Comparison:
    """Runs side by side; every row has one cell for each of ``runs``, in that order."""

    runs: tuple[RunColumn, ...]
    places: tuple[PlaceRow, ...]
    types: tuple[TypeRow, ...]
    levels: tuple[LevelRow, ...]
    settings: tuple[SettingRow, ...]
    inputs: tuple[InputRow, ...]
    simulated: bool
    simulated_note: str
    notes: tuple[str, ...]


def compare_runs(records: Sequence[RunRecord]) -> Comparison:
    """Compare two runs or more with the first."""
    places = place_rows(records)
    runs = tuple(_column(records, n, places) for n in range(len(records)))
    simulated = [r.circle.simulated_note for r in records if r.circle.simulated or r.simulated]
    notes = list(dict.fromkeys(simulated))
    return Comparison(
        runs=runs,
        places=places,
        types=_types(records),
        levels=_levels(records),
        settings=setting_rows(records),
        inputs=input_rows(records),
        simulated=bool(simulated),
        simulated_note=notes[0] if len(notes) == 1 else "",
        notes=(
            *_caveats(runs, renamed_places(records)),
            *dict.fromkeys(note for r in records for note in r.notes if note not in notes),
        ),
    )


def _column(records: Sequence[RunRecord], n: int, places: Sequence[PlaceRow]) -> RunColumn:
    record = records[n]
    fates = Counter(row.changes[n] for row in places if not row.is_outlet and row.changes[n])
    return RunColumn(
        number=n + 1,
        label=record.label,
        circle_id=record.circle.id,
        circle_name=record.circle.name,
        scenario=record.scenario.name,
        folder=str(record.folder),
        status=record.status,
        status_zh=record.status_zh,
        exit_code=record.exit_code,
        same_circle=record.circle.id == records[0].circle.id,
        same_inputs=inputs_agree(record, records[0]),
        missing_types_total=record.totals.missing_types_total,
        values=measures_of(record.totals, record.served, record.gaps.rows),
        changes=dict(sorted(fates.items())),
    )


def _types(records: Sequence[RunRecord]) -> tuple[TypeRow, ...]:
    """Types that some run fits out, carries, or counts as missing; the first run's order, then the others'."""
    gaps: dict[str, Any] = {row.type_id: row for record in reversed(records) for row in reversed(record.gaps.rows)}
    order = list(dict.fromkeys(row.type_id for record in records for row in record.gaps.rows))
    cells = [_type_cells(record) for record in records]
    rows = [TypeRow(t, gaps[t].name_zh, str(gaps[t].tier), tuple(by_type.get(t) for by_type in cells)) for t in order]
    return tuple(r for r in rows if any(c and (c.opened or c.addons or c.missing) for c in r.cells))


def _type_cells(record: RunRecord) -> dict[str, TypeCell]:
    missing = counted_missing(record.gaps.rows)
    filled = filled_by_type(missing, (pick.type for pick in record.picks))
    opened = Counter(pick.type for pick in record.picks if not pick.host)
    addons = Counter(pick.type for pick in record.picks if pick.host)
    residents: dict[str, float] = dict.fromkeys(missing, 0.0)
    for item in record.served:
        residents[item.type_id] += item.residents
    return {t: TypeCell(opened[t], addons[t], filled[t], missing[t], residents[t]) for t in missing}


def _levels(records: Sequence[RunRecord]) -> tuple[LevelRow, ...]:
    order = {level.name: level.sense for record in records for level in record.levels}
    found = [
        {
            level.name: LevelCell(place, level.incumbent, level.bound, level.mip_gap, level.status)
            for place, level in enumerate(record.levels, start=1)
        }
        for record in records
    ]
    return tuple(LevelRow(name, sense, tuple(f.get(name) for f in found)) for name, sense in order.items())


def _caveats(runs: Sequence[RunColumn], renamed: Sequence[str]) -> list[str]:
    """What a reader must know before reading differences, in Chinese."""
    others = [run for run in runs if not run.same_circle]
    changed = [run for run in runs if run.same_circle and not run.same_inputs]
    unproven = [run for run in runs if run.status != "optimal"]
    texts = []
    if others:
        texts.append(f"生活圈不同（{_numbers(others)} 与 1）：点位不作对照，只比指标。")
    if changed:
        texts.append(f"输入不同（{_numbers(changed)} 与 1），差异不全由情景造成。")
    if renamed:
        shown = "、".join(renamed[:_SHOWN]) + (f" 等 {len(renamed)} 处" if len(renamed) > _SHOWN else "")
        texts.append(f"同一编号在各方案中名称不同，可能不是同一处：{shown}。")
    if unproven:
        texts.append(f"未证明最优（{_numbers(unproven)}）：小于最优性间隙的差别不能当真。")
    return texts


def _numbers(runs: Sequence[RunColumn]) -> str:
    return "、".join(str(run.number) for run in runs)
