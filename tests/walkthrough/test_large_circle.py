"""150 demand points and 60 rooms: the page stays small, and does in a browser what it promises."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from opened import opened
from support.tasks import batch_here
from typer.testing import CliRunner

from scenarios.catalogue import load_catalogue
from siting.cli.app import app
from siting.generator import CircleSpec, generate_circle

MOST_BYTES = 5_000_000
SPEC = CircleSpec("BIG", "大圈", n_demand=150, n_site=60, population=30_000, area_km2=2.0)
_ON_SCREEN = """() => {
    const plot = Bokeh.documents.map((d) => d.get_model_by_name("map")).find((m) => m);
    const view = Array.from(Bokeh.index).find((v) => v.model === plot);
    const data = window.siting.models.chosen.data, box = view.el.getBoundingClientRect();
    return [box.x + view.frame.x_scale.compute(data.x[0]), box.y + view.frame.y_scale.compute(data.y[0])];
}"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("large")
    generate_circle(SPEC, load_catalogue(), place / "BIG", seed=0)
    # how good the plan is does not matter to its page: the solver need not search on to its limit
    asked = ["run", str(place / "BIG"), "--time-limit", "2", "--mip-gap", "0.2", "--out", str(place / "out")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
        ran = CliRunner().invoke(app, [*asked, "--set", 'objective.levels=["missing_types", "cost"]'])
    assert ran.exit_code in (0, 5), ran.output
    return place / "out" / "base" / "BIG" / "report.html"


@pytest.mark.slow
def test_the_page_of_a_large_circle(report: Path, tmp_path: Path) -> None:
    assert report.stat().st_size < MOST_BYTES
    with opened(report) as (page, troubles, requests):
        assert page.evaluate("window.siting.models.demand.data.number.length") == SPEC.n_demand
        page.select_option("#type", "pharmacy")
        assert page.inner_text("#sums").startswith("药店，全体居民 30,000 人")
        page.select_option("#type", "")
        page.locator("#map").scroll_into_view_if_needed()
        x, y = page.evaluate(_ON_SCREEN)
        page.mouse.move(x - 80, y - 80)
        page.mouse.move(x, y, steps=5)
        page.wait_for_function("window.siting.models.areas.data.alpha.some((a) => a > 0)", timeout=10_000)
        page.click("tr[data-site='1'] button")
        assert page.inner_text("#detail").startswith("第 2 名")
        shown = page.evaluate("window.siting.models.areas.data.site.filter((s, n) => "
                              "window.siting.models.areas.data.alpha[n] > 0)")  # fmt: skip
        assert set(shown) == {1}
        pdf = page.pdf(format="A4", path=tmp_path / "page.pdf")
        assert re.search(rb"/MediaBox\s*\[\s*0 0 59[45]", pdf)
        assert (troubles, requests) == ([], [report.as_uri()])
