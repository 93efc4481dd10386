"""The nearest possible scenario as an override file 覆写文件, and the command that runs it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.demands import LOCKS, Demand, DemandKind
from scenarios.catalogue import Catalogue
from scenarios.faults import FaultLog
from scenarios.layers import parse_set
from scenarios.resolve import ResolvedScenario, leaf_keys
from scenarios.type_names import with_type_ids
from siting.diagnose.diagnosis import Diagnosis, written
from siting.diagnose.names import per_year
from siting.failures import NearestFile
from siting.generator.toml_text import toml_text
from siting.workspace import Workspace

NAME_ZH = "可行情景"
_KEYS = {
    DemandKind.BUDGET: ("budget", "capital_cny"),
    DemandKind.SUBSIDY: ("budget", "subsidy_cny_year"),
    DemandKind.MAX_SITES: ("limits", "max_sites"),
    DemandKind.MAX_OUTLETS: ("limits", "max_outlets"),
    DemandKind.LOCK_IN: ("lock", "in"),
    DemandKind.LOCK_OUT: ("lock", "out"),
}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_PLAIN_WORD = re.compile(r"[\w@%+=:,./\-\[\]]+")


@dataclass(frozen=True)
class AskedCity:
    """The circles of a city's run: what stands after ``--city``, and the ``[scenario]`` of each circle.toml."""

    targets: tuple[str, ...]
    scenarios: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Asked:
    """How the run was asked for: what stands after ``siting run``."""

    target: str
    scenario_text: str
    sets: tuple[str, ...] = ()
    committed: Path | None = None
    seed: int = 0
    city: AskedCity | None = None


@dataclass(frozen=True)
class _Entry:
    """One key of the file with its value, and what was changed, in words."""

    table: str
    key: str
    value: Any
    why_zh: tuple[str, ...]

    @property
    def dotted(self) -> str:
        return f"{self.table}.{self.key}"


def nearest_file(
    diagnosis: Diagnosis,
    scenario: ResolvedScenario,
    workspace: Workspace,
    catalogue: Catalogue,
    asked: Asked,
    path: Path,
) -> NearestFile | None:
    """The file for ``path``; None where no possible scenario is known.

    It holds nothing but the changes, to be laid over the scenario that was asked for. What ``circle.toml`` or a
    ``--set`` would lay over it again is given as ``--set`` in the command. A city's money is ``city.capital_cny``.
    """
    entries = _entries(diagnosis, scenario)
    if not entries:
        return None
    if asked.city is not None:
        entries = sorted(_of_city(entries, len(asked.city.scenarios)), key=lambda entry: entry.table)
    command = _command(asked, path, entries, workspace, catalogue)
    circle = workspace.circle
    head = [
        f"最近的可行情景：{circle.id} {circle.name}，在情景“{asked.scenario_text}”上改动。",
        "原情景已证明没有可行方案；只改下面各项、其余照旧，就有方案（已用独立校核核对过）。",
        *_proof_zh(diagnosis),
        f"运行：{command}",
    ]
    if asked.committed is not None:
        head.append("这次带了 --committed：年度计划里已定的项目照旧锁定；要撤销的锁定若在其中，须在年度计划里改。")
    about = {
        "name": NAME_ZH,
        "title": "最近的可行情景",
        "description": _line(f"{circle.name}：{'；'.join(diagnosis.changes_zh)}"),
    }
    lines = [*(f"# {_line(text)}" for text in head), toml_text(about).strip(), *_tables(entries)]
    return NearestFile(path, "\n".join(lines) + "\n", command)


def _entries(diagnosis: Diagnosis, scenario: ResolvedScenario) -> list[_Entry]:
    words = dict(zip(diagnosis.changes, diagnosis.changes_zh, strict=True))
    found: list[_Entry] = []
    for demand, value in diagnosis.changes.items():
        if demand.kind in LOCKS:
            continue
        if demand.kind is DemandKind.PHASES:
            found += _years(diagnosis, demand, value, words[demand])
            continue
        if demand.kind is DemandKind.FLOOR:
            table, key = "coverage_floor", diagnosis.built.instance.type_ids[demand.type_]
        else:
            table, key = _KEYS[demand.kind]
        found.append(_Entry(table, key, written(diagnosis.built, demand, value), (words[demand],)))
    for kind, texts in (
        (DemandKind.LOCK_IN, scenario.scenario.lock.in_),
        (DemandKind.LOCK_OUT, scenario.scenario.lock.out),
    ):
        dropped = {_lock_text(diagnosis, d): words[d] for d in diagnosis.changes if d.kind is kind}
        if dropped:
            kept = [text for text in texts if _same(text) not in dropped]
            found.append(_Entry(*_KEYS[kind], kept, tuple(dropped.values())))
    return sorted(found, key=lambda entry: entry.table)


