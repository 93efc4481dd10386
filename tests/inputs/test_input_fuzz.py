"""Whatever is in the files: a workspace or a FaultError, never another exception, and never a broken table."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from input_folders import GOOD, faults_of, read, write_boundary, write_good

NAMES = ["circle.toml", "demand.csv", "outlets.csv", "sites.csv", "survey.xlsx", "streets.gpkg", "boundary.geojson"]
NAMES += ["distances.csv", "costs.csv", "catalogue.toml", "other.gpkg"]
PIECES = [
    "",
    "-1",
    "NaN",
    "1e400",
    "是",
    "药店",
    "编号",
    "经度",
    "\n",
    ",",
    '"',
    "\x00",
    "１２",
    "2024-03-06",
    "36.45",
    "D1",
]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_good(tmp_path_factory.mktemp("good"))
    write_boundary(folder)
    return folder


def check(folder: Path) -> None:
    found = faults_of(folder)
    assert all("\n" not in str(f) for f in found)
    if found:
        return
    workspace = read(folder)
    for table in (workspace.demand, workspace.outlets, workspace.sites):
        assert table["id"].is_unique
        assert (table["id"] != "").all()
        assert np.isfinite(table[["x", "y"]].to_numpy()).all() or workspace.distances is not None
    assert (workspace.demand["residents"] >= 0).all()
    assert (workspace.sites["area_m2"] > 0).all()


def spoilt_copy(good: Path, tmp_path: Path, name: str, contents: bytes) -> Path:
    folder = tmp_path / "spoilt"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(good, folder)
    (folder / name).write_bytes(contents)
    return folder


many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(name=st.sampled_from(NAMES), contents=st.binary(max_size=200))
def test_any_bytes(good: Path, tmp_path: Path, name: str, contents: bytes) -> None:
    check(spoilt_copy(good, tmp_path, name, contents))


@many
@given(data=st.data())
def test_any_cell(good: Path, tmp_path: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(GOOD)))
    text = GOOD[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    piece = data.draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)))
    contents = (text[:start] + piece + text[end:]).encode("utf-8", "surrogatepass")
    check(spoilt_copy(good, tmp_path, name, contents))
