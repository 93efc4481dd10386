"""``siting compare``: finished runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scenarios.faults import Fault, FaultError
from siting.cli.options import DEFAULT_OUT, Json, Quiet, Talk, Verbose
from siting.cli.report import bad_input
from siting.cli.run import make_folder, not_written
from siting.cli.screen import log, print_json, safe, stdout
from siting.failures import ExitCode

Runs = Annotated[
    list[str],
    typer.Argument(
        metavar="结果文件夹…", help="siting run 写出的文件夹，两个或更多；第一个为参照。", show_default=False
    ),
]
Workbook = Annotated[
    Path | None,
    typer.Option("--out", metavar="文件.xlsx", help="对比表写到哪里（默认 results/对比.xlsx）。", show_default=False),
]


def compare(
    runs: Runs, out: Workbook = None, json: Json = False, quiet: Quiet = False, verbose: Verbose = False
) -> int:
    """对比几个已求解的方案：点位、业态、覆盖、投入、界与间隙、情景与输入的差别；写出 对比.xlsx。

    例：siting compare results/base/C10 results/tight_budget/C10
    """
    talk = Talk(json, quiet, verbose)
    if len(runs) < 2:
        raise typer.BadParameter("请给出两个或更多结果文件夹。")
    target = out or DEFAULT_OUT / "对比.xlsx"
    try:
        refuse_other_names(target)
        from siting.studies.runs import read_runs

        records = read_runs([Path(text) for text in runs])
    except FaultError as error:
        return bad_input("compare", error, talk)
    from siting.disk import replaced_file
    from siting.outputs.plain import plain
    from siting.studies.compare import compare_runs, write_comparison

    comparison = compare_runs(records)
    make_folder(target.parent)
    try:
        with replaced_file(target) as path:
            write_comparison(comparison, path)
    except PermissionError as error:
        raise not_written(target, error) from None
    code = int(ExitCode.DONE)
    if json:
        head = {"command": "compare", "status": "done", "exit_code": code, "workbook": str(target), "faults": []}
        print_json(head | plain(comparison))
        return code
    from siting.cli.compare_tables import print_comparison

    print_comparison(comparison)
    stdout().print(safe(f"对比表：{target}"), soft_wrap=True)
    log("只比较已写出的结果，没有重新求解。", quiet=quiet)
    return code


def refuse_other_names(target: Path) -> None:
    """A workbook is written to a name that ends in .xlsx and is no folder.

    Raises:
        FaultError: it is not so.
    """
    if target.suffix.lower() != ".xlsx" or target.is_dir():
        rule = "Excel 文件名须以 .xlsx 结尾，且不能是文件夹"
        raise FaultError([Fault("bad-workbook-name", "--out", rule, "例如 --out 对比.xlsx", value=str(target))])
