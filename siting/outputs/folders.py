"""Where a run goes: ``OUT/<scenario>/<circle>``, and what must not be overwritten there. Light to import."""

from __future__ import annotations

import re
from pathlib import Path

from scenarios.faults import Fault, FaultError

WORKSPACES = "workspaces"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]')
_MAX_BYTES = 200


def run_folder(out: Path, scenario_name: str, circle_id: str) -> Path:
    """``OUT/<scenario>/<circle>``; a name that came from a file can neither leave ``out`` nor hide the folder."""
    return out / safe_name(scenario_name) / safe_name(circle_id)


def nearest_path(out: Path, scenario_name: str, circle_id: str) -> Path:
    """Beside the run folder that was not written: the nearest possible scenario of an infeasible one."""
    folder = run_folder(out, scenario_name, circle_id)
    return folder.with_name(f"{folder.name}.可行情景.toml")


def safe_name(text: str) -> str:
    """``text`` as one path component that every system takes; ``workspaces`` is kept for generated circles."""
    name = _UNSAFE.sub("_", text).strip().strip(".").strip()
    while len(name.encode()) > _MAX_BYTES:
        name = name[:-1]
    return f"{name}_" if not name or name.casefold() == WORKSPACES else name


def refuse_foreign(run_dir: Path, mark: str = "run.json") -> None:
    """Refuse to replace what is not a run: a planner's own folder that happens to stand there.

    ``mark`` is the file by which an earlier result of the same kind is known.

    Raises:
        FaultError: ``run_dir`` is a file, or a folder with something in it but no ``mark``.

    """
    foreign = run_dir.is_dir() and any(run_dir.iterdir()) and not (run_dir / mark).is_file()
    if foreign or (run_dir.exists() and not run_dir.is_dir()):
        rule = f"结果要写到这里，但这里已有别的东西（没有 {mark}，不是结果文件夹），不能覆盖"
        raise FaultError([Fault("not-a-run-folder", str(run_dir), rule, "请用 --out 换一个文件夹，或先移走它")])
