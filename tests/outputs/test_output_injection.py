import re
import zipfile
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.bundles import FORMULA, NASTY, injected_bundle

from siting.cli.screen import safe
from siting.outputs import write_run
from siting.outputs.folders import run_folder, safe_name
from siting.outputs.workbook.text import clean


@pytest.mark.parametrize(
    "text", [FORMULA, NASTY, "+1", "-2+3", "@SUM(A1)", "{=1}", "https://x.example", "file:///c:/x"]
)
def test_text_never_becomes_a_formula_or_a_link(tmp_path: Path, text: str) -> None:
    write_run(injected_bundle(text), tmp_path / "run")
    with zipfile.ZipFile(tmp_path / "run" / "result.xlsx") as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        for name in sheets:
            xml = archive.read(name).decode("utf-8")
            assert "<f>" not in xml
            assert "<f " not in xml
            assert "<hyperlink" not in xml
        assert not [n for n in archive.namelist() if "external" in n.lower()]
    book = openpyxl.load_workbook(tmp_path / "run" / "result.xlsx")
    cells = [c for s in book for row in s.iter_rows() for c in row if isinstance(c.value, str)]
    assert all(c.data_type == "s" for c in cells)
    assert any(clean(text) in c.value for c in cells), "the text is shown as it stands"
    starts = [c for c in cells if c.value.startswith(("=", "+", "-", "@"))]
    assert all(c.quotePrefix for c in starts), "editing the cell must not turn it into a formula"


def test_the_geopackage_keeps_the_text_as_data(tmp_path: Path) -> None:
    write_run(injected_bundle("');DROP TABLE sites;--"), tmp_path / "run")
    sites = pyogrio.read_dataframe(tmp_path / "run" / "result.gpkg", layer="sites")
    assert list(sites["name"]) == ["');DROP TABLE sites;--"] * 3


def test_names_from_files_cannot_leave_the_results_folder(tmp_path: Path) -> None:
    for name in ("../../etc", "..", ".", "", "a/b", "C:\\x", "x\0y", ".hidden", "名称" * 300):
        folder = run_folder(tmp_path, name, name)
        assert folder.resolve().is_relative_to(tmp_path.resolve())
        assert folder.parent.parent == tmp_path
        assert len(folder.name.encode()) <= 200


def test_ordinary_names_stay_as_they_are() -> None:
    assert safe_name("tight_budget+elderly_first") == "tight_budget+elderly_first"
    assert safe_name("光明") == "光明"
    assert safe_name("workspaces") != "workspaces", "generated circles live there"


@given(st.text(alphabet=st.characters(codec=None)))
def test_clean_text_is_legal_xml(text: str) -> None:
    assert not re.search("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", clean(text))


@given(st.text())
def test_terminals_get_no_escapes(text: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", safe(text))
