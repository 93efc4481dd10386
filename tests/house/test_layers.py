"""The direction of imports and the size of files: models and scenarios are leaves, siting is layered, nothing is huge.

Needs pytest and the standard library only, so that it runs where nothing else is installed.
"""

from __future__ import annotations

import sys
from statistics import median

import pytest
from source_tree import PACKAGES, ROOT, Module, facts, modules, names, reached_from, source_files, within

SOLVERS = {"highspy", "ortools", "pulp"}
MAY_IMPORT = {
    "models": {"numba", "numpy", "scipy"},
    "scenarios": {"pydantic", "pydantic_core"},
    "siting": {
        "bokeh", "dask", "distributed", "docx", "geopandas", "jinja2", "numba", "numpy", "openpyxl", "osmium", "pandas",
        "psycopg", "pydantic", "pydantic_core", "pyogrio", "pyproj", "rich", "scipy", "shapely", "typer", "xlsxwriter",
        "models", "scenarios",
    },
}  # fmt: skip
# rooms of siting, lowest first; a room may import from lower lines and from its own line
LINES = (
    {"datum", "walks", "workspace", "gap_report", "coverage", "assigned", "bundle", "failures", "progress", "disk"},
    {"inputs", "osm", "poi", "committed", "network", "generator", "trial", "gaps", "formulation"},
    {"ranking", "other_plans", "allocation", "assignment", "by_year", "explain", "diagnose", "on_map"},
    {"outputs"},
    {"intake", "prepare", "pipeline", "city", "audit", "postgis"},
    {"resume", "tasks", "batch", "workers", "engine"},
    {"studies", "annual", "nation"},
    {"cli"},
)
TALL_FILE, TALL_FUNCTION, USUAL_FILE = 400, 80, 150
EVERY = sorted(names())


def outer(module: Module) -> set[str]:
    """Packages that a module imports, other than the standard library and its own."""
    own = module.name.split(".")[0]
    return {name.split(".")[0] for name in module.imports} - set(sys.stdlib_module_names) - {own}


@pytest.mark.parametrize("name", EVERY)
def test_a_module_imports_what_its_package_may(name: str):
    module = modules()[name]
    allowed = MAY_IMPORT[name.split(".", maxsplit=1)[0]]
    if within(name, "models.backends"):
        allowed = allowed | SOLVERS
    if within(name, "siting.trial"):
        allowed = allowed | {"pyrosm"}  # reads the trial map; never needed to run a circle
    assert outer(module) <= allowed


def test_every_room_has_its_line():
    rooms = {name.split(".")[1] for name in EVERY if name.startswith("siting.")}
    assert rooms == set().union(*LINES)
    assert sum(map(len, LINES)) == len(rooms)


@pytest.mark.parametrize("name", [name for name in EVERY if name.startswith("siting.")])
def test_rooms_import_downwards(name: str):
    height = {room: n for n, line in enumerate(LINES) for room in line}
    ours = {other for other in modules()[name].imports if other.startswith("siting.")}
    assert {other for other in ours if height[other.split(".")[1]] > height[name.split(".")[1]]} == set()


def test_outputs_only_format_the_bundle():
    """What is written comes from the bundle: no room that reads, walks, builds or solves."""
    own_shelf = {"siting.outputs", *(f"siting.{room}" for room in LINES[0])}
    for module in modules().values():
        if module.room == "siting.outputs":
            ours = {other for other in module.imports if other.split(".")[0] in PACKAGES}
            foreign = {
                other
                for other in ours
                if other.startswith("siting.") and not any(within(other, shelf) for shelf in own_shelf)
            }
            assert not foreign, module.name
            assert {o for o in ours if o.startswith("models")} <= {"models.solution"}, module.name


def test_the_audit_shares_no_code_with_what_it_checks():
    checked = (
        "siting.formulation",
        "siting.gaps",
        "siting.coverage",
        "siting.ranking",
        "siting.explain",
        "siting.pipeline",
        "siting.city",
    )
    model = {name for name in EVERY if name.startswith("models.")} - {
        "models.errors",
        "models.instance",
        "models.solution",
    }
    reached = reached_from("siting.audit")
    assert len(reached) > 5
    assert not {name for name in reached if any(within(name, room) for room in checked)}
    assert not reached & model


def test_the_verifier_shares_no_code_with_the_formulation():
    own = {"models.verify", "models.verify_phases", "models.verify_reach", "models.verify_shares"}
    assert reached_from("models.verify") == own | {"models.errors", "models.instance", "models.solution"}


def test_a_block_knows_no_other_block_and_no_solver():
    for name, module in modules().items():
        if name.startswith("models.blocks."):
            ours = {other for other in module.imports if other.startswith("models")}
            layout = {"models.assignment", "models.columns", "models.early", "models.layers"}
            assert ours <= layout | {"models.instance", "models.linear", "models.presolve"}, name


def test_solvers_load_when_asked():
    """Importing the mathematics loads no solver library."""
    eager = {
        other
        for name in reached_from("models.lexicographic")
        for other in modules()[name].imports
        if other.split(".")[0] in SOLVERS
    }
    assert eager == set()


def test_no_import_goes_round_in_a_circle():
    known, seen, path = modules(), set(), []

    def visit(name: str) -> None:
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        if name in seen:
            return
        path.append(name)
        for other in sorted(known[name].imports & known.keys()):
            visit(other)
        path.pop()
        seen.add(name)

    for name in EVERY:
        visit(name)
    assert seen == set(EVERY)


def test_the_tree_is_read_at_all():
    assert {name.split(".")[0] for name in EVERY} == set(PACKAGES)
    assert len(EVERY) > 80
    assert "models.columns" in modules()["models.blocks.area"].imports
    assert "numpy" in modules()["models.linear"].imports
    assert "highspy" in modules()["models.backends.highs"].imports


def test_no_file_is_too_long():
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in source_files()}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > TALL_FILE} == {}
    assert median(lengths.values()) < USUAL_FILE
    assert median(module.lines for module in modules().values()) < USUAL_FILE


def test_no_function_is_too_long():
    long = {
        f"{path.relative_to(ROOT)}:{name}": n
        for path in source_files()
        for name, n in facts(path).functions
        if n > TALL_FUNCTION
    }
    assert long == {}


def test_every_file_says_what_it_is_for():
    bare = [
        str(module.path.relative_to(ROOT))
        for module in modules().values()
        if module.lines and not facts(module.path).has_docstring
    ]
    assert bare == []
