"""Which test enters which function of a package, and what it costs: every test once, traced by its calls.

A fixture of wider scope counts for every test that uses it, with seconds of its own; caches are emptied before each
test, so that none lives off what another one has worked out. What another process does for a test is not seen.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest


class Tracer:
    """A plugin of pytest: ``found[test]``, the functions (``path:name``) that it entered and its seconds of processor.

    ``found[test]["fixtures"]`` are the seconds of those that it shares with other tests, by name.
    """

    def __init__(self, root: Path, package: str, limit_s: int) -> None:
        self.root, self.folder = root, str(root / package) + os.sep
        self.found: dict[str, dict[str, Any]] = {}
        self._seen: set[CodeType] = set()
        self._of_fixture: dict[str, set[CodeType]] = defaultdict(set)
        self._cost_s: dict[str, float] = {}
        self._shared_s = 0.0
        self._failed, self._limit_s = False, limit_s
        signal.signal(signal.SIGALRM, self._too_long)

    def _too_long(self, *_: object) -> None:
        raise TimeoutError(f"more than {self._limit_s} s")

    def _call(self, frame: FrameType, *_: object) -> None:
        self._seen.add(frame.f_code)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """What a shared fixture enters and costs is kept under its name."""
        if fixturedef.scope == "function":
            return (yield)
        outer, self._seen, began = self._seen, set(), _spent_s()
        try:
            return (yield)
        finally:
            name, took_s = _name(fixturedef), _spent_s() - began
            self._of_fixture[name] |= self._seen
            self._cost_s[name] = max(self._cost_s.get(name, 0.0), took_s)
            self._shared_s += took_s
            self._seen |= outer

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        """One test with its set-up, traced in all threads."""
        self._forget()
        self._seen, self._failed, self._shared_s = set(), False, 0.0
        threading.settrace(self._call)
        sys.settrace(self._call)
        began = _spent_s()
        signal.alarm(self._limit_s)
        try:
            return (yield)
        finally:
            signal.alarm(0)
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
            if not self._failed:
                used = {_name(one) for of in item._fixtureinfo.name2fixturedefs.values() for one in of}
                costs = {name: round(self._cost_s[name], 3) for name in sorted(used & self._cost_s.keys())}
                seen = self._seen.union(*(self._of_fixture[name] for name in costs))
                enters = sorted({name for code in seen if (name := self._named(code))})
                seconds = round(max(0.0, _spent_s() - began - self._shared_s), 3)
                self.found[item.nodeid] = {"s": seconds, "enters": enters, "fixtures": costs}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Only what passes can tell a fault."""
        self._failed |= report.outcome != "passed"

    def _named(self, code: CodeType) -> str | None:
        """Path and outermost function; nothing after the colon for code that runs at import."""
        if not code.co_filename.startswith(self.folder):
            return None
        outer = code.co_qualname.split(".<locals>")[0]
        return f"{os.path.relpath(code.co_filename, self.root)}:{'' if '<' in outer else outer}"

    def _forget(self) -> None:
        """Empty the caches of the tests' and the package's modules."""
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None) or ""
            if file.startswith((self.folder, str(self.root / "tests"))):
                for value in list(vars(module).values()):
                    if callable(getattr(value, "cache_clear", None)):
                        value.cache_clear()


def _name(fixture: Any) -> str:
    return f"{fixture.baseid}::{fixture.argname}"


def _spent_s() -> float:
    """Seconds of processor, those of ended children too."""
    return sum(os.times()[:4])
