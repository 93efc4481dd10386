"""A batch of eleven small circles, started in a process of its own that can be killed at any moment.

Processes are forked from a server that has the libraries loaded, so that a start costs little.
"""

from __future__ import annotations

import json
import multiprocessing as mp
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

IDS = tuple(f"F{n:02d}" for n in range(1, 12))
SETS = ("budget.capital_cny=400000",)


def make_circles(folder: Path, ids: Sequence[str] = IDS) -> None:
    """The workspaces, each a little larger than the one before."""
    from scenarios.catalogue import load_catalogue
    from siting.generator import CircleSpec, generate_circle

    for n, circle_id in enumerate(ids):
        spec = CircleSpec(circle_id, f"圈{n}", n_demand=8 + n, n_site=4, population=2_000, area_km2=0.3)
        generate_circle(spec, load_catalogue(), folder / circle_id, seed=5)


def jobs(folder: Path, ids: Sequence[str] = IDS, out: str = "out", **more: Any) -> list[Any]:
    """One job for each circle in ``folder``, results under ``folder / out``."""
    from siting.batch import Job

    return [Job(folder / i, i, i, "base", SETS, folder / out, 0, ranking=False, **more) for i in ids]


def start(folder: Path, out: str, ids: Sequence[str] = IDS) -> mp.process.BaseProcess:
    """A running batch of two workers; its process leads a group of its own. See :func:`told`."""
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["siting.tasks", "siting.pipeline", "siting.outputs.writer", "siting.resume"])
    process = context.Process(target=_batch, args=(folder, out, ids))
    process.start()
    return process


def told(folder: Path, out: str) -> dict[str, tuple[str, str]]:
    """Of the batch that came to its end: status of each circle, and what it had found in the run folder."""
    return {i: tuple(pair) for i, pair in json.loads((folder / f"{out}.told").read_text(encoding="utf-8")).items()}


def _batch(folder: Path, out: str, ids: Sequence[str]) -> None:
    from siting.batch import run_batch
    from siting.tasks import run_one

    os.setsid()
    fork = mp.get_context("fork")
    mp.get_context = lambda _method=None: fork  # type: ignore[assignment]
    begun = folder / f"{out}.begun"
    outcomes = run_batch(jobs(folder, ids, out), run_one, 2, lambda _index, _event: begun.touch())
    text = json.dumps({o.circle_id: (o.status, o.earlier) for o in outcomes})
    (folder / f"{out}.told").write_text(text, encoding="utf-8")