def _years(diagnosis: Diagnosis, demand: Demand, total_cny: float, why_zh: str) -> Iterator[_Entry]:
    """One entry for each year; the reason stands above the first."""
    built = diagnosis.built
    assert built.rules.phases is not None
    more = per_year(built, demand, total_cny)
    for n, (year, cny) in enumerate(zip(built.calendar.years, built.rules.phases.budget_cny, strict=True)):
        yield _Entry("phases", str(year), float(cny) + more, (why_zh,) if n == 0 else ())


def _of_city(entries: Sequence[_Entry], circles: int) -> Iterator[_Entry]:
    """The same for a city: its money is one sum, which years share in proportion; its subsidy the circles' added up."""
    money = [e for e in entries if e.table == "phases" or e.dotted == "budget.capital_cny"]
    for entry in entries:
        if entry.dotted == "budget.subsidy_cny_year":
            yield replace(entry, value=float(math.ceil(entry.value / circles)))
        elif entry.dotted != "budget.capital_cny":
            yield entry
    if money:
        sums = [sum(e.value for e in money if e.table == table) for table in ("phases", "budget")]
        yield _Entry("city", "capital_cny", max(sums), tuple(dict.fromkeys(why for e in money for why in e.why_zh)))


def _lock_text(diagnosis: Diagnosis, demand: Demand) -> str:
    i = diagnosis.built.instance
    site = i.site_ids[demand.site]
    year = f"@{diagnosis.built.calendar.years[demand.phase]}" if demand.phase >= 0 else ""
    return f"{site}:{i.type_ids[demand.type_]}{year}" if demand.type_ >= 0 else site


def _same(text: str) -> str:
    return text.replace("：", ":").strip()


def _proof_zh(diagnosis: Diagnosis) -> Iterator[str]:
    nearest = diagnosis.relaxation.nearest
    assert nearest is not None
    few = "已证明不能更少" if nearest.fewest else "未证明最少"
    much = "改动幅度合计已证明最小" if nearest.least else "改动幅度合计未证明最小"
    yield f"共改 {len(diagnosis.changes)} 项（{few}）；{much}（金额向上取整）。"


def _tables(entries: Sequence[_Entry]) -> Iterator[str]:
    table = ""
    for entry in entries:
        if entry.table != table:
            table = entry.table
            yield ""
            yield f"[{table}]"
        yield from (f"# {_line(why)}" for why in entry.why_zh)
        yield toml_text({entry.key: entry.value}).strip()


def _command(asked: Asked, path: Path, entries: Sequence[_Entry], workspace: Workspace, catalogue: Catalogue) -> str:
    changed = {entry.dotted for entry in entries}
    circles = [workspace.circle.scenario] if asked.city is None else asked.city.scenarios
    over_again = changed & {leaf for own in circles for leaf in _leaves(own, catalogue)}
    sets = []
    for text in asked.sets:
        leaves = _leaves(parse_set(text).data, catalogue)
        if not leaves <= changed:
            sets.append(text)
            over_again |= changed & leaves
    sets += [f"{e.dotted}={_set_value(e.value)}" for e in entries if e.dotted in over_again]
    targets = [asked.target] if asked.city is None else ["--city", *asked.city.targets]
    words = ["siting", "run", *targets, "--scenario", f"{asked.scenario_text}+{path.as_posix()}"]
    for text in sets:
        words += ["--set", text]
    if asked.committed is not None:
        words += ["--committed", str(asked.committed)]
    if asked.seed:
        words += ["--seed", str(asked.seed)]
    return " ".join(map(_quoted, words))


def _leaves(data: Mapping[str, Any], catalogue: Catalogue) -> set[str]:
    return set(leaf_keys(with_type_ids(dict(data), "", catalogue, FaultLog())))


def _set_value(value: Any) -> str:
    return f"[{','.join(value)}]" if isinstance(value, list) else f"{value:g}" if value < 1 else f"{value:.0f}"


def _quoted(word: str) -> str:
    """``word`` for a shell: in double quotes where it needs any, which every shell understands."""
    if _PLAIN_WORD.fullmatch(word):
        return word
    return '"' + re.sub(r'([\\"$`])', r"\\\1", word) + '"'


def _line(text: str) -> str:
    """Text from files on one line of a TOML comment."""
    return _CONTROL.sub(" ", text)
