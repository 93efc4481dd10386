"""The door: all checks of one run, in the order in which a reader would ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from siting.audit import (
    city,
    coverage,
    files,
    levels,
    limits,
    money,
    neighbours,
    rooms,
    shares,
    shortfalls,
    site_rules,
    totals,
    years,
)
from siting.audit.city_facts import read_city_facts
from siting.audit.city_record import read_city_record
from siting.audit.committed import changed_plan, kept, with_plan
from siting.audit.facts import changed_files, new_files, read_facts, workspace_folder
from siting.audit.plan import Case, entries, make_case
from siting.audit.recorded import Recorded, read_recorded
from siting.audit.report import AuditReport, Protocol
from siting.outputs.plain import SCHEMA_VERSION
from siting.outputs.words import level_words

Check = Callable[[Case], Iterator[str]]

_RULES: tuple[tuple[str, Check], ...] = (
    ("生活圈与示意标记", totals.identity),
    ("方案条目", entries),
    ("点位规则（类型、楼层、烟道、电梯、允许与禁止业态）", site_rules.site_rules),
    ("面积", rooms.areas),
    ("一店多能的搭载关系", rooms.hosts),
    ("费用", money.costs),
    ("投资额度", money.budget),
    ("年补贴额度", money.subsidy),
    ("各年度开工、交付与搭载的先后", years.schedule),
    ("各年度资金", years.budgets),
    ("各年度合计", years.sums),
    ("点位与网点数上限", limits.counts),
    ("锁定", limits.locks),
    ("覆盖率下限", limits.floors),
    ("同业态间距", neighbours.spacing),
    ("业态隔离", neighbours.separation),
    ("最低服务人口", neighbours.viability),
    ("缺口", shortfalls.gaps),
    ("各点位新增覆盖", coverage.picks_cover),
    ("受益居民点与步行距离", coverage.served),
    ("容量与分配", shares.division),
    ("目标层级", levels.level_names),
)
_AFTER_LEVELS: tuple[tuple[str, Check], ...] = (
    ("界与间隙", levels.bounds),
    ("求解状态", levels.statuses),
    ("合计", totals.totals),
    ("序号与点位排序", totals.ranks),
)


def audit_run(run_dir: Path) -> AuditReport:
    """Recompute a finished run from its input tables and compare it, item by item, with what its run.json says.

    ``ok`` only where every check holds. Where an input file has changed since the run, nothing else is compared.

    Raises:
        FaultError: there is no run, its run.json is broken, its workspace is gone, or the workspace cannot be read.

    """
    run_dir = Path(run_dir)
    recorded = read_recorded(run_dir)
    said = read_city_record(run_dir) if recorded.city is not None else None
    protocol = Protocol()
    if not protocol.tell("run.json 的版式", _version(recorded)):
        protocol.skip("其余各项", "本程序读不懂这个版式")
        return protocol.report()
    _files(run_dir, recorded, protocol)
    folder = workspace_folder(recorded, run_dir)
    if not protocol.tell("输入文件（sha256）", changed_files(recorded, folder), f"{len(recorded.inputs)} 个"):
        protocol.skip("其余各项", "输入文件已不是求解时的文件，无从对照；请恢复原文件或重新求解")
        return protocol.report()
    if recorded.committed and not protocol.tell("年度计划文件（sha256）", changed_plan(recorded, run_dir)):
        protocol.skip("其余各项", "年度计划已不是求解时的文件，无从对照；请恢复原文件或重新求解")
        return protocol.report()
    facts = read_facts(recorded, folder) if said is None else read_city_facts(recorded, said, folder)
    facts = with_plan(facts, recorded, run_dir)
    if not protocol.tell("没有求解之后添加的输入文件", new_files(recorded, facts)):
        protocol.skip("其余各项", "输入已与求解时不同，无从对照；请移走新文件或重新求解")
        return protocol.report()
    _compare(make_case(recorded, facts), protocol)
    return protocol.report()


def _compare(case: Case, protocol: Protocol) -> None:
    if case.facts.committed is not None:
        protocol.tell("年度计划的造价与锁定", kept(case))
    for name, check in _RULES:
        protocol.tell(name, check(case))
    for name, check, about in city.RULES if case.facts.city is not None else ():
        protocol.tell(name, check(case), about)
    for level in case.recorded.levels:
        words = level_words(level.name)
        about = f"{level.incumbent:,.{words.decimals}f} {words.unit_zh}" if level.incumbent is not None else ""
        protocol.tell(f"目标“{words.name_zh}”的当前解", levels.incumbent(case, level), about)
    for name, check in _AFTER_LEVELS:
        protocol.tell(name, check(case))


def _version(recorded: Recorded) -> Iterator[str]:
    if recorded.schema_version != SCHEMA_VERSION:
        yield f"schema_version 为 {recorded.schema_version}，本程序读 {SCHEMA_VERSION}"


def _files(run_dir: Path, recorded: Recorded, protocol: Protocol) -> None:
    if not protocol.tell("结果文件夹完整", files.whole(run_dir)):
        return
    for name, check in (
        ("result.xlsx 与 run.json 一致", files.workbook),
        ("result.gpkg 与 run.json 一致", files.layers),
    ):
        protocol.tell(name, partial(check, run_dir, recorded)())
