"""A city's run is recomputed from its circles' tables: an honest one passes, a changed figure is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.plan_towns import TYPES, write_town

from scenarios.faults import FaultError
from siting.audit import audit_run, checks
from siting.audit.facts import Facts
from siting.audit.joined import join_city
from siting.city.join import join
from siting.city.run import CityRequest, run_city
from siting.outputs.writer import write_run
from siting.pipeline import RunRequest
from siting.workspace import CircleMeta, Workspace

Change = Callable[[dict[str, Any]], Any]
SETS = (f"catalogue.only={json.dumps(TYPES)}", "city.capital_per_circle_cny=450000", "hosts.existing=true")
SHARES = 'city.district_share={"乙区" = {least = 0.1, most = 0.6}}'
BOUNDARY = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon",'
    '"coordinates":[[[115.9,36.4],[115.9815,36.4],[115.9815,36.5],[115.9,36.5],[115.9,36.4]]]}}]}'
)


def solved(out: Path, *sources: Path, sets: tuple[str, ...] = SETS) -> Path:
    """The finished run of some towns."""
    run = RunRequest(sources[0], sets=sets, out=out, time_limit_s=5)
    write_run(run_city(CityRequest(sources, False, run)), out)
    return out


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A and B on one spot (B's second outlet is not A's, and it has a boundary), C a degree to the east."""
    folder = tmp_path_factory.mktemp("audited")
    for name, district in (("A", "甲区"), ("B", "甲区"), ("C", "乙区")):
        made = write_town(folder / name, name, f"{name}街", district)
        for file in ("demand.csv", "outlets.csv", "sites.csv"):
            text = (made / file).read_text(encoding="utf-8")
            text = text.replace("小超市", "另一家") if name == "B" else text
            text = text.replace("115.9", "116.9") if name == "C" else text
            (made / file).write_text(text, encoding="utf-8")
    (folder / "B" / "boundary.geojson").write_text(BOUNDARY, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(home: Path) -> Path:
    return solved(home / "run", *(home / name for name in "ABC"), sets=(*SETS, SHARES))


def tampered(run: Path, change: Change) -> Path:
    copy = run.with_name("tampered")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(run, copy)
    data = json.loads((copy / "run.json").read_text("utf-8"))
    change(data)
    (copy / "run.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return copy


def put(*keys: Any, to: Any) -> Change:
    def change(data: dict[str, Any]) -> None:
        for key in keys[:-1]:
            data = data[key]
        data[keys[-1]] = to(data[keys[-1]]) if callable(to) else to

    return change


def part(c: int, key: str, to: Any) -> Change:
    return put("city", "circles", c, key, to=to)


def more(value: float) -> float:
    return value + 1


def test_an_honest_run_passes(run: Path):
    data = json.loads((run / "run.json").read_text("utf-8"))
    assert [c["folder"] for c in data["city"]["circles"]] == ["A", "B", "C"]
    assert data["city"]["merges"]
    assert data["city"]["renamed"]
    report = audit_run(run)
    assert report.ok, [text for text in report.lines_zh if not text.startswith("通过")]


def test_years_locks_and_floors_pass(home: Path, tmp_path: Path):
    few = 'catalogue.only=["pharmacy", "laundry", "photo_print"]'
    sets = (few, "phases.2025=300000", "phases.2026=500000", 'lock.in=["A-S3"]', "coverage_floor.pharmacy=0.5")
    report = audit_run(solved(tmp_path / "run", home / "A", home / "C", sets=sets))
    assert report.ok, [text for text in report.lines_zh if not text.startswith("通过")]


TAMPERINGS: list[tuple[Change, str, str]] = [
    (part(0, "residents", more), "各圈的文件夹与居民", "A 居民复算为 7,500 人，结果记为 7,501 人"),
    (part(0, "folder", "C"), "各圈的文件夹与居民", "C 是 C C街，结果记为 A A街"),
    (part(2, "district", "甲区"), "各圈的文件夹与居民", "C 是 C C街"),
    (lambda d: d["city"]["merges"].pop(), "同一处与改号", "是同一处，结果没有合并"),
    (lambda d: d["city"]["merges"].append(["候选点", "A:S1", "C:S1", "x", 0.0, ""]), "同一处与改号", "不是同一处"),
    (put("city", "merges", 0, 4, to=3.0), "同一处与改号", "相距复算为 0 米，结果记为 3 米"),
    (put("city", "renamed", "C:S1", to="C_S1"), "同一处与改号", "C:S1 的编号应为 C-S1"),
    (part(1, "network", 1), "各圈的步行路网", "B 的路网复算为第 0 个，结果记为第 1 个"),
    (put("city", "apart", to=[["A", "C"]]), "各圈的步行路网", "A–C 道路重叠而对不上：复算不是"),
    (put("city", "capital_cny", to=9e9), "全市资金", "全市资金复算为 1,350,000 元"),
    (put("scenario", "values", "budget", "capital_cny", to=9e9), "全市资金", "情景的投资额度复算为"),
    (put("scenario", "values", "city", "capital_per_circle_cny", to=1.0), "全市资金", "全市资金复算为 3 元"),
    (part(1, "share_cny", more), "全市资金", "B 按人口可分复算为 450,000 元"),
    (
        put("scenario", "values", "city", "district_share", "乙区", to={"least": 0.95, "most": 1.0}),
        "各区份额",
        "至少应占",
    ),
    (put("scenario", "values", "city", "district_share", "乙区", to={"least": 0.0, "most": 0.01}), "各区份额", "至多"),
    (part(1, "missing_total", more), "各圈分项", "B 缺失网点"),
    (part(1, "missing_filled", 0), "各圈分项", "B 补齐网点"),
    (part(2, "sites_used", more), "各圈分项", "C 启用点位"),
    (part(2, "picks", more), "各圈分项", "C 项目"),
    (part(0, "money_cny", more), "各圈分项", "A 投入"),
    (part(0, "residents_newly_covered", more), "各圈分项", "A 新增覆盖"),
    (part(0, "residents_with_more", more), "各圈分项", "A 多得业态的居民"),
    (put("city", "split", 1, "city", to=more), "与按人口切分的对照", "basic_coverage"),
    (put("city", "split_cost_cny", to=more), "与按人口切分的对照", "按人口切分的投入"),
    (lambda d: d["city"]["split"].pop(), "与按人口切分的对照", "目标层级"),
    (put("levels", 0, "incumbent", to=more), "目标“补齐缺失网点", "当前解复算为"),
    (put("totals", "missing_types_filled", to=more), "合计", "补齐网点"),
    (put("totals", "missing_types_total", to=more), "合计", "缺少网点"),
    (put("totals", "basic_complete_share_before", to=0.9), "合计", "齐备率（前）"),
    (put("totals", "basic_complete_share_after", to=0.1), "合计", "齐备率（后）"),
    (put("gaps", "rows", 0, "required", to=more), "缺口", "应设网点复算为"),
    (put("gaps", "residents", to=22_500.0), "缺口", "居民总数复算为 15,000 人"),
    (put("circle", "id", to="全市"), "生活圈与示意标记", "结果记为 全市"),
    (lambda d: d["picks"].pop(), "各圈分项", "项目"),
]


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The towns are read and joined once for each order of folders and scenario."""
    known: dict[str, Facts] = _KNOWN
    read = checks.read_city_facts

    def once(recorded: Any, said: Any, root: Path) -> Facts:
        key = (
            f"{root} {[c.folder for c in said.circles]} {recorded.scenario.values.model_dump_json()} {recorded.circle}"
        )
        if key not in known:
            known[key] = read(recorded, said, root)
        found = known[key]
        assert found.city is not None
        return replace(found, city=replace(found.city, said=said))

    monkeypatch.setattr(checks, "read_city_facts", once)
    monkeypatch.setattr(checks, "_files", lambda *_: None)


_KNOWN: dict[str, Facts] = {}


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize(("change", "name", "fragment"), TAMPERINGS)
def test_a_changed_figure_is_refused_in_its_line(run: Path, change: Change, name: str, fragment: str):
    report = audit_run(tampered(run, change))
    assert not report.ok
    lines = [text for text in report.lines_zh if text.split(" ", 1)[1].startswith(name)]
    assert any(text.startswith("不符") and fragment in text for text in lines), report.lines_zh


def test_what_moved_or_changed_is_told(run: Path, tmp_path: Path):
    shutil.copytree(run.parent, tmp_path / "home")
    made = tmp_path / "home" / "run"
    sites = made.parent / "C" / "sites.csv"
    sites.write_text(sites.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    report = audit_run(made)
    assert not report.ok
    assert any("C/sites.csv 在求解之后变过" in text for text in report.lines_zh)
    with pytest.raises(FaultError, match=r"city\.circles\.0\.folder"):
        audit_run(tampered(made, part(0, "folder", "../A")))


def some_circles(seed: int) -> list[Workspace]:
    """Circles whose rooms, homes and outlets lie near each other, with names and ids that often agree."""
    rng = np.random.default_rng(seed)

    def table(kind: str, start: int) -> pd.DataFrame:
        n = int(rng.integers(3, 9))
        made = pd.DataFrame({"id": [f"{kind}{start + k}" for k in range(n)], "name": rng.choice(["", "甲", "乙 "], n)})
        made["x"], made["y"] = rng.uniform(0, 40, n).round(1), rng.choice([0.0, 0.6], n)
        return made.assign(type_id=rng.choice(["p", "q"], n)) if kind == "O" else made

    found = []
    for name in ("A", "B", "C"):
        tables = {kind: table(kind[0].upper(), int(rng.integers(1, 4))) for kind in ("demand", "sites", "outlets")}
        if rng.random() < 0.5:
            tables["demand"].loc[0, "id"] = "S3" if "S3" not in set(tables["sites"]["id"]) else "X"
        found.append(Workspace(Path("/w") / name, CircleMeta(name, name), "EPSG:4548", **tables))
    return found


@pytest.mark.parametrize("seed", range(30))
def test_both_ways_of_joining_agree(seed: int):
    """Two implementations of the same rules that share no code."""
    circles = some_circles(seed)
    ours, theirs = join_city(circles), join(circles, False)
    for kind in ("demand", "sites", "outlets"):
        mine, other = ours.tables[kind], getattr(theirs, kind)
        assert mine.table["id"].tolist() == getattr(theirs.workspace, kind)["id"].tolist()
        assert [rows.tolist() for rows in mine.rows] == [rows.tolist() for rows in other.rows]
        assert mine.first.tolist() == other.first.tolist()
    assert ours.renamed() == {f"{c}:{old}": new for (c, old), new in theirs.renamed.items()}
