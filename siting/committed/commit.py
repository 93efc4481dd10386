"""What an annual plan commits one circle to: pairs fixed and barred, corrected prices; every fault of the file at once.

Fixed (lock.in): rows that stand as 拟建 or 已定, at the room, type and (in a run by years) year that they show now.
Barred (lock.out): rows struck out; and the old pair of a row that was moved, unless another row has taken it.
Free: rows set to 可调整, rows deleted, add-on services (a lock cannot name them).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from scenarios.catalogue import Catalogue
from scenarios.faults import Fault, FaultError, FaultLog
from scenarios.layers import Layer
from scenarios.schema import Scenario
from siting.committed import messages
from siting.committed.book import PlanBook, PlanRow, read_book
from siting.committed.edits import Entry, State, added_row, known_row
from siting.committed.form import Written, WrittenCircle
from siting.inputs.place import Place
from siting.workspace import Workspace

Refused = Callable[[], Mapping[tuple[str, str], str]]
_WITH_YEAR = re.compile(r"@[0-9]{4}$")
_BRACKETED = re.compile(r"^(.*?)[（(]([^（）()]+)[）)]$")


@dataclass(frozen=True)
class Committed:
    """An annual plan as it binds one circle. ``entries`` in the plan's order, deleted rows last; ``sites`` are the
    candidate sites that the circle has today.
    """

    path: Path
    sha256: str
    circle: WrittenCircle
    written: tuple[Written, ...]
    entries: tuple[Entry, ...]
    sites: frozenset[str]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @cached_property
    def fixed(self) -> tuple[Entry, ...]:
        """The rows that must be built."""
        return tuple(entry for entry in self.entries if entry.state is State.FIXED)

    @cached_property
    def barred(self) -> tuple[tuple[str, str], ...]:
        """The pairs that must not be built; a room that is gone needs no bar."""
        taken = {entry.pair for entry in self.fixed}
        struck = [entry.pair for entry in self.entries if entry.state is State.STRUCK]
        left = [(e.old.site_id, e.old.type_id) for e in self.fixed if e.is_moved and e.old is not None]
        pairs = dict.fromkeys([*struck, *(pair for pair in left if pair not in taken)])
        return tuple(pair for pair in pairs if pair[0] in self.sites)

    @cached_property
    def prices(self) -> dict[tuple[str, str], float]:
        """Corrected own costs, 元, by site and type."""
        return {entry.pair: entry.own_cny for entry in self.entries if entry.own_cny is not None}

    def layer(self, scenario: Scenario) -> Layer:
        """The locks on top of those that ``scenario`` has already, which all stay.

        In a run by years a fixed work is locked to its year. A type that the scenario leaves out needs no bar.

        Raises:
            FaultError: works fixed to years that the scenario does not plan.
        """
        log = FaultLog()
        locks = list(scenario.lock.in_)
        for entry in self.fixed:
            text = ":".join(entry.pair)
            if scenario.phases and entry.year is not None:
                if str(entry.year) not in scenario.phases:
                    log.add(messages.year_not_planned(_year_place(entry), list(scenario.phases)))
                text = f"{text}@{entry.year}"
            locks.append(text)
        log.raise_if_errors()
        asked = scenario.catalogue.only
        bars = [*scenario.lock.out, *(":".join(pair) for pair in self.barred if not asked or pair[1] in asked)]
        rows = "、".join(str(e.row.place.row) for e in self.entries if e.row is not None and _binds(e))
        source = f"年度计划 {self.name}" + (f" 第 {rows} 行" if rows else "")
        data = {"lock": {"in": list(dict.fromkeys(locks)), "out": list(dict.fromkeys(bars))}}
        return Layer(data, source, self.name)

    def repriced(self, costs: pd.DataFrame | None) -> pd.DataFrame | None:
        """The quoted prices with the corrected ones in their place; columns site_id, type_id, cny."""
        if not self.prices:
            return costs
        corrected = pd.DataFrame(
            [(site, type_id, cny) for (site, type_id), cny in sorted(self.prices.items())],
            columns=["site_id", "type_id", "cny"],
        )
        if costs is None or not len(costs):
            return corrected
        pairs = pd.MultiIndex.from_frame(corrected[["site_id", "type_id"]])
        kept = ~pd.MultiIndex.from_frame(costs[["site_id", "type_id"]]).isin(pairs)
        return pd.concat([costs[kept], corrected], ignore_index=True)

    def located(self, error: FaultError) -> FaultError:
        """The same faults, those about locks of ours told at the row of the plan."""
        rows = {":".join(entry.pair): entry for entry in self.fixed}
        return FaultError([_located(fault, rows) for fault in error.faults])


def commit(path: Path, workspace: Workspace, catalogue: Catalogue, refused: Refused = dict) -> Committed:
    """Read an annual plan for the circle of ``workspace``.

    ``refused`` gives the reasons for pairs that the survey refuses; it is asked only where a row names a new pair.

    Raises:
        FaultError: every fault of the file, of this circle's rows and of rows that belong to no circle.
    """
    return committed_of(read_book(path), workspace, catalogue, refused)


def committed_of(book: PlanBook, workspace: Workspace, catalogue: Catalogue, refused: Refused = dict) -> Committed:
    """The same for a plan that has been read."""
    log = FaultLog()
    meta = workspace.circle
    circle = next((circle for circle in book.circles if circle.circle_id == meta.id), None)
    written = tuple(row for row in book.written if row.circle_id == meta.id)
    if circle is None:
        names = [f"{known.circle_id} {known.circle_zh}" for known in book.circles]
        raise FaultError([messages.other_circle(Place(book.name), f"{meta.id} {meta.name}", names)])
    sites = [str(site) for site in workspace.sites["id"]]
    entries = list(_entries(book, circle, sites, catalogue, log))
    log.faults += _clashes(entries)
    log.faults += _refusals(entries, refused)
    log.raise_if_errors()
    seen = {entry.old.code for entry in entries if entry.old is not None}
    entries += [Entry(State.FREE, w.site_id, w.type_id, w.year, w, None) for w in written if w.code not in seen]
    return Committed(book.path, book.sha256, circle, written, tuple(entries), frozenset(sites))


def _entries(
    book: PlanBook, circle: WrittenCircle, sites: Sequence[str], catalogue: Catalogue, log: FaultLog
) -> Iterator[Entry]:
    by_code = {row.code: row for row in book.written}
    seen: dict[str, PlanRow] = {}
    for row in book.rows:
        code = row.text("code")
        old = by_code.get(code)
        if code in seen:
            log.add(messages.twice_coded(row.at("code"), seen[code].place))
            continue
        if code:
            seen[code] = row
        if code and old is None:
            log.add(messages.unknown_code(row.at("code")))
        elif old is not None and old.circle_id == circle.circle_id:
            entry = known_row(row, old, sites, catalogue, log)
            if entry is not None:
                yield entry
        elif old is None and _belongs(row, book, circle, log):
            entry = added_row(row, sites, catalogue, log)
            if entry is not None:
                yield entry


def _belongs(row: PlanRow, book: PlanBook, circle: WrittenCircle, log: FaultLog) -> bool:
    """Whether a row added by hand is for this circle."""
    text = row.text("circle")
    if not text and len(book.circles) == 1:
        return True
    bracketed = _BRACKETED.match(text)
    names = {text, *((bracketed[1].strip(), bracketed[2].strip()) if bracketed else ())}
    named = [known for known in book.circles if names & {known.circle_id, known.circle_zh}]
    if not text or not named:
        log.add(messages.unknown_circle(row.at("circle"), [f"{c.circle_id} {c.circle_zh}" for c in book.circles]))
        return False
    return circle in named


def _clashes(entries: Sequence[Entry]) -> Iterator[Fault]:
    """Two rows for one pair, and pairs that one row strikes and another wants."""
    first: dict[tuple[str, str], Entry] = {}
    struck = {entry.pair: entry for entry in entries if entry.state is State.STRUCK}
    for entry in entries:
        if entry.state is State.STRUCK or entry.row is None:
            continue
        shown = f"{entry.site_id} {entry.row.text('type')}"
        if entry.pair in first:
            yield messages.same_pair(entry.row.at("site"), shown, first[entry.pair].place)
        elif entry.pair in struck:
            yield messages.struck_and_wanted(entry.row.at("site"), shown, struck[entry.pair].place)
        first.setdefault(entry.pair, entry)


def _refusals(entries: Sequence[Entry], refused: Refused) -> Iterator[Fault]:
    new = [e for e in entries if e.row is not None and e.state is State.FIXED and (e.old is None or e.is_moved)]
    if not new:
        return
    reasons = refused()
    for entry in new:
        if entry.pair in reasons and entry.row is not None:
            yield messages.refused(entry.row.at("site"), reasons[entry.pair])


def _located(fault: Fault, rows: Mapping[str, Entry]) -> Fault:
    entry = rows.get(fault.value) or rows.get(_WITH_YEAR.sub("", fault.value))
    if entry is None or entry.row is None or fault.column != "lock.in":
        return fault
    at = entry.row.at("site")
    return Fault(fault.code, at.file, fault.rule, fault.remedy, at.sheet, at.row, at.column, at.value, fault.severity)


def _year_place(entry: Entry) -> Place:
    assert entry.row is not None
    return entry.row.at("year")


def _binds(entry: Entry) -> bool:
    return entry.state in (State.FIXED, State.STRUCK)
