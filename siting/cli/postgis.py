"""``siting postgis``: finished runs into a results schema; and the same at the end of ``siting run``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from scenarios.faults import FaultError
from siting.cli.options import Json, Quiet, Talk, Verbose
from siting.cli.report import bad_input, print_faults
from siting.cli.screen import log, print_json, safe, stdout
from siting.failures import ExitCode

Runs = Annotated[
    list[str],
    typer.Argument(
        metavar="结果文件夹…",
        help="siting run 写出的文件夹，或装着它们的文件夹（如 results/base）。",
        show_default=False,
    ),
]
To = Annotated[
    str,
    typer.Option("--to", metavar="模式", help="写到哪里：postgis:模式名（连接用 SITING_PG_URL），或 postgresql 网址。"),
]
ToPostgis = Annotated[
    str | None,
    typer.Option(
        "--to-postgis",
        metavar="模式",
        help="结果另写进 PostGIS：postgis:模式名（连接用 SITING_PG_URL），或 postgresql://…?schema=模式名。",
    ),
]


def postgis(runs: Runs, to: To, json: Json = False, quiet: Quiet = False, verbose: Verbose = False) -> int:
    """把已算好的结果写进 PostGIS 的一个结果模式；一次写完，要么全写进，要么什么也没写。

    同一个结果再写一遍只会替换它自己。密码放 ~/.pgpass，不必写进命令。
    例：siting postgis results/base/C10 --to postgis:siting_results
    """
    from siting.studies.citywide import runs_under

    talk = Talk(json, quiet, verbose)
    try:
        written = written_to([str(folder) for folder in runs_under([Path(text) for text in runs])], to)
    except FaultError as error:
        return bad_input("postgis", error, talk)
    if json:
        print_json({"command": "postgis", "status": "done", "exit_code": 0, "postgis": written, "faults": []})
        return 0
    for line in lines(written):
        stdout().print(safe(line), soft_wrap=True)
    return 0


def checked(to: str | None) -> None:
    """Ask the database before a long solve. Raises FaultError if results could not be written there."""
    if to is not None:
        from siting.postgis import Address, check_target

        check_target(Address.parse(to))


def written_to(run_dirs: Sequence[str], to: str) -> dict[str, Any]:
    """Write runs; the schema and the ids of the runs, as plain data. Raises FaultError."""
    from siting.postgis import Address, publish

    found = publish([Path(folder) for folder in run_dirs], Address.parse(to))
    return {"schema": found.schema, "run_ids": list(found.run_ids)}


def after_run(run_dirs: Sequence[str], to: str | None, talk: Talk) -> tuple[dict[str, Any] | None, int]:
    """The closing step of ``siting run --to-postgis``: what was written, and the exit code of this step.

    The folders stay, whatever the database does; they can be written there later.
    """
    if to is None or not run_dirs:
        return None, int(ExitCode.DONE)
    try:
        written = written_to(run_dirs, to)
    except FaultError as error:
        print_faults(error.faults, talk)
        log("结果文件夹已写好；数据库恢复后可用 siting postgis 结果文件夹 --to … 再写，不必重新求解。")
        return {"schema": None, "run_ids": [], "faults": [f.as_dict() for f in error.faults]}, int(ExitCode.BAD_INPUT)
    if not talk.json:
        for line in lines(written):
            stdout().print(safe(line), soft_wrap=True)
    return written, int(ExitCode.DONE)


def lines(written: dict[str, Any]) -> list[str]:
    """What was written, in words."""
    runs = written["run_ids"]
    return [f"已写进 PostGIS 模式 {written['schema']}：{len(runs)} 个结果", *(f"  {run_id}" for run_id in runs)]
