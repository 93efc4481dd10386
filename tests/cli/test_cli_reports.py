import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from support.bundles import injected_bundle, make_bundle, make_gaps, make_workspace
from support.tasks import batch_here, fake_run
from typer.testing import CliRunner, Result

from scenarios.faults import Fault, FaultError
from siting.batch import Earlier, Job, RunOutcome
from siting.cli.app import app
from siting.cli.options import Talk
from siting.cli.watch import Watch, progress_parts
from siting.failures import InfeasibleRun
from siting.progress import Progress
from siting.tasks import run_one
from siting.walks import SnapReport, Walks, WalkTable


@dataclass(frozen=True)
class Request:
    source: Any
    scenario_text: str
    sets: tuple[str, ...]
    out: Path
    seed: int
    solver: str | None
    time_limit_s: float | None
    mip_gap: float | None
    ranking: bool = True
    committed: Path | None = None
    alternatives: int = 0
    within: float = 0.01


def prepare(request: Request) -> Any:
    if getattr(request.source, "id", "") == "C02":
        raise FaultError([Fault("bad", "demand.csv", "规则", "改正", row=2)])
    empty = np.zeros(0, dtype=np.int32)
    table = WalkTable(3, 4, empty, empty, np.zeros(0))
    snap = SnapReport({"D1": 4.0, "D2": 8.0}, {"S3": "离最近道路 230 米"}, 1, 12.34)
    walks = Walks(table, snap=snap)
    return SimpleNamespace(workspace=make_workspace(), catalogue=None, scenario=None, walks=walks, gaps=make_gaps())


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A pipeline that reads nothing, and batches that stay in this process."""
    module = ModuleType("siting.pipeline")
    module.RunRequest, module.prepare = Request, prepare  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "siting.pipeline", module)
    monkeypatch.setattr("siting.formulation.build", lambda *_: None)
    inputs, resume = ModuleType("siting.prepare"), ModuleType("siting.resume")
    workspace = SimpleNamespace(circle=SimpleNamespace(id="C01"), warnings=())
    inputs.read_inputs = lambda _: SimpleNamespace(scenario_name="base", workspace=workspace)  # type: ignore[attr-defined]
    resume.fingerprint, resume.Earlier = (lambda *_: ""), Earlier  # type: ignore[attr-defined]
    resume.earlier_run = lambda *_: (Earlier.NONE, {})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "siting.prepare", inputs)
    monkeypatch.setitem(sys.modules, "siting.resume", resume)
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
    return module


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_gaps_table(pipeline: ModuleType, tmp_path: Path) -> None:
    result = call("gaps", "C01", "--out", str(tmp_path))
    assert result.exit_code == 0, result.stderr
    for wanted in ("洗染店", "缺失", "缺少（优先）", "25.0%", "前后矛盾", "示意布局，非实测"):
        assert wanted in result.stdout


def test_gaps_json_has_the_rows_of_each_circle(pipeline: ModuleType, tmp_path: Path) -> None:
    result = call("gaps", "--all", "--json", "--out", str(tmp_path))
    data = json.loads(result.stdout)
    assert result.exit_code == data["exit_code"] == 3
    assert len(data["circles"]) == 11
    good, bad = data["circles"][:2]
    assert [row["type_id"] for row in good["rows"]] == ["pharmacy", "laundry", "elderly_meal"]
    assert good["rows"][0]["reach_by_segment"]["elderly"] == {"in_reach": 300.0, "residents": 650.0}
    assert good["simulated"] is True
    assert bad["status"] == "bad_input"
    assert bad["faults"][0]["row"] == 2


def test_check_says_figures_warnings_and_points_cut_off(pipeline: ModuleType, tmp_path: Path) -> None:
    result = call("check", "C01", "--out", str(tmp_path))
    assert result.exit_code == 0
    for wanted in ("通过，提醒 1 条", "居民点 3 个", "3,000 人", "候选点 3 个", "S3：离最近道路 230 米", "中位 6 米"):
        assert wanted in result.stdout
    assert "租金为空" in result.stderr


def test_check_of_a_bad_workspace(pipeline: ModuleType, tmp_path: Path) -> None:
    result = call("check", "C02", "--json", "--out", str(tmp_path))
    data = json.loads(result.stdout)
    assert result.exit_code == 3
    assert data["circles"][0]["figures"] is None
    assert data["circles"][0]["faults"][0]["file"] == "demand.csv"
    assert "demand.csv 第 2 行" in result.stderr


def test_run_one_writes_where_the_contract_says(pipeline: ModuleType, tmp_path: Path) -> None:
    seen: list[Request] = []

    def run_circle(request: Request, progress: Any, _inputs: Any) -> Any:
        seen.append(request)
        event = SimpleNamespace(incumbent=1.0, bound=2.0, mip_gap=1.0, seconds=0.1, done=0, total=0)
        for level in ("missing_types", "missing_types", "cost"):
            progress(SimpleNamespace(stage_zh="求解", level=level, **vars(event)))
        return make_bundle()

    pipeline.run_circle = run_circle  # type: ignore[attr-defined]
    events: list[Progress] = []
    job = Job(Path("ws"), "C01", "光明", "base", ("limits.max_sites=2",), tmp_path, 7, "cbc", 5.0, 0.01)
    outcome = run_one(job, events.append)
    assert outcome.run_dir == str(tmp_path / "base" / "C01")
    assert (outcome.status, outcome.exit_code) == ("optimal", 0)
    assert [p["rank"] for p in outcome.picks] == [1, 2, 3]
    assert seen == [Request(Path("ws"), "base", ("limits.max_sites=2",), tmp_path, 7, "cbc", 5.0, 0.01)]
    assert [(e.stage_zh, e.level) for e in events] == [("求解", "missing_types"), ("求解", "cost"), ("写出结果", "")]


def test_run_one_never_raises(pipeline: ModuleType, tmp_path: Path) -> None:
    job = Job(Path("ws"), "C01", "光明", "base", (), tmp_path, 0)
    for error, status, code in (
        (InfeasibleRun("放不下"), "infeasible", 4),
        (KeyError("x"), "internal_error", 1),
        (MemoryError(), "internal_error", 1),
        (PermissionError(13, "Permission denied", "x.xlsx"), "internal_error", 1),
    ):

        def failing(*_: Any, error: BaseException = error) -> Any:
            raise error

        pipeline.run_circle = failing  # type: ignore[attr-defined]
        outcome = run_one(job, lambda _event: None)
        assert (outcome.status, outcome.exit_code) == (status, code)
        assert outcome.message_zh
    assert list(tmp_path.iterdir()) == []


def test_text_from_files_cannot_command_the_terminal(
    pipeline: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.run_circle = lambda *_: injected_bundle("[bold]\x1b]0;title\x07\x1b[2J名")  # type: ignore[attr-defined]
    result = call("run", "C01", "--out", str(tmp_path))
    assert result.exit_code == 0
    assert "\x1b" not in result.output
    assert "\x07" not in result.output
    assert "[bold]" in result.stdout, "markup in data is shown, not obeyed"


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("siting.audit")

    def audit_run(run_dir: Path) -> Any:
        if run_dir.name == "broken":
            raise FaultError([Fault("no-run", "run.json", "找不到", "请检查")])
        return SimpleNamespace(ok=run_dir.name == "good", lines_zh=("面积：相符", "费用：差 3 元"))

    module.audit_run = audit_run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "siting.audit", module)
    return module


@pytest.mark.parametrize(("name", "code", "wanted"), [("good", 0, "复核相符"), ("bad", 1, "复核不相符")])
def test_verify(audit: ModuleType, name: str, code: int, wanted: str) -> None:
    result = call("verify", name)
    assert result.exit_code == code
    assert wanted in result.stdout
    assert "费用：差 3 元" in result.stdout


def test_verify_json_of_several(audit: ModuleType) -> None:
    result = call("verify", "good", "broken", "--json")
    data = json.loads(result.stdout)
    assert result.exit_code == data["exit_code"] == 3
    assert [r["status"] for r in data["runs"]] == ["verified", "bad_input"]
    assert data["runs"][1]["faults"][0]["code"] == "no-run"


def test_progress_in_words() -> None:
    parts = progress_parts(Progress("求解", "basic_coverage", 1234.4, 1300.0, 0.0533, 12.0, 1, 6))
    assert parts == ("求解", "基本保障类新增覆盖", "当前解 1,234", "界 1,300", "间隙 5.33%", "1/6", "12 秒")
    assert progress_parts(Progress("读取")) == ("读取", "", "", "", "", "", "")


def test_the_live_display_shows_running_circles_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=120, markup=False)
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "stderr", lambda: console)
    job = Job(Path("ws"), "C01", "光\x1b[31m明", "base", (), Path("out"), 0)
    with Watch([job], Talk(), "求解") as watch:
        watch.on_progress(0, Progress("求解", "cost", 5.0))
        watch._live.refresh()
        shown = stream.getvalue()
        watch.on_outcome(0, RunOutcome("C01", "光明", "optimal", 0))
    assert "求解：0/1" in shown
    assert "总投入" in shown
    assert "光[31m明" in shown


def test_quiet_says_nothing_on_standard_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.run"], "run_one", fake_run)
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
    result = call("run", "C01", "C10", "--out", str(tmp_path), "-q", "--jobs", "1")
    assert result.exit_code == 0
    assert result.stderr == ""
