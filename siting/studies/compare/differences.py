"""What differs besides the plan: the scenario's values, each with its origin, and the inputs and the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siting.outputs.workbook.sources import flat, origin_of
from siting.studies.runs import RunRecord

_MISSING = object()


@dataclass(frozen=True)
class SettingCell:
    """A scenario value and where it came from; ``given`` is False where the run's scenario has no such key."""

    value: Any
    origin: str
    given: bool = True


@dataclass(frozen=True)
class SettingRow:
    """A dotted key whose value is not the same in all runs."""

    key: str
    cells: tuple[SettingCell, ...]


@dataclass(frozen=True)
class InputRow:
    """Something else that is not the same in all runs: an input file's sha256, the seed, a version; "" = absent."""

    what_zh: str
    name: str
    cells: tuple[str, ...]


def setting_rows(records: Sequence[RunRecord]) -> tuple[SettingRow, ...]:
    """Keys that differ, in the schema's order."""
    values = [dict(flat(record.scenario.values.model_dump(mode="json", by_alias=True))) for record in records]
    rows = []
    for key in dict.fromkeys(key for found in values for key in found):
        seen = [found.get(key, _MISSING) for found in values]
        if all(_same(value, seen[0]) for value in seen[1:]):
            continue
        if any(isinstance(value, Mapping) for value in seen):
            continue  # an empty table here is keys of its own there
        cells = tuple(_cell(key, value, record) for value, record in zip(seen, records, strict=True))
        rows.append(SettingRow(key, cells))
    return tuple(rows)


def _cell(key: str, value: Any, record: RunRecord) -> SettingCell:
    if value is _MISSING:
        return SettingCell(None, "", False)
    return SettingCell(value, origin_of(key, record.scenario.origin))


def _same(a: Any, b: Any) -> bool:
    return a is b or (a is not _MISSING and b is not _MISSING and bool(a == b))


def inputs_agree(one: RunRecord, other: RunRecord) -> bool:
    """The same files with the same bytes."""
    return {(f.path, f.sha256) for f in one.inputs} == {(f.path, f.sha256) for f in other.inputs}


def input_rows(records: Sequence[RunRecord]) -> tuple[InputRow, ...]:
    """Input files, seed, solver, program and library versions that are not the same in all runs."""
    files = [{f.path: f.sha256 for f in record.inputs} for record in records]
    rows = [
        InputRow("输入文件", path, tuple(found.get(path, "") for found in files))
        for path in sorted({path for found in files for path in found})
    ]
    rows.append(InputRow("求解", "随机种子", tuple(str(record.seed) for record in records)))
    rows.append(InputRow("求解", "求解器", tuple(record.solver for record in records)))
    rows.append(InputRow("程序", "版本", tuple(record.program.get("version", "") for record in records)))
    libraries = sorted({name for record in records for name in record.versions})
    rows += [InputRow("程序", n, tuple(record.versions.get(n, "") for record in records)) for n in libraries]
    return tuple(row for row in rows if len(set(row.cells)) > 1)
