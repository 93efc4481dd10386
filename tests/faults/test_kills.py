"""A batch killed at random moments: no half result, the next start does what is left alone, at the end the same bytes.

``SITING_KILLS`` says how many kills; a few are tried on a few circles.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import eleven
import pytest

KILLS = int(os.environ.get("SITING_KILLS", "2"))
KILLS_A_BATCH = 10
# of how many circles; the latest moment of a kill, as a share of a calm batch
IDS, LATEST = (eleven.IDS, 0.25) if KILLS > KILLS_A_BATCH else (eleven.IDS[:4], 0.9)
FILES = {"run.json", "result.xlsx", "result.gpkg", "report.html"}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")


def timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: timeless(inner) for key, inner in value.items() if key != "seconds"}
    return [timeless(inner) for inner in value] if isinstance(value, list) else value


def content(run: Path) -> dict[str, str]:
    """Digests of a run's files, run.json without the seconds."""
    found = {p.name: sha256(p.read_bytes()).hexdigest() for p in run.iterdir()}
    return found | {"run.json": json.dumps(timeless(json.loads((run / "run.json").read_bytes())))}


def runs(folder: Path) -> dict[str, dict[str, str]]:
    """The finished runs: whatever is not hidden must be one."""
    return {p.name: content(p) for p in folder.glob("*") if not p.name.startswith(".")}


def until(holds: Callable[[], bool], seconds: float = 300.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def kill(process: Any, whole_group: bool) -> None:
    """The batch alone, whose workers must end by themselves, or all of its processes in the same moment."""
    (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
    process.join()

    def gone() -> bool:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 0)
            return False
        return True

    until(gone)


@pytest.mark.slow
def test_killed_at_random_moments_it_ends_as_if_nothing_had_been(tmp_path: Path) -> None:
    eleven.make_circles(tmp_path, IDS)
    calm = eleven.start(tmp_path, "calm", IDS)
    until((tmp_path / "calm.begun").exists)
    began = time.monotonic()
    calm.join()
    span, wanted = time.monotonic() - began, runs(tmp_path / "calm" / "base")
    assert eleven.told(tmp_path, "calm") == dict.fromkeys(IDS, ("optimal", ""))
    assert set(wanted) == set(IDS)
    assert all(set(run) == FILES for run in wanted.values())
    chance, kills, batch, spared = random.Random(7), 0, 0, 0
    while kills < KILLS:
        batch += 1
        out, base, mine = f"killed{batch}", tmp_path / f"killed{batch}" / "base", 0
        while True:
            before = set(runs(base))
            (tmp_path / f"{out}.begun").unlink(missing_ok=True)
            process = eleven.start(tmp_path, out, IDS)
            if mine < KILLS_A_BATCH and kills < KILLS:
                until(lambda out=out, p=process: (tmp_path / f"{out}.begun").exists() or not p.is_alive())
                process.join(chance.uniform(0, span * LATEST))
            else:
                process.join()
            if process.exitcode is not None:
                break
            kill(process, whole_group=chance.random() < 0.7)
            kills, mine = kills + 1, mine + 1
            assert runs(base).items() <= wanted.items()
            spared += len(runs(base))
        assert process.exitcode == 0
        assert eleven.told(tmp_path, out) == {i: ("optimal", "same" if i in before else "") for i in IDS}
        assert runs(base) == wanted
        assert sorted(p.name for p in base.iterdir()) == sorted(IDS)
    print(f"{kills} kills in {batch} batches of {len(IDS)}; {spared} finished circles were there after a kill")
