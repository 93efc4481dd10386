"""One measured step in one fresh process: wall seconds, processor seconds, memory before and at the peak."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from siting.workers import ONE_THREAD

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024.0
T = TypeVar("T")


class BenchmarkError(Exception):
    """A measured process failed."""


class OutOfTime(BenchmarkError):
    """A measured process was stopped at its limit."""


@dataclass(frozen=True)
class Cost:
    """What a step cost. ``before_mib`` is the peak until the step began (interpreter, imports, the data it is given);
    ``peak_mib`` the peak of the process after it.
    """

    seconds: float
    cpu_seconds: float
    before_mib: float
    peak_mib: float

    @property
    def grown_mib(self) -> float:
        """What the step added to the peak."""
        return self.peak_mib - self.before_mib


def measured(step: Callable[[], T]) -> tuple[T, Cost]:
    """Do ``step`` once, cold, and say what it cost."""
    before = peak_mib()
    wall, cpu = time.perf_counter(), time.process_time()
    result = step()
    seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    return result, Cost(seconds, cpu_seconds, before, peak_mib())


def peak_mib() -> float:
    """Peak resident memory of this process in MiB.

    From the kernel's high-water mark of this program where there is one: ``ru_maxrss`` of a process starts from what
    its parent had at the fork, so it says too much after a large parent.
    """
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) / MIB
    except OSError:
        pass
    peak = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peak / MIB if sys.platform != "darwin" else peak / MIB / MIB


def in_fresh_process(module: str, arguments: Sequence[object], limit_s: float | None = None) -> dict[str, Any]:
    """Run ``python -m module arguments``, linear algebra on one thread; its last line is the JSON that comes back, with
    the machine's load at the start. Raises BenchmarkError where it fails, OutOfTime where it takes more than
    ``limit_s``.
    """
    load = os.getloadavg()[0]
    command = [sys.executable, "-m", module, *map(str, arguments)]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | dict.fromkeys(ONE_THREAD, "1"),
            capture_output=True,
            text=True,
            check=False,
            timeout=limit_s,
        )
    except subprocess.TimeoutExpired as error:
        raise OutOfTime(f"{' '.join(command)} was not done in {limit_s:g} s") from error
    if done.returncode:
        raise BenchmarkError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer | {"load_before": round(load, 2)}


def hand_back(cost: Cost, **more: Any) -> None:
    """The last line of a measured process."""
    print(json.dumps(asdict(cost) | {"grown_mib": cost.grown_mib} | more))


def spread(values: Sequence[float], digits: int = 2) -> str:
    """``median (min – max)``; the value alone where there is but one."""
    middle = f"{statistics.median(values):,.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):,.{digits}f} – {max(values):,.{digits}f})"
