"""Points of interest of all files, read and sorted: the one record from which tables, books and figures are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.catalogue import Catalogue
from scenarios.faults import FaultLog
from siting.inputs.reference import Datum, parse_datum
from siting.poi.answers import Answers, give_answers, read_answers
from siting.poi.around import Around, clip, tell_wide
from siting.poi.reader import PoiFile, read_pois
from siting.poi.record import RULES_ZH, Outcome, Poi, Source, Verdict
from siting.poi.sorting import sort_out
from siting.poi.twins import merge_twins
from siting.poi.unseen import unseen_types


@dataclass(frozen=True)
class SortedPois:
    """Row ``i`` of ``pois`` has ``verdicts[i]``; ``reasons[i]`` is why a human was asked, empty elsewhere.

    ``outlet_ids`` maps the index of a row that became an outlet to its id, O0001 onwards in row order. ``unseen`` are
    the types that these maps cannot show, with the reason.
    """

    pois: Sequence[Poi]
    verdicts: Sequence[Verdict]
    reasons: Sequence[str]
    answers: Answers
    outlet_ids: Mapping[int, str]
    unseen: Mapping[str, str]

    @property
    def sources(self) -> tuple[Source, ...]:
        """The maps that the rows come from, first to last."""
        return tuple(dict.fromkeys(poi.source for poi in self.pois))


@dataclass(frozen=True)
class PoiRequest:
    """Files to read, the filled list to apply, and the circle to keep to; ``datum`` is what ``around`` is in."""

    files: Sequence[PoiFile]
    mapping: Path | None = None
    around: Around | None = None
    datum: Datum | None = None


def sorted_pois(request: PoiRequest, catalogue: Catalogue, log: FaultLog) -> SortedPois:
    """Read every file, sort every row, leave out what is too far, merge what is one place, apply the answers."""
    pois, mapping = read_pois(request.files, log), request.mapping
    answers = read_answers(mapping, catalogue, log) if mapping is not None else Answers()
    sorted_out = sort_out(pois, catalogue)
    if request.around is not None and pois:
        datum = request.datum or parse_datum(pois[0].datum)
        sorted_out = clip(pois, sorted_out, request.around, datum) if datum is not None else sorted_out
    else:
        tell_wide(pois, sorted_out, log)
    ruled = merge_twins(pois, sorted_out)
    final = give_answers(pois, ruled, answers, mapping.name if mapping else "", log)
    reasons = [
        (verdict.detail or RULES_ZH[verdict.rule]) if verdict.outcome is Outcome.OPEN else "" for verdict in ruled
    ]
    outlets = [i for i, verdict in enumerate(final) if verdict.outcome is Outcome.OUTLET]
    ids = {i: f"O{n:04d}" for n, i in enumerate(outlets, 1)}
    used = {poi.source for poi in pois}
    return SortedPois(pois, final, reasons, answers, ids, unseen_types(used, catalogue) if used else {})
