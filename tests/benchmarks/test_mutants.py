"""The sampler of faults: what it changes, what it leaves alone, and whom it draws."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import mutants
from benchmarks.mutants import sample, seconds, wilson
from benchmarks.mutation_map import noting
from benchmarks.mutation_sites import Mutant, mutants_of, mutated

SOURCE = '''
"""Text with 1 + 1."""
from typing import Literal
Sense = Literal["min", "max"]

def worst(values: list[int] | None, axis: int = 0) -> int:
    """Return 1 < 2."""
    if values is None:
        raise ValueError(f"{1 + 1} is not {2}")
    total = max(values) - 3
    values[0] = total
    return total + sum(a for a, _ in zip(values, values, strict=True))
'''


def test_every_fault_of_a_small_source():
    found = [(m.line, m.function, m.before, m.after) for m in mutants_of("a.py", SOURCE)]
    assert Counter(found) == Counter(
        [
            (6, "worst", "0", "1"),
            (8, "worst", "values is None", "values is not None"),
            (9, "worst", "raise ValueError(f'{1 + 1} is not {2}')", "pass"),
            (10, "worst", "max(values) - 3", "max(values) + 3"),
            (10, "worst", "max", "min"),
            (10, "worst", "3", "4"),
            (11, "worst", "values[0] = total", "pass"),
            (11, "worst", "0", "1"),
            (12, "worst", "return total + sum((a for a, _ in zip(values, values, strict=True)))", "return None"),
            (
                12,
                "worst",
                "total + sum((a for a, _ in zip(values, values, strict=True)))",
                "total - sum((a for a, _ in zip(values, values, strict=True)))",
            ),
        ]
    )


@pytest.mark.parametrize("mutant", mutants_of("a.py", SOURCE), ids=lambda m: f"{m.line}-{m.after}")
def test_a_mutant_is_the_source_with_that_one_fault(mutant):
    before, after = ast.unparse(ast.parse(SOURCE)), ast.unparse(mutated(SOURCE, mutant.number))
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert len(changed) == 1
    assert mutant.after.splitlines()[0] in changed[0][1]


def test_a_key_outlives_edits_elsewhere():
    keys = [m.key for m in mutants_of("a.py", SOURCE)]
    assert len(set(keys)) == len(keys)
    edited = mutants_of("a.py", "FIRST = 7\n" + SOURCE)
    assert {m.key for m in edited} >= set(keys)


def test_a_greater_sample_holds_the_smaller_one():
    few, more = ({m.key for m in sample(count, 3, 1, "models/backends")} for count in (10, 20))
    assert few < more
    assert few != {m.key for m in sample(10, 3, 2, "models/backends")}


def test_the_interval_of_wilson():
    """The textbook's 9 of 10: 0.596 to 0.982."""
    assert wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-3)
    assert wilson(10, 10)[1] == pytest.approx(1.0)


def test_a_shared_fixture_costs_once_and_its_tests_run_together():
    costs = {"m::x": (2.0, {}), "n::a": (1.0, {"town": 3.0}), "n::b": (0.5, {"town": 3.0}), "m::far": (9.0, {})}
    known = {name: {"s": s, "fixtures": shared, "enters": ["a.py:f"]} for name, (s, shared) in costs.items()}
    assert seconds(["m::x", "n::a", "n::b"], known) == 6.5
    fault = Mutant("a.py", 0, 1, "f", "1", "2", "key", kernel=False)
    assert mutants.tests_for(fault, known, 7.0, wide=False) == (["m::x", "n::b", "n::a"], 4)
    assert mutants.tests_for(fault, known, 2.0, wide=False) == (["m::x"], 4)
    assert mutants.tests_for(fault, {}, 7.0, wide=False) == ([], 0)


def test_every_function_notes_its_outermost_name(tmp_path: Path):
    (tmp_path / "a.py").write_text(
        'class A:\n    x = 1\n\n    def f(self):\n        """Text."""\n        def g(): return self.x\n'
        "        return g() + self.x\n\ndef h(): return A().f()\n\n@kernel\ndef k(): return 3\n"
    )
    entered: list[str] = []
    names = {"__entered__": entered.append, "kernel": lambda function: function}
    exec(compile(noting(tmp_path / "a.py", tmp_path), "a.py", "exec"), names)
    assert (names["h"](), names["k"](), names["A"].f.__doc__) == (2, 3, "Text.")
    assert entered == ["a.py:h", "a.py:A.f", "a.py:A.f"]
