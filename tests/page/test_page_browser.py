"""report.html in a real Chromium: switches, hover, ranking, print; no request, no error."""

from __future__ import annotations

import json
import re

import pytest
from page_cases import CURVE, FLAGS, chromium, page_data, written

from siting.outputs.page import write_page

playwright = pytest.importorskip("playwright.sync_api")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    run = tmp_path_factory.mktemp("page") / "run"
    page = written(run)
    write_page(json.loads((run / "run.json").read_text(encoding="utf-8")), run / "result.gpkg", page, CURVE)
    return page


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser, page_file):
    """The page, loaded and drawn; at the end there was no request but itself, and no word of trouble."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    troubles, requests = [], []
    opened.on(
        "console", lambda message: troubles.append(message.text) if message.type in ("error", "warning") else None
    )
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto(page_file.as_uri())
    opened.wait_for_selector("html[data-ready=yes]", state="attached", timeout=30_000)
    yield opened
    assert troubles == []
    assert requests == [page_file.as_uri()]
    opened.close()


def colours(page):
    return page.evaluate("Array.from(window.siting.models.demand.data.colour)")


def alphas(page):
    return page.evaluate("Array.from(window.siting.models.areas.data.alpha)")


def test_before_and_after_by_type_and_segment(page):
    page.select_option("#type", "laundry")
    assert "洗染店，全体居民 3,000 人：现走得到 0 人（0.0%） → 方案后 1,500 人（50.0%）" in page.inner_text("#sums")
    after = colours(page)
    assert after[0] == after[1] != after[2]
    page.check("input[value=before]")
    assert len(set(colours(page))) == 1
    page.select_option("#segment", "elderly")
    assert "老年人 650 人：现走得到 0 人（0.0%） → 方案后 350 人（53.8%）" in page.inner_text("#sums")
    page.select_option("#type", "")
    assert "人均走得到的基本业态" in page.inner_text("#sums")


def test_a_click_in_the_ranking_shows_the_reasons_and_the_walking_area(page):
    assert set(alphas(page)) == {0}
    page.click("tr[data-site='0'] button")
    assert "第 1 名 S1 闲置锅炉房" in page.inner_text("#detail")
    assert "不用它" in page.inner_text("#detail")
    assert min(alphas(page)) > 0
    page.select_option("#type", "pharmacy")
    page.focus("tr[data-site='0'] button")
    page.keyboard.press("Enter")
    shown = dict(zip(page.evaluate("window.siting.models.areas.data.type"), alphas(page), strict=True))
    assert shown["pharmacy"] > 0 == shown["laundry"]


def on_screen(page, source, row):
    """Pixels of a point of a source, by the figure's own scales."""
    return page.evaluate(
        """([name, row]) => {
            const plot = Bokeh.documents.map((d) => d.get_model_by_name("map")).find((m) => m);
            const found = Array.from(Bokeh.index).map((v) => v).find((v) => v.model === plot);
            const data = window.siting.models[name].data;
            const x = found.frame.x_scale.compute(data.x[row]), y = found.frame.y_scale.compute(data.y[row]);
            const box = found.el.getBoundingClientRect();
            return [box.x + x, box.y + y];
        }""",
        [source, row],
    )


def test_hovering_a_chosen_room_shows_its_walking_area(page):
    page.locator("#map").scroll_into_view_if_needed()
    x, y = on_screen(page, "chosen", 0)
    page.mouse.move(x - 60, y - 60)
    page.mouse.move(x, y, steps=5)
    page.wait_for_function("window.siting.models.areas.data.alpha.some((a) => a > 0)", timeout=5_000)
    assert "第 1 名" in page.inner_text("#detail")


def test_hovering_a_home_says_what_it_lacks(page):
    page.locator("#map").scroll_into_view_if_needed()
    x, y = on_screen(page, "demand", 2)
    page.mouse.move(x - 60, y - 60)
    page.mouse.move(x, y, steps=5)
    page.wait_for_function("document.getElementById('detail').textContent.includes('湖畔花园')", timeout=5_000)
    assert "方案后仍缺：洗染店" in page.inner_text("#detail")


def test_it_prints_on_a4_and_fits_a_phone(page, tmp_path):
    pdf = page.pdf(format="A4", path=tmp_path / "page.pdf")
    assert pdf.startswith(b"%PDF")
    assert re.search(rb"/MediaBox\s*\[\s*0 0 59[45]", pdf)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.documentElement.scrollWidth <= 390", timeout=5_000)


def test_paper_takes_the_map_as_it_is_on_the_screen(page):
    """The figure is scaled, not laid out again: a print would not wait for that."""
    page.click("tr[data-site='0'] button")
    before = page.locator("#map").bounding_box()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    paper = page.locator("#map").bounding_box()
    assert paper["width"] == pytest.approx(520, abs=2)
    assert paper["height"] / paper["width"] == pytest.approx(before["height"] / before["width"], rel=0.02)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#map").bounding_box() == before
    assert not page.is_visible("#shown")
    page.emulate_media(media="print")
    assert page.inner_text("#shown") == "图上是：方案后，全体居民，全部基本业态；黄色是第 1 名 S1 的步行范围。"


def test_everything_has_a_name_for_a_screen_reader(page, page_file):
    bare = page.evaluate(
        "Array.from(document.querySelectorAll('button, select, input')).filter((e) => "
        "!(e.getAttribute('aria-label') || (e.labels && e.labels.length))).length"
    )
    assert bare == 0
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.evaluate("document.querySelectorAll('h1').length") == 1
    assert len(page_data(page_file)["sites"]) == page.locator("tr[data-site]").count()
