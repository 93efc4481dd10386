"""Places over runs: which sites a run keeps, drops or adds against the first run, and for which types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from siting.studies.runs import RunPick, RunRecord

KEPT, RETYPED, DROPPED, ADDED = "kept", "retyped", "dropped", "added"
CHANGES_ZH = {KEPT: "保留", RETYPED: "保留，业态变", DROPPED: "放弃", ADDED: "新增", "": ""}


@dataclass(frozen=True)
class PlaceCell:
    """What a run puts at a place: types, fitted-out ones first, with their years in a plan by years (else None);
    ``addons_zh`` are those among them that a host carries; and the money that the lines cost.
    """

    type_ids: tuple[str, ...]
    types_zh: tuple[str, ...]
    addons_zh: tuple[str, ...]
    years: tuple[int | None, ...]
    cost_cny: float


@dataclass(frozen=True)
class PlaceRow:
    """A candidate site, or an existing outlet that carries add-ons (``is_outlet``), over the runs.

    ``changes`` holds for each run what became of the place since the first run (``kept`` with the same types,
    ``retyped``, ``dropped``, ``added``); "" for the first run itself, for a run of another circle, and where neither
    has it.
    """

    circle_id: str
    place_id: str
    name: str
    is_outlet: bool
    cells: tuple[PlaceCell | None, ...]
    changes: tuple[str, ...]


def place_rows(records: Sequence[RunRecord]) -> tuple[PlaceRow, ...]:
    """All places that some run uses: the first run's in its rank order, then those of the others in theirs."""
    found = [_cells(record) for record in records]
    names: dict[tuple[str, str, bool], str] = {}
    for record in records:
        for pick in record.picks:
            names.setdefault(_key(record, pick), pick.site_name)
    rows = []
    for key, name in names.items():
        cells = tuple(by_place.get(key) for by_place in found)
        changes = [
            _change(cells[0], cell) if n and record.circle.id == records[0].circle.id == key[0] else ""
            for n, (record, cell) in enumerate(zip(records, cells, strict=True))
        ]
        rows.append(PlaceRow(*key[:2], name, key[2], cells, tuple(changes)))
    return tuple(sorted(rows, key=lambda row: row.is_outlet))


def renamed_places(records: Sequence[RunRecord]) -> tuple[str, ...]:
    """Ids that stand for places of different names in runs of the first run's circle: perhaps not the same room."""
    names: dict[str, set[str]] = defaultdict(set)
    for record in records:
        if record.circle.id == records[0].circle.id:
            for pick in record.picks:
                names[pick.site].add(pick.site_name)
    return tuple(sorted(place for place, found in names.items() if len(found) > 1))


def _key(record: RunRecord, pick: RunPick) -> tuple[str, str, bool]:
    types = {row.type_id for row in record.gaps.rows}
    return record.circle.id, pick.site, bool(pick.host) and pick.host not in types


def _cells(record: RunRecord) -> dict[tuple[str, str, bool], PlaceCell]:
    groups: dict[tuple[str, str, bool], list[RunPick]] = defaultdict(list)
    for pick in record.picks:
        groups[_key(record, pick)].append(pick)
    return {key: _cell(picks) for key, picks in groups.items()}


def _cell(picks: list[RunPick]) -> PlaceCell:
    ordered = sorted(picks, key=lambda p: (bool(p.host), p.type))
    return PlaceCell(
        type_ids=tuple(p.type for p in ordered),
        types_zh=tuple(p.type_zh or p.type for p in ordered),
        addons_zh=tuple(p.type_zh or p.type for p in ordered if p.host),
        years=tuple(p.year for p in ordered),
        cost_cny=sum(p.cost for p in ordered),
    )


def types_text(cell: PlaceCell | None) -> str:
    """Types at a place in words: add-ons marked, years told."""
    if cell is None:
        return ""
    fitted = len(cell.types_zh) - len(cell.addons_zh)
    words = []
    for n, (name, year) in enumerate(zip(cell.types_zh, cell.years, strict=True)):
        marks = [*(["搭载"] if n >= fitted else []), *([] if year is None else [f"{year} 年"])]
        words.append(f"{name}（{'，'.join(marks)}）" if marks else name)
    return "、".join(words)


def _change(first: PlaceCell | None, cell: PlaceCell | None) -> str:
    if first is None:
        return "" if cell is None else ADDED
    if cell is None:
        return DROPPED
    same = set(first.type_ids) == set(cell.type_ids) and set(first.addons_zh) == set(cell.addons_zh)
    return KEPT if same else RETYPED
