import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.tasks import batch_here, fake_run
from typer.testing import CliRunner, Result

from siting.batch import run_batch
from siting.cli.app import app

FAKE_MAIN = """
import sys
import siting.cli.run as module
from support.tasks import batch_here, fake_run
if __name__ == "__main__":
    module.run_one = fake_run
    from siting.cli import main
    main()
"""


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.run"], "run_one", fake_run)
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_one_circle(tmp_path: Path) -> None:
    result = call("run", "C01", "--out", str(tmp_path), "-q")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    for wanted in ("最优，已证明", "基本保障类新增覆盖", "闲置锅炉房", "洗染店", "271,040", "选址结果"):
        assert wanted in result.stdout
    assert str(tmp_path / "base" / "C01") in result.stdout
    assert (tmp_path / "base" / "C01" / "run.json").exists()


def test_json_is_one_object_and_nothing_else(tmp_path: Path) -> None:
    result = call("run", "C01", "--out", str(tmp_path), "--json")
    data = json.loads(result.stdout)
    assert data["schema_version"] == 1
    assert (data["command"], data["status"], data["exit_code"]) == ("run", "optimal", 0)
    (circle,) = data["circles"]
    assert circle["circle"] == "C01"
    assert circle["run_dir"] == str(tmp_path / "base" / "C01")
    assert [level["name"] for level in circle["levels"]][:2] == ["missing_types", "basic_coverage"]
    assert circle["totals"]["missing_types_filled"] == 1
    assert circle["picks"][0]["site"] == "S1"


def test_a_batch_ends_with_its_worst_code_and_a_status_for_each(tmp_path: Path) -> None:
    result = call("run", "C01", "C02", "C05", "C06", "--out", str(tmp_path), "--json")
    data = json.loads(result.stdout)
    assert result.exit_code == data["exit_code"] == 3
    assert data["status"] == "bad_input"
    assert [c["status"] for c in data["circles"]] == ["optimal", "bad_input", "infeasible", "feasible"]
    assert [c["exit_code"] for c in data["circles"]] == [0, 3, 4, 5]
    assert data["circles"][1]["faults"][0]["row"] == 4
    assert data["circles"][2]["reasons"] == ["S1 面积 20 ㎡ 不足"]


def test_closing_table_has_a_row_for_each_circle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", run_batch)
    result = call("run", "C01", "C02", "C03", "--out", str(tmp_path))
    assert result.exit_code == 1
    for wanted in ("C01 湖南社区", "最优，已证明", "输入或情景有误", "工作进程意外终止"):
        assert wanted in result.stdout
    assert "survey.xlsx 工作表“居民点” 第 4 行 列“residents”" in result.stderr
    assert "[C03 和平社区]" in result.stderr


@pytest.mark.parametrize(
    ("circle", "code", "wanted"),
    [
        ("C02", 3, "不得为负"),
        ("C04", 1, "加 -v 可看到"),
        ("C05", 4, "锁定的点位放不下"),
        ("C06", 5, "可行，间隙 20.00%"),
        ("C07", 6, "没有安装求解器 gurobi"),
    ],
)
def test_exit_codes(tmp_path: Path, circle: str, code: int, wanted: str) -> None:
    result = call("run", circle, "--out", str(tmp_path))
    assert result.exit_code == code
    assert wanted in result.stderr
    assert "Traceback" not in result.output


def test_a_bug_shows_its_traceback_with_v_alone(tmp_path: Path) -> None:
    result = call("run", "C04", "--out", str(tmp_path), "-v")
    assert result.exit_code == 1
    assert "ZeroDivisionError: a bug [bold]" in result.stderr


def test_a_bug_in_the_command_itself_is_one_chinese_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("oops \x1b[31m")

    monkeypatch.setattr(sys.modules["siting.cli.run"], "watched_batch", broken)
    result = call("run", "C01", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "程序内部错误：RuntimeError：oops ?[31m" in result.stderr
    assert "Traceback" not in result.stderr
    assert "-v" in result.stderr
    verbose = call("run", "C01", "--out", str(tmp_path), "-v", "--json")
    assert "Traceback" in verbose.stderr
    assert json.loads(verbose.stdout)["status"] == "internal_error"


@pytest.fixture
def program(tmp_path: Path) -> list[str]:
    script = tmp_path / "fake_siting.py"
    script.write_text(FAKE_MAIN, encoding="utf-8")
    return [sys.executable, str(script)]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def test_json_stays_pure_in_a_real_process_with_a_chatty_solver(tmp_path: Path, program: list[str]) -> None:
    words = ["run", "C01", "C03", "C09", "--out", str(tmp_path / "out"), "--json", "--jobs", "2"]
    done = subprocess.run([*program, *words], capture_output=True, text=True, env=environment(), check=False)
    data = json.loads(done.stdout)
    assert done.returncode == data["exit_code"] == 1, done.stderr
    assert [c["status"] for c in data["circles"]] == ["optimal", "worker_died", "optimal"]
    assert "a solver prints this" in done.stderr


def start_hanging(out: Path, program: list[str]) -> tuple[subprocess.Popen[str], int]:
    """The program at work on a circle that hangs, and its worker's process id."""
    out.mkdir()
    words = [*program, "run", "C08", "--out", str(out), "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(words, text=True, env=environment(), start_new_session=True, **pipes)
    deadline = time.monotonic() + 30
    while not (out / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.1)
    return process, int((out / "started").read_text(encoding="utf-8"))


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_everything_with_130(tmp_path: Path, program: list[str], number: signal.Signals) -> None:
    out = tmp_path / "out"
    process, worker = start_hanging(out, program)
    os.kill(process.pid, number)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "已中断" in stderr
    assert "Traceback" not in stderr
    assert json.loads(stdout)["exit_code"] == 130
    assert is_gone(worker)
    assert not (out / "base").exists()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_killed_program_leaves_no_worker_behind(tmp_path: Path, program: list[str]) -> None:
    process, worker = start_hanging(tmp_path / "out", program)
    process.kill()
    process.communicate(timeout=20)
    deadline = time.monotonic() + 10
    while not is_gone(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_gone(worker)
