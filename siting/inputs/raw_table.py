"""A table as it stands in its file: headers, cells by column, row numbers; nothing is interpreted yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj

from siting.inputs.columns import Column, TableSpec
from siting.inputs.cut_headers import match_cut
from siting.inputs.place import Place


@dataclass(frozen=True)
class RawTable:
    """``columns[j][i]`` is the cell of header ``j`` in data row ``i``, which stands in row ``rows[i]`` of the file.

    ``points`` (n, 2) are the positions that a layer's geometry gives, in ``crs`` (None: the layer does not say).
    ``cut`` is the codec of a Shapefile, whose headers may be cut to ten bytes; "" elsewhere.
    """

    spec: TableSpec
    file: str
    sheet: str
    headers: tuple[str, ...]
    columns: tuple[list[object], ...]
    rows: tuple[int, ...]
    points: npt.NDArray[np.float64] | None = None
    crs: pyproj.CRS | None = None
    cut: str = ""

    def match(self, header: str) -> tuple[Column | None, bool]:
        """The column that ``header`` names, completed where the format cuts headers, and whether its unit fits."""
        column, unit_fits = self.spec.match(header)
        if column is None and self.cut:
            return match_cut(self.spec, header, self.cut)
        return column, unit_fits

    @property
    def place(self) -> Place:
        """The table as a whole."""
        return Place(self.file, self.sheet)


def from_records(
    spec: TableSpec, place: Place, records: list[tuple[int, list[object]]], header_row: int = 1
) -> RawTable | None:
    """A table from (row number, cells) records, of which ``header_row`` holds the headers.

    Rows above the header and blank rows are left out; None if there is no header.
    """
    header = next((cells for row, cells in records if row == header_row), None)
    if header is None or is_blank_row(header):
        return None
    width = _used(header)
    body = [(row, cells) for row, cells in records if row > header_row and not is_blank_row(cells)]
    width = max([width, *(_used(cells) for _, cells in body if len(cells) > width)])
    padded = [cells if len(cells) == width else (cells + [None] * width)[:width] for _, cells in body]
    columns: list[list[object]] = [list(c) for c in zip(*padded, strict=True)] if padded else [[] for _ in range(width)]
    headers = ["" if is_empty(cell) else str(cell).strip() for cell in header[:width]]
    headers += [""] * (width - len(headers))
    return RawTable(spec, place.file, place.sheet, tuple(headers), tuple(columns), tuple(row for row, _ in body))


def is_empty(cell: object) -> bool:
    """Nothing in the cell, or only blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_blank_row(cells: list[object]) -> bool:
    """Nothing in any cell."""
    for cell in cells:  # noqa: SIM110 (a generator takes three times as long on a million rows)
        if not is_empty(cell):
            return False
    return True


def _used(cells: list[object]) -> int:
    return max((j + 1 for j, cell in enumerate(cells) if not is_empty(cell)), default=0)
