"""``siting run``: solve circles and write a run for each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scenarios.faults import FaultError
from siting.batch import RunOutcome
from siting.cli.city_table import city_plain, city_table
from siting.cli.committed import committed_table
from siting.cli.options import (
    DEFAULT_OUT,
    DEFAULT_SCENARIO,
    Again,
    All,
    Alternatives,
    Cluster,
    Committed,
    Jobs,
    Json,
    MipGap,
    Out,
    Quiet,
    ScenarioText,
    Seed,
    Sets,
    Solver,
    Talk,
    Targets,
    TimeLimit,
    Verbose,
    Within,
)
from siting.cli.postgis import ToPostgis, after_run, checked
from siting.cli.report import bad_input, batch_plain, closing_table, outcome_plain, run_details, tell
from siting.cli.screen import log, print_json, safe, stdout
from siting.cli.targets import Options, city_job, jobs_for
from siting.cli.watch import watched_batch
from siting.disk import reason_zh
from siting.failures import worst
from siting.tasks import city_one, run_one

City = Annotated[bool, typer.Option("--city", help="所列各圈（或 --all）一本账：一个模型、一笔资金、一个结果。")]


def run(
    targets: Targets = None,
    every: All = False,
    scenario: ScenarioText = DEFAULT_SCENARIO,
    sets: Sets = None,
    out: Out = DEFAULT_OUT,
    jobs: Jobs = None,
    cluster: Cluster = None,
    solver: Solver = None,
    time_limit: TimeLimit = None,
    mip_gap: MipGap = None,
    committed: Committed = None,
    alternatives: Alternatives = 0,
    within: Within = 0.01,
    to_postgis: ToPostgis = None,
    seed: Seed = 0,
    city: City = False,
    again: Again = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """求解选址方案，每个生活圈写出一个结果文件夹 OUT/<情景>/<生活圈>/。

    文件夹里有 run.json、result.xlsx、result.gpkg、report.html；要么完整写出，要么不写。
    已完成而输入与设置未变的圈（--city 则是整个城市）跳过，不重算；加 --again 全部重算。
    加 --city 时几个圈合成一个模型、共用一笔资金，写一个结果；资金默认是各圈预算相加，可用 city.capital_cny 另定。
    例：siting run C02 光明 --scenario tight_budget --set budget.capital_cny=1500000
    """
    if city:
        _refuse_for_city(committed, alternatives)
    talk = Talk(json, quiet, verbose)
    options = Options(
        scenario, tuple(sets or ()), out, seed, solver, time_limit, mip_gap, committed, alternatives, within, again
    )
    try:
        checked(to_postgis)
        work = jobs_for(targets or (), every, options, writes=not city)
        work = [city_job(work, every)] if city else work
    except FaultError as error:
        return bad_input("run", error, talk)
    make_folder(out)
    outcomes = watched_batch(work, city_one if city else run_one, jobs, talk, "求解", cluster)
    return _report(outcomes, talk, to_postgis)


def _refuse_for_city(committed: Path | None, alternatives: int) -> None:
    """Raises typer.BadParameter: what a city's run does not do yet, and what to do instead."""
    alone = "请去掉它，或不加 --city 逐圈运行"
    told = []
    if committed is not None:
        told.append(f"--city 尚不支持 --committed（守住年度计划）：{alone}；已定的项目也可写进 lock.in。")
    if alternatives:
        told.append(f"--city 尚不支持 --alternatives（备选方案）：{alone}。")
    if told:
        raise typer.BadParameter("".join(told))


def make_folder(out: Path) -> None:
    """Create the folder for results.

    Raises:
        typer.BadParameter: it cannot be created.

    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"不能建立结果文件夹“{out}”（{reason_zh(error)}）。") from None


def not_written(target: Path, error: OSError) -> typer.BadParameter:
    """What to raise where ``target`` could not be replaced: on Windows most often because it is open."""
    return typer.BadParameter(f"不能写出“{target}”（{reason_zh(error)}）；若正在 Excel 里打开，请先关闭。")


def _report(outcomes: list[RunOutcome], talk: Talk, to_postgis: str | None) -> int:
    written = [o.run_dir for o in outcomes if o.run_dir]
    several = len(outcomes) > 1
    for outcome in outcomes:
        tell(outcome, talk, several)
    published, closing = after_run(written, to_postgis, talk)
    code = int(worst([*(o.exit_code for o in outcomes), closing]))
    if talk.json:
        circles = [outcome_plain(o) for o in outcomes]
        told = batch_plain("run", outcomes, code, circles) | city_plain(outcomes[0])
        if closing and code == closing:
            told["status"] = "bad_input"
        print_json(told | ({"postgis": published} if to_postgis is not None else {}))
        return code
    if not several and outcomes[0].totals is not None:
        run_details(outcomes[0])
    for outcome in outcomes:
        city_table(outcome)
        committed_table(outcome)
    if several or outcomes[0].totals is not None:
        closing_table(outcomes)
    for folder in written if not several else ():
        stdout().print(safe(f"结果：{folder}"), soft_wrap=True)
    if several and written:
        log(f"结果文件夹：{Path(written[0]).parent}", quiet=talk.quiet)
    return code
