import hashlib
import os
import subprocess
import sys
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.faults import FaultError
from scenarios.plan_facts import PlanFacts
from siting.generator import CircleSpec, generate_circle, generate_pilot, spec_of_pilot, write
from siting.generator.tables import generate_tables
from siting.generator.toml_text import toml_text
from siting.inputs import read_workspace

FILES = ["boundary.geojson", "circle.toml", "streets.gpkg", "survey.xlsx"]
SPEC = CircleSpec(id="T9", name="测试圈", river="middle", lake="north")

SCRIPT = """
import sys
from pathlib import Path
from scenarios.catalogue import load_catalogue
from siting.generator import CircleSpec, generate_circle
spec = CircleSpec(id="T9", name="测试圈", river="middle", lake="north")
generate_circle(spec, load_catalogue(), Path(sys.argv[1]), seed=11)
"""


def hashes(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_same_seed_same_bytes_in_any_process(catalogue, tmp_path):
    here = hashes(generate_circle(SPEC, catalogue, tmp_path / "here", seed=11))
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Shanghai"}
    subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path / "there")], check=True, env=environment)
    assert sorted(here) == FILES
    assert hashes(tmp_path / "there") == here


def test_the_clock_does_not_matter(catalogue, tmp_path):
    first = generate_circle(SPEC, catalogue, tmp_path / "a", seed=11)
    data = (first / "streets.gpkg").read_bytes()
    assert b"2024-05-24T00:00:00" in data
    assert write.pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_another_seed_or_another_circle_differs(catalogue, tmp_path):
    base = hashes(generate_circle(SPEC, catalogue, tmp_path / "a", seed=11))
    seed = hashes(generate_circle(SPEC, catalogue, tmp_path / "b", seed=12))
    assert all(base[name] != seed[name] for name in FILES)
    other = generate_tables(CircleSpec(id="T8", name="测试圈", river="middle", lake="north"), catalogue, 11)
    assert not other.demand["x"].equals(generate_tables(SPEC, catalogue, 11).demand["x"])


def test_a_pilot_reads_back_without_a_fault(catalogue, pilot, tmp_path):
    folder = generate_pilot(pilot, catalogue, tmp_path / pilot.id, seed=0)
    workspace = read_workspace(folder, catalogue)
    assert not workspace.warnings
    assert workspace.circle.simulated
    assert PlanFacts.model_validate(dict(workspace.circle.plan)) == pilot.facts
    made = generate_tables(spec_of_pilot(pilot), catalogue, seed=0)
    for name in ("demand", "outlets", "sites"):
        read, wanted = getattr(workspace, name), getattr(made, name)
        assert list(read["id"]) == list(wanted["id"])
        assert (read[["x", "y"]] - wanted[["x", "y"]]).abs().to_numpy().max() < 0.02
    same = ["name", "area_m2", "floor", "flue", "rent_cny_year", "allowed_types", "forbidden_types", "kind"]
    for column in same:
        assert [str(v) for v in workspace.sites[column]] == [str(v) for v in made.sites[column]]
    assert list(workspace.outlets["type_id"]) == list(made.outlets["type_id"])
    assert list(workspace.outlets["services"]) == list(made.outlets["services"])
    assert workspace.demand["residents"].sum() == made.demand["residents"].sum()
    assert workspace.boundary.area == pytest.approx(made.boundary.area, rel=1e-4)


def test_an_identical_workspace_is_left_alone(catalogue, tmp_path):
    folder = generate_circle(SPEC, catalogue, tmp_path / "a", seed=1)
    before = {p.name: p.stat().st_mtime_ns for p in folder.iterdir()}
    assert generate_circle(SPEC, catalogue, folder, seed=1) == folder
    assert {p.name: p.stat().st_mtime_ns for p in folder.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_nothing_is_overwritten(catalogue, tmp_path):
    folder = generate_circle(SPEC, catalogue, tmp_path / "a", seed=1)
    before = hashes(folder)
    with pytest.raises(FaultError) as caught:
        generate_circle(SPEC, catalogue, folder, seed=2)
    assert caught.value.faults[0].code == "folder-occupied"
    assert hashes(folder) == before
    (tmp_path / "file").write_text("x")
    with pytest.raises(FaultError):
        generate_circle(SPEC, catalogue, tmp_path / "file", seed=1)


def test_whole_or_not_at_all(catalogue, tmp_path, monkeypatch):
    def fails(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr(write, "write_layers", fails)
    with pytest.raises(OSError, match="disk full"):
        generate_circle(SPEC, catalogue, tmp_path / "a", seed=1)
    assert not list(tmp_path.iterdir())


def test_an_empty_folder_is_filled(catalogue, tmp_path):
    (tmp_path / "a").mkdir()
    assert sorted(hashes(generate_circle(SPEC, catalogue, tmp_path / "a", seed=1))) == FILES


KEYS = st.text(min_size=1, max_size=5)
SCALARS = st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8) | st.floats(-1e6, 1e6)
TABLES = st.recursive(
    st.dictionaries(KEYS, SCALARS | st.lists(SCALARS, max_size=3), max_size=3),
    lambda inner: st.dictionaries(KEYS, SCALARS | inner | st.lists(inner, min_size=1, max_size=2), max_size=3),
    max_leaves=8,
)


@given(TABLES)
def test_toml_comes_back_as_it_went(data):
    assert tomllib.loads(toml_text(data)) == data
