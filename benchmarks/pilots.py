"""How long ``siting run --all`` takes, end to end: the command line as a planner calls it, in a folder of its own.

Wall seconds and memory of the whole command with its workers, and the seconds that each circle's run.json tells.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import MIB, ROOT
from benchmarks.report import publish, setting, setting_lines, table

_COMMAND = "import sys; from siting.cli import main; sys.argv[0] = 'siting'; main()"
_EVERY_S = 0.1


def main() -> int:
    """The exit code of the command that was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pilots", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=None, help="circles at the same time; else the program's choice")
    parser.add_argument("options", nargs="*", help="after --: further options of siting run")
    asked = parser.parse_args()
    about = setting("benchmarks.pilots")
    with tempfile.TemporaryDirectory(prefix="pilots-") as folder:
        arguments = ["run", "--all", "--quiet", "--seed", str(asked.seed), "--out", folder, *asked.options]
        arguments += [] if asked.jobs is None else ["--jobs", str(asked.jobs)]
        whole = _watched([sys.executable, "-c", _COMMAND, *arguments])
        circles = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(folder).glob("*/*/run.json"))]
    shown = [part if part != folder else "OUT" for part in arguments]
    lines = ["# The pilot circles, end to end", "", *setting_lines(about), "", f"`siting {' '.join(shown)}`", ""]
    lines += [*_whole_lines(whole, circles), "", *_circle_lines(circles)]
    record = {"setting": about, "arguments": shown, "whole": whole, "circles": [_brief(c) for c in circles]}
    publish("pilots", record, lines)
    if whole["exit_code"]:
        print(whole["stderr"], file=sys.stderr)
    return int(whole["exit_code"])


def _watched(command: list[str]) -> dict[str, Any]:
    """Run a command; its memory is looked at ten times a second, over the process and all its descendants."""
    most = [0.0, 0.0]
    ended = threading.Event()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors)

        def look() -> None:
            while not ended.wait(_EVERY_S):
                memory = _family_mib(process.pid)
                most[:] = max(most[0], sum(memory)), max(most[1], *memory, 0.0)

        watcher = threading.Thread(target=look, daemon=True)
        watcher.start()
        try:
            code = process.wait()
        finally:
            process.terminate()
            seconds = time.perf_counter() - began
            ended.set()
            watcher.join()
        errors.seek(0)
        told = errors.read()[-4000:]
    return {
        "seconds": seconds,
        "peak_together_mib": most[0],
        "peak_process_mib": most[1],
        "exit_code": code,
        "stderr": told,
    }


def _family_mib(root: int) -> list[float]:
    """Resident MiB of a process and its descendants; empty where the system has no /proc."""
    parent, resident = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
        except OSError:
            continue
        pid = int(entry.parent.name)
        parent[pid], resident[pid] = int(fields[1]), int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / MIB / MIB
    family = {root}
    while grown := {pid for pid, above in parent.items() if above in family} - family:
        family |= grown
    return [resident[pid] for pid in family if pid in resident]


def _whole_lines(whole: dict[str, Any], circles: list[dict[str, Any]]) -> list[str]:
    rows = [
        ("wall s of the whole command", f"{whole['seconds']:.1f}"),
        ("circles written", len(circles)),
        ("circles proven optimal", sum(c["status"] == "optimal" for c in circles)),
        ("peak memory of all processes together, MiB", f"{whole['peak_together_mib']:,.0f}"),
        ("peak memory of one process, MiB", f"{whole['peak_process_mib']:,.0f}"),
        ("exit code", whole["exit_code"]),
    ]
    return table(["", "one run"], rows)


def _circle_lines(circles: list[dict[str, Any]]) -> list[str]:
    stages = list(dict.fromkeys(stage for c in circles for stage in c["seconds"]))
    rows = []
    for circle in circles:
        told = [circle["seconds"].get(stage, 0.0) for stage in stages]
        levels = sum(level["seconds"] for level in circle["levels"])
        name = f"{circle['circle']['id']} {circle['circle']['name']}"
        rows.append((name, circle["status"], *(f"{s:.2f}" for s in told), f"{levels:.2f}", f"{sum(told):.2f}"))
    return table(["circle", "status", *(f"{stage} s" for stage in stages), "levels s", "all stages s"], rows)


def _brief(circle: dict[str, Any]) -> dict[str, Any]:
    return {key: circle[key] for key in ("circle", "status", "seconds", "levels")}


if __name__ == "__main__":
    sys.exit(main())
