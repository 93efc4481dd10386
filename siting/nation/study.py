"""From circles to shares of one purse: read all, check that they can share, ask by price, and say what came out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import uuid4

from models.errors import SolverError, VerificationError
from models.nation import ADDITIVE_LEVELS, Nation, ask_nation
from models.solution import SolveOptions, Termination
from scenarios.circles import PilotCircle
from scenarios.faults import Fault, FaultError, FaultLog
from siting.batch import Job, RunOutcome
from siting.city.purse import purse_of
from siting.failures import InfeasibleRun, LimitRun, RunFailure, SolverRun
from siting.nation.asking import CircleFacts, open_many
from siting.nation.hands import Hands
from siting.nation.journal import Journal
from siting.nation.record import NationRecord, circle_shares, level_records, weighed
from siting.nation.rounds import Tell, Terms, asker, counting
from siting.outputs.words import level_words, number_zh

DEFAULT_GAP = 1e-3
_PLACE = "命令行"
Find = Callable[[str], NationRecord | None]


@dataclass(frozen=True)
class Purse:
    """``budget_cny`` as the command line gives it (None: the scenario's); ``gap`` each level is to be proven to."""

    budget_cny: float | None
    gap: float = DEFAULT_GAP


@dataclass(frozen=True)
class Shared:
    """The answer, and each circle's job with its share as its budget, in the order of the circles.

    ``mark`` is the digest of all that the answer depends on; ``earlier``: it was on the disk.
    """

    record: NationRecord
    jobs: tuple[Job, ...]
    mark: str
    earlier: bool


def share_out(
    jobs: Sequence[Job], purse: Purse, hands: Hands, tell: Tell, journal: Journal, earlier: Find = lambda _mark: None
) -> Shared | list[RunOutcome]:
    """Share one purse out over the circles of ``jobs``; the outcomes of those that broke down, where some did.

    What ``journal`` knows is not asked again; it goes where it is proven that there is no answer. ``earlier`` finds the
    answer that was written under a mark.

    Raises:
        FaultError: every fault of every circle, each with its circle in front; circles that cannot share a purse.
        InfeasibleRun: a circle that no plan satisfies, or too little money for what all must have.
        LimitRun: no plan in time. SolverRun: the solver is missing or failed. RunFailure: workers died.
    """
    began = time.perf_counter()
    jobs, run = sorted(jobs, key=lambda job: job.circle_id), uuid4().hex
    found = hands(
        open_many, [(n, (run, n, job)) for n, job in enumerate(jobs)], counting(tell, "读取与测距", len(jobs))
    )
    faults = [fault for job, one in zip(jobs, found, strict=True) for fault in _faults_of(job, one)]
    if faults:
        raise FaultError(faults)
    broken = [one for one in found if isinstance(one, RunOutcome)]
    if broken:
        return broken
    facts = [one for one in found if isinstance(one, CircleFacts)]
    levels, capital, capital_zh = _checked(facts, purse)
    settings = facts[0].scenario.solver
    options = SolveOptions(settings.name, settings.time_limit_s, purse.gap, jobs[0].seed)
    mark = sha256(repr(([one.digest for one in facts], levels, capital, capital_zh, options)).encode()).hexdigest()
    known = earlier(mark)
    terms = (run, levels, capital, options)
    record = known or _solved(jobs, facts, terms, capital_zh, hands, tell, journal, began)
    own = [
        replace(job, sets=(*job.sets, f"budget.capital_cny={one.share_cny!r}"))
        for job, one in zip(jobs, record.circles, strict=True)
    ]
    return Shared(record, tuple(own), mark, known is not None)


def _solved(
    jobs: Sequence[Job],
    facts: Sequence[CircleFacts],
    terms: Terms,
    capital_zh: str,
    hands: Hands,
    tell: Tell,
    journal: Journal,
    began: float,
) -> NationRecord:
    _, levels, capital, options = terms
    try:
        ask_all = asker(jobs, facts, terms, hands, tell, journal)
        names = [one.circle_id for one in facts]
        nation = ask_nation(names, levels, capital, options, ask_all, options.mip_gap, all_levels=False)
    except (SolverError, VerificationError) as error:
        raise SolverRun(f"求解器 {options.solver} 不可用或出错", (str(error),)) from error
    if nation.chosen is None:
        journal.drop()
        raise _nothing_found(nation, facts, capital)
    deciding = weighed(nation)
    return NationRecord(
        scenario=facts[0].scenario_name,
        status=str(nation.termination),
        capital_cny=capital,
        capital_zh=capital_zh,
        spent_cny=nation.spent_cny,
        left_cny=capital - nation.spent_cny,
        levels=level_records(nation),
        weighed="" if deciding is None else nation.levels[deciding].result.name,
        circles=circle_shares(nation, facts, capital),
        simulated=any(one.simulated for one in facts),
        simulated_note=next((one.simulated_note for one in facts if one.simulated), ""),
        seed=options.seed,
        solver=options.solver,
        questions=nation.questions,
        seconds=time.perf_counter() - began,
        notes=_notes(facts, tuple(v.result.name for v in nation.levels)),
    )


def _faults_of(job: Job, one: CircleFacts | RunOutcome) -> list[Fault]:
    name = job.source.id if isinstance(job.source, PilotCircle) else job.source.name
    faults = one.faults if isinstance(one, RunOutcome) else ()
    return [replace(fault, file=f"{name}/{fault.file}") for fault in faults if fault.severity == "error"]


def _checked(facts: Sequence[CircleFacts], purse: Purse) -> tuple[tuple[str, ...], float, str]:
    """Levels that add up, the purse and where it comes from.

    Raises:
        FaultError: all that keeps the circles from sharing one purse.
    """
    log = FaultLog()
    first = facts[0]
    levels = _levels(first)
    if not levels:
        rule = "情景的各级目标都不能逐圈相加，一笔账无从比较"
        log.add(Fault("no-level-adds-up", first.scenario_name, rule, f"请至少写一级：{_names(ADDITIVE_LEVELS)}"))
    for one in facts:
        where = f"{one.circle_id}/circle.toml"
        if one.scenario.phases:
            rule, remedy = "分年度方案不能与别的圈分一笔钱", "请去掉 phases，或改用 siting run --city"
            log.add(Fault("phases-in-nation", where, rule, remedy, column="phases"))
        if _levels(one) != levels:
            rule = f"本圈的各级目标与 {first.circle_id} 不同，一笔账里各圈的目标须相同"
            log.add(Fault("nation-differs", where, rule, "改成一致，写进 --scenario", column="objective.levels"))
        if one.scenario.solver != first.scenario.solver:
            rule = f"本圈的求解设定与 {first.circle_id} 不同"
            log.add(Fault("nation-differs", where, rule, "改成一致，写进 --scenario", column="solver"))
    whole = purse_of([one.scenario for one in facts])
    capital, source = whole.capital_cny, whole.source_zh
    if purse.budget_cny is not None:
        capital, source = purse.budget_cny, "命令行 --budget"
    if capital is None:
        rule, remedy = "资金不限，没有账可分", "请写 --budget，或情景的 city.capital_cny、budget.capital_cny"
        log.add(Fault("no-purse", _PLACE, rule, remedy, column="--budget"))
    log.raise_if_errors()
    assert capital is not None
    return levels, capital, source


def _levels(one: CircleFacts) -> tuple[str, ...]:
    return tuple(level for level in one.scenario.objective.levels if level in ADDITIVE_LEVELS)


def _nothing_found(nation: Nation, facts: Sequence[CircleFacts], capital_cny: float) -> RunFailure:
    names = {one.circle_id: f"{one.circle_id} {one.name}" for one in facts}
    if nation.impossible:
        which = tuple(
            f"{names[name]}：钱再多也满足不了它自己的要求；可用 siting run 单独运行查明原因"
            for name in nation.impossible
        )
        return InfeasibleRun("已证明：有的圈没有可行方案", which)
    least = f"各圈最低要求合计至少 {number_zh(nation.least_cny)} 元，资金是 {number_zh(capital_cny)} 元"
    if nation.termination is Termination.INFEASIBLE:
        return InfeasibleRun("已证明：这笔钱不够各圈的最低要求", (least,))
    return LimitRun("到时限仍未找到可行的分法", (least, "可加大 --time-limit，或放宽情景"))


def _notes(facts: Sequence[CircleFacts], levels: tuple[str, ...]) -> tuple[str, ...]:
    later = [level for level in facts[0].scenario.objective.levels if level not in levels]
    apart = [level for level in later if level not in ADDITIVE_LEVELS]
    later = [level for level in later if level in ADDITIVE_LEVELS]
    notes = [
        "各圈互不影响：分钱时不计跨圈步行与共用点位；要把相邻圈合成一个模型，用 siting run --city",
        "各圈自己的预算上限不再起作用，以分到的预算为准；补贴、点位数等其他限额照各圈的情景",
    ]
    if apart:
        notes.append(f"分钱时不看 {_names(apart)}：它不能逐圈相加；各圈单独的结果仍按情景的全部目标求解")
    if later:
        notes.append(f"钱在前面的目标上已经用尽，{_names(later)} 留给各圈用分到的预算自己求解")
    return tuple(notes)


def _names(levels: Sequence[str]) -> str:
    return "、".join(level_words(level).name_zh for level in levels)
