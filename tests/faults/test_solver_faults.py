"""A solver that is missing, crashes or hangs, no time, no memory, a clock that jumps: honest endings, nothing half."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import eleven
import pulp
import pytest

from models import backends
from models.backends import watchdog
from models.errors import HUNG_EXIT
from siting.batch import Job, RunOutcome, run_batch
from siting.progress import Progress
from siting.tasks import run_one
from siting.workers import Report

ROOM_TO_LIVE = 40 << 20
FILES = {"run.json", "result.xlsx", "result.gpkg", "report.html"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two small circles."""
    made = tmp_path_factory.mktemp("solvers")
    eleven.make_circles(made, eleven.IDS[:2])
    return made


def job(folder: Path, out: Path, **changes: object) -> Job:
    (made,) = eleven.jobs(folder, eleven.IDS[:1], out=str(out))
    return replace(made, **changes)


def solve(job: Job) -> RunOutcome:
    return run_one(job, lambda _event: None)


def nothing_written(out: Path) -> bool:
    return not list(out.rglob("*"))


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="ascii")
    path.chmod(0o755)
    return path


@pytest.fixture
def cbc(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Puts another program in the place of the bundled CBC."""

    def put(path: Path) -> None:
        monkeypatch.setattr(pulp.PULP_CBC_CMD, "pulp_cbc_path", str(path))

    return put


def test_a_missing_solver_is_named_with_those_that_are_there(folder: Path, tmp_path: Path) -> None:
    outcome = solve(job(folder, tmp_path, solver="nosuch"))
    assert (outcome.status, outcome.exit_code) == ("solver_failed", 6)
    assert outcome.message_zh == "本机没有求解器“nosuch”"
    assert "highs" in outcome.reasons_zh[0]
    assert nothing_written(tmp_path)


def test_a_crashing_solver_is_said(folder: Path, tmp_path: Path, cbc: Callable[[Path], None]) -> None:
    out = tmp_path / "out"
    cbc(program(tmp_path / "cbc", "kill -SEGV $$"))
    outcome = solve(job(folder, out, solver="cbc"))
    assert (outcome.status, outcome.exit_code) == ("solver_failed", 6)
    assert outcome.message_zh == "求解器 cbc 不可用或出错"
    assert nothing_written(out)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the program is found by its command line in /proc")
def test_a_hanging_solver_is_ended(
    folder: Path, tmp_path: Path, cbc: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "GRACE_S", 0.5)
    out = tmp_path / "out"
    cbc(program(tmp_path / "cbc", "exec /bin/sh -c 'while :; do read -t 9 x; done' \"$@\" < /dev/zero"))
    outcome = solve(job(folder, out, solver="cbc", time_limit_s=0.5))
    assert (outcome.status, outcome.exit_code) == ("solver_failed", 6)
    assert outcome.message_zh == "求解器 cbc 过了时限 0.5 秒不停，已强行终止"
    assert outcome.seconds < 120
    assert nothing_written(out)


class Asleep:
    """A library that never answers."""

    name = "asleep"

    def solve(self, *_model: object, **_options: object) -> None:
        time.sleep(600)


def impatient(job: Job, report: Report) -> RunOutcome:
    """The first circle has a solver that hangs inside the worker, which does not wait for long; the next has none."""
    backends._BACKENDS["asleep"] = (__name__, "Asleep")
    watchdog.PATIENCE_S = 0.5
    return run_one(job, report) if job.solver == "asleep" else RunOutcome(job.circle_id, job.name, "done", 0)


def test_a_library_that_hangs_costs_one_circle(folder: Path, tmp_path: Path) -> None:
    first, second = eleven.jobs(folder, eleven.IDS[:2], out=str(tmp_path))
    hung, other = run_batch([replace(first, solver="asleep", time_limit_s=0.1), second], impatient, 1)
    assert (hung.status, hung.exit_code) == ("solver_failed", 6)
    assert hung.message_zh == "求解器远远过了时限仍不停，已连同工作进程强行终止；本圈没有结果"
    assert (other.circle_id, other.status) == (eleven.IDS[1], "done")
    assert nothing_written(tmp_path)


def test_patience_begins_anew_with_each_call_and_a_stopped_process_loses_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(watchdog, "PATIENCE_S", 0.4)
    monkeypatch.setattr(watchdog, "_TICK_S", 0.02)
    monkeypatch.setattr(watchdog, "_patience", [])
    monkeypatch.setattr(watchdog.os, "_exit", ended.append)
    watchdog.may_be_ended()
    for _ in range(4):
        with watchdog.kept(0.0):
            time.sleep(0.15)
    time.sleep(0.5)  # nobody at work
    real = time.monotonic
    with watchdog.kept(0.0):
        monkeypatch.setattr(time, "monotonic", lambda: real() + 3600)
        time.sleep(0.05)
    assert ended == []
    until = real() + 30
    with watchdog.kept(0.0):
        while not ended and real() < until:
            time.sleep(0.05)
    assert set(ended) == {HUNG_EXIT}


@pytest.mark.slow
def test_a_time_limit_of_zero_never_says_optimal(folder: Path, tmp_path: Path) -> None:
    outcome = solve(job(folder, tmp_path, time_limit_s=0.0))
    assert outcome.exit_code == 5
    if outcome.status == "limit":
        assert outcome.message_zh == "到时限 0 秒仍未找到可行方案"
        assert nothing_written(tmp_path)
    else:
        assert outcome.status == "feasible"
        assert {p.name for p in Path(outcome.run_dir).iterdir()} == FILES
    assert solve(job(folder, tmp_path)).status == "optimal"


@pytest.mark.slow
def test_a_clock_that_jumps_changes_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calm = solve(job(folder, tmp_path / "calm"))
    chance, real = random.Random(3), time.time
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: real() + chance.choice([-1, 1]) * chance.uniform(0, 4e8))
        jumping = solve(job(folder, tmp_path / "jump"))
    runs = [Path(outcome.run_dir) for outcome in (calm, jumping)]
    for name in ("result.xlsx", "result.gpkg", "report.html"):
        assert runs[0].joinpath(name).read_bytes() == runs[1].joinpath(name).read_bytes()
    seals = [json.loads(run.joinpath("run.json").read_bytes())["seal"] for run in runs]
    assert seals[0] == seals[1]
    seconds = [json.loads(run.joinpath("run.json").read_bytes())["seconds"] for run in runs]
    assert all(0 <= value < 600 for value in itertools.chain(*(s.values() for s in seconds)))


def starved(job: Job, report: Report) -> RunOutcome:
    """The first circle gets little memory beyond the loaded libraries and asks for more; the next one is free."""
    import resource

    import siting.pipeline  # noqa: F401

    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    if job.circle_id == eleven.IDS[0]:
        resource.setrlimit(resource.RLIMIT_AS, (size + ROOM_TO_LIVE, before[1]))

    def hungry(event: Progress) -> None:
        bytearray(2 * ROOM_TO_LIVE)
        report(event)

    try:
        return run_one(job, hungry)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the memory of a process is read from /proc")
def test_too_little_memory_costs_one_circle(folder: Path, tmp_path: Path) -> None:
    jobs = eleven.jobs(folder, eleven.IDS[:2], out=str(tmp_path))
    poor, rich = run_batch(jobs, starved, 1)
    assert poor.exit_code == 1
    assert poor.status in {"internal_error", "worker_died"}
    assert "内存不足" in poor.message_zh
    assert rich.exit_code == 0
    assert [p.name for p in (tmp_path / "base").iterdir()] == [eleven.IDS[1]]
