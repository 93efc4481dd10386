"""A run with assignment types, end to end: what it tells adds up, the audit accepts it and catches what is changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from scenarios.business_type import Tier
from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultError, FaultLog
from scenarios.library import layers_for
from scenarios.resolve import parse_set as layer_of
from scenarios.resolve import resolve
from siting.audit import audit_run
from siting.bundle import ResultBundle
from siting.formulation.sharing import places, sharing
from siting.generator import CircleSpec, generate_circle
from siting.outputs import write_run
from siting.pipeline import RunRequest, run_circle

CARE = ("elderly_day_care", "elderly_meal", "childcare", "kindergarten")
SETS = (
    f"catalogue.only={json.dumps(CARE)}",
    "hosts.new=true",
    "hosts.existing=true",
    "hosts.spare_share=0.5",
    "types.elderly_meal.capacity=20",
    "types.childcare.use_rate=0.5",
    "types.elderly_day_care.min_catchment=60",
    "types.childcare.min_catchment=20",
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("capacity")
    spec = CircleSpec(id="K2", name="小圈", n_demand=24, n_site=10, population=9_000, area_km2=0.5)
    generate_circle(spec, load_catalogue(), folder / "K2", seed=5)
    return folder


def solved(base: Path, *sets: str, ranking: bool = True) -> ResultBundle:
    request = RunRequest(base / "K2", "capacity", (*SETS, *sets), time_limit_s=20, ranking=ranking)
    return run_circle(request)


@pytest.fixture(scope="module")
def bundle(base: Path) -> ResultBundle:
    return solved(base)


@pytest.fixture(scope="module")
def run(base: Path, bundle: ResultBundle) -> Path:
    write_run(bundle, base / "run")
    return base / "run"


def test_what_is_told_adds_up(bundle: ResultBundle):
    report = bundle.assignment
    assert report is not None
    assert len(report.outlets) == len([p for p in bundle.picks if p.type_id in CARE[:3]])
    for one in report.types:
        parts = [p.residents for p in report.parts if p.type_id == one.type_id and p.newly]
        outlets = [o.served_newly for o in report.outlets if o.type_id == one.type_id]
        rows = [row.residents for row in bundle.served if row.type_id == one.type_id]
        picks = [p.residents_newly_covered for p in bundle.picks if p.type_id == one.type_id]
        for sums in (parts, outlets, rows, picks):
            assert sum(sums) == pytest.approx(one.served, abs=1e-4)
        assert one.left_out >= -1e-6
    assert any(one.left_out > 50 for one in report.types)
    assert any(o.full_share == pytest.approx(1.0) for o in report.outlets)
    assert all((o.full_share or 0) <= 1 + 1e-6 for o in report.outlets)
    assert all(o.users >= o.min_catchment - 1e-3 for o in report.outlets)
    assert bundle.totals.residents_newly_covered == pytest.approx(sum(row.residents for row in bundle.served))
    assert all(0 < row.served_share <= 1 for row in bundle.served)
    assert any(row.served_share < 0.99 for row in bundle.served)


def test_the_loss_against_the_static_rule_is_told(bundle: ResultBundle):
    report = bundle.assignment
    assert report is not None
    assert [level.name for level in report.levels] == [level.name for level in bundle.levels]
    public = next(level for level in report.levels if level.name == "public_coverage")
    assert public.loss > 50
    assert public.proven
    assert public.value - public.loss == pytest.approx(public.assigned_value)
    assert any("按分配规则比静态规则少覆盖" in note for note in bundle.notes)
    assert any("容量所限，实际可服务" in note for note in bundle.notes)
    for one in report.types:
        assert one.static_served is not None
        assert one.static_in_reach is not None
        assert one.static_served <= one.static_in_reach + 1e-6
    weight = {one.type_id: one for one in report.types}
    assert weight["childcare"].served >= (weight["childcare"].static_served or 0) - 1e-6


def test_without_ranking_the_static_rule_is_not_solved_and_that_is_told(base: Path):
    quick = solved(base, ranking=False)
    assert quick.assignment is not None
    assert quick.assignment.levels == ()
    assert quick.assignment.static_note_zh == "本次未求解静态规则，没有对照"


def test_a_scenario_without_assignment_tells_nothing_of_it(base: Path):
    plain = solved(base, "assignment.types=[]", ranking=False)
    assert plain.assignment is None
    assert all(row.served_share == 1.0 for row in plain.served)


def test_the_sheet_tells_of_places_and_of_the_difference(run: Path):
    book = openpyxl.load_workbook(run / "result.xlsx")
    text = "".join(
        str(cell).replace("\n", "")
        for row in book["容量与分配"].iter_rows(values_only=True)
        for cell in row
        if cell is not None
    )
    for wanted in ("可服务", "按静态规则选址", "按分配规则比静态规则少", "服务能力（位）", "利用率", "（搭载）"):
        assert wanted in text, wanted


def test_the_same_run_is_the_same_bytes(base: Path, run: Path):
    write_run(solved(base), base / "again")
    for name in ("result.xlsx", "result.gpkg"):
        assert (run / name).read_bytes() == (base / "again" / name).read_bytes()


def test_the_audit_accepts_the_run(run: Path):
    report = audit_run(run)
    assert report.ok, report.lines_zh
    assert "通过 容量与分配" in report.lines_zh


Change = Callable[[dict[str, Any]], None]


def part(**values: Any) -> Change:
    def change(data: dict[str, Any]) -> None:
        data["assignment"]["parts"][0] |= {
            key: value(data) if callable(value) else value for key, value in values.items()
        }

    return change


def served_of(data: dict[str, Any], type_id: str) -> dict[str, Any]:
    return next(row for row in data["served"] if row["type_id"] == type_id)


def no_assignment(data: dict[str, Any]) -> None:
    data["assignment"] = None


def more_served(data: dict[str, Any]) -> None:
    """Everybody in reach is said to be served."""
    for one in data["assignment"]["types"]:
        one["served"] = one["in_reach"]


def without_a_part(data: dict[str, Any]) -> None:
    del data["assignment"]["parts"][0]


def all_to_one(data: dict[str, Any]) -> None:
    """A demand point sends more people than an outlet can serve."""
    part = next(p for p in data["assignment"]["parts"] if p["type_id"] == "childcare")
    part["residents"] += 20.0


def row_of_more(data: dict[str, Any]) -> None:
    served_of(data, "childcare")["residents"] += 1.0


def another_loss(data: dict[str, Any]) -> None:
    data["assignment"]["levels"][3]["loss"] += 5.0


def another_pick(data: dict[str, Any]) -> None:
    pick = next(p for p in data["picks"] if p["type"] == "childcare")
    pick["residents_newly_covered"] += 1.0


def another_outlet(**values: Any) -> Change:
    def change(data: dict[str, Any]) -> None:
        data["assignment"]["outlets"][0] |= values

    return change


def another_level(data: dict[str, Any]) -> None:
    level = next(level for level in data["levels"] if level["name"] == "quality_coverage")
    level["incumbent"] += 10.0
    level["bound"] += 10.0


TAMPERINGS: list[tuple[Change, str, str]] = [
    (no_assignment, "容量与分配", "结果里没有分配"),
    (more_served, "容量与分配", "可服务复算为"),
    (without_a_part, "容量与分配", "复算为"),
    (all_to_one, "容量与分配", "只能服务"),
    (part(walk_m=3.0), "容量与分配", "步行复算为"),
    (part(site_id="S999"), "容量与分配", "不在方案里"),
    (part(type_id="kindergarten"), "容量与分配", "不按分配"),
    (part(newly=False), "容量与分配", "是否新增服务"),
    (part(residents=1e4), "容量与分配", "至多"),
    (another_outlet(places=99.0), "容量与分配", "服务能力复算为"),
    (another_outlet(served_newly=1.0), "容量与分配", "实际服务新增居民复算为"),
    (another_loss, "容量与分配", "差额算错"),
    (row_of_more, "受益居民点与步行距离", "受益"),
    (another_pick, "各点位新增覆盖", "新增覆盖复算为"),
    (another_level, "目标“品质提升类新增覆盖”的当前解", "当前解复算为"),
]


@pytest.mark.parametrize("number", range(len(TAMPERINGS)))
def test_the_audit_catches_a_changed_figure(run: Path, number: int):
    change, check, words = TAMPERINGS[number]
    copy = run.parent / f"tampered{number}"
    shutil.copytree(run, copy)
    data = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    change(data)
    (copy / "run.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    report = audit_run(copy)
    assert not report.ok
    line = next(text for text in report.lines_zh if text.startswith(f"不符 {check}"))
    assert words in line


def test_places_of_an_add_on_are_whole_and_by_area():
    kind = load_catalogue().types["childcare"]
    assert places(kind, kind.area_m2.value) == 50
    assert places(kind, 200.0) == 33
    assert places(kind, 1e4) == 50
    assert places(kind.model_copy(update={"capacity": None}), 100.0) is None


def test_what_cannot_be_asked_together_is_told_at_once():
    catalogue = load_catalogue()
    name, layers = layers_for("capacity")
    sets = ("objective.levels=[equity,walking]", "types.托育.use_rate=0.9")
    scenario = resolve([*layers, *map(layer_of, sets)], name, catalogue).scenario
    kinds = tuple(catalogue.with_overrides(scenario.types, "情景", name).types.values())
    basic = tuple(replace_tier(kind) if kind.id == "elderly_meal" else kind for kind in kinds)
    log = FaultLog()
    shared = sharing(basic, scenario, name, log)
    with pytest.raises(FaultError) as caught:
        log.raise_if_errors()
    rules = [fault.rule for fault in caught.value.faults]
    assert len(rules) == 3
    assert "只够 56 人，少于最少覆盖人口 60 人" in rules[0]
    assert "最薄弱居民可达基本业态数" in rules[1]
    assert "步行总量" in rules[2]
    k = [kind.id for kind in kinds].index("childcare")
    assert shared.outlet_serves[k] == pytest.approx(50 / 0.9)
    assert np.isinf(shared.outlet_serves[[kind.id for kind in kinds].index("pharmacy")])


def replace_tier(kind: Any) -> Any:
    return kind.model_copy(update={"tier": Tier.BASIC})
