"""Seeded tests in a bounded form: ``SITING_SEEDS=8`` keeps the first eight seeds of a test, or a quarter of many.

Modules with slow tests come first, then those with many tests: what is left for the end is short (``.ci/run`` keeps
this order for its workers).
"""

from __future__ import annotations

import os
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest


def pytest_configure() -> None:
    """Ctrl-C can be tested where a shell has started us in the background, with the signal ignored; no test finds walks
    that another has kept.
    """
    os.environ["SITING_CACHE"] = "off"
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """The seeds before anything else is left out, the order of what is left."""
    _bound(config, items)
    yield
    tests = Counter(item.path for item in items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path not in slow, -tests[item.path], item.path))


def _bound(config: pytest.Config, items: list[pytest.Item]) -> None:
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
