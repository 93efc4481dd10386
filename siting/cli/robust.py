"""``siting robust``: how often each site is chosen over a set of futures, and the plans that stand in all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, cast

import typer

from scenarios.faults import FaultError, FaultLog
from scenarios.futures import USUAL, FutureSet, futures_for
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
from siting.cli.screen import print_json, safe, stdout
from siting.cli.targets import Options, study_jobs
from siting.cli.watch import watched_batch
from siting.studies.robust.task import ROBUST_FILE, RobustQuestion, WorstMeasure, robust_folder, robust_one

_WORST: dict[str, WorstMeasure] = {"regret": "worst_regret", "value": "worst_value"}


def _measure(text: str) -> str:
    if text not in _WORST:
        raise typer.BadParameter(f"“{text}”只能取 {'、'.join(_WORST)}。")
    return text


Futures = Annotated[
    str,
    typer.Option("--futures", metavar="情形组", help=f"情形组名（默认 {USUAL}），或自己的 TOML 文件。"),
]
Worst = Annotated[
    str,
    typer.Option(
        "--worst",
        metavar="regret|value",
        parser=_measure,
        help="最坏情形怎么算：regret 最大遗憾最小（默认），value 最坏的那个情形尽量好。",
    ),
]


def robust(
    targets: Targets = None,
    every: All = False,
    futures: Futures = USUAL,
    worst_case: Worst = "regret",
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
    """方案稳健性：人口、造价、步速、关店、撤房等情形下，哪些点位总入选，哪个方案处处可行。

    写出 OUT/<情景>/<生活圈>.稳健性/（稳健性.xlsx、robust.json）。期望方案按权重平均最好，稳妥方案让最大的遗憾最小，
    两者在每个情形下都合规。
    已完成而输入与设置未变的圈跳过，不重算；加 --again 全部重算。
    例：siting robust C10 --futures usual --worst regret
    """
    talk = Talk(json, quiet, verbose)
    options = Options(scenario, tuple(sets or ()), out, seed, solver, time_limit, mip_gap, again=again)
    try:
        work = _jobs(targets or [], every, options, futures, worst_case)
    except FaultError as error:
        return bad_input("robust", error, talk)
    make_folder(out)
    return _report(watched_batch(work, robust_one, jobs, talk, "稳健性", cluster), talk)


def _jobs(targets: list[str], every: bool, options: Options, futures: str, worst_case: str) -> list[Job]:
    """One job for each circle; every fault of futures, scenario, circles and folders at once."""
    log = FaultLog()
    asked: FutureSet | None = None
    try:
        asked = futures_for(futures)
    except FaultError as error:
        log.faults += error.faults
    work = study_jobs(targets, every, options, robust_folder, ROBUST_FILE, log)
    log.raise_if_errors()
    question = RobustQuestion(cast(FutureSet, asked), _WORST[worst_case])
    return [replace(job, question=question) for job in work]


def _report(outcomes: list[RunOutcome], talk: Talk) -> int:
    code = tell_all(outcomes, talk)
    if talk.json:
        circles = [circle_plain(o, robust=o.report, notes=list(o.notes)) for o in outcomes]
        print_json(batch_plain("robust", outcomes, code, circles))
        return code
    from siting.cli.robust_tables import print_robust

    for outcome in outcomes:
        if outcome.report is not None:
            print_robust(outcome.report)
            stdout().print(safe(f"结果：{outcome.run_dir}"), soft_wrap=True)
    return code
