"""run.json keeps to docs/run.schema.json, and the example reads it."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.bundles import bundle_without_coordinates, injected_bundle, make_bundle, make_levels

from models.solution import Termination
from siting.outputs.run_json import run_data, write_run_json

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = json.loads((DOCS / "run.schema.json").read_text(encoding="utf-8"))
KINDS = {
    "plain": make_bundle,
    "stopped": lambda: make_bundle(levels=make_levels(Termination.FEASIBLE)),
    "strange text": injected_bundle,
    "no coordinates": bundle_without_coordinates,
}


def faults(data: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(data)]


def written() -> dict[str, Any]:
    return json.loads(json.dumps(run_data(make_bundle(), Path()), allow_nan=False))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("kind", KINDS)
def test_bundles_of_every_kind_keep_to_the_schema(kind: str) -> None:
    assert faults(json.loads(json.dumps(run_data(KINDS[kind](), Path())))) == []


@pytest.mark.parametrize("key", SCHEMA["required"])
def test_a_missing_key_fails(key: str) -> None:
    data = written()
    del data[key]
    assert faults(data)


def test_a_key_that_is_not_written_down_fails() -> None:
    assert faults(written() | {"new_key": 1})


def test_a_wrong_type_inside_a_part_fails() -> None:
    data = copy.deepcopy(written())
    data["picks"][0]["cost"] = "150000"
    assert faults(data)


def test_the_example_reads_a_run_with_the_standard_library(tmp_path: Path) -> None:
    write_run_json(make_bundle(), tmp_path / "run.json", tmp_path)
    script = DOCS / "examples" / "read_run.py"
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", script, tmp_path], capture_output=True, text=True, check=True
    )
    assert [line.split("\t")[:3] for line in told.stdout.splitlines()[1:]] == [
        ["1", "S1", "laundry"],
        ["2", "S2", "elderly_meal"],
        ["3", "S1", "pharmacy"],
    ]
