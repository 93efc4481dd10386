"""``siting report``: pages of finished runs made anew, and the city's page over them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from page_cases import CURVE, FLAGS, chromium, mapped_bundle
from typer.testing import CliRunner, Result

from siting.cli.app import app
from siting.outputs.writer import write_run


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def runs(tmp_path) -> Path:
    """Two runs of two circles, the second with a name that means harm."""
    write_run(mapped_bundle(), tmp_path / "base" / "C01")
    other = mapped_bundle()
    circle = replace(other.workspace.circle, id="C02", name="<b>=cmd()</b>")
    write_run(replace(other, workspace=replace(other.workspace, circle=circle)), tmp_path / "base" / "C02")
    return tmp_path


def test_pages_are_written_anew_with_the_curve_and_the_city_page(runs):
    page = runs / "base" / "C01" / "report.html"
    page.unlink()
    (runs / "base" / "C01.预算曲线").mkdir()
    (runs / "base" / "C01.预算曲线" / "pareto.json").write_text(json.dumps(CURVE), encoding="utf-8")
    result = call("report", runs / "base", "--out", runs, "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert said["command"] == "report"
    assert [Path(p).name for p in said["pages"]] == ["report.html", "report.html", "各圈方案.html"]
    assert "拐点在 20 万元" in page.read_text(encoding="utf-8")
    city = (runs / "各圈方案.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]+)"', city) == ["base/C01/report.html", "base/C02/report.html"]
    assert "<b>" not in city
    assert "示意布局，非实测" in city
    assert "542,080" in city


def test_one_run_gets_no_city_page(runs):
    assert call("report", runs / "base" / "C01", "--out", runs).exit_code == 0
    assert not (runs / "各圈方案.html").exists()


def test_what_is_missing_is_told_all_at_once_and_nothing_is_written(runs):
    before = (runs / "base" / "C02" / "report.html").read_bytes()
    (runs / "base" / "C01" / "result.gpkg").unlink()
    run = runs / "base" / "C02" / "run.json"
    data = json.loads(run.read_text(encoding="utf-8"))
    del data["covered"]
    run.write_text(json.dumps(data), encoding="utf-8")
    result = call("report", runs / "base", "--out", runs)
    assert result.exit_code == 3
    assert "缺 result.gpkg" in result.stderr
    assert "缺 run.json 的 covered" in result.stderr
    assert (runs / "base" / "C02" / "report.html").read_bytes() == before
    assert not (runs / "各圈方案.html").exists()


def test_the_city_page_in_a_browser(runs):
    playwright = pytest.importorskip("playwright.sync_api")
    call("report", runs / "base", "--out", runs)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        troubles = []
        page.on("console", lambda said: troubles.append(said.text))
        page.goto((runs / "各圈方案.html").as_uri())
        assert page.locator("tbody tr").count() == 2
        page.click("text=C01 光明生活圈")
        page.wait_for_url("**/C01/report.html")
        assert troubles == [] or all("bokeh" in text for text in troubles)
        browser.close()
