"""A real Dask cluster on this machine: a scheduler and workers as processes of their own; and jobs for it."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from distributed import Client

from siting.batch import Job, RunOutcome
from siting.workers import Report

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def cluster(folder: Path, workers: int = 2, allowed_failures: int = 3, *, tls: bool = False) -> Iterator[str]:
    """The address of a scheduler with ``workers`` one-thread workers, each watched by a nanny.

    A job may kill ``allowed_failures`` workers before the scheduler gives it up. ``tls``: with the certificates that
    Dask's own configuration names (``DASK_DISTRIBUTED__COMM__TLS__…`` in the environment).
    """
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests" / "engine")))}
    env["DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"] = str(allowed_failures)
    address_file = folder / "scheduler.json"
    local = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(address_file)]
    local += ["--protocol", "tls"] if tls else []
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", *local]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", *local]
    with (folder / "dask.log").open("w") as log, contextlib.ExitStack() as stack:

        def start(words: list[str]) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(words, cwd=folder, env=env, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        (folder / "scheduler.pid").write_text(str(start(scheduler).pid))
        _until(address_file.exists)
        for n in range(workers):
            start([*worker, "--name", f"w{n}"])
        found: list[str] = []

        def read() -> bool:
            found[:] = re.findall(r'"(t(?:cp|ls)://[^"]+)"', address_file.read_text())
            return bool(found)

        _until(read)
        with Client(found[0], set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        yield found[0]


def _until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def job(circle_id: str, out: Path, source: Path) -> Job:
    """A job whose task reads ``source``."""
    return Job(source, circle_id, f"圈{circle_id}", "base", (), out, 0)


def slow_copy(job: Job, report: Report) -> RunOutcome:
    """Half a second of work, then a folder written whole: what it wrote follows from its input alone.

    Every start leaves a line ``pid`` beside the folder. C99 kills its worker each time.
    """
    from siting.disk import replaced_folder
    from siting.progress import Progress

    assert isinstance(job.source, Path)
    with (job.out / f"{job.circle_id}.starts").open("a") as starts:
        starts.write(f"{os.getpid()}\n")
    report(Progress("求解", "cost", 1.0, 2.0, 0.5))
    if job.circle_id == "C99":
        os._exit(9)
    time.sleep(0.5)
    with replaced_folder(job.out / "base" / job.circle_id) as folder:
        text = (job.source / "in.txt").read_text()
        (folder / "out.txt").write_text(f"{job.circle_id} {text}")
    return RunOutcome(job.circle_id, job.name, "optimal", 0, run_dir=str(job.out / "base" / job.circle_id))
