"""Cell parsers: what is accepted, what is refused, and that nothing but BadCell ever comes out."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.business_type import SiteKind
from scenarios.catalogue import load_catalogue
from siting.inputs.columns import COSTS, DEMAND, DISTANCES, OUTLETS, SITES, normal
from siting.inputs.parse import BadCell, CellReader, boolean, floor, identifier, kind, number, text, year
from siting.inputs.place import Place, show

READER = CellReader(load_catalogue())
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.text(alphabet="0123456789.,-−+eE一二三十百层楼B地下负年是否有无 １２㎡元", max_size=12),
    st.datetimes(),
    st.dates(),
    st.times(),
)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (3, 3.0),
        ("3", 3.0),
        (" 3.5 ", 3.5),
        ("1,200", 1200.0),
        ("1,234,567.8", 1234567.8),
        ("１，２００", 1200.0),
        ("−5", -5.0),
        (".5", 0.5),
        ("2e3", 2000.0),
        ("", None),
        ("—", None),
        ("/", None),
        (None, None),
    ],
)
def test_numbers(cell: Any, value: float | None) -> None:
    assert number(cell) == value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1200㎡", "unit-in-number"),
        ("50%", "unit-in-number"),
        ("3万", "unit-in-number"),
        ("12,00", "text-in-number"),
        ("1_000", "unit-in-number"),
        ("0x10", "unit-in-number"),
        ("约5", "text-in-number"),
        ("inf", "non-finite"),
        ("-Infinity", "non-finite"),
        (float("inf"), "non-finite"),
        pytest.param(10**400, "non-finite", id="huge"),
        (datetime.date(2024, 3, 6), "date-in-number"),
        (datetime.time(3, 6), "date-in-number"),
        (datetime.timedelta(hours=30), "date-in-number"),
        (True, "text-in-number"),
    ],
)
def test_numbers_refused(cell: Any, code: str) -> None:
    with pytest.raises(BadCell) as refused:
        number(cell)
    assert refused.value.tell(Place("f")).code == code


@pytest.mark.parametrize(
    ("cell", "storey"),
    [
        (1, 1),
        (2.0, 2),
        ("3", 3),
        ("-1", -1),
        ("B1", -1),
        ("b2", -2),
        ("地下一层", -1),
        ("地下2层", -2),
        ("负一层", -1),
        ("地下室", -1),
        ("1层", 1),
        ("１楼", 1),
        ("一层", 1),
        ("首层", 1),
        ("5F", 5),
        ("十层", 10),
        ("十二层", 12),
        ("二十三层", 23),
        ("第3层", 3),
        (None, None),
    ],
)
def test_floors(cell: Any, storey: int | None) -> None:
    assert floor(cell) == storey


@pytest.mark.parametrize(
    "cell", [0, "0", "1-2", "1.5", 1.5, "底商", "一二层", "B", "1000", "-11", True, "1、2", "十十"]
)
def test_floors_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        floor(cell)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *((cell, True) for cell in ("是", "有", 1, "1", "TRUE", True, 1.0, "√")),
        *((cell, False) for cell in ("否", "无", 0, "0", "false", False, "×", "没有")),
        ("", None),
    ],
)
def test_booleans(cell: Any, value: bool | None) -> None:
    assert boolean(cell) is value


@pytest.mark.parametrize("member", list(SiteKind))
def test_kinds_by_identifier_and_label(member: SiteKind) -> None:
    assert kind(member.value) == kind(member.label_zh) == member.value


@pytest.mark.parametrize(
    ("cell", "value"), [(2026, 2026), ("2026", 2026), ("2026年", 2026), (2026.0, 2026), ("", None)]
)
def test_years(cell: Any, value: int | None) -> None:
    assert year(cell) == value


@pytest.mark.parametrize("cell", [26, "2026-05", datetime.date(2026, 5, 1), 1999, 2101, "明年", 2026.5, True])
def test_years_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        year(cell)


def test_types_by_name_identifier_and_code() -> None:
    assert READER.business_type("药店") == READER.business_type("pharmacy") == "pharmacy"
    code = load_catalogue().resolve("060200")
    assert READER.business_type(60200) == READER.business_type("060200") == code
    assert code is not None


@pytest.mark.parametrize("mark", [";", "；", "、", "|", ",", "，", " ; "])
def test_lists_of_types(mark: str) -> None:
    assert READER.business_types(f"药店{mark}便利店{mark}药店") == ("pharmacy", "convenience_store")


@pytest.mark.parametrize("cell", ["", None, "无", "不限", "-"])
def test_no_types(cell: Any) -> None:
    assert READER.business_types(cell) is None


def test_text_is_one_line_and_stays_data() -> None:
    assert text("=HYPERLINK(1)") == "=HYPERLINK(1)"
    assert text(" 甲\n乙\x07 ") == "甲 乙"
    assert identifier("<b>&'\"</b>") == "<b>&'\"</b>"
    assert identifier(101.0) == "101"


@given(cell=CELLS, column=st.sampled_from([c for t in (DEMAND, OUTLETS, SITES, DISTANCES, COSTS) for c in t.columns]))
def test_any_cell_gives_a_value_or_a_fault(cell: Any, column: Any) -> None:
    try:
        value = READER.read(column, cell)
    except BadCell as refused:
        fault = refused.tell(Place("f.csv", "", 2, "c", show(cell)))
        assert fault.code
        assert "\n" not in str(fault)
        return
    if column.parser == "number" and column.minimum is not None and value is not None:
        assert 0 <= value < float("inf")  # type: ignore[operator]
    if column.parser == "floor":
        assert value is None or (value != 0 and isinstance(value, int))


@given(value=st.floats(min_value=0, max_value=1e12, allow_nan=False))
def test_numbers_survive_being_written_as_text(value: float) -> None:
    assert number(repr(value)) == value
    assert number(f"{value:,.6f}") == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("spec", [DEMAND, OUTLETS, SITES, DISTANCES, COSTS], ids=lambda s: s.id)
def test_every_header_names_one_column_only(spec: Any) -> None:
    names = [(normal(name), column.id) for column in spec.columns for name in (column.id, *column.headers)]
    assert len({name for name, _ in names}) == len(names)
    for name, column_id in names:
        column, fits = spec.match(name)
        assert fits
        assert column.id == column_id
