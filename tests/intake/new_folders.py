"""New circles on disk, and the hand of a planner who fills them in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from scenarios.catalogue import load_catalogue
from siting.inputs import read_workspace
from siting.intake.new_circle import DISTANCES_FORM, Made, NewCircle, new_circle
from siting.workspace import Workspace


def make(folder: Path, **asked: Any) -> Made:
    return new_circle(NewCircle(folder, **{"datum": "gcj02", **asked}))


def survey(folder: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(folder / "survey.xlsx")


def fill_in_examples(folder: Path) -> None:
    """Turn every example into a real row, and the form of distances into the file itself."""
    book = survey(folder)
    for page in book.worksheets:
        for cells in page.iter_rows(min_row=2):
            for cell in cells:
                if isinstance(cell.value, str) and cell.value.startswith("EXAMPLE-"):
                    cell.value = cell.value.removeprefix("EXAMPLE-")
    book.save(folder / "survey.xlsx")
    text = (folder / DISTANCES_FORM).read_text("utf-8-sig").replace("EXAMPLE-", "")
    (folder / "distances.csv").write_text(text, "utf-8")


def read(folder: Path) -> Workspace:
    return read_workspace(folder, load_catalogue())
