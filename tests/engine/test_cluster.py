"""A scheduler and two workers, started for real: same answers, deaths survived, faults told in Chinese."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dask_here import cluster, job, slow_copy

from siting.batch import run_batch
from siting.engine import cluster as engine

IDS = [f"C{n:02d}" for n in range(1, 9)]
KILLS = int(os.environ.get("SITING_KILLS", "3"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(tmp_path_factory.mktemp("dask")) as found:
        yield found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "input"
    folder.mkdir()
    (folder / "in.txt").write_text("the same")
    return folder


def out_of(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    return folder


def written(out: Path) -> dict[str, str]:
    return {p.relative_to(out).as_posix(): p.read_text() for p in (out / "base").rglob("*") if p.is_file()}


def test_a_cluster_gives_what_own_processes_give(address: str, tmp_path: Path, source: Path) -> None:
    here, there = out_of(tmp_path, "here"), out_of(tmp_path, "there")
    heard: list[int] = []
    run_batch([job(i, here, source) for i in IDS], slow_copy, 2)
    outcomes = run_batch(
        [job(i, there, source) for i in IDS], slow_copy, None, lambda n, _e: heard.append(n), cluster=address
    )
    assert [(o.circle_id, o.status) for o in outcomes] == [(i, "optimal") for i in IDS]
    assert written(there) == written(here)
    assert len(written(here)) == len(IDS)
    assert set(heard) == set(range(len(IDS)))
    assert not [p.name for p in there.iterdir() if p.name.startswith(".")]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(KILLS))
def test_a_worker_killed_at_a_random_moment_loses_and_doubles_nothing(
    address: str, tmp_path: Path, source: Path, seed: int
) -> None:
    out = out_of(tmp_path, "out")
    told: list[int] = []

    def kill() -> None:
        time.sleep(random.Random(seed).uniform(0.3, 2.0))
        while not (started := sorted(out.glob("*.starts"), key=lambda p: p.stat().st_mtime)):
            time.sleep(0.02)
        os.kill(int(started[-1].read_text().split()[-1]), signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    jobs = [job(i, out, source) for i in IDS]
    outcomes = run_batch(jobs, slow_copy, on_outcome=lambda n, _o: told.append(n), cluster=address)
    thread.join()
    assert [(o.circle_id, o.status) for o in outcomes] == [(i, "optimal") for i in IDS]
    assert sorted(told) == list(range(len(IDS)))
    assert written(out) == {f"base/{i}/out.txt": f"{i} the same" for i in IDS}
    starts = sum(len(p.read_text().split()) for p in out.glob("*.starts"))
    assert starts in {len(IDS), len(IDS) + 1}


def test_a_job_that_kills_every_worker_ends_and_the_others_are_done(tmp_path: Path, source: Path) -> None:
    out = out_of(tmp_path, "out")
    (tmp_path / "dask").mkdir()
    with cluster(tmp_path / "dask", allowed_failures=1) as own:
        outcomes = run_batch([job(i, out, source) for i in ("C99", "C01", "C02")], slow_copy, cluster=own)
    assert [o.status for o in outcomes] == ["worker_died", "optimal", "optimal"]
    assert "意外终止" in outcomes[0].message_zh
    assert 2 <= len((out / "C99.starts").read_text().split()) <= 3


def test_a_result_that_cannot_be_had_at_once_is_asked_for_again(
    address: str, tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, missed = engine._result_of, []

    def late(future: Any) -> Any:
        if future.key in missed:
            return real(future)
        missed.append(future.key)
        return None

    monkeypatch.setattr(engine, "_result_of", late)
    outcomes = run_batch([job(i, out_of(tmp_path, i), source) for i in ("C01", "C02")], slow_copy, cluster=address)
    assert [(o.circle_id, o.status) for o in outcomes] == [("C01", "optimal"), ("C02", "optimal")]
    assert len(missed) == 2


def test_a_folder_that_a_worker_sees_otherwise_is_told(
    address: str, tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = out_of(tmp_path, "out")
    monkeypatch.setattr("siting.batch.view_of", lambda path: (str(path), (("elsewhere.txt", 1),)))
    (outcome,) = run_batch([job("C01", out, source)], slow_copy, cluster=address)
    assert (outcome.status, outcome.exit_code, outcome.faults[0].code) == ("bad_input", 3, "cluster-folder")
    assert not (out / "C01.starts").exists()


def test_another_version_is_told_before_anything_runs(
    address: str, tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from siting.engine.on_worker import identity

    out = out_of(tmp_path, "out")
    monkeypatch.setattr("siting.engine.cluster.our_identity", lambda: identity() | {"Python": "3.99"})
    (outcome,) = run_batch([job("C01", out, source)], slow_copy, cluster=address)
    assert (outcome.exit_code, outcome.faults[0].code) == (3, "cluster-version")
    assert "本机 3.99" in outcome.faults[0].rule
    assert not (out / "C01.starts").exists()


def test_no_scheduler_is_told(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siting.engine.cluster.CONNECT_S", 0.5)
    (outcome,) = run_batch([job("C01", tmp_path, source)], slow_copy, cluster="tcp://127.0.0.1:1")
    assert (outcome.exit_code, outcome.faults[0].code) == (3, "no-cluster")


def test_nothing_is_handed_in_while_the_scheduler_is_away() -> None:
    class Away:
        """Knows of no workers and takes no job."""

        def scheduler_info(self, n_workers: int) -> dict[str, Any]:
            return {}

    batch = engine._Batch(Away(), slow_copy, ["job"], [()], None, None)
    batch._hand_in()
    assert (batch._waiting, batch._out) == ([0], {})


@pytest.mark.slow
def test_a_lost_scheduler_is_told_and_a_second_start_goes_on(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_LOST_AFTER_S", 1.0)
    out = out_of(tmp_path, "out")
    (tmp_path / "dask").mkdir()
    with cluster(tmp_path / "dask", workers=1) as own:

        def lose() -> None:
            while not list((out / "base").glob("C0*/out.txt")):
                time.sleep(0.02)
            os.kill(int((tmp_path / "dask" / "scheduler.pid").read_text()), signal.SIGKILL)

        thread = threading.Thread(target=lose)
        thread.start()
        outcomes = run_batch([job(i, out, source) for i in IDS], slow_copy, cluster=own)
        thread.join()
    lost = [o for o in outcomes if o.status == "worker_died"]
    assert lost
    assert {(o.exit_code, o.message_zh) for o in lost} == {
        (1, "与集群调度器的连接断了；本圈没有听到结果，已完成的圈都已写在盘上")
    }
    assert set(written(out).values()) <= {f"{i} the same" for i in IDS}
    run_batch([job(i, out, source) for i in IDS], slow_copy, 2)
    assert written(out) == {f"base/{i}/out.txt": f"{i} the same" for i in IDS}
    assert not [p.name for p in (*out.iterdir(), *(out / "base").iterdir()) if p.name.startswith(".")]
