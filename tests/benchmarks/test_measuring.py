"""The benchmark's measuring: memory that is used is seen, a process of its own answers, its failure is said."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.build_mclp import CHECK, _agree
from benchmarks.measure import BenchmarkError, in_fresh_process, measured, spread
from benchmarks.pilots import _circle_lines, _family_mib, _watched
from benchmarks.report import setting, table


def test_memory_that_a_step_takes_is_seen():
    # the peak of this process may lie above what it holds now, so the step takes more than that
    _, small = measured(lambda: None)
    size_mib = small.peak_mib + 50
    _, cost = measured(lambda: np.ones(int(size_mib * 2**20), dtype=np.uint8).sum())
    assert small.grown_mib < 1
    assert cost.grown_mib > 50
    assert cost.seconds > 0


def test_a_case_answers_from_a_process_of_its_own():
    answers = [in_fresh_process("benchmarks.build_case", [n, *CHECK.options(1), "--solve"]) for n in ("ours", "pulp")]
    assert _agree(answers)
    assert answers[0]["optimum"] > 0
    assert answers[0]["peak_mib"] > answers[0]["before_mib"] - 1 > 0


def test_models_that_differ_do_not_agree():
    one = {"optimum": 5.0, "reach_sha256": "a"}
    assert _agree([one, one])
    assert not _agree([one, one | {"optimum": 6.0}])
    assert not _agree([one, one | {"reach_sha256": "b"}])


def test_a_case_that_fails_says_so():
    with pytest.raises(BenchmarkError, match="invalid choice"):
        in_fresh_process("benchmarks.build_case", ["nobody"])


def test_spread_gives_the_median_and_the_ends():
    assert spread([3.0, 1.0, 10.0]) == "3.00 (1.00 – 10.00)"
    assert spread([1234.5], 0) in ("1,234", "1,235")


def test_a_table_is_markdown():
    assert table(["a", "b"], [(1, 2)]) == ["| a | b |", "|---|---:|", "| 1 | 2 |"]


def test_the_setting_names_machine_versions_and_command():
    about = setting("benchmarks.walking")
    assert about["command"].startswith("python -m benchmarks.walking")
    assert {"numpy", "scipy", "pulp"} <= set(about["versions"])
    assert about["cpu"]
    assert about["cores"] >= 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_the_memory_of_a_child_of_a_child_is_seen():
    hold = "b = bytearray(80 << 20)\nimport time\ntime.sleep(0.8)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    seen = _watched([sys.executable, "-c", code])
    assert seen["exit_code"] == 0
    assert seen["peak_together_mib"] > seen["peak_process_mib"] > 80
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"])
    try:
        assert len(_family_mib(sleeper.pid)) == 1
    finally:
        sleeper.kill()
        sleeper.wait()


def test_every_stage_of_a_circle_is_shown():
    circle = {
        "circle": {"id": "C01", "name": "圈"},
        "status": "optimal",
        "seconds": {"prepare": 1.0, "solve": 2.5},
        "levels": [{"seconds": 2.0}, {"seconds": 0.25}],
    }
    lines = _circle_lines([circle])
    assert lines[-1] == "| C01 圈 | optimal | 1.00 | 2.50 | 2.25 | 3.50 |"


def test_linear_algebra_has_one_thread(monkeypatch: pytest.MonkeyPatch):
    """Waiting threads would be counted as processor seconds."""
    seen: list[dict[str, str]] = []

    def run(command: object, env: dict[str, str], **more: object) -> object:
        seen.append(env)
        return SimpleNamespace(returncode=0, stdout='{"x": 1}')

    monkeypatch.setattr(subprocess, "run", run)
    assert in_fresh_process("module", [1])["x"] == 1
    assert {seen[0][name] for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")} == {"1"}
    assert seen[0]["PATH"]
