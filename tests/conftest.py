"""Seeded tests in a bounded form: ``SITING_SEEDS=8`` keeps the first eight seeds of a test, or a quarter of many."""

from __future__ import annotations

import os
from collections import defaultdict

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the variable all seeds run."""
    most = os.environ.get("SITING_SEEDS", "")
    if not most:
        return
    seeds: dict[str, set[int]] = defaultdict(set)
    for item in items:
        seed = _seed(item)
        if seed is not None:
            seeds[_test(item)].add(seed)
    kept_seeds = {test: set(sorted(of)[: max(int(most), len(of) // 4)]) for test, of in seeds.items()}
    dropped = [item for item in items if _seed(item) is not None and _seed(item) not in kept_seeds[_test(item)]]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        gone = set(map(id, dropped))
        items[:] = [item for item in items if id(item) not in gone]


def _test(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _seed(item: pytest.Item) -> int | None:
    call = getattr(item, "callspec", None)
    seed = None if call is None else call.params.get("seed")
    return seed if isinstance(seed, int) else None
