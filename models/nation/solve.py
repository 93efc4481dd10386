"""Thousands of circles that share one budget B: a price of money, each circle's answer to it, a mix, a proven gap.

    max_lex (sum_c v_c1(x_c), sum_c v_c2(x_c), ...)    x_c a plan of circle c,   sum_c money_c(x_c) <= B

For level n with the levels l before it held at H_l, any price p >= 0 and weights w_l >= 0 give the bound

    sum_c max_{x_c} [ v_cn + sum_l w_l v_cl - p money_c ]  +  p B  -  sum_l w_l H_l

(Lagrangian duality; Geoffrion 1974). It stays valid where a circle answers with only a bound on its maximum. A level of
which every circle reaches the most it could reach at any money is held circle by circle, which is stronger.

Prices come from the relaxed master (:mod:`models.nation.master`), first over a few circles, then over all
(:mod:`models.nation.search`); near the right price the bound is flat, so few rounds do. Circles are numbered by name,
so the order in which they are given changes nothing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from models.errors import ModelError
from models.nation.asked import AskAll, Asked
from models.nation.circle import Answer, Circle, Priced, Question, capped
from models.nation.levels import solve_levels
from models.nation.results import Nation
from models.nation.state import State
from models.solution import SolveOptions


def solve_nation(
    circles: Sequence[Circle],
    capital_cny: float,
    options: SolveOptions,
    ask_all: AskAll | None = None,
    gap: float = 1e-3,
    *,
    all_levels: bool = True,
) -> Nation:
    """The best mix of plans, level by level.

    Args:
        circles: names all different, levels all the same and each one that adds up.
        capital_cny: money of all circles together, 元.
        options: solver of a circle's answer; ``mip_gap`` is the gap of each answer.
        ask_all: answers questions about circles, numbered in the order of names; in this process if None.
        gap: relative gap of each level at which no further price is tried.
        all_levels: go on after a level (beside ``missing_types``) at which money has a price. That level takes what
            there is, so what those after it can still move is small, and their gaps are wide.

    Raises:
        ModelError: circles that cannot share a budget, every reason at once.
        SolverError, VerificationError: as :meth:`models.nation.circle.Priced.answer`.
    """
    ordered = sorted((capped(circle, capital_cny) for circle in circles), key=lambda c: c.name)
    names = [circle.name for circle in ordered]
    faults = _faults(names, capital_cny)
    for circle in ordered:
        if circle.rules.levels != ordered[0].rules.levels:
            faults.append(f"circle {circle.name} has other levels than {ordered[0].name}")
        try:
            Priced.check(circle)
        except ModelError as error:
            faults.append(str(error))
    if faults:
        raise ModelError("; ".join(faults))
    asking, levels = ask_all or _here(ordered, options), ordered[0].rules.levels
    return ask_nation(names, levels, capital_cny, options, asking, gap, all_levels=all_levels)


def ask_nation(
    names: Sequence[str],
    levels: tuple[str, ...],
    capital_cny: float,
    options: SolveOptions,
    ask_all: AskAll,
    gap: float = 1e-3,
    *,
    all_levels: bool = True,
) -> Nation:
    """:func:`solve_nation` of circles that live elsewhere: only their names, sorted, and their answers are here.

    ``ask_all`` must answer for circles that are :func:`models.nation.circle.capped` at ``capital_cny``.

    Raises:
        ModelError: no circle, names that are not all different, a budget that is none.
        SolverError, VerificationError: what ``ask_all`` raises.
    """
    faults = _faults(names, capital_cny)
    if faults:
        raise ModelError("; ".join(faults))
    began = time.perf_counter()
    asked = Asked(ask_all)
    found = solve_levels(State(levels, len(names), capital_cny, options, gap, asked), tuple(names), all_levels)
    return replace(found, questions=asked.count, seconds=time.perf_counter() - began)


def _faults(names: Sequence[str], capital_cny: float) -> list[str]:
    faults = [] if names else ["no circle"]
    if not (math.isfinite(capital_cny) and capital_cny >= 0):
        faults.append(f"capital {capital_cny}")
    return faults + [f"two circles named {name}" for name, following in pairwise(sorted(names)) if name == following]


def _here(circles: Sequence[Circle], options: SolveOptions) -> AskAll:
    """Answers in this process; models stay assembled."""
    ready: dict[int, Priced] = {}

    def ask_all(questions: Sequence[Question]) -> list[Answer]:
        answers = []
        for question in questions:
            c = question.circle
            if c not in ready:
                ready[c] = Priced(circles[c])
            answers.append(ready[c].answer(question, options))
        return answers

    return ask_all
