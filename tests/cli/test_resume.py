import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.tasks import batch_here, telling_task
from typer.testing import CliRunner

from scenarios.catalogue import load_catalogue
from siting.batch import Earlier, Job, RunOutcome, run_batch
from siting.cli.app import app
from siting.disk import leftovers
from siting.generator import CircleSpec, generate_circle
from siting.prepare import read_inputs
from siting.resume import earlier_run, fingerprint
from siting.tasks import request_of, run_one

SETS = ("budget.capital_cny=400000", "solver.time_limit_s=60.0")


def small_circle(folder: Path, circle_id: str, n_site: int = 5) -> Path:
    spec = CircleSpec(id=circle_id, name="小圈", n_demand=12, n_site=n_site, population=2_000, area_km2=0.3)
    return generate_circle(spec, load_catalogue(), folder / circle_id, seed=5)


def solve(job: Job) -> RunOutcome:
    return run_one(job, lambda event: None)


def found(job: Job) -> Earlier:
    """What the job finds in its run folder."""
    request, run_dir = request_of(job), run_of(job)
    return earlier_run(run_dir, fingerprint(request, read_inputs(request), run_dir))[0]


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, RunOutcome]:
    folder = tmp_path_factory.mktemp("finished")
    job = Job(small_circle(folder, "R1"), "R1", "小圈", "base", SETS, folder / "out", 0, ranking=False)
    return job, solve(job)


@pytest.fixture
def done(first: tuple[Job, RunOutcome], tmp_path: Path) -> Job:
    """The solved circle in folders of its own, laid out alike."""
    shutil.copytree(first[0].out.parent, tmp_path, dirs_exist_ok=True)
    return replace(first[0], source=tmp_path / "R1", out=tmp_path / "out")


def run_of(job: Job) -> Path:
    return job.out / "base" / "R1"


def test_a_second_start_keeps_the_files_and_tells_the_same(first: tuple[Job, RunOutcome], done: Job) -> None:
    before = stamps(run_of(done))
    again = solve(done)
    told = first[1]
    assert told.status in ("optimal", "feasible")
    assert told.picks
    assert (told.earlier, again.earlier) == ("", "same")
    assert stamps(run_of(done)) == before
    assert json.dumps([again.levels, again.picks, again.totals]) == json.dumps([told.levels, told.picks, told.totals])
    assert replace(again, seconds=0.0, run_dir="", earlier="") == replace(told, seconds=0.0, run_dir="")


@pytest.mark.parametrize(
    "change",
    [
        lambda job: replace(job, ranking=True),
        lambda job: replace(job, within=0.02),
        lambda job: replace(job, seed=1),
        lambda job: replace(job, time_limit_s=50.0),
        lambda job: replace(job, mip_gap=0.02),
        lambda job: replace(job, alternatives=1),
        lambda job: replace(job, sets=("budget.capital_cny=400001", SETS[1])),
    ],
)
def test_other_settings_are_solved_again(done: Job, change: Callable[[Job], Job]) -> None:
    assert found(done) is Earlier.SAME
    assert found(change(done)) is Earlier.CHANGED


def _one_byte(job: Job) -> None:
    file = Path(str(job.source)) / "circle.toml"
    file.write_text(file.read_text(encoding="utf-8") + "# one byte more\n", encoding="utf-8")


def _one_rent(job: Job) -> None:
    import openpyxl

    file = Path(str(job.source)) / "survey.xlsx"
    book = openpyxl.load_workbook(file)
    sheet = next(s for s in book.worksheets if s.title == "候选点")
    column = next(cell.column for cell in sheet[1] if "租金" in str(cell.value))
    sheet.cell(2, column).value = 12_345
    book.save(file)


