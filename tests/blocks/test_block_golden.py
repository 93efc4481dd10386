"""Every block: each coefficient, both sides and the name of each row, against numbers worked out by hand."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import golden_phases
import golden_places
import golden_residents
import golden_rules
import golden_shares
import golden_walks
import numpy as np
import pytest
from golden import Case, hand_problem, rows_of
from support.hand import hand_instance

from models import blocks
from models.columns import names

ROOM = Path(blocks.__file__).parent
CASES = [
    *golden_phases.CASES,
    *golden_places.CASES,
    *golden_residents.CASES,
    *golden_rules.CASES,
    *golden_shares.CASES,
    *golden_walks.CASES,
]
MODULES = sorted(path for path in ROOM.glob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}: {case.title}")
def test_rows_are_those_worked_out_by_hand(case: Case):
    made = case.block(case.problem)
    assert made.name == case.name
    found = rows_of(case.problem, made)
    assert [row.name for row in found] == [row.name for row in case.rows]
    for row, wanted in zip(found, case.rows, strict=True):
        assert row.terms == pytest.approx(wanted.terms, rel=1e-12), row.name
        assert (row.lower, row.upper) == pytest.approx((wanted.lower, wanted.upper), rel=1e-12), row.name


@pytest.mark.parametrize("block", blocks.BLOCKS, ids=lambda block: block.__name__)
def test_every_block_has_golden_rows_and_a_case_without(block):
    mine = [case for case in CASES if case.block is block]
    assert any(case.rows for case in mine)
    assert any(not case.rows for case in mine)


def test_every_public_function_is_a_block_and_in_order_once():
    public = {
        function
        for path in MODULES
        for name, function in inspect.getmembers(_module(path), inspect.isfunction)
        if not name.startswith("_") and function.__module__ == f"models.blocks.{path.stem}"
    }
    assert public == set(blocks.BLOCKS)
    assert len(blocks.BLOCKS) == len({block.__name__ for block in blocks.BLOCKS})
    assert {case.block for case in CASES} == public


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_file_gives_its_formula_and_every_block_a_docstring(path: Path):
    module = _module(path)
    text = module.__doc__ or ""
    assert any(sign in text for sign in ("<=", ">=", "=")), "no formula"
    for block in blocks.BLOCKS:
        if block.__module__ == module.__name__:
            assert block.__doc__
            assert list(inspect.signature(block).parameters) == ["problem"]
            assert f"``{block.__name__}``" in text, "the file does not name its block"


def test_the_table_of_blocks_is_complete():
    table = blocks.__doc__ or ""
    for block in blocks.BLOCKS:
        row = next(line for line in table.splitlines() if f"``{block.__name__}``" in line)
        assert row.endswith(f"| {block.__module__.rpartition('.')[2]}.py |")


def test_a_circle_without_levels_keeps_only_its_sites():
    no_addons = hand_instance(addon_eligible=np.zeros((3, 2), dtype=bool))
    problem = hand_problem((), no_addons)
    assert names(problem)() == ["used[S0]", "used[S1]"]
    assert [block.__name__ for block in blocks.BLOCKS if block(problem).n] == []


def _module(path: Path):
    return import_module(f"models.blocks.{path.stem}")
