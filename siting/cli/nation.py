"""``siting nation``: one purse for many circles, shared out by price, with a proof."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.faults import Fault, FaultError, FaultLog
from siting.batch import Earlier, Job, RunOutcome, absolute, cpus
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
from siting.cli.report import EARLIER_ZH, bad_input, outcome_plain, tell
from siting.cli.run import make_folder, not_written
from siting.cli.screen import log, print_json, safe, stderr, stdout
from siting.cli.targets import Options, check_folders, jobs_for
from siting.cli.watch import watched_batch
from siting.failures import FAILED_AS, ExitCode, RunFailure, worst
from siting.progress import Progress
from siting.studies.frontier.grid import amount_cny
from siting.tasks import run_one

if TYPE_CHECKING:
    from siting.nation.record import NationRecord
    from siting.nation.study import Shared

_SHOWN = 40
Budget = Annotated[
    str | None,
    typer.Option("--budget", metavar="元", help="一共多少钱（可写 3亿、500万）；不写则按情景，各圈预算相加。"),
]
SharesOnly = Annotated[bool, typer.Option("--shares-only", help="只分钱、出总表，不逐圈写结果文件夹。")]


def nation(
    targets: Targets = None,
    every: All = False,
    budget: Budget = None,
    scenario: ScenarioText = DEFAULT_SCENARIO,
    sets: Sets = None,
    out: Out = DEFAULT_OUT,
    shares_only: SharesOnly = False,
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
    """一笔钱分给许多生活圈：每圈分多少、开几个、为什么，离最好的分法最多差多少（有证明）。

    写出 OUT/<情景>/一笔账.分配/（分配.xlsx、nation.json），再以分到的预算逐圈求解，写出各圈的结果文件夹。
    已完成而输入与设置未变的不重分，各圈也跳过；加 --again 全部重算。
    例：siting nation --all --budget 3000万
    """
    talk = Talk(json, quiet, verbose)
    options = Options(scenario, tuple(sets or ()), out, seed, solver, time_limit, again=again)
    try:
        work, money = _asked(targets or [], every, options, budget)
    except FaultError as error:
        return bad_input("nation", error, talk)
    make_folder(out)
    work = work if cluster is None else [absolute(job) for job in work]
    from siting.nation.journal import Journal
    from siting.nation.results import earlier_nation
    from siting.nation.study import DEFAULT_GAP, Purse, share_out

    purse = Purse(money, DEFAULT_GAP if mip_gap is None else mip_gap)
    folder = _folder(options)
    journal = Journal(folder, believe=not again)
    find = partial(earlier_nation, folder) if not again else lambda _mark: None
    try:
        with contextlib.closing(journal), _hands(work, jobs, cluster) as hands, _told(talk) as hear:
            shared = share_out(work, purse, hands, hear, journal, find)
    except FaultError as error:
        return bad_input("nation", error, talk)
    except RunFailure as error:
        return _failed(error, talk)
    if isinstance(shared, list):
        return _broken(shared, talk)
    if shared.earlier:
        log(EARLIER_ZH[Earlier.SAME], quiet=quiet)
    if journal.used:
        log(f"接着上次：{journal.used} 个询价的回答已在盘上，没有再问")
    runs = [] if shares_only else watched_batch(shared.jobs, run_one, jobs, talk, "各圈求解", cluster)
    try:
        code = _finish(shared, runs, folder, talk)
    except PermissionError as error:
        raise not_written(out, error) from None
    journal.drop()
    return code


def _asked(targets: Sequence[str], every: bool, options: Options, budget: str | None) -> tuple[list[Job], float | None]:
    """The circles and the purse; every fault of the command line at once."""
    from siting.nation.results import NATION_FILE

    faults, work = FaultLog(), list[Job]()
    money = None if budget is None else amount_cny(budget)
    if budget is not None and money is None:
        rule, remedy = "不是不小于 0 的金额", "例如 --budget 30000000，或 --budget 3000万、1.2亿"
        faults.add(Fault("bad-amount", "命令行", rule, remedy, column="--budget", value=budget))
    try:
        work = jobs_for(targets, every, options, writes=True)
        check_folders(work[:1], [_folder(options)], faults, NATION_FILE)
    except FaultError as error:
        faults.faults += error.faults
    faults.raise_if_errors()
    return work, money


def _folder(options: Options) -> Path:
    from scenarios.library import layers_for
    from siting.nation.results import nation_folder

    return nation_folder(options.out, layers_for(options.scenario)[0])


@contextlib.contextmanager
def _hands(work: Sequence[Job], jobs: int | None, cluster: str | None) -> Iterator[Any]:
    from siting.engine.on_worker import view_of
    from siting.nation.hands import in_processes, on_cluster

    if cluster is not None:
        yield on_cluster(cluster, [view_of(job.source) for job in work if isinstance(job.source, Path)])
        return
    with in_processes(min(jobs or cpus(), len(work))) as hands:
        yield hands


@contextlib.contextmanager
def _told(talk: Talk) -> Iterator[Any]:
    """Progress on standard error, where somebody watches."""
    console = stderr()
    if talk.quiet or not console.is_terminal:
        yield lambda event: None
        return
    with console.status("读取与测距") as status:

        def hear(event: Progress) -> None:
            status.update(f"{event.stage_zh}：{event.done}/{event.total}")

        yield hear


def _failed(error: RunFailure, talk: Talk) -> int:
    code = int(error.exit_code)
    log(f"错误：{error.message_zh}")
    for reason in error.reasons_zh:
        log(f"　· {reason}")
    if talk.json:
        head = {"command": "nation", "status": FAILED_AS[error.exit_code], "exit_code": code}
        print_json(head | {"circles": [], "faults": [], "message": error.message_zh, "reasons": list(error.reasons_zh)})
    return code


def _broken(outcomes: Sequence[RunOutcome], talk: Talk) -> int:
    """Circles that could not even be read, by no fault of their tables."""
    code = int(worst(outcome.exit_code for outcome in outcomes))
    for outcome in outcomes:
        tell(outcome, talk, several=True)
    if talk.json:
        status = next(outcome.status for outcome in outcomes if outcome.exit_code == code)
        head = {"command": "nation", "status": status, "exit_code": code}
        print_json(head | {"circles": [outcome_plain(outcome) for outcome in outcomes], "faults": []})
    return code


def _finish(shared: Shared, runs: Sequence[RunOutcome], folder: Path, talk: Talk) -> int:
    from siting.nation.results import write_nation

    record = shared.record
    data = write_nation(record, runs, folder, shared.mark)
    for outcome in runs:
        tell(outcome, talk, several=True)
    proven = record.status == "optimal"
    code = int(worst([ExitCode.DONE if proven else ExitCode.LIMIT, *(outcome.exit_code for outcome in runs)]))
    if not proven:
        log("提醒：分法可行，间隙大于要求；圈少时一两个圈的取舍就是这么大，可用 siting run --city 合成一个模型")
    if talk.json:
        head = {"command": "nation", "status": record.status, "exit_code": code, "folder": str(folder)}
        head |= {"skipped": shared.earlier}
        print_json(head | {"nation": data, "circles": [outcome_plain(one) for one in runs], "faults": []})
        return code
    _show(record)
    stdout().print(safe(f"结果：{folder}"), soft_wrap=True)
    return code


def _show(record: NationRecord) -> None:
    from rich.table import Table

    from siting.nation.results import price_zh, totals_zh
    from siting.outputs.words import number_zh

    console = stdout()
    title = f"{len(record.circles)} 个圈分 {number_zh(record.capital_cny)} 元"
    table = Table(title=title, title_justify="left")
    table.add_column("生活圈")
    for heading in ("分到（元）", "按人口可分（元）", "开设", *(level.name_zh for level in record.levels)):
        table.add_column(heading, justify="right")
    shown = sorted(record.circles, key=lambda one: (-one.share_cny, one.circle_id))[:_SHOWN]
    for one in shown:
        values = [number_zh(one.values[level.name]) for level in record.levels]
        money = (number_zh(one.share_cny), number_zh(one.by_residents_cny), str(one.opened + one.add_ons))
        table.add_row(safe(f"{one.circle_id} {one.name}"), *money, *values)
    console.print(table)
    if len(record.circles) > len(shown):
        console.print(f"…… 只列钱最多的 {len(shown)} 个圈，全部见 分配.xlsx")
    for line in totals_zh(record):
        console.print(safe(f"· {line}"), soft_wrap=True)
    left = f"分出 {number_zh(record.spent_cny)} 元，留下 {number_zh(record.left_cny)} 元"
    console.print(safe(f"· {left}；钱的价：{price_zh(record)}"), soft_wrap=True)
    for note in record.notes:
        console.print(safe(f"· {note}"), soft_wrap=True)
