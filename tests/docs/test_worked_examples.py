"""The examples of CONTRIBUTING.md are put into a copy of the packages, and work there all at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from doc_pages import ROOT, section, tables
from doc_recipes import CONTRIBUTING, apply_all, recipes


def test_the_table_of_lines_touched_is_right() -> None:
    new, changes = recipes()
    files, lines = Counter(f.section for f in new), Counter()
    for change in changes:
        lines[change.section] += change.n_line
    rows = tables(section(CONTRIBUTING, "## Worked examples"))[0][1:]
    said = {}
    for kind, n_file, words in rows:
        (heading,) = [h for h in files | lines if f" {kind}:" in h]
        said[heading] = (int(n_file.split()[0]), sum(int(word) for word in words.split() if word.isdigit()))
    assert said == {heading: (files[heading], lines[heading]) for heading in files | lines}


@pytest.mark.slow
def test_a_town_is_run_with_all_examples(tmp_path: Path) -> None:
    apply_all(tmp_path / "tree")
    script = Path(__file__).with_name("worked_examples.py")
    folders = (tmp_path / "tree", ROOT / "tests")
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders)), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-P", script, tmp_path / "town"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["package"] == str(tmp_path / "tree" / "models")
    # business type, output format
    assert "pet_care" in told["picked"]
    assert told["table"][0] == "点位,业态,投入（元）"
    assert sorted(line.split(",")[1] for line in told["table"][1:]) == sorted(told["picked"])
    # input format
    assert "demand.fgb" in told["inputs"]
    # backend and level: proven, and the audit of the finished run agrees
    assert told["solver"] == "scipy"
    assert told["levels"]["outlets"] == ["min", len(told["picked"]), "optimal"]
    assert told["audit"] == "agrees"
    # block: the two may not share the room, though that would cover twice as many
    assert told["covered"] == [3.0, 6.0]
    assert told["breaches"] == [[], ["one_quality"]]