def one_byte(file: Path) -> None:
    """The byte in the middle is another."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def _a_pick(job: Job) -> None:
    file = run_of(job) / "run.json"
    data = json.loads(file.read_bytes())
    data["picks"][0]["cost"] += 1.0
    file.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "wanted"),
    [
        (_one_byte, Earlier.CHANGED),
        (_one_rent, Earlier.CHANGED),
        (_a_pick, Earlier.DAMAGED),
        (lambda job: (run_of(job) / "result.xlsx").unlink(), Earlier.DAMAGED),
        (lambda job: (run_of(job) / "result.gpkg").unlink(), Earlier.DAMAGED),
        (lambda job: (run_of(job) / "report.html").write_bytes(b""), Earlier.DAMAGED),
        (lambda job: one_byte(run_of(job) / "report.html"), Earlier.DAMAGED),
        (lambda job: one_byte(run_of(job) / "result.gpkg"), Earlier.DAMAGED),
        (lambda job: one_byte(run_of(job) / "result.xlsx"), Earlier.DAMAGED),
        (
            lambda job: (run_of(job) / "run.json").write_bytes((run_of(job) / "run.json").read_bytes()[:-40]),
            Earlier.DAMAGED,
        ),
        (lambda job: (run_of(job) / "run.json").write_text("[" * 100_000, encoding="utf-8"), Earlier.DAMAGED),
    ],
)
def test_changed_inputs_and_broken_results_are_solved_again(
    done: Job, spoil: Callable[[Job], object], wanted: Earlier
) -> None:
    assert found(done) is Earlier.SAME
    spoil(done)
    assert found(done) is wanted


def test_a_changed_cell_is_solved_again_once(done: Job) -> None:
    _one_rent(done)
    before = stamps(run_of(done))
    other = solve(done)
    assert other.picks, other.faults
    assert other.earlier == "changed"
    assert stamps(run_of(done)) != before
    assert solve(done).earlier == "same"
    assert solve(replace(done, again=True)).earlier == ""
    one_byte(run_of(done) / "result.xlsx")
    assert solve(done).earlier == "damaged"
    assert solve(done).earlier == "same"


def test_another_program_solves_again(done: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    import siting.resume

    monkeypatch.setattr(siting.resume, "_program", lambda: {"siting": "another"})
    assert found(done) is Earlier.CHANGED


def test_the_command_says_so(done: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
    unranked = sys.modules["siting.tasks"].request_of
    monkeypatch.setattr(sys.modules["siting.tasks"], "request_of", lambda job: replace(unranked(job), ranking=False))
    words = ["run", str(done.source), "--out", str(done.out), *(w for s in SETS for w in ("--set", s))]
    ran = [CliRunner().invoke(app, [*words, *more]) for more in (["--json"], [], ["-q"], ["--again", "--json"])]
    changed = CliRunner().invoke(app, [*words, "--seed", "1"])
    one_byte(run_of(done) / "result.gpkg")
    damaged = CliRunner().invoke(app, [*words, "--seed", "1"])
    assert {r.exit_code for r in ran} <= {0, 5}
    assert json.loads(ran[0].stdout)["circles"][0]["skipped"] is True
    assert "已完成，跳过（输入与设置未变）" in ran[1].stderr
    assert "跳过" not in ran[2].stderr
    assert json.loads(ran[3].stdout)["circles"][0]["skipped"] is False
    assert "已有结果的输入、设置或程序变了，已重算" in changed.stderr
    assert "已有结果缺文件或被改动过，已重算" in damaged.stderr


def test_leftovers_of_the_dead_go_and_what_they_replaced_comes_back(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    base, here, elsewhere = tmp_path / "base", leftovers.host(), "0a1b2c3d"
    dead = [f".{name}-{here}-{gone.pid}-1" for name in ("C01.old", "C01.new", "C02.old", "C05.可行情景.new")]
    living = [f".C06.new-{here}-{os.getppid()}-1", f".C07.new-{elsewhere}-{gone.pid}-1"]
    forgotten = f".C08.new-{elsewhere}-1-1"
    for name in (*dead, *living, forgotten, "C02"):
        (base / name).mkdir(parents=True)
    (base / dead[0] / "run.json").write_text("old", encoding="utf-8")
    os.utime(base / forgotten, (0, 0))
    seen: list[set[str]] = []

    def look(_index: int, _event: object) -> None:
        seen.append({path.name for path in base.iterdir()})

    run_batch([Job(Path("nowhere"), "C05", "C05", "base", (), tmp_path, 0)], telling_task, 1, look)
    assert seen[0] == {"C01", "C02", *living}
    assert (base / "C01" / "run.json").read_text(encoding="utf-8") == "old"
