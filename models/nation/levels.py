"""The levels one after another: what every circle reaches at any money where all can have it, else by price."""

from __future__ import annotations

import math
import time
from dataclasses import replace

from models.nation.circle import Answer, sign
from models.nation.master import affords
from models.nation.results import Nation, NationLevel
from models.nation.search import Search
from models.nation.state import State
from models.outcome import closed
from models.solution import LevelResult, Termination

_RICH = "missing_types"
_NO_PRICE = 1e-9


def solve_levels(state: State, names: tuple[str, ...], all_levels: bool) -> Nation:
    """The levels, from a state in which nothing has been asked; not ``all_levels``: until money is scarce."""
    if state.levels[0] == _RICH:
        rich = _as_if_rich(state, 0)
        if any(a.impossible for a in rich):
            return Nation(Termination.INFEASIBLE, names, impossible=_impossible(names, rich))
    least = None
    if state.mix is None:
        cheapest = state.asked.put(state.questions(range(state.n), [0.0] * len(state.levels), 1.0))
        least = math.fsum(-a.bound for a in cheapest if not a.impossible)
        impossible = _impossible(names, cheapest)
        if impossible or not affords(state.capital_cny, least):
            return Nation(Termination.INFEASIBLE, names, impossible=impossible, least_cny=least)
        if not all(a.found for a in cheapest) or not state.fits(cheapest):
            return Nation(Termination.NO_SOLUTION, names, least_cny=least)
        state.mix = [state.asked.pool.number(a) for a in cheapest]
    results: list[NationLevel] = []
    while len(results) < len(state.levels) and (all_levels or not any(map(_spent_by, results))):
        results.append(_level(state, len(results)))
    ended = all(v.result.termination is Termination.OPTIMAL for v in results)
    chosen = tuple(state.asked.pool.answers[q] for q in state.mix)
    return Nation(
        Termination.OPTIMAL if ended else Termination.FEASIBLE,
        names,
        tuple(results),
        chosen,
        tuple(state.asked.pool.answers),
        least_cny=least,
    )


def _spent_by(level: NationLevel) -> bool:
    """A level beside the missing outlets at which money has a price: nothing is left for the levels after it."""
    return level.result.name != _RICH and level.price > _NO_PRICE


def _impossible(names: tuple[str, ...], answers: list[Answer]) -> tuple[str, ...]:
    return tuple(names[a.circle] for a in answers if a.impossible)


def _level(state: State, n: int) -> NationLevel:
    began = time.perf_counter()
    search = Search(state, n)
    if state.levels[n] == _RICH and n not in state.pinned:
        search.bound = math.fsum(a.bound for a in _as_if_rich(state, n))
        state.take(n)
    if n in state.pinned:
        search.bound = math.fsum(state.pinned[n])
    if not search.closed():
        search.run()
    value = state.value(n)
    bound = max(value, state.rounded(n, search.bound))
    proven = closed(value, bound, state.options)
    state.held[n] = value - 1e-7 * max(1.0, abs(value))
    turn = sign(state.levels[n])
    result = LevelResult(
        state.levels[n],
        "max" if turn > 0 else "min",
        turn * value + 0.0,
        turn * bound + 0.0,
        time.perf_counter() - began,
        Termination.OPTIMAL if proven else Termination.FEASIBLE,
    )
    return NationLevel(result, search.price, search.rounds)


def _as_if_rich(state: State, n: int) -> list[Answer]:
    """The most that each circle reaches at any money, and the least money for it; pinned if all can have it."""
    every = range(state.n)
    free = state.asked.put(state.questions(every, state.only(n), 0.0))
    caps = [a.bound for a in free]
    if not all(math.isfinite(cap) for cap in caps):
        return free
    nothing = state.questions(every, [0.0] * len(state.levels), 1.0)
    wanted = [replace(q, least=(*q.least[:n], cap, *q.least[n + 1 :])) for q, cap in zip(nothing, caps, strict=True)]
    answers = state.asked.put(wanted)
    if all(a.found for a in answers) and state.fits(answers):
        state.mix = [state.asked.pool.number(a) for a in answers]
        state.pinned[n] = caps
    return free
