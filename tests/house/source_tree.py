"""The source tree as data, read with the standard library alone: modules, what each imports, sizes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("models", "scenarios", "siting")


@dataclass(frozen=True)
class Module:
    """One source file; ``imports`` are absolute dotted names, of modules where they are ours."""

    name: str
    path: Path
    imports: frozenset[str]
    lines: int

    @property
    def room(self) -> str:
        """The first two parts of the name: ``siting.inputs``, ``models.verify``."""
        return ".".join(self.name.split(".")[:2])


@cache
def names(root: Path = ROOT) -> dict[str, Path]:
    """The file of every module of the three packages by its name; nothing is read yet."""
    return {_name(path, root): path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))}


@dataclass(frozen=True)
class Facts:
    """What is said of a file by its syntax, which is read once: its imports as (name, names from it, dots before it),
    (name, number of lines) of every function, decorators left out, and whether the file says what it is for.
    """

    imports: tuple[tuple[str, tuple[str, ...], int], ...]
    functions: tuple[tuple[str, int], ...]
    has_docstring: bool


@cache
def facts(path: Path) -> Facts:
    """The facts of a Python file; ``pytest.importorskip`` of a name is an import of it."""
    tree = ast.parse(path.read_text("utf-8"))
    imports: list[tuple[str, tuple[str, ...], int]] = []
    functions = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports += [(alias.name, (), 0) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports.append((node.module or "", tuple(alias.name for alias in node.names), node.level))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "importorskip":
            imports += [(str(a.value), (), 0) for a in node.args if isinstance(a, ast.Constant)]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.append((node.name, (node.end_lineno or node.lineno) - node.lineno + 1))
    return Facts(tuple(imports), tuple(functions), bool(ast.get_docstring(tree)))


@cache
def modules(root: Path = ROOT) -> dict[str, Module]:
    """Every module of the three packages by name."""
    paths = names(root)
    return {
        name: Module(name, path, frozenset(_imports(name, path, paths)), len(path.read_text("utf-8").splitlines()))
        for name, path in paths.items()
    }


def reached_from(room: str) -> set[str]:
    """Names of our modules that the modules of a room import, directly or by way of others."""
    known = modules()
    reached: set[str] = set()
    waiting = [name for name, module in known.items() if within(name, room)]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [other for other in known[name].imports if other in known]
    return reached


def within(name: str, package: str) -> bool:
    """``name`` is ``package`` or lies in it."""
    return name == package or name.startswith(package + ".")


def source_files(root: Path = ROOT) -> list[Path]:
    """Every Python file of the project, tests and benchmarks included."""
    folders = (*PACKAGES, "tests", "benchmarks")
    return [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]


def _name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(name: str, path: Path, paths: dict[str, Path]) -> Iterator[str]:
    for base, found, level in facts(path).imports:
        at = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
        whole = ".".join([*at[: len(at) - level + 1], *([base] if base else [])]) if level else base
        if not found:
            yield whole
        for one in found:
            inner = f"{whole}.{one}"
            yield inner if inner in paths else whole
