"""Locks: rows and pairs, and every fault that they can hold."""

from __future__ import annotations

from formulation.formulation_cases import CATALOGUE

from scenarios.faults import FaultLog
from scenarios.schema import Lock
from siting.bundle import Refusal
from siting.formulation.locks import Locks, read_locks, refuse_impossible

SITES, TYPES = ("S0", "S1", "A:B"), ("pharmacy", "laundry")


def read(chosen: tuple[str, ...] = (), refused: tuple[str, ...] = ()) -> tuple[Locks, FaultLog]:
    log = FaultLog()
    lock = Lock.model_validate({"in": chosen, "out": refused})
    return read_locks(lock, SITES, TYPES, CATALOGUE, "某情景", log), log


def told(log: FaultLog) -> list[tuple[str, str, str]]:
    return [(fault.code, fault.column, fault.value) for fault in log.faults]


def test_sites_and_pairs_by_id_or_chinese_name():
    locks, log = read(("S0", f"S1:{CATALOGUE.types['pharmacy'].name_zh}"), ("A:B", "S1:laundry"))
    assert told(log) == []
    assert (locks.sites_in, locks.pairs_in) == ([0], [(1, 0)])
    assert (locks.sites_out, locks.pairs_out) == ([2], [(1, 1)])


def test_a_colon_in_the_id_of_a_site():
    locks, log = read(("A:B:laundry",))
    assert told(log) == []
    assert locks.pairs_in == [(2, 1)]


def test_all_faults_are_told_at_once():
    _, log = read(("S9", "S0:pharmacie", "S1:bookstore"), ("Z:laundry",))
    assert told(log) == [
        ("unknown-site", "lock.in", "S9"),
        ("unknown-type", "lock.in", "S0:pharmacie"),
        ("unknown-type", "lock.in", "S1:bookstore"),
        ("unknown-site", "lock.out", "Z:laundry"),
    ]
    assert "最接近的是 S" in log.faults[0].rule
    assert log.faults[1].rule.startswith("没有业态“pharmacie”，或本情景未纳入")


def test_collisions():
    _, log = read(("S0", "S1:laundry", "A:B:pharmacy", "S1:pharmacy"), ("S0", "S1:laundry", "A:B"))
    assert told(log) == [
        ("lock-conflict", "lock.in", "S0"),
        ("lock-conflict", "lock.in", "S1:laundry"),
        ("lock-conflict", "lock.in", "A:B:pharmacy"),
    ]


def test_a_lock_on_what_the_rules_refuse_tells_the_rule():
    locks, log = read(("S0", "S0:laundry", "S1:pharmacy", "S1:laundry"))
    out_of_play = {0: Refusal("S0", "", "withdrawn", "产权人撤回")}
    pairs = {("S1", "pharmacy"): Refusal("S1", "pharmacy", "too-small", "面积不足")}
    refuse_impossible(locks, out_of_play, pairs, SITES, TYPES, "某情景", log)
    assert told(log) == [
        ("lock-refused", "lock.in", "S0"),
        ("lock-refused", "lock.in", "S0:laundry"),
        ("lock-refused", "lock.in", "S1:pharmacy"),
    ]
    assert [fault.rule.rpartition("：")[2] for fault in log.faults] == ["产权人撤回", "产权人撤回", "面积不足"]


def test_a_year_behind_a_pair_commits_it_to_that_year():
    locks, log = read(("S1:laundry@2025", "A:B:pharmacy @ 2026", "S0:pharmacy"))
    assert not log.faults
    assert locks.pairs_in == [(1, 1), (2, 0), (0, 0)]
    assert locks.year_of == {(1, 1): 2025, (2, 0): 2026}


def test_a_year_where_none_belongs_is_a_fault():
    _, log = read(("S1@2025", "S1:laundry@25", "S1:laundry@2025", "S1:laundry@2026"), ("S0:pharmacy@2025",))
    assert [(fault.code, fault.column, fault.value) for fault in log.faults] == [
        ("stray-year", "lock.in", "S1@2025"),
        ("unknown-type", "lock.in", "S1:laundry@25"),
        ("lock-conflict", "lock.in", "S1:laundry@2026"),
        ("stray-year", "lock.out", "S0:pharmacy@2025"),
    ]


def test_a_site_whose_own_name_ends_in_a_year_is_meant_as_a_site():
    log = FaultLog()
    lock = Lock.model_validate({"in": ("X@2025", "X@2025:pharmacy@2026")})
    locks = read_locks(lock, ("X@2025",), TYPES, CATALOGUE, "某情景", log)
    assert not log.faults
    assert (locks.sites_in, locks.year_of) == ([0], {(0, 0): 2026})
