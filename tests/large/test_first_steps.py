"""What a level begins with: first prices of rows and of shared limits, a first descent on a part, who fills what."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from large.relaxed_levels import relaxed
from large_primal.maximal import nothing_more_fits
from large_primal.primal_cases import lawful, random_pairs, value
from support.hand import hand_instance

from models.assemble import assemble
from models.columns import lay_out
from models.completion import complete
from models.instance import Rules
from models.large import dive as diving
from models.large import first_plan
from models.large.arrays import arrays_of
from models.large.descent import Descent
from models.large.dive import Haste, _who_fills, dive
from models.large.first_plan import Plans
from models.large.greedy import greedy
from models.large.incumbent import Incumbent
from models.large.lagrangian import Split, Terms, dual_value
from models.large.limits import limits_of
from models.large.prices import first_prices, units
from models.large.shrink import shrink
from models.large.state import holding
from models.objectives import objective
from models.solution import Decision, SolveOptions

TRIES = (0.1, 0.3, 0.6, 1.0, 2.0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("planned", [False, True])
def test_first_prices_ask_who_is_reached_and_then_what_is_scarce(seed: int, planned: bool):
    part = relaxed(seed)
    t, n, unit = part.terms, part.n_cover, units(part)
    chosen = (np.random.default_rng(seed).random(len(t.pair)) < 0.3).astype(float) if planned else None
    m = np.zeros(len(part.lower))
    for g in range(n):
        own = max(t.gain[t.link[g]], 0.0)
        m[g] = 0.5 * own
        if chosen is not None:
            times = sum(chosen[c] for c in range(len(t.pair)) if g in t.row[t.row_start[c] : t.row_start[c + 1]])
            left = times + t.cap[g] - (own > 0)
            m[g] = own * (1.0 if left < 0 else 0.5 if left == 0 else 0.0)
    best = dual_value(part, m)
    many = 0.2 * len(t.pair)
    wide = [r for r in range(len(t.other_lower)) if t.other_start[r + 1] - t.other_start[r] >= many]
    for r in (n + r for r in wide if np.isfinite(t.other_upper[r])):
        tried = []
        for share in TRIES:
            m[r] = share * unit[r]
            tried.append(dual_value(part, m))
        falls = [k for k, v in enumerate(tried) if v < min([best, *tried[:k]])]
        # the first valley: after a fall the first try that does not fall ends it
        held = 0.0
        for k in range(len(TRIES)):
            if k in falls:
                held, best = TRIES[k] * unit[r], tried[k]
            elif held > 0:
                break
        m[r] = held
    assert first_prices(part, unit, chosen) == pytest.approx(m)


@pytest.mark.parametrize("seed", [1, 2, 3, 11])
def test_prices_of_shared_limits_are_guessed_and_follow_what_is_taken(seed: int):
    pairs = replace(random_pairs(seed, n_place=8, n_type=5, most=30), capital_cny=30.0, max_sites=3)
    limits, a = limits_of(pairs), arrays_of(pairs, pairs.forced)
    state = holding(a, greedy(pairs))
    used = limits.use(state)
    full = used >= 0.98
    tolls = limits.part[full].sum(axis=0)
    paid = state.chosen & (tolls > 0)
    lengths = np.diff(a.fill_start)
    fills = [a.fill_weight[a.fills[at : at + n]].sum() for at, n in zip(a.fill_start, lengths, strict=False)]
    worth = state.worth + np.array(fills)
    fifth = float(np.quantile(worth[paid] / tolls[paid], 0.2)) if paid.any() else 0.0
    gained = float(worth[state.chosen].sum())
    limits.guess(a, state)
    assert limits.price == pytest.approx(np.where(full, max(fifth, 0.05 * gained), 0.01 * gained))
    before = limits.price.copy()
    limits.follow(a, state, 0.5)
    assert limits.price == pytest.approx(before * np.exp(0.5 * np.clip(used - 1, -0.2, 0.2)))
    spent = pairs.budget_cny[state.chosen].sum() + pairs.fixed_cny[np.unique(pairs.place[state.chosen])].sum()
    sites = (pairs.used[np.unique(pairs.place[state.chosen])] >= 0).sum()
    assert used[:2] == pytest.approx([spent / 30.0, sites / 3])


def test_limits_have_a_price_where_only_fills_count():
    pairs = replace(random_pairs(3, n_place=8, n_type=5, most=30), capital_cny=30.0, max_sites=-1)
    pairs = replace(pairs, weight=np.zeros(len(pairs.weight)))
    limits, a = limits_of(pairs), arrays_of(pairs, pairs.forced)
    state = holding(a, greedy(pairs))
    assert state.worth.sum() == 0
    limits.guess(a, state)
    assert (limits.price > 0).all()


def test_a_descent_on_a_part_begins_calm_from_the_prices_of_the_whole():
    part = relaxed(1)
    whole = Descent(part, np.zeros(len(part.lower)), units(part))
    whole.go(-np.inf, 70, np.inf)
    left = np.arange(len(part.terms.pair)) % 3 > 0
    rest, rows = shrink(diving.fixed(part, left, np.arange(len(left)) == 0))
    assert not rows.all()
    new = whole.on(rest, left, rows, 0.05)
    assert (new.pace, new.widest, new.patience, new.lively, new.idle) == (0.05, 0.1, 5, False, 0)
    assert new.bound == dual_value(rest, whole.multipliers[rows])
    assert (new.share == whole.share[left]).all()
    for own, of_all in ((new.multipliers, whole.multipliers), (new.metric, whole.metric), (new.high, whole.high)):
        assert own.tolist() == of_all[rows].tolist()
    kept, steps = whole.multipliers.copy(), whole.steps
    new.push(7, 0.01)
    assert new.steps == steps + 7
    assert (whole.steps, whole.multipliers.tolist()) == (steps, kept.tolist())
    new.pace = 1e-4
    new.push(7, 0.01)
    assert new.steps == steps + 7


def test_rows_that_say_nothing_leave_a_part_and_a_row_without_pairs_is_a_bound():
    """Max 5a + 4b + 3c, a <= x0 + 1, b <= x1, c <= 0.25: of three rows the second is left, c is a quarter at most."""
    one, zero = np.ones(3), np.zeros(3)
    terms = Terms(
        gain=np.array([5.0, 4.0, 3.0, -1.0, -1.0]), link=np.arange(3), cap=np.array([1.0, 0.0, 0.25]),
        row_start=np.array([0, 1, 2]), row=np.array([0, 1], dtype=np.int32), other_start=np.zeros(1, dtype=np.int64),
        other_column=np.zeros(0, dtype=np.int64), other_value=np.zeros(0), other_lower=np.zeros(0),
        other_upper=np.zeros(0), alone=np.arange(3), alone_lower=zero, alone_upper=one, pair=np.array([3, 4]),
        area_m2=np.ones(2), start=np.array([0, 2]), room_m2=np.array([2.0]), used=np.array([-1]),
    )  # fmt: skip
    part = Split(terms, np.full(3, -np.inf), terms.cap, 0.0, 1.0, np.array([2.0, 2.0, 1.0]), 14.0)
    smaller, rows = shrink(part)
    assert rows.tolist() == [False, True, False]
    assert (smaller.n_cover, smaller.terms.link.tolist(), smaller.terms.row.tolist()) == (1, [1], [0])
    assert smaller.terms.row_start.tolist() == [0, 0, 1]
    assert smaller.terms.alone_upper.tolist() == [1.0, 1.0, 0.25]
    assert dual_value(smaller, np.array([4.0])) == pytest.approx(5 + 0.75 + 3)  # x1 gains 4 for its cost of 1


def test_who_alone_can_fill_and_who_can_fill_at_all():
    pairs = replace(random_pairs(1), fill_start=np.array([0, 1, 2, 4, 4, 5, 5, 5, 5, 5]),
                    fill_entry=np.array([0, 0, 0, 1, 2], dtype=np.int32))  # fmt: skip
    # entry 0 has the candidates 0, 1, 2; entry 1 candidate 2; entry 2 candidate 4
    for number, lacks, must, may in (
        ([0, 1, 2, 3, 4], [2, 1, 0], [2], [0, 1, 2]),
        ([0, 1, 3], [2, 1, 1], [0, 1], [0, 1]),
        ([4, 2, 0], [2, 0, 1], [4, 2, 0], [4, 2, 0]),
        ([3], [1, 1, 1], [], []),
    ):
        found = _who_fills(pairs, np.array(number), np.array(lacks))
        assert [np.array(number)[one].tolist() for one in found] == [must, may]


class Shares:
    """A descent that keeps its shares; what is asked of it is written down."""

    def __init__(self, share: np.ndarray, log: list) -> None:
        self.share, self.log, self.part = share, log, None

    def on(self, part: object, left: np.ndarray, rows: object, pace: float) -> Shares:
        self.log.append((int(left.sum()), pace))
        return Shares(self.share[left], self.log)

    def push(self, steps: int, drop: float) -> None:
        self.log.append((steps, drop))


@pytest.mark.parametrize("late", [False, True])
def test_a_dive_decides_the_surest_descends_on_the_rest_and_fills_up(monkeypatch: pytest.MonkeyPatch, late: bool):
    monkeypatch.setattr(diving, "fixed", lambda part, left, taken: part)
    monkeypatch.setattr(diving, "shrink", lambda part: (part, None))
    pairs = replace(random_pairs(2, n_place=6, n_type=4, most=20), capital_cny=40.0, held_fill=-np.inf)
    log: list = []
    share = np.linspace(0.2, 0.7, pairs.n)
    plan = dive(pairs, Shares(share, log), np.arange(pairs.n), Haste(0.3, 40, 20), -np.inf if late else np.inf)
    sizes = [n for n, pace in log if pace == 0.05]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == 0 or len(sizes) > 1
    assert [n for n, pace in log if pace == 0.005] == ([] if late else [40] * len(sizes))
    assert value(pairs, plan) > 0
    assert lawful(pairs, plan)
    assert nothing_more_fits(pairs, plan)


def test_a_dive_decides_what_is_held_first_and_with_steps_of_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(diving, "fixed", lambda part, left, taken: part)
    monkeypatch.setattr(diving, "shrink", lambda part: (part, None))
    pairs = random_pairs(3, n_place=6, n_type=4, most=20)
    pairs = replace(pairs, capital_cny=60.0, missing=np.array([2.0, 2.0]), held_fill_weight=np.ones(2))
    log: list = []
    dive(pairs, Shares(np.linspace(0.2, 0.7, pairs.n), log), np.arange(pairs.n), Haste(0.3, 40, 20), np.inf)
    steps = [n for n, pace in log if pace == 0.005]
    assert steps == sorted(steps)
    assert set(steps) == {20, 40}


def test_work_grows_and_what_levels_held_ask_for_is_worth_a_price(monkeypatch: pytest.MonkeyPatch):
    pairs = random_pairs(1)
    n_col = pairs.n + len(pairs.weight) + len(pairs.missing)
    cover, fill = slice(pairs.n, pairs.n + len(pairs.weight)), slice(pairs.n + len(pairs.weight), n_col)
    plans = Plans.__new__(Plans)
    goal = np.concatenate([np.zeros(pairs.n), np.full(len(pairs.weight), 3.0), np.full(len(pairs.missing), -1.0)])
    plans.pairs, plans._goal, plans._n_col = pairs, SimpleNamespace(coefficients=goal), n_col
    plans._covers, plans._fills, plans._insist, plans.work, plans._seed = cover, fill, 1.0, 1000, 5
    seen = []
    monkeypatch.setattr(first_plan, "rounded", lambda pairs, share: seen.append((pairs, share)) or pairs.forced)
    priced = np.concatenate([np.zeros(pairs.n), np.full(len(pairs.weight), 5.0), np.full(len(pairs.missing), 1.0)])
    share = np.arange(n_col) / n_col
    plans.insist()
    plans.insist()
    plans.rounded(share, priced)
    (given, part), factor = seen[0], 1.5**2
    assert part.tolist() == share[: pairs.n].tolist()
    assert given.weight == pytest.approx(np.full(len(pairs.weight), 3.0 + 2.0 * factor))
    assert given.fill_weight == pytest.approx(np.full(len(pairs.missing), 2.0 * factor))
    asked = []
    spy = SimpleNamespace(improve=lambda chosen, seed, left_s, work: asked.append((seed, work)) or chosen)
    monkeypatch.setattr(Plans, "_searcher", lambda self: spy)
    monkeypatch.setattr(first_plan, "polished", lambda s, chosen, seed, work, end: asked.append((seed, work)) or chosen)
    plan = np.zeros(n_col)
    plan[0] = 1.0
    for make in (plans.searched, plans.polished, plans.searched):
        assert make(plan, np.inf).tolist() == plan.tolist()
    assert asked == [(6, 1000), (7, 1300), (8, 1690)]


def test_who_only_counts_in_a_floor_is_worth_what_the_floor_pays():
    """Half of the groups gain nothing themselves but count in one more row, of which a unit has the row's price."""
    part = relaxed(2)
    t, n = part.terms, part.n_cover
    free, gain = t.link[: n // 2], t.gain.copy()
    gain[free] = 0.0
    terms = t._replace(
        gain=gain,
        other_start=np.append(t.other_start, t.other_start[-1] + len(free)),
        other_column=np.append(t.other_column, free),
        other_value=np.append(t.other_value, np.full(len(free), 2.0)),
        other_lower=np.append(t.other_lower, 9.0),
        other_upper=np.append(t.other_upper, np.inf),
    )
    unit = units(replace(part, terms=terms))
    assert unit[: n // 2] == pytest.approx(np.full(n // 2, 2.0 * unit[-1]))
    assert unit[n // 2 : n] == pytest.approx(gain[t.link[n // 2 :]])


def test_a_plan_that_gains_a_little_is_taken():
    problem = lay_out(hand_instance(coverage_weight=np.array([1e-3, 1e-3])), Rules(levels=("basic_coverage",)))
    model, goal = assemble(problem), objective("basic_coverage", problem)
    best = Incumbent(problem, model, goal, SolveOptions())
    plan = Decision.empty(hand_instance())
    assert best.offer(complete(problem, plan))
    plan.open[0, 0] = True
    assert best.offer(complete(problem, plan))
    assert 0.0 < best.value < 1.0
    assert not best.offer(complete(problem, plan))
