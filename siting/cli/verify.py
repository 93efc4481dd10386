"""``siting verify``: recompute finished runs from their input tables."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

from scenarios.faults import FaultError
from siting.cli.options import Json, Quiet, Talk, Verbose
from siting.cli.report import print_faults
from siting.cli.screen import log, print_json, safe, stdout
from siting.failures import ExitCode, worst

Runs = Annotated[
    list[str],
    typer.Argument(metavar="结果文件夹…", help="siting run 写出的文件夹（含 run.json）。", show_default=False),
]


def verify(runs: Runs, json: Json = False, quiet: Quiet = False, verbose: Verbose = False) -> int:
    """独立复核：只凭输入表重新计算面积、费用、步行可达与覆盖，与结果逐项对照。

    退出码 0 为相符，1 为不相符，3 为结果文件夹或其输入读不出来。
    例：siting verify results/base/C02
    """
    talk = Talk(json, quiet, verbose)
    results = [_verify(Path(text), talk) for text in runs]
    code = int(worst(r["exit_code"] for r in results))
    if json:
        status = next((r["status"] for r in results if r["exit_code"] == code), "verified")
        print_json({"command": "verify", "status": status, "exit_code": code, "runs": results, "faults": []})
    else:
        for result in results:
            _say(result)
    return code


def _verify(run_dir: Path, talk: Talk) -> dict[str, Any]:
    found: dict[str, Any] = {"run_dir": str(run_dir), "lines": [], "faults": [], "message": ""}
    try:
        from siting.audit import audit_run

        report = audit_run(run_dir)
    except FaultError as error:
        print_faults(error.faults, talk, f"[{run_dir}] ")
        faults = [fault.as_dict() for fault in error.faults]
        ended: dict[str, Any] = {"status": "bad_input", "exit_code": int(ExitCode.BAD_INPUT), "faults": faults}
        return found | ended | {"message": "结果或其输入读不出来"}
    except Exception as error:
        log(traceback.format_exc() if talk.verbose else "加 -v 可看到详细的出错位置。")
        message = f"程序内部错误（{type(error).__name__}）"
        return found | {"status": "internal_error", "exit_code": int(ExitCode.INTERNAL), "message": message}
    status, code = ("verified", ExitCode.DONE) if report.ok else ("mismatch", ExitCode.INTERNAL)
    message = "复核相符" if report.ok else "复核不相符"
    return found | {"status": status, "exit_code": int(code), "message": message, "lines": list(report.lines_zh)}


def _say(result: dict[str, Any]) -> None:
    console = stdout()
    console.print(safe(f"{result['run_dir']}：{result['message']}"), soft_wrap=True)
    for line in result["lines"]:
        console.print(safe(f"  {line}"), soft_wrap=True)
