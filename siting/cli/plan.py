"""``siting plan``: the annual construction plan of finished runs, as Excel and Word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.faults import FaultError
from siting.cli.options import DEFAULT_OUT, Json, Out, Quiet, Talk, Verbose, year
from siting.cli.report import print_faults
from siting.cli.run import make_folder
from siting.cli.screen import log, print_json, safe, stdout
from siting.disk import reason_zh
from siting.failures import ExitCode

if TYPE_CHECKING:
    from siting.annual.plan import AnnualPlan

Runs = Annotated[
    list[str],
    typer.Argument(
        metavar="结果文件夹…",
        help="siting run 写出的文件夹（含 run.json），或装着它们的文件夹（如 results/base）。",
        show_default=False,
    ),
]
Year = Annotated[
    int | None,
    typer.Option("--year", metavar="年", parser=year, help="不分期的结果列入哪一年（默认规划文件的下一年）。"),
]
District = Annotated[str, typer.Option("--district", metavar="区", help="只编这个区的生活圈，如 茌平区。")]


def plan(
    runs: Runs,
    plan_year: Year = None,
    district: District = "",
    out: Out = DEFAULT_OUT,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """年度建设计划：把求解结果编成项目表（Excel、Word），一圈、一区或全市。

    写出 OUT/年度建设计划-<名>/，内有 年度建设计划.xlsx、年度建设计划.docx、plan.json；要么完整写出，要么不写。
    例：siting plan results/base --year 2025
    """
    talk = Talk(json, quiet, verbose)
    from siting.annual.plan import make_plan
    from siting.annual.record import read_plan_runs
    from siting.annual.write import plan_folder, write_plan

    try:
        made = make_plan(read_plan_runs(runs, district), plan_year)
        folder = plan_folder(out, made.name_zh)
        make_folder(out)
        write_plan(made, folder)
    except FaultError as error:
        return _bad_input(error, talk)
    except OSError as error:
        return _failed(f"读写文件失败：{reason_zh(error)} {error.filename or ''}".strip(), talk)
    if json:
        print_json(_head("done", ExitCode.DONE) | {"folder": str(folder), "plan": _plain(made), "faults": []})
    else:
        _say(made, folder)
    return int(ExitCode.DONE)


def _head(status: str, code: ExitCode) -> dict[str, Any]:
    return {"command": "plan", "status": status, "exit_code": int(code)}


def _bad_input(error: FaultError, talk: Talk) -> int:
    print_faults(error.faults, talk)
    if talk.json:
        faults = [fault.as_dict() for fault in error.faults]
        print_json(_head("bad_input", ExitCode.BAD_INPUT) | {"folder": None, "plan": None, "faults": faults})
    return int(ExitCode.BAD_INPUT)


def _failed(message: str, talk: Talk) -> int:
    log(f"错误：{message}")
    if talk.json:
        head = _head("internal_error", ExitCode.INTERNAL)
        print_json(head | {"folder": None, "plan": None, "faults": [], "message": message})
    return int(ExitCode.INTERNAL)


def _plain(made: AnnualPlan) -> dict[str, Any]:
    from siting.annual.plain import plan_plain

    return plan_plain(made)


def _say(made: AnnualPlan, folder: Path) -> None:
    from rich.table import Table

    from siting.annual.indicators_zh import shown
    from siting.outputs.words import number_zh

    console = stdout()
    if made.banner_zh:
        console.print(safe(made.banner_zh), soft_wrap=True)
    by_year, *by_place = made.groups()[:3]
    for heading, rows in (by_year, *(group for group in by_place if len(group[1]) > 1)):
        table = Table(title=safe(f"{made.name_zh}年度建设计划·{heading}"), title_justify="left")
        table.add_column("分组")
        for name in ("项目数", "投资（万元）", "新增覆盖（人次）", "需办许可"):
            table.add_column(name, justify="right")
        for row in (*rows, made.total):
            money = number_zh(row.total_cny / 1e4, 2)
            table.add_row(safe(row.label_zh), str(row.projects), money, number_zh(row.newly), str(row.permits))
        console.print(table)
    table = Table(title="指标", title_justify="left")
    for name, justify in (("指标", "left"), ("建设前", "right"), ("建设后", "right")):
        table.add_column(name, justify="right" if justify == "right" else "left")
    for item in made.indicators:
        unit = "" if item.is_share else f"（{item.unit_zh}）"
        table.add_row(f"{item.name_zh}{unit}", *shown(item))
    console.print(table)
    console.print(safe(f"年度计划：{folder}"), soft_wrap=True)
