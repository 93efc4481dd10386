"""Which test enters which function of a package, and what it costs: every test once.

Every function of the package but compiled ones notes that it was entered. A fixture of wider scope counts for every
test that uses it, with seconds of its own; caches are emptied before each test, so that none lives off what another one
has worked out. What another process does for a test is not seen.
"""

from __future__ import annotations

import ast
import builtins
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mutation_sites import compiled

_NOTE = "__entered__"


class Tracer:
    """A plugin of pytest: ``found[test]``, the functions (``path:name``) that it entered and its seconds of processor.

    ``found[test]["fixtures"]`` are the seconds of those that it shares with other tests, by name. To be made before the
    package is imported.
    """

    def __init__(self, root: Path, package: str, limit_s: int) -> None:
        self.root, self.folder = root, str(root / package) + os.sep
        self.found: dict[str, dict[str, Any]] = {}
        self._seen: set[str] = set()
        self._of_fixture: dict[str, set[str]] = defaultdict(set)
        self._cost_s: dict[str, float] = {}
        self._shared_s = 0.0
        self._failed, self._limit_s = False, limit_s
        signal.signal(signal.SIGPROF, self._too_long)
        setattr(builtins, _NOTE, self._enter)
        given = SourceFileLoader.get_code

        def get_code(loader: SourceFileLoader, fullname: str) -> Any:
            if not loader.path.startswith(self.folder):
                return given(loader, fullname)
            return compile(noting(Path(loader.path), root), loader.path, "exec", dont_inherit=True)

        SourceFileLoader.get_code = get_code  # type: ignore[method-assign]

    def _enter(self, name: str) -> None:
        self._seen.add(name)

    def _too_long(self, *_: object) -> None:
        raise TimeoutError(f"more than {self._limit_s} s")

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
        """One test with its set-up."""
        self._forget()
        self._seen, self._failed, self._shared_s = set(), False, 0.0
        began = _spent_s()
        signal.setitimer(signal.ITIMER_PROF, self._limit_s)
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            if not self._failed:
                used = {_name(one) for of in item._fixtureinfo.name2fixturedefs.values() for one in of}
                costs = {name: round(self._cost_s[name], 3) for name in sorted(used & self._cost_s.keys())}
                seen = self._seen.union(*(self._of_fixture[name] for name in costs))
                seconds = round(max(0.0, _spent_s() - began - self._shared_s), 3)
                self.found[item.nodeid] = {"s": seconds, "enters": sorted(seen), "fixtures": costs}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Only what passes can tell a fault."""
        self._failed |= report.outcome != "passed"

    def _forget(self) -> None:
        """Empty the caches of the tests' and the package's modules."""
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None) or ""
            if file.startswith((self.folder, str(self.root / "tests"))):
                for value in list(vars(module).values()):
                    if callable(getattr(value, "cache_clear", None)):
                        value.cache_clear()


def noting(path: Path, root: Path) -> ast.Module:
    """The program of a file, where every function first says its outermost name."""
    tree = ast.parse(path.read_text("utf-8"))
    _note(tree, f"{path.relative_to(root)}:", (), closed=False)
    return ast.fix_missing_locations(tree)


def _note(parent: ast.AST, file: str, scope: tuple[str, ...], *, closed: bool) -> None:
    for node in ast.iter_child_nodes(parent):
        inner, shut = scope, closed
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            inner = scope if closed else (*scope, node.name)
            shut = closed or isinstance(node, ast.FunctionDef)
        _note(node, file, inner, closed=shut)
        if isinstance(node, ast.FunctionDef) and not (compiled(node) and not os.environ.get("NUMBA_DISABLE_JIT")):
            call = ast.Call(ast.Name(_NOTE, ast.Load()), [ast.Constant(file + ".".join(inner))], [])
            node.body.insert(ast.get_docstring(node) is not None, ast.copy_location(ast.Expr(call), node))


def _name(fixture: Any) -> str:
    return f"{fixture.baseid}::{fixture.argname}"


def _spent_s() -> float:
    """Seconds of processor, those of ended children too."""
    return sum(os.times()[:4])
