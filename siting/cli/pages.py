"""``siting report``: the pages of finished runs, made anew, and the city's page over them."""

from __future__ import annotations

import json as json_text
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.faults import Fault, FaultError, FaultLog
from siting.cli.options import DEFAULT_OUT, Json, Out, Quiet, Talk, Verbose
from siting.cli.report import bad_input
from siting.cli.screen import log, print_json, safe, stdout

if TYPE_CHECKING:
    from siting.outputs.page.city import FinishedRun

CITY_PAGE = "各圈方案.html"
CURVE_FOLDER, CURVE_FILE = "{circle}.预算曲线", "pareto.json"
_NEEDED = ("demand", "covered", "parameters")

Runs = Annotated[
    list[str],
    typer.Argument(
        metavar="结果文件夹…",
        help="siting run 写出的文件夹，或装着它们的文件夹（如 results/base）。",
        show_default=False,
    ),
]


def report(
    runs: Runs, out: Out = DEFAULT_OUT, json: Json = False, quiet: Quiet = False, verbose: Verbose = False
) -> int:
    """会上看的网页：重写每个结果的 report.html（有预算曲线时一并放入）；给出几个结果时，另写 OUT/各圈方案.html。

    网页只有一个文件，不联网也能打开。只读已写出的结果，不重新求解。
    例：siting report results/base
    """
    from siting.disk import replaced_file
    from siting.outputs.page.city import PAGE, write_city_page
    from siting.studies.citywide import runs_under

    talk = Talk(json, quiet, verbose)
    try:
        found = _finished(runs_under([Path(text) for text in runs]))
        written = [str(_page(run)) for run in found]
        if len(found) > 1:
            out.mkdir(parents=True, exist_ok=True)
            with replaced_file(out / CITY_PAGE) as fresh:
                write_city_page(found, fresh)
            written.append(str(out / CITY_PAGE))
    except FaultError as error:
        return bad_input("report", error, talk)
    if json:
        print_json({"command": "report", "status": "done", "exit_code": 0, "pages": written, "faults": []})
        return 0
    for page in written:
        stdout().print(safe(page), soft_wrap=True)
    log(f"写好 {len(written)} 个网页（{PAGE}），没有重新求解。", quiet=quiet)
    return 0


def _finished(folders: Sequence[Path]) -> list[FinishedRun]:
    """Every run, checked; FaultError with the faults of all."""
    from siting.inputs.formats import is_geopackage
    from siting.outputs.page.city import FinishedRun
    from siting.studies.runs import read_runs

    log, found = FaultLog(), []
    read_runs(folders)
    for folder in folders:
        run = _data(folder / "run.json")
        missing = [] if is_geopackage(folder / "result.gpkg") else ["result.gpkg"]
        missing += [f"run.json 的 {key}" for key in _NEEDED if key not in run]
        if missing:
            rule = f"画网页要用的东西不全：缺 {'、'.join(missing)}"
            log.add(Fault("run-incomplete", str(folder), rule, "用 siting run 重新计算这一圈"))
        found.append(FinishedRun(folder, run))
    log.raise_if_errors()
    return found


def _data(path: Path) -> Any:
    return json_text.loads(path.read_text(encoding="utf-8"))


def _page(item: FinishedRun) -> Path:
    from siting.disk import replaced_file
    from siting.outputs.page import write_page
    from siting.outputs.page.city import PAGE

    with replaced_file(item.folder / PAGE) as fresh:
        write_page(item.run, item.folder / "result.gpkg", fresh, _curve(item.folder))
    return item.folder / PAGE


def _curve(folder: Path) -> Any:
    """The budget curve beside the run, where ``siting pareto`` has written one."""
    path = folder.parent / CURVE_FOLDER.format(circle=folder.name) / CURVE_FILE
    return None if not path.is_file() else _data(path)
