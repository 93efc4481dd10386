"""Names that mean something to a spreadsheet, a browser, a path or a terminal are data, from whichever format."""

from __future__ import annotations

import html
import json
import re
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from gis.gis_folders import layer, write_gis, write_layer

from siting.audit import audit_run
from siting.batch import Job
from siting.outputs.writer import write_run
from siting.pipeline import RunRequest, run_circle
from siting.tasks import run_one

WILD = ("=cmd()", "<script>alert(1)</script>", "../../etc/passwd", "一行\n两行", "👩‍🦽🏪", "'); DROP TABLE x; --")
SHOWN = ("=cmd()", "<script>alert(1)</script>", "../../etc/passwd", "一行 两行", "👩‍🦽🏪", "'); DROP TABLE x; --")
FORMS = ("geojson", "gpkg", "gdb", "shp", "mif")


def wild_circle(folder: Path, form: str) -> Path:
    """The good circle with a wild name on every demand point, outlet and site, and on the circle itself."""
    folder.mkdir()
    write_gis(folder, form, roles=("streets",))
    names = iter(WILD * 2)
    for role in ("demand", "outlets", "sites"):
        frame = layer(role)
        frame["name"] = [next(names) if form != "mif" else next(names).replace("\n", " ") for _ in range(len(frame))]
        if role == "sites":
            frame["owner"] = WILD[0]
        write_layer(folder, frame, role, form)
    text = f'id = "W1"\nname = {json.dumps("<b>=cmd()</b>")}\ndistrict = {json.dumps(WILD[1])}\n'
    (folder / "circle.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=FORMS)
def run_dir(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("wild")
    folder = wild_circle(base / "circle", request.param)
    write_run(run_circle(RunRequest(folder, out=base / "out", ranking=False, time_limit_s=5)), base / "out" / "W1")
    return base / "out" / "W1"


def test_the_workbook_holds_text_alone(run_dir: Path) -> None:
    with zipfile.ZipFile(run_dir / "result.xlsx") as archive:
        parts = {name: archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml")}
    assert not [n for n, text in parts.items() if n.startswith("xl/worksheets/") and ("<f>" in text or "<f " in text)]
    cells = [c for page in openpyxl.load_workbook(run_dir / "result.xlsx") for row in page.iter_rows() for c in row]
    texts = [cell for cell in cells if isinstance(cell.value, str)]
    assert all(cell.data_type == "s" for cell in texts)
    assert all(cell.quotePrefix for cell in texts if cell.value.startswith("="))


def test_the_page_holds_no_script_of_theirs(run_dir: Path) -> None:
    page = (run_dir / "report.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "<b>=cmd()" not in page
    assert html.escape("<b>=cmd()</b>") in page or "\\u003cb" in page
    assert not re.search(r"(src|href)=[\"']?\.\./", page)


def test_the_map_holds_them_as_they_stand(run_dir: Path) -> None:
    names = list(gpd.read_file(run_dir / "result.gpkg", layer="demand")["name"])
    assert names == list(SHOWN[:4])


def test_nothing_is_written_elsewhere(run_dir: Path) -> None:
    found = {str(p.relative_to(run_dir.parents[1])) for p in run_dir.parents[1].rglob("*") if p.is_file()}
    inside = {name for name in found if name.startswith(("out/W1/", "circle/"))}
    assert found == inside


def test_the_run_verifies_on_these_inputs(run_dir: Path) -> None:
    report = audit_run(run_dir)
    assert report.ok, report.lines_zh


@pytest.mark.parametrize("form", ["geojson", "gpkg", "gdb"])
def test_a_name_of_4000_characters_is_refused_in_few_words(tmp_path: Path, form: str) -> None:
    write_gis(tmp_path, form, roles=("demand", "outlets", "streets"))
    sites = layer("sites")
    sites["name"] = ["长" * 4000, "=cmd()"]
    write_layer(tmp_path, sites, "sites", form)
    outcome = run_one(Job(tmp_path, "W1", "圈", "base", (), tmp_path / "out", 0), lambda event: None)
    (fault,) = [fault for fault in outcome.faults if fault.severity == "error"]
    assert (outcome.exit_code, fault.code, fault.row) == (3, "long-text", 1)
    assert len(str(fault)) < 400


def test_changed_parts_are_found_by_the_audit(tmp_path: Path) -> None:
    folder = tmp_path / "circle"
    folder.mkdir()
    write_gis(folder, "shp")
    write_run(
        run_circle(RunRequest(folder, out=tmp_path / "out", ranking=False, time_limit_s=5)), tmp_path / "out" / "T1"
    )
    assert audit_run(tmp_path / "out" / "T1").ok
    (folder / "demand.prj").write_text("", encoding="ascii")
    lines = audit_run(tmp_path / "out" / "T1")
    assert not lines.ok
    assert any("demand.prj" in line for line in lines.lines_zh)
