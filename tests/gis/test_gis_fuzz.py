"""Bytes of a dataset changed, lost or added at random: it reads, or it is a fault; nothing else ever comes out.

SITING_SPOILT says a third of how often the slow tests try each format (10, unless the environment says).
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from pathlib import Path

import pytest
from fuzz.spoilers import of_bytes
from gis_folders import DRIVERS, write_gis
from inputs.input_folders import read

from scenarios.faults import FaultError

LONG = 3 * int(os.environ.get("SITING_SPOILT", "10"))


@pytest.mark.parametrize("form", DRIVERS)
@pytest.mark.parametrize("rounds", [8, pytest.param(LONG, marks=pytest.mark.slow)])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_bytes_of_any_part(tmp_path: Path, form: str, rounds: int) -> None:
    rng = random.Random(f"{form}{rounds}")
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    write_gis(good, form, rng.choice([4490, 4527]))
    parts = sorted(p.relative_to(good) for p in good.rglob("*") if p.is_file() and p.name != "circle.toml")
    read_whole = 0
    for _ in range(rounds):
        shutil.copytree(good, bad)
        part = bad / rng.choice(parts)
        part.write_bytes(of_bytes(part.read_bytes(), rng))
        with contextlib.suppress(FaultError):
            read(bad)
            read_whole += 1
        shutil.rmtree(bad)
    assert form == "gdb" or read_whole < rounds, "the bytes were changed at all (a geodatabase has parts nobody reads)"
