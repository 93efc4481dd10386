"""Locks of a scenario, ``SITE``, ``SITE:type`` or ``SITE:type@year``, turned into rows of sites and pairs; every fault
told at once.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from scenarios.catalogue import Catalogue
from scenarios.faults import Fault, FaultLog
from scenarios.schema import Lock
from siting.bundle import Refusal

IntArray = npt.NDArray[np.int64]


@dataclass
class Locks:
    """Site rows and (site, type) pairs that are locked in and out; ``year_of`` the year a pair is committed to."""

    sites_in: list[int] = field(default_factory=list)
    pairs_in: list[tuple[int, int]] = field(default_factory=list)
    sites_out: list[int] = field(default_factory=list)
    pairs_out: list[tuple[int, int]] = field(default_factory=list)
    year_of: dict[tuple[int, int], int] = field(default_factory=dict)

    @staticmethod
    def pairs(rows: list[tuple[int, int]]) -> IntArray:
        """(n,2) array."""
        return np.array(rows, dtype=np.int64).reshape(-1, 2)


def read_locks(
    lock: Lock,
    site_ids: tuple[str, ...],
    type_ids: tuple[str, ...],
    catalogue: Catalogue,
    file: str,
    log: FaultLog,
) -> Locks:
    """Parse the locks; unknown sites and types, and collisions, go into ``log``."""
    locks = Locks()
    row = {site: n for n, site in enumerate(site_ids)}
    number = {type_id: n for n, type_id in enumerate(type_ids)}
    for key, texts, sites, pairs in (
        ("lock.in", lock.in_, locks.sites_in, locks.pairs_in),
        ("lock.out", lock.out, locks.sites_out, locks.pairs_out),
    ):
        for text in texts:
            lock_text, year = (text, None) if text in row else _split_year(text)
            site, _, type_text = (lock_text, "", "") if lock_text in row else lock_text.rpartition(":")
            if site not in row:
                log.add(_unknown_site(text, key, site_ids, file))
            elif year is not None and (not type_text or key == "lock.out"):
                log.add(_stray_year(text, key, file))
            elif not type_text:
                sites.append(row[site])
            else:
                type_id = catalogue.resolve(type_text)
                if type_id is None or type_id not in number:
                    log.add(_unknown_type(text, type_text, key, catalogue, file))
                else:
                    pair = (row[site], number[type_id])
                    pairs.append(pair)
                    if year is not None and locks.year_of.setdefault(pair, year) != year:
                        log.add(_two_years(text, locks.year_of[pair], file))
    _collisions(locks, site_ids, type_ids, file, log)
    return locks


def _split_year(text: str) -> tuple[str, int | None]:
    """``S012:pharmacy@2025`` as the lock and its year; None where no four digits follow an @."""
    found = re.fullmatch(r"(.+)@\s*([0-9]{4})\s*", text, re.DOTALL)
    return (found[1].rstrip(), int(found[2])) if found else (text, None)


def refuse_impossible(
    locks: Locks,
    refused_sites: Mapping[int, Refusal],
    refused_pairs: Mapping[tuple[str, str], Refusal],
    site_ids: tuple[str, ...],
    type_ids: tuple[str, ...],
    file: str,
    log: FaultLog,
) -> None:
    """A lock on what the rules refuse is a fault that tells the rule."""
    for j in locks.sites_in:
        if j in refused_sites:
            log.add(_impossible(site_ids[j], refused_sites[j].reason_zh, file))
    for j, k in locks.pairs_in:
        reason = refused_sites.get(j) or refused_pairs.get((site_ids[j], type_ids[k]))
        if reason is not None:
            log.add(_impossible(f"{site_ids[j]}:{type_ids[k]}", reason.reason_zh, file))


def _stray_year(text: str, key: str, file: str) -> Fault:
    rule = "锁定排除不分年度" if key == "lock.out" else "年度只能跟在“编号:业态”之后"
    remedy = "删去 @年度" if key == "lock.out" else "写成“编号:业态@年度”，如 S012:pharmacy@2025"
    return Fault("stray-year", file, rule, remedy, column=key, value=text)


def _two_years(text: str, year: int, file: str) -> Fault:
    rule = f"同一点位、同一业态已锁定在 {year} 年"
    return Fault("lock-conflict", file, rule, "只留一个年度", column="lock.in", value=text)


def _impossible(text: str, reason: str, file: str) -> Fault:
    return Fault(
        code="lock-refused",
        file=file,
        column="lock.in",
        value=text,
        rule=f"锁定选用的点位不合规则：{reason}",
        remedy="撤销该锁定，或更正调查表、业态参数",
    )


def _unknown_site(text: str, key: str, site_ids: tuple[str, ...], file: str) -> Fault:
    near = difflib.get_close_matches(text.partition(":")[0], site_ids, n=3, cutoff=0.4)
    hint = f"，最接近的是 {'、'.join(near)}" if near else ""
    return Fault(
        code="unknown-site",
        file=file,
        column=key,
        value=text,
        rule=f"没有这个候选点{hint}",
        remedy="写候选点编号、“编号:业态”或“编号:业态@年度”，与候选点表一致",
    )


def _unknown_type(text: str, type_text: str, key: str, catalogue: Catalogue, file: str) -> Fault:
    near = catalogue.suggest(type_text)
    return Fault(
        code="unknown-type",
        file=file,
        column=key,
        value=text,
        rule=f"没有业态“{type_text}”，或本情景未纳入" + (f"，最接近的是 {'、'.join(near)}" if near else ""),
        remedy="写业态标识、中文名或别名",
    )


def _collisions(locks: Locks, site_ids: tuple[str, ...], type_ids: tuple[str, ...], file: str, log: FaultLog) -> None:
    out_sites, out_pairs = set(locks.sites_out), set(locks.pairs_out)
    clashes = [site_ids[j] for j in locks.sites_in if j in out_sites]
    clashes += [f"{site_ids[j]}:{type_ids[k]}" for j, k in locks.pairs_in if j in out_sites or (j, k) in out_pairs]
    for text in clashes:
        log.add(
            Fault(
                code="lock-conflict",
                file=file,
                column="lock.in",
                value=text,
                rule="同一点位既锁定选用（lock.in）又锁定排除（lock.out）",
                remedy="两处只留一处",
            )
        )
