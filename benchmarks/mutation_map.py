"""Which test enters which function of a package, and what it costs: every test once, traced by its calls.

A fixture of wider scope counts for every test that uses it; caches are emptied before each test, so that none lives off
what another one has worked out.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest


class Tracer:
    """A plugin of pytest: ``reached[test]``, the functions (``path:name``) that it entered; ``seconds``, its time."""

    def __init__(self, root: Path, package: str, limit_s: int) -> None:
        self.root, self.folder = root, str(root / package) + os.sep
        self.reached: dict[str, list[str]] = {}
        self.seconds: dict[str, float] = {}
        self._seen: set[CodeType] = set()
        self._of_fixture: dict[str, set[CodeType]] = defaultdict(set)
        self._failed, self._limit_s = False, limit_s
        signal.signal(signal.SIGALRM, self._too_long)

    def _too_long(self, *_: object) -> None:
        raise TimeoutError(f"more than {self._limit_s} s")

    def _call(self, frame: FrameType, *_: object) -> None:
        self._seen.add(frame.f_code)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """What a shared fixture enters is kept under its name."""
        if fixturedef.scope == "function":
            return (yield)
        outer, self._seen = self._seen, set()
        try:
            return (yield)
        finally:
            self._of_fixture[fixturedef.argname] |= self._seen
            self._seen |= outer

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        """One test with its set-up, traced in all threads."""
        self._forget()
        self._seen, self._failed = set(), False
        threading.settrace(self._call)
        sys.settrace(self._call)
        began = time.perf_counter()
        signal.alarm(self._limit_s)
        try:
            return (yield)
        finally:
            signal.alarm(0)
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
            if not self._failed:
                seen = self._seen.union(*(self._of_fixture[name] for name in item.fixturenames))
                self.reached[item.nodeid] = sorted({name for code in seen if (name := self._named(code))})
                self.seconds[item.nodeid] = round(time.perf_counter() - began, 3)

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
