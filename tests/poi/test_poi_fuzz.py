"""Whatever a file holds, it is read or refused: no other exception, and no row without a verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultLog
from siting.poi.reader import PoiFile, read_pois
from siting.poi.record import RULES_ZH
from siting.poi.sorting import sort_out
from siting.poi.twins import merge_twins

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(max_size=5), SCALARS, max_size=3)
CODES = st.sampled_from(["060400|060411", "90601", "99", "", "061203;070000", "一二三", "0604000", "²"])
PLACES = st.sampled_from(["115.98,36.45", "36.45,115.98", "[]", "", "x", "115.98,36.45,1", "1e309,2"])
ROWS = st.fixed_dictionaries(
    {"name": VALUES, "typecode": CODES | VALUES, "location": PLACES | VALUES}, optional={"id": VALUES, "type": VALUES}
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=8))
def test_rows_of_anything(rows: list[dict[str, Any]], tmp_path_factory: Any) -> None:
    folder: Path = tmp_path_factory.getbasetemp()
    path = folder / "高德.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    log = FaultLog()
    pois = read_pois([PoiFile(path)], log)
    assert log.errors or len(pois) == len(rows)
    verdicts = merge_twins(pois, sort_out(pois, load_catalogue()))
    assert len(verdicts) == len(pois)
    assert {v.rule for v in verdicts} <= set(RULES_ZH)


@settings(max_examples=40, deadline=None)
@given(content=st.binary(max_size=200), suffix=st.sampled_from([".csv", ".json", ".xlsx"]))
def test_bytes_of_anything(content: bytes, suffix: str, tmp_path_factory: Any) -> None:
    path: Path = tmp_path_factory.getbasetemp() / f"bytes{suffix}"
    path.write_bytes(content)
    log = FaultLog()
    assert read_pois([PoiFile(path)], log) == []
    assert log.errors
