"""``distances.csv`` and ``costs.csv``: rows that tie ids together, checked as whole columns."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.faults import Fault, FaultLog
from siting.inputs import messages
from siting.inputs.columns import COSTS, DISTANCES, TableSpec
from siting.inputs.csv_file import read_csv
from siting.inputs.examples import without_examples
from siting.inputs.folder import InputFolder
from siting.inputs.headers import match_headers
from siting.inputs.parse import BadCell, CellReader
from siting.inputs.place import Place
from siting.inputs.raw_table import RawTable


def read_distances(
    folder: InputFolder, demand: Collection[str], places: Collection[str], reader: CellReader, log: FaultLog
) -> pd.DataFrame | None:
    """Columns from_id, to_id, metres, type_id ("" where a row holds for every type), in file order; None if absent."""
    known = {"from_id": ("居民点", demand), "to_id": ("候选点或现有网点", places)}
    return _read(DISTANCES, folder, known, reader, log)


def read_costs(folder: InputFolder, sites: Collection[str], reader: CellReader, log: FaultLog) -> pd.DataFrame | None:
    """Columns site_id, type_id, cny, in file order; None if absent."""
    return _read(COSTS, folder, {"site_id": ("候选点", sites)}, reader, log)


def _read(
    spec: TableSpec,
    folder: InputFolder,
    known: dict[str, tuple[str, Collection[str]]],
    reader: CellReader,
    log: FaultLog,
) -> pd.DataFrame | None:
    name = f"{spec.id}.csv"
    data = folder.read(name) if folder.has(name) else None
    raw = read_csv(spec, name, data, log) if data is not None else None
    if raw is None:
        return None
    raw = without_examples(raw, log)
    if not raw.rows:
        log.add(messages.empty_table(raw.place))
    where = match_headers(raw, log)
    frame = pd.DataFrame(index=pd.RangeIndex(len(raw.rows)))
    rows = np.array(raw.rows, dtype=np.int64)
    for column in spec.columns:
        label = "type_id" if column.id == "type" else column.id
        if column.id not in where:
            frame[label] = np.nan if column.parser == "number" else ""
            continue
        header = raw.headers[where[column.id]]
        values, broken = _column(raw, where[column.id], column.id, reader, log)
        frame[label] = values
        if column.id in known:
            table, ids = known[column.id]
            unknown = ~frame[label].isin(ids).to_numpy() & ~broken & (frame[label] != "").to_numpy()
            place = raw.place.at(column=header)
            for i in np.flatnonzero(unknown):
                log.add(messages.unknown_id(place.at(row=raw.rows[i], value=frame[label][i]), table))
    _check_pairs(frame, [c for c in frame.columns if c not in ("metres", "cny")], rows, raw.place, log)
    return frame


def _column(
    raw: RawTable, j: int, column_id: str, reader: CellReader, log: FaultLog
) -> tuple[pd.Series, npt.NDArray[np.bool_]]:
    """Parse each different text once; tell each row that holds a bad one."""
    column, place = raw.spec.column(column_id), raw.place.at(column=raw.headers[j])
    codes, texts = pd.factorize(pd.Series(raw.columns[j], dtype=object).fillna(""))
    is_number = column.parser == "number"
    plain = pd.to_numeric(pd.Series(texts), errors="coerce").to_numpy(dtype=float) if is_number else np.empty(0)
    values: list[object] = []
    bad: dict[int, Callable[[Place], Fault]] = {}
    for code, cell in enumerate(texts):
        if is_number and 0.0 <= plain[code] < np.inf:
            values.append(plain[code])
            continue
        value: object = None
        try:
            value = reader.read(column, cell)
            if value is None and column.required:
                bad[code] = messages.blank_id if column.parser == "id" else messages.blank_value
        except BadCell as fault:
            bad[code] = fault.tell
        values.append((np.nan if is_number else "") if value is None else value)
    broken = np.isin(codes, list(bad))
    for i in np.flatnonzero(broken):
        log.add(bad[codes[i]](place.at(row=raw.rows[i], value=texts[codes[i]])))
    looked_up = pd.Series(values, dtype=float if is_number else object)
    return looked_up.take(codes).reset_index(drop=True), broken


def _check_pairs(
    frame: pd.DataFrame, keys: list[str], rows: npt.NDArray[np.int64], place: Place, log: FaultLog
) -> None:
    complete = (frame[keys[0]] != "").to_numpy()
    again = frame.duplicated(keys).to_numpy() & complete
    if not again.any():
        return
    group = frame.groupby(keys, sort=False).ngroup().to_numpy()
    first = pd.Series(rows).groupby(group, sort=False).transform("min").to_numpy()
    shown = frame[keys].agg("，".join, axis=1)
    for i in np.flatnonzero(again):
        log.add(messages.duplicate_pair(place.at(row=int(rows[i]), value=shown[i].strip("，")), int(first[i])))
