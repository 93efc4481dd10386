"""Counts, locks and coverage floors of the scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator

from siting.audit.levels import residents_newly
from siting.audit.plan import Case
from siting.audit.report import number_zh

_SLACK_SHARE = 1e-6
_YEAR = re.compile(r"\s*@\s*[0-9]{4}\s*$")


def counts(case: Case) -> Iterator[str]:
    """Limits of sites and outlets."""
    limits = case.facts.scenario.limits
    for what, found, limit in (
        ("启用点位", len(case.used), limits.max_sites),
        ("新设网点", len(case.opened), limits.max_outlets),
    ):
        if limit is not None and found > limit:
            yield f"{what} {found} 个，上限为 {limit} 个"


def locks(case: Case) -> Iterator[str]:
    """What the scenario locks in is there, what it locks out is not."""
    site_row = {str(site["id"]): row for row, site in enumerate(case.sites)}
    opened = {(pick.site, pick.kind.id) for pick in case.opened}
    lock = case.facts.scenario.lock
    for texts, wanted in ((lock.in_, True), (lock.out, False)):
        for text in texts:
            without = text if text in site_row else _YEAR.sub("", text)
            site, _, type_text = (without, "", "") if without in site_row else without.rpartition(":")
            if site not in site_row:
                yield f"锁定“{text}”所指的候选点不存在"
                continue
            row = site_row[site]
            type_id = case.facts.catalogue.resolve(type_text) if type_text else None
            there = (row, type_id) in opened if type_text else row in case.used
            if there != wanted:
                yield f"“{text}”锁定{'选用，方案里没有' if wanted else '排除，方案里却有'}"


def floors(case: Case) -> Iterator[str]:
    """Share of a type's segment that must be in reach."""
    for type_id, share in case.facts.scenario.coverage_floor.items():
        kind = case.kinds.get(type_id)
        if kind is None:
            continue
        people = case.reach.people(kind.segment)
        newly = residents_newly(case, kind)
        inside, wanted = float(people[case.reach.today(kind) > 0].sum()) + newly, share * float(people.sum())
        if inside < wanted - _SLACK_SHARE * max(1.0, wanted):
            yield f"{kind.name_zh}可达 {number_zh(inside)} 人，要求不少于 {number_zh(wanted)} 人"
