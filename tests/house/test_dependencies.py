"""What is imported is declared and bounded, what is declared is imported, and the page of licences says what is so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from dependencies import IMPORTED_AS, ROOT, declared, licence
from source_tree import facts, modules, within

# come with the library named, which pins them exactly
PARTS = {"pydantic_core": "pydantic", "dask": "distributed"}
# commands, plugins and drivers that no line of ours imports
UNIMPORTED = {"build", "import-linter", "mypy", "pip-audit", "pytest-xdist", "ruff"}
OWN = {"models", "scenarios", "siting"}
PAGE = ROOT / "docs" / "dependencies.md"


def outside(name: str) -> set[str]:
    """Libraries that a module of ours imports, at whatever place."""
    tops = {imported.split(".")[0] for imported in modules()[name].imports}
    return {PARTS.get(top, top) for top in tops - set(sys.stdlib_module_names) - OWN}


def imported_by(*folders: str) -> set[str]:
    found = [facts(p) for folder in folders for p in (ROOT / folder).rglob("*.py")]
    return {name.split(".")[0] for each in found for name, _, _ in each.imports if name}


def names(extra: str) -> set[str]:
    return {IMPORTED_AS.get(library, library) for library in declared()[extra]}


def test_what_is_imported_is_declared() -> None:
    optional = {"siting.postgis": names("postgis"), "siting.trial": {"pyrosm"}}
    undeclared = {}
    for name in modules():
        allowed = names("").union(*(more for room, more in optional.items() if within(name, room)))
        if more := outside(name) - allowed:
            undeclared[name] = more
    assert not undeclared


def test_what_is_declared_is_imported() -> None:
    used = set().union(*(outside(name) for name in modules()))
    assert names("") - used == set()
    assert names("postgis") - used == set()
    assert names("bench") - imported_by("benchmarks", "tests") == set()
    assert names("dev") - used - imported_by("tests") - UNIMPORTED == set()


@pytest.mark.parametrize("extra", declared())
def test_every_library_has_a_lower_and_an_upper_bound(extra: str) -> None:
    unbounded = {library: b for library, b in declared()[extra].items() if ">=" not in b or "<" not in b.split(",")[-1]}
    assert not unbounded


def rows() -> list[list[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [[c.strip(" `") for c in line.strip("|").split("|")] for line in lines if line.startswith("| ")][1:]


def test_the_page_lists_every_library_with_its_bounds() -> None:
    listed = sorted((library, extra, bounds) for library, extra, bounds, _ in rows())
    assert listed == sorted((name, extra, b) for extra, group in declared().items() for name, b in group.items())


def test_the_licences_are_those_that_the_libraries_name() -> None:
    wrong = {
        library: (said, licence(library)) for library, _, _, said in rows() if family(said) != family(licence(library))
    }
    assert not {library: pair for library, pair in wrong.items() if pair[1]}


def test_no_installation_needs_a_copyleft_library() -> None:
    assert not [library for library, extra, _, said in rows() if not extra and "GPL" in said]


def family(said: str) -> str:
    return said.split("-", maxsplit=1)[0].split(" ", maxsplit=1)[0]


def test_the_tests_see_an_import_in_a_function(tmp_path: Path) -> None:
    path = tmp_path / "late.py"
    path.write_text("def f():\n    import yaml.nodes\n", encoding="utf-8")
    assert imported_by(str(tmp_path)) == {"yaml"}
