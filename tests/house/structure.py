"""The structure in figures: ``python tests/house/structure.py [REVISION …]`` prints a column each, the work tree last.

Read with the standard library alone. Of the packages and their tests: files and their lines, functions, imports between
modules and between rooms (see ``source_tree``), imports that go round in circles, and lines that stand twice: those of
a run of six or more lines that stands elsewhere too, to the letter (blank lines, comments and imports passed over).
"""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from source_tree import PACKAGES, ROOT, Module, facts, modules, source_files

RUN = 6
LONG = 60


def measured(root: Path) -> dict[str, str]:
    """The rows of one tree, by their heads."""
    lengths = {str(path.relative_to(root)): n_line(path) for path in source_files(root)}
    ours = {name: n for name, n in lengths.items() if name.split("/")[0] in PACKAGES}
    spans = [(f"`{path}` {name}", n) for path in ours for name, n in facts(root / path).functions]
    heights = [n for _, n in spans]
    known = modules(root)
    of_rooms = edges(known, lambda module: module.room)
    of_modules = edges(known, lambda module: module.name)
    rows = {}
    for folder in (*PACKAGES, "tests", "benchmarks"):
        mine = {name: n for name, n in lengths.items() if name.startswith(f"{folder}/")}
        rows[f"`{folder}/`: files, lines"] = f"{len(mine)}, {sum(mine.values()):,}"
        rows[f"`{folder}/`: lines a file, median and most"] = f"{median(mine.values()):g}, {max(mine.values())}"
    rows["the longest files"] = longest([(f"`{path}`", n) for path, n in ours.items()], 3)
    rows["functions of the packages"] = f"{len(spans):,}"
    rows["lines a function, median and most"] = f"{median(heights):g}, {max(heights)}"
    rows[f"functions of more than {LONG} lines"] = str(sum(n > LONG for n in heights))
    rows["the longest functions"] = longest(spans, 5)
    rows["imports between modules"] = f"{len(of_modules):,}"
    rows["imports a module, mean"] = f"{len(of_modules) / len(known):.2f}"
    rows["rooms, imports between rooms"] = f"{len({m.room for m in known.values()})}, {len(of_rooms)}"
    rows["modules that import in a circle"] = str(len(in_circles(of_modules)))
    rows["lines of the packages that stand twice"] = twice([root / name for name in ours])
    return rows


def n_line(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text("utf-8").splitlines())


def longest(lengths: list[tuple[str, int]], count: int) -> str:
    """The first few by length."""
    first = sorted(lengths, key=lambda item: (-item[1], item[0]))[:count]
    return "; ".join(f"{name} {n}" for name, n in first)


def edges(known: dict[str, Module], end: Callable[[Module], str]) -> set[tuple[str, str]]:
    """Pairs (importer, imported) of two different ends."""
    pairs = {(end(module), end(known[other])) for module in known.values() for other in module.imports & known.keys()}
    return {(a, b) for a, b in pairs if a != b}


def in_circles(pairs: set[tuple[str, str]]) -> set[str]:
    """Names from which the imports lead back to the name itself."""
    onward = defaultdict(set)
    for a, b in pairs:
        onward[a].add(b)

    def reached(name: str) -> set[str]:
        seen: set[str] = set()
        waiting = [*onward[name]]
        while waiting:
            other = waiting.pop()
            if other not in seen:
                seen.add(other)
                waiting += onward[other]
        return seen

    return {name for name in list(onward) if name in reached(name)}


def twice(paths: list[Path]) -> str:
    """How many lines stand in a run that stands elsewhere too, of how many that count."""
    places: dict[tuple[str, ...], list[tuple[Path, int]]] = defaultdict(list)
    total = 0
    for path in paths:
        lines = list(counted(path))
        total += len(lines)
        for at in range(len(lines) - RUN + 1):
            places[tuple(text for _, text in lines[at : at + RUN])].append((path, at))
    again = {(path, at + n) for found in places.values() if len(found) > 1 for path, at in found for n in range(RUN)}
    return f"{len(again):,} of {total:,} ({len(again) / total:.1%})"


def counted(path: Path) -> Iterator[tuple[int, str]]:
    """Number and text of the lines that count: no blank ones, comments or imports."""
    source = path.read_text("utf-8")
    passed = {
        n for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)
        for n in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }  # fmt: skip
    for n, line in enumerate(source.splitlines(), start=1):
        text = line.strip()
        if n not in passed and any(letter.isalnum() for letter in text) and not text.startswith("#"):
            yield n, text


def of_revision(revision: str) -> dict[str, str]:
    """The rows of a commit of this repository."""
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
    with TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
        return measured(Path(folder))


if __name__ == "__main__":
    columns = {revision: of_revision(revision) for revision in sys.argv[1:]} | {"work tree": measured(ROOT)}
    print(f"| | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for head in columns["work tree"]:
        print(f"| {head} | {' | '.join(rows[head] for rows in columns.values())} |")
