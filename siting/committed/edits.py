"""What the planner has done to a row: struck out, swapped, repriced, moved to another year, set free, added."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scenarios.catalogue import Catalogue
from scenarios.faults import FaultLog
from siting.committed import messages
from siting.committed.book import PlanRow
from siting.committed.form import CANCELLED, CNY_PER_WAN, FREE, MONEY_COLUMNS, STATUSES, Written
from siting.inputs.columns import normal
from siting.inputs.place import Place

# A cell shows 万元 with two decimals: what differs by less than half of the last one was not corrected.
_SAME_CNY = 50.0
_AGREE_CNY = 101.0


class State(StrEnum):
    """What a row means for the next run."""

    FIXED = "fixed"
    STRUCK = "struck"
    FREE = "free"
    ADD_ON = "add_on"


@dataclass(frozen=True)
class Entry:
    """A row of the plan as the next run takes it.

    ``old`` is what the program wrote (None for a row added by hand); ``row`` None where the planner deleted the row.
    ``own_cny`` is the corrected own cost of the pair, None where nobody corrected it; ``total_cny`` the corrected row
    total. ``sites`` are known and ``types`` resolved.
    """

    state: State
    site_id: str
    type_id: str
    year: int | None
    old: Written | None
    row: PlanRow | None
    own_cny: float | None = None
    total_cny: float | None = None
    note_zh: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """Site and type."""
        return self.site_id, self.type_id

    @property
    def is_moved(self) -> bool:
        """Another room, or another type in it, than was written."""
        return self.old is not None and self.pair != (self.old.site_id, self.old.type_id)

    @property
    def is_other_year(self) -> bool:
        """Another year than was written."""
        return self.old is not None and self.year != self.old.year

    @property
    def place(self) -> Place:
        """Where the row stands."""
        return self.row.place if self.row is not None else Place("")


def known_row(row: PlanRow, old: Written, sites: Sequence[str], catalogue: Catalogue, log: FaultLog) -> Entry | None:
    """A row that the program wrote, as it stands now; None, with faults, where it cannot be understood."""
    before = len(log.faults)
    _same_circle(row, old, log)
    state = _state(row, log)
    site, type_id = row.text("site"), _type(row, old, catalogue)
    if state is not State.STRUCK and not old.host:
        if site not in sites:
            log.add(messages.unknown_site(row.at("site"), sites))
        if type_id is None:
            log.add(messages.unknown_type(row.at("type"), catalogue.suggest(row.text("type"))))
    year = _year(row, old, log)
    total, own = _corrected(row, old, log)
    if len(log.faults) > before:
        return None
    if old.host:
        note = "搭载服务（一店多能）不能锁定，按可调整处理"
        return Entry(State.ADD_ON, old.site_id, old.type_id, old.year, old, row, note_zh=note)
    if state is State.STRUCK or type_id is None:
        return Entry(State.STRUCK, old.site_id, old.type_id, old.year, old, row)
    return Entry(state, site, type_id, year, old, row, own, total)


def added_row(row: PlanRow, sites: Sequence[str], catalogue: Catalogue, log: FaultLog) -> Entry | None:
    """A row that the planner added; None where it is struck out again, or, with faults, not understood."""
    before = len(log.faults)
    state = _state(row, log)
    site, type_id = row.text("site"), catalogue.resolve(row.text("type")) if row.text("type") else None
    if site not in sites:
        log.add(messages.unknown_site(row.at("site"), sites))
    if type_id is None:
        log.add(messages.unknown_type(row.at("type"), catalogue.suggest(row.text("type"))))
    year = _year(row, None, log)
    own, note = _added_cost(row, log)
    if len(log.faults) > before or type_id is None or state is State.STRUCK:
        return None
    return Entry(state, site, type_id, year, None, row, own, None, note)


def _same_circle(row: PlanRow, old: Written, log: FaultLog) -> None:
    names = (old.circle_id, old.circle_zh, f"{old.circle_zh}（{old.circle_id}）")
    if row.text("circle") and normal(row.text("circle")) not in {normal(name) for name in names}:
        log.add(messages.changed_circle(row.at("circle"), f"{old.circle_zh}（{old.circle_id}）"))


def _state(row: PlanRow, log: FaultLog) -> State:
    """Struck out, free or fixed."""
    filled = {column for column in ("name", "type", "site") if row.text(column)}
    struck = bool(row.struck) and filled <= row.struck
    text = row.text("status")
    if row.struck and not struck and text != CANCELLED:
        log.add(messages.half_struck(row.place))
    if text and text not in STATUSES:
        log.add(messages.bad_status(row.at("status")))
    if struck or text == CANCELLED:
        return State.STRUCK
    return State.FREE if text == FREE else State.FIXED


def _type(row: PlanRow, old: Written, catalogue: Catalogue) -> str | None:
    text = row.text("type")
    if text == old.type_zh:
        return old.type_id
    return catalogue.resolve(text) if text else None


def _year(row: PlanRow, old: Written | None, log: FaultLog) -> int | None:
    """The row's year; a row that was moved to another year's sheet has that year."""
    value = row.values.get("year")
    written = old.year if old else None
    if value is None:
        return row.sheet_year or written
    try:
        year = int(str(value).strip().removesuffix("年")) if not isinstance(value, float) else int(value)
        if year != value and isinstance(value, float):
            raise ValueError(value)
    except (ValueError, OverflowError):
        log.add(messages.bad_year(row.at("year")))
        return None
    if not 1900 <= year <= 2199:
        log.add(messages.bad_year(row.at("year")))
        return None
    moved = old is not None and row.sheet_year not in (None, old.year)
    if moved and year == written:
        return row.sheet_year
    if moved and row.sheet_year is not None and year != row.sheet_year:
        log.add(messages.two_years(row.at("year"), row.sheet_year))
    return year


def _corrected(row: PlanRow, old: Written, log: FaultLog) -> tuple[float | None, float | None]:
    """The corrected total of a row and the pair's own cost that it means, 元; None where nothing was corrected.

    own cost := written own cost + (corrected total - written total), so that the share of the room stays what it was:
    own cost = corrected total - share. A corrected part (fit-out, equipment, rent) changes the total by as much.
    """
    written = {
        "fitout": old.fitout_cny,
        "equipment": old.equipment_cny,
        "rent": old.rent_cny,
        "total": old.total_cny,
    }
    now = dict(_money(row, log))
    changed = {c: now[c] - written[c] for c in now if abs(now[c] - written[c]) > _SAME_CNY}
    by_parts = sum(change for column, change in changed.items() if column != "total")
    if "total" in changed and len(changed) > 1 and abs(changed["total"] - by_parts) > _AGREE_CNY:
        log.add(messages.costs_disagree(row.at("total"), (old.total_cny + by_parts) / CNY_PER_WAN))
        return None, None
    if not changed:
        return None, None
    change = changed.get("total", by_parts)
    own = round(old.own_cny + change, 2)
    if own < 0:
        log.add(messages.below_share(row.at("total"), (old.total_cny - old.own_cny) / CNY_PER_WAN))
        return None, None
    return round(old.total_cny + change, 2), own


def _added_cost(row: PlanRow, log: FaultLog) -> tuple[float | None, str]:
    """Own cost of a pair that was added: fit-out and equipment; a lone total cannot be split from the room's share."""
    money = dict(_money(row, log))
    own = [money[column] for column in ("fitout", "equipment") if column in money]
    if own:
        return round(sum(own), 2), ""
    return None, "只填了合计，未采用（请填装修、设备）" if "total" in money else ""


def _money(row: PlanRow, log: FaultLog) -> Iterator[tuple[str, float]]:
    """The money cells that hold something, 元."""
    for column in MONEY_COLUMNS:
        value = row.values.get(column)
        if value is None:
            continue
        try:
            wan = math.nan if isinstance(value, bool) else float(str(value).replace(",", "").replace("，", ""))
        except ValueError:
            wan = math.nan
        if not (math.isfinite(wan) and wan >= 0):
            log.add(messages.bad_number(row.at(column)))
        else:
            yield column, wan * CNY_PER_WAN
