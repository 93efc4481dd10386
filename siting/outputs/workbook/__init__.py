"""result.xlsx: the run for planners. One small file per sheet or two; :mod:`.sheet` holds what they share."""

from __future__ import annotations

from pathlib import Path

from siting.bundle import ResultBundle
from siting.outputs.workbook.alternatives import alternatives_sheet
from siting.outputs.workbook.book import Book, banner
from siting.outputs.workbook.city import city_sheet
from siting.outputs.workbook.committed import committed_sheet
from siting.outputs.workbook.fallbacks import fallbacks_sheet
from siting.outputs.workbook.gaps import gaps_sheet
from siting.outputs.workbook.phases import phases_sheet
from siting.outputs.workbook.plan import plan_sheet
from siting.outputs.workbook.ranking import forced_sheet, ranking_sheet
from siting.outputs.workbook.refusals import refusals_sheet
from siting.outputs.workbook.shares import shares_sheet
from siting.outputs.workbook.sources import sources_sheet
from siting.outputs.workbook.summary import summary_sheet

__all__ = ["write_workbook"]

_SHEETS = (
    summary_sheet,
    city_sheet,
    gaps_sheet,
    plan_sheet,
    phases_sheet,
    shares_sheet,
    committed_sheet,
    ranking_sheet,
    fallbacks_sheet,
    forced_sheet,
    alternatives_sheet,
    refusals_sheet,
    sources_sheet,
)


def write_workbook(bundle: ResultBundle, path: Path) -> None:
    """Write ``path``; the same bundle gives the same bytes."""
    circle = bundle.workspace.circle
    with Book(circle.name or circle.id, banner(circle.simulated, circle.simulated_note), path) as book:
        for sheet in _SHEETS:
            sheet(book, bundle)
