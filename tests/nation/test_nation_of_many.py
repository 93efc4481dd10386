"""Nations of many circles that answer at once: the price found on few, the gap, how often circles are asked."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from tables import Answering, best_mix, table

from models.errors import ModelError, SolverError
from models.nation import Question, ask_nation
from models.nation.asked import Asked
from models.nation.search import samples
from models.nation.state import State
from models.solution import SolveOptions, Termination

LEVELS = ("missing_types", "basic_coverage")
QUICK = SolveOptions(mip_gap=1e-3, time_limit_s=30.0)


def nation(n: int, seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng([40, seed])
    return [table(rng) for _ in range(n)]


def solved(tables: list[np.ndarray], each_cny: float, levels: tuple[str, ...] = LEVELS):
    asked = Answering([rows[:, : 1 + len(levels)] for rows in tables])
    names = [f"N{c:05d}" for c in range(len(tables))]
    return asked, ask_nation(names, levels, each_cny * len(tables), QUICK, asked)


@pytest.mark.parametrize(("n", "seed", "each"), [(80, 0, 1.2e6), (80, 1, 2e6), (200, 2, 1.5e6)])
def test_value_and_bound_enclose_the_best_mix_and_meet_within_the_gap(n: int, seed: int, each: float):
    tables = nation(n, seed)
    _, found = solved(tables, each)
    assert found.termination is Termination.OPTIMAL
    assert found.spent_cny <= each * n + 0.01
    held: list[float] = []
    for level, wanted in enumerate(found.levels):
        result = wanted.result
        best = best_mix(tables, each * n, held, level)
        assert result.incumbent - 1e-3 <= best * (1 + 1e-5)
        assert best <= result.bound + 1e-3
        assert result.mip_gap <= 1e-3
        held.append(result.incumbent)


def test_money_that_does_not_fill_everything_weighs_the_first_level():
    tables = nation(120, 3)
    _, found = solved(tables, 2.5e5)
    first = found.levels[0].result
    best = best_mix(tables, 2.5e5 * 120, [], 0)
    assert first.incumbent <= best + 1e-6 <= first.bound + 2e-6
    assert best < sum(rows[:, 1].max() for rows in tables)
    assert found.levels[0].price > 0


def test_prices_settle_on_few_circles_before_all_are_asked():
    tables = nation(320, 4)
    asked, found = solved(tables, 1.5e6)
    weighed = [one for one in asked.rounds if one[0].weights == (0.0, 1.0)]
    first_of_all = next(k for k, one in enumerate(weighed) if len(one) > 160)
    assert first_of_all >= 2
    assert max(len(one) for one in weighed[:first_of_all]) <= 80
    assert found.questions / 320 < 5.5
    prices = [one[0].price for one in weighed[:first_of_all]]
    assert found.levels[1].price == pytest.approx(prices[-1], rel=0.5)


def test_questions_a_circle_do_not_grow():
    few, many = (solved(nation(n, 5), 1.5e6)[1] for n in (100, 800))
    assert many.questions / 800 <= few.questions / 100 + 0.5


def test_samples_grow_and_stay_under_a_quarter():
    assert samples(63) == []
    assert samples(64) == [16]
    assert samples(1000) == [62, 250]
    assert all(size * 4 <= n for n in (64, 100, 999, 5000) for size in samples(n))
    assert max(samples(100_000)) == 512


def test_the_chord_bounds_what_is_not_asked():
    rng = np.random.default_rng(6)
    tables = [table(rng) for _ in range(40)]
    answering = Answering(tables)
    asked = Asked(answering)
    low, high = 0.005, 0.03

    def at(price: float) -> list[Question]:
        return [Question(c, (0.0, 1.0), price, (None, None)) for c in range(40)]

    asked.put(at(low))
    asked.put(at(high))
    for price in (0.006, 0.012, 0.02, 0.029, 0.05):
        before = asked.count
        bounds = asked.ceilings(at(price), slack=np.inf)
        assert asked.count == before
        truth = [answering.answer(one).bound for one in at(price)]
        assert all(b >= t - 1e-9 for b, t in zip(bounds, truth, strict=True))
    same = [c for c in range(40) if answering.answer(at(low)[c]).values == answering.answer(at(high)[c]).values]
    before = asked.count
    exact = asked.ceilings(at(0.012), slack=1e-6)
    assert asked.count - before <= 40 - len(same)
    assert exact == pytest.approx([answering.answer(one).bound for one in at(0.012)])
    assert asked.put(at(0.012)[:1])[0].circle == 0


def test_a_question_is_not_asked_twice_and_starts_from_the_best_plan_known():
    answering = Answering(nation(1, 7))
    asked = Asked(answering)
    one = Question(0, (0.0, 1.0), 0.01, (None, None))
    asked.put([one])
    asked.put([one])
    assert asked.count == 1
    asked.put([replace(one, price=0.02)])
    start = answering.rounds[-1][0].start
    assert start is not None
    assert start.values == answering.answer(one).values


def test_an_answer_too_few_is_an_error():
    asked = Asked(lambda questions: [])
    with pytest.raises(SolverError, match="1 questions, 0 answers"):
        asked.put([Question(0, (1.0,), 0.0, (None,))])


def test_too_little_money_is_told_with_the_least():
    tables = [rows[1:] for rows in nation(5, 8)]
    least = sum(rows[:, 0].min() for rows in tables)
    _, found = solved(tables, least / 5 * 0.99)
    assert found.termination is Termination.INFEASIBLE
    assert found.least_cny == pytest.approx(least)
    _, found = solved(tables, least / 5)
    assert found.chosen is not None
    assert found.spent_cny == pytest.approx(least)


@pytest.mark.parametrize(("steps", "said"), [((0.5, 0.75), 10.25), ((6.0, 4.0), 10.0), ((3.0, 0.0), 10.3), ((), 10.3)])
def test_a_bound_is_rounded_to_what_all_circles_can_add_up_to(steps: tuple[float, ...], said: float):
    pool = SimpleNamespace(answers=[SimpleNamespace(steps=(step,)) for step in steps])
    assert State.rounded(SimpleNamespace(asked=SimpleNamespace(pool=pool)), 0, 10.3) == said


def test_names_and_money_are_checked():
    with pytest.raises(ModelError, match="capital nan; two circles named A"):
        ask_nation(["A", "A"], LEVELS, float("nan"), QUICK, Answering([]))
