"""A budget curve against the single run of the same circle: processor seconds, cold, from command to written folder.

Three commands for each circle, each a process of its own with its workers: ``siting run`` without its ranking of sites
(no option of the command; the task is called), ``siting run``, ``siting pareto``. The machine is shared as a rule, so
compare processor seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT
from benchmarks.report import publish, setting, setting_lines, table

_SITING = "import sys; from siting.cli import main; sys.argv[0] = 'siting'; main()"
_UNRANKED = """
import sys
from pathlib import Path
from scenarios.circles import find_circle
from siting.batch import Job
from siting.tasks import run_one
circle = find_circle(sys.argv[1])
job = Job(circle, circle.id, circle.name, "base", (), Path(sys.argv[2]), 0, ranking=False)
sys.exit(run_one(job, lambda event: None).exit_code)
"""
_CIRCLES = ("C01", "C02", "C04", "C06", "C10")


def main() -> int:
    """0 where all ended well; else the first exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frontier", description=__doc__)
    parser.add_argument("circles", nargs="*", default=_CIRCLES)
    asked = parser.parse_args()
    about = setting("benchmarks.frontier")
    rows: list[dict[str, Any]] = []
    for circle in asked.circles:
        with tempfile.TemporaryDirectory(prefix="frontier-") as out:
            alone = _spent(["-c", _UNRANKED, circle, out])
            ranked = _spent(["-c", _SITING, "run", circle, "--quiet", "--out", out])
            curve = _spent(["-c", _SITING, "pareto", circle, "--quiet", "--out", out])
            told = json.loads(next(Path(out).glob("*/*.预算曲线/pareto.json")).read_text(encoding="utf-8"))
        codes = {step["exit_code"] for step in (alone, ranked, curve)}
        rows.append({"circle": circle, "alone": alone, "ranked": ranked, "curve": curve, "told": _brief(told)})
        print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
        if codes != {0}:
            return max(codes)
    publish("frontier", {"setting": about, "circles": rows}, _lines(about, rows))
    return 0


def _spent(arguments: list[str]) -> dict[str, Any]:
    """Wall and processor seconds of a Python process with the workers that it has waited for."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "exit_code": process.returncode}


def _brief(told: dict[str, Any]) -> dict[str, Any]:
    return {key: told[key] for key in ("status", "solver_calls", "points_reused")} | {"points": len(told["points"])}


def _lines(about: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    heads = ["circle", "run, no ranking: CPU s", "run: CPU s", "curve: CPU s", "against no ranking", "against run"]
    body = []
    for row in rows:
        alone, ranked, curve = (row[key]["cpu"] for key in ("alone", "ranked", "curve"))
        figures = [f"{alone:.1f}", f"{ranked:.1f}", f"{curve:.1f}", f"{curve / alone:.1f}×", f"{curve / ranked:.1f}×"]
        body.append(
            (row["circle"], *figures, row["told"]["points"], row["told"]["solver_calls"], row["told"]["status"])
        )
    heads += ["points", "solver calls", "status"]
    return ["# Budget curves against single runs", "", *setting_lines(about), "", *table(heads, body)]


if __name__ == "__main__":
    sys.exit(main())
