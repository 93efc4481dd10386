"""report.html as text: what it says, and that nothing of it comes from outside."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from page_cases import CURVE, mapped_bundle, page_data, written
from support.bundles import NASTY, injected_bundle, make_bundle, make_workspace

from models.solution import Termination
from siting.outputs.page import write_page
from siting.outputs.page.layers import read_layers
from siting.outputs.page.map import map_figure
from siting.outputs.page.view import page_view


def test_the_page_says_what_the_run_says(tmp_path):
    text = written(tmp_path / "run").read_text(encoding="utf-8")
    for words in (
        "光明生活圈",
        "最优，已证明",
        "闲置锅炉房",
        "洗染店",
        "示意布局，非实测",
        "既写已有药店，又写缺少药店",
        "271,040",
    ):
        assert words in text
    assert "不用它：补齐缺失网点（加权）变差 1 个（未证明）；基本保障类新增覆盖变差 1,500 人次（未证明）" in text
    assert "不用它就没有可行方案" in text


def test_what_the_plan_opens_and_what_it_leaves_short(tmp_path):
    folder = tmp_path / "run"
    written(folder)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    row = next(row for row in run["gaps"]["rows"] if row["type_id"] == "pharmacy")
    opened = sum(pick["type"] == "pharmacy" for pick in run["picks"])
    row["missing_outlets"] = opened + 2
    run["refusals"] = [
        {"site_id": "S9", "type_id": "pharmacy", "code": "too-small", "reason_zh": "面积 20 ㎡，不够"},
        {"site_id": "S9", "type_id": "laundry", "code": "too-small", "reason_zh": "别的业态"},
    ]
    page = tmp_path / "again.html"
    write_page(run, folder / "result.gpkg", page)
    text = page.read_text(encoding="utf-8")
    assert f"{row['name_zh']}还缺 2 个；1 处不能设，例如 S9：面积 20 ㎡，不够" in text
    assert '<th scope="col">方案新设</th>' in text


def test_the_map_is_drawn_around_the_homes_not_the_last_street(tmp_path):
    run = tmp_path / "run"
    written(run)
    layers = replace(read_layers(run / "result.gpkg"), boundary=[])
    points = [*layers.points["demand"].values(), *layers.points["sites"].values()]
    far = replace(layers, streets=[([-9e4, 9e4], [0.0, 0.0])], extent=(18e4, 0.0))
    data = json.loads((run / "run.json").read_text(encoding="utf-8"))
    plot = map_figure(far, page_view(data, far))
    for axis, shown in ((0, plot.x_range), (1, plot.y_range)):
        values = [point[axis] for point in points]
        assert shown.start < min(values) <= max(values) < shown.end
    assert plot.x_range.end - plot.x_range.start < 5_000
    across, up = plot.x_range.end - plot.x_range.start, plot.y_range.end - plot.y_range.start
    assert across / up == pytest.approx(plot.aspect_ratio)


def test_a_limit_is_told(tmp_path):
    text = written(tmp_path / "run", mapped_bundle(termination=Termination.FEASIBLE)).read_text(encoding="utf-8")
    assert "可行，间隙 20.00%" in text


def test_the_switch_data_are_the_runs(tmp_path):
    data = page_data(written(tmp_path / "run"))
    assert [row["id"] for row in data["demand"]] == ["D1", "D2", "D3"]
    assert data["demand"][0]["elderly"] == 200.0
    types = {row["id"]: (row["before"], row["after"], row["basic"]) for row in data["types"]}
    assert types == {
        "pharmacy": ([2], [], True),
        "laundry": ([], [0, 1], True),
        "elderly_meal": ([0], [1], False),
    }
    assert [site["id"] for site in data["sites"]] == ["S1", "S2"]


def test_nothing_is_loaded_from_outside(tmp_path):
    text = written(tmp_path / "run").read_text(encoding="utf-8")
    own = re.sub(r"<script>.*?</script>", "", text, flags=re.S)
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:|//)""", own)
    assert "default-src 'none'" in text
    assert len(text.encode()) < 5_000_000


def test_the_same_run_gives_the_same_bytes(tmp_path):
    first, second = written(tmp_path / "a" / "run"), written(tmp_path / "b" / "run")
    assert first.read_bytes() == second.read_bytes()


def test_text_of_files_is_never_markup(tmp_path):
    text = written(tmp_path / "run", injected_bundle(f"</script><script>alert(1)</script>{NASTY}")).read_text("utf-8")
    assert "<script>alert" not in text
    assert "<b>&amp;" not in text


def test_without_coordinates_there_is_no_map_but_all_the_rest(tmp_path):
    base = make_workspace()
    blank = [base.demand.assign(x=float("nan")), base.outlets.assign(x=float("nan")), base.sites.assign(x=float("nan"))]
    workspace = make_workspace(demand=blank[0], outlets=blank[1], sites=blank[2], streets=None, boundary=None, crs="")
    text = written(tmp_path / "run", make_bundle(workspace)).read_text(encoding="utf-8")
    assert "不画地图" in text
    assert 'id="map"' not in text
    assert "闲置锅炉房" in text


def test_the_curve_is_shown_where_there_is_one(tmp_path):
    page = written(tmp_path / "run")
    assert 'id="curve"' not in page.read_text(encoding="utf-8")
    run = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    write_page(run, tmp_path / "run" / "result.gpkg", page, CURVE)
    text = page.read_text(encoding="utf-8")
    assert 'id="curve"' in text
    assert "拐点在 20 万元" in text
    assert '<td class="number">400,000</td><td class="number">3,350</td><td class="number">3,200</td>' in text
    assert (
        '<td class="number">0</td><td class="number">0</td><td class="number">0</td><td class="number">—</td>' in text
    )
