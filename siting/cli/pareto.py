"""``siting pareto``: the budget curve of circles."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from scenarios.faults import FaultError, FaultLog
from siting.batch import Job, RunOutcome
from siting.cli.options import (
    DEFAULT_OUT,
    DEFAULT_SCENARIO,
    Again,
    All,
    Cluster,
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
)
from siting.cli.report import bad_input, batch_plain, circle_plain, tell_all
from siting.cli.run import make_folder
from siting.cli.screen import log, print_json, safe, stdout
from siting.cli.targets import Options, study_jobs
from siting.cli.watch import watched_batch
from siting.studies.frontier import BudgetGrid, read_budget_grid
from siting.studies.frontier.task import PARETO_FILE, curve_folder, curve_one


def _whole(text: str | int) -> int:
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是整数。") from None


def pareto(
    targets: Targets = None,
    every: All = False,
    budget: Annotated[
        str | None,
        typer.Option("--budget", metavar="起:止:步长", help="预算点（元，可写 300万），含起止，如 0:300万:25万。"),
    ] = None,
    steps: Annotated[
        int | None, typer.Option("--steps", metavar="N", parser=_whole, help="从 0 到情景预算均分几个点（默认 17）。")
    ] = None,
    scenario: ScenarioText = DEFAULT_SCENARIO,
    sets: Sets = None,
    out: Out = DEFAULT_OUT,
    jobs: Jobs = None,
    cluster: Cluster = None,
    solver: Solver = None,
    time_limit: TimeLimit = None,
    mip_gap: MipGap = None,
    seed: Seed = 0,
    again: Again = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """预算曲线：钱从少到多，各能做到什么；拐点在哪、再多一步换来什么、保留前期选点要付多少代价。

    写出 OUT/<情景>/<生活圈>.预算曲线/（预算曲线.xlsx、pareto.json）。每个点都按情景的各级目标求最优并给出界。
    已完成而输入与设置未变的圈跳过，不重算；加 --again 全部重算。
    例：siting pareto C10 --budget 0:300万:25万
    """
    talk = Talk(json, quiet, verbose)
    options = Options(scenario, tuple(sets or ()), out, seed, solver, time_limit, mip_gap, again=again)
    try:
        work = _jobs(targets or [], every, options, budget, steps)
    except FaultError as error:
        return bad_input("pareto", error, talk)
    make_folder(out)
    return _report(watched_batch(work, curve_one, jobs, talk, "预算曲线", cluster), talk)


def _jobs(targets: list[str], every: bool, options: Options, budget: str | None, steps: int | None) -> list[Job]:
    """One job for each circle; every fault of the grid, the scenario, the circles and the folders at once."""
    log_ = FaultLog()
    grid = BudgetGrid()
    try:
        grid = read_budget_grid(budget, steps)
    except FaultError as error:
        log_.faults += error.faults
    work = study_jobs(targets, every, options, curve_folder, PARETO_FILE, log_)
    log_.raise_if_errors()
    return [replace(job, question=grid) for job in work]


def _report(outcomes: list[RunOutcome], talk: Talk) -> int:
    code = tell_all(outcomes, talk)
    if talk.json:
        print_json(batch_plain("pareto", outcomes, code, [circle_plain(o, curve=o.report) for o in outcomes]))
        return code
    from siting.cli.pareto_tables import print_curve, print_knees

    curves = [outcome for outcome in outcomes if outcome.report is not None]
    if len(outcomes) == 1:
        for outcome in curves:
            print_curve(outcome.report or {})
            stdout().print(safe(f"结果：{outcome.run_dir}"), soft_wrap=True)
    elif curves:
        print_knees([outcome.report or {} for outcome in curves])
        log(f"结果文件夹：{curves[0].run_dir.rpartition('/')[0]}", quiet=talk.quiet)
    return code
