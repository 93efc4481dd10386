"""Example rows of a form: told apart by their ids (``EXAMPLE…``), left out of every table, and said to be left out."""

from __future__ import annotations

from dataclasses import replace

from scenarios.faults import FaultLog
from siting.inputs import messages
from siting.inputs.columns import normal
from siting.inputs.raw_table import RawTable

EXAMPLE = "EXAMPLE"
_MARK = EXAMPLE.casefold()


def without_examples(raw: RawTable, log: FaultLog) -> RawTable:
    """``raw`` without the rows that have an example's id in any column of ids; one notice says how many there were."""
    matched = ((j, raw.match(header)[0]) for j, header in enumerate(raw.headers) if header)
    of_ids = [j for j, column in matched if column is not None and column.parser == "id"]
    examples = {i for j in of_ids for i, cell in enumerate(raw.columns[j]) if _is_example(cell)}
    if not examples:
        return raw
    log.add(messages.example_rows(raw.place.at(row=raw.rows[min(examples)]), len(examples)))
    kept = [i for i in range(len(raw.rows)) if i not in examples]
    return replace(
        raw,
        columns=tuple([cells[i] for i in kept] for cells in raw.columns),
        rows=tuple(raw.rows[i] for i in kept),
        points=None if raw.points is None else raw.points[kept],
    )


def _is_example(cell: object) -> bool:
    return isinstance(cell, str) and normal(cell).startswith(_MARK)
