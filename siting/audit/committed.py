"""The annual plan that a run kept to, read again: is it the same file, are its prices and locks those of the run?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from siting.audit.facts import Facts
from siting.audit.plan import Case
from siting.audit.recorded import Recorded
from siting.audit.report import number_zh
from siting.committed.commit import commit

_FEN = 0.005


def changed_plan(recorded: Recorded, run_dir: Path) -> Iterator[str]:
    """The annual plan's file is gone, or no longer the one that the run read."""
    if recorded.committed is None:
        return
    path = _path(recorded, run_dir)
    if not path.is_file():
        yield f"年度计划 {recorded.committed.path} 不在原处"
    elif hashlib.sha256(path.read_bytes()).hexdigest() != recorded.committed.sha256:
        yield f"年度计划 {recorded.committed.path} 在求解之后变过"


def with_plan(facts: Facts, recorded: Recorded, run_dir: Path) -> Facts:
    """The facts with what the annual plan says: its corrected prices stand in the place of the quoted ones.

    Raises:
        FaultError: the plan cannot be read.
    """
    if recorded.committed is None:
        return facts
    plan = commit(_path(recorded, run_dir), facts.workspace, facts.catalogue)
    workspace = replace(facts.workspace, costs=plan.repriced(facts.workspace.costs))
    return replace(facts, workspace=workspace, committed=plan)


def kept(case: Case) -> Iterator[str]:
    """The run records the plan's prices, and its scenario holds every lock that the plan means."""
    plan, said = case.facts.committed, case.recorded.committed
    if plan is None or said is None:
        return
    recorded = {(price.site, price.type): price.cny for price in said.prices}
    for site, type_id in sorted(plan.prices.keys() | recorded.keys()):
        wanted, found = plan.prices.get((site, type_id)), recorded.get((site, type_id))
        if wanted is None or found is None or abs(wanted - found) > _FEN:
            yield f"{site}:{type_id} 造价：年度计划 {number_zh(wanted)} 元，结果记为 {number_zh(found)} 元"
    scenario = case.facts.scenario
    locks = plan.layer(scenario).data["lock"]
    for key, there, word in (("in", scenario.lock.in_, "选用"), ("out", scenario.lock.out, "排除")):
        for text in locks[key]:
            if text not in there:
                yield f"年度计划锁定{word}“{text}”，情景里没有"


def _path(recorded: Recorded, run_dir: Path) -> Path:
    assert recorded.committed is not None
    return (run_dir.resolve() / recorded.committed.path).resolve()
