import os
import threading
import time
from pathlib import Path

import pytest
from support.tasks import fake_run, hanging_write, pid_task, raising_task, telling_task

from siting.batch import Job, RunOutcome, run_batch
from siting.failures import ExitCode, worst
from siting.progress import Progress


def job(circle_id: str, out: Path) -> Job:
    return Job(Path("nowhere"), circle_id, f"圈{circle_id}", "base", (), out, 0)


def test_one_failing_circle_does_not_stop_the_others(tmp_path: Path) -> None:
    ids = ["C01", "C03", "C02", "C04", "C05", "C06", "C07", "C09"]
    seen: list[tuple[int, str]] = []
    outcomes = run_batch(
        [job(i, tmp_path) for i in ids], fake_run, 2, on_outcome=lambda n, o: seen.append((n, o.status))
    )
    assert [o.circle_id for o in outcomes] == ids
    assert {o.circle_id: (o.status, o.exit_code) for o in outcomes} == {
        "C01": ("optimal", 0),
        "C02": ("bad_input", 3),
        "C03": ("worker_died", 1),
        "C04": ("internal_error", 1),
        "C05": ("infeasible", 4),
        "C06": ("feasible", 5),
        "C07": ("solver_failed", 6),
        "C09": ("optimal", 0),
    }
    assert sorted(p.name for p in (tmp_path / "base").iterdir()) == ["C01", "C06", "C09"]
    assert sorted(seen) == sorted(enumerate(o.status for o in outcomes))
    died = outcomes[1]
    assert "退出码 9" in died.message_zh
    assert outcomes[2].faults[0].row == 4
    assert "ZeroDivisionError" in outcomes[3].trace
    assert outcomes[4].reasons_zh == ("S1 面积 20 ㎡ 不足",)


def test_progress_arrives_with_its_circle(tmp_path: Path) -> None:
    heard: list[tuple[int, Progress]] = []
    run_batch([job("C01", tmp_path), job("C02", tmp_path)], telling_task, 2, lambda n, e: heard.append((n, e)))
    assert {n for n, _ in heard} == {0, 1}
    assert heard[0][1].mip_gap == 0.2


def test_processes_are_used_again_and_never_more_than_asked(tmp_path: Path) -> None:
    outcomes = run_batch([job(f"C{n}", tmp_path) for n in range(6)], pid_task, 2)
    pids = {o.message_zh for o in outcomes}
    assert len(pids) <= 2
    assert str(os.getpid()) not in pids


def test_no_jobs_no_processes() -> None:
    assert run_batch([], pid_task) == []


def test_a_task_that_raises_is_an_internal_error(tmp_path: Path) -> None:
    (outcome,) = run_batch([job("C01", tmp_path)], raising_task)
    assert (outcome.status, outcome.exit_code) == ("internal_error", 1)
    assert "broken promise" in outcome.trace


def test_an_interrupt_ends_the_workers_and_removes_what_is_half_written(tmp_path: Path) -> None:
    old = tmp_path / "base" / "C01"
    old.mkdir(parents=True)
    (old / "run.json").write_text("old")

    def interrupt() -> None:
        while not (tmp_path / "started").exists():
            time.sleep(0.05)
        os.kill(os.getpid(), 2)

    thread = threading.Thread(target=interrupt, daemon=True)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        run_batch([job("C01", tmp_path)], hanging_write, 1)
    thread.join()
    assert (old / "run.json").read_text() == "old"
    assert [p.name for p in (tmp_path / "base").iterdir()] == ["C01"]


def test_outcomes_are_small(tmp_path: Path) -> None:
    import pickle

    outcome = fake_run(job("C01", tmp_path), lambda event: None)
    assert isinstance(outcome, RunOutcome)
    assert outcome.totals is not None
    assert outcome.totals["cost_cny"] == pytest.approx(271_040.25)
    sent = pickle.dumps(outcome)
    assert len(sent) < 20_000
    assert pickle.loads(sent) == outcome


@pytest.mark.parametrize(
    ("codes", "expected"),
    [([], 0), ([0, 0], 0), ([0, 5], 5), ([5, 4], 4), ([4, 3, 5], 3), ([3, 6], 6), ([6, 1, 3], 1), ([1, 130], 130)],
)
def test_a_batch_ends_with_its_gravest_code(codes: list[int], expected: int) -> None:
    assert worst(codes) == ExitCode(expected)
