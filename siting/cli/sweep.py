"""``siting sweep``: one or two parameters over a grid, every point a solve."""

from __future__ import annotations

from dataclasses import replace

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
from siting.cli.report import bad_input, batch_plain, circle_plain, print_faults, tell, tell_earlier
from siting.cli.run import make_folder
from siting.cli.screen import log, print_json, safe, stdout
from siting.cli.targets import Options, study_jobs
from siting.cli.watch import watched_batch
from siting.failures import worst
from siting.studies.sweep import Grid, read_grid
from siting.studies.sweep.task import SWEEP_FILE, sweep_folder, sweep_one


def sweep(
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
    seed: Seed = 0,
    again: Again = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """参数扫描：一个或两个参数取一串值，逐点求解，写出 OUT/<情景>/<生活圈>.扫描/（扫描.xlsx、sweep.json）。

    --set 键=起:止:步长（含止值）或 键=值1,值2,值3 为要变的参数，最多两个；只写一个值的 --set 为固定设定。
    无可行方案、到时限的点照列，不算失败；退出码取各点中最重的。
    已完成而输入与设置未变的圈跳过，不重算；加 --again 全部重算。
    例：siting sweep C10 --set budget.capital_cny=0:4000000:250000
    """
    talk = Talk(json, quiet, verbose)
    texts = tuple(sets or ())
    options = Options(scenario, (), out, seed, solver, time_limit, mip_gap, again=again)
    try:
        grid, work = _jobs(targets or [], every, options, texts)
    except FaultError as error:
        return bad_input("sweep", error, talk)
    make_folder(out)
    outcomes = watched_batch(work, sweep_one, jobs, talk, "扫描", cluster)
    return _report(outcomes, grid, talk)


def _jobs(targets: list[str], every: bool, options: Options, texts: tuple[str, ...]) -> tuple[Grid, list[Job]]:
    """The grid and one job for each circle; every fault of both at once."""
    log = FaultLog()
    grid = None
    try:
        grid = read_grid(texts)
    except FaultError as error:
        log.faults += error.faults
    fixed = replace(options, sets=grid.fixed if grid else ())
    work = study_jobs(targets, every, fixed, sweep_folder, SWEEP_FILE, log)
    if grid is not None:
        _check_values(grid, log)
    if log.errors:
        raise FaultError(list(dict.fromkeys(log.faults)))
    assert grid is not None
    return grid, [replace(job, question=texts) for job in work]


def _check_values(grid: Grid, log: FaultLog) -> None:
    """Hear of a value that no scenario takes before any circle is read."""
    from scenarios.settings_check import check_layer
    from siting.studies.sweep.grid import layer_of

    for axis in grid.axes:
        for value in axis.values:
            check_layer(layer_of(axis.key, value), log)


def _report(outcomes: list[RunOutcome], grid: Grid, talk: Talk) -> int:
    code = int(worst(o.exit_code for o in outcomes))
    several = len(outcomes) > 1
    for outcome in outcomes:
        _tell(outcome, talk, several)
    if talk.json:
        print_json(batch_plain("sweep", outcomes, code, [circle_plain(o, sweep=o.report) for o in outcomes]))
        return code
    from siting.cli.sweep_tables import print_sweeps

    done = [outcome for outcome in outcomes if outcome.report is not None]
    print_sweeps(done, grid)
    for outcome in done:
        stdout().print(safe(f"结果：{outcome.run_dir}"), soft_wrap=True)
    return code


def _tell(outcome: RunOutcome, talk: Talk, several: bool) -> None:
    """A sweep with points that have no plan is a result, not an error."""
    if outcome.report is None:
        tell(outcome, talk, several)
        return
    prefix = f"[{outcome.circle_id} {outcome.name}] " if several else ""
    print_faults(outcome.faults, talk, prefix)
    tell_earlier(outcome, talk, prefix)
    if outcome.exit_code:
        log(f"{prefix}提醒：{outcome.message_zh}", quiet=talk.quiet)
