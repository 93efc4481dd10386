"""All that circles were asked and answered: their columns, and ceilings of their best at any price.

The best of a circle at a price p, L(p) = max_x [w v(x) - p money(x)], is convex in p and never rises with it. So bounds
at two prices bound it between them, by the chord, and a bound at one price bounds it at every higher one. Where that
ceiling is no higher than what a known plan is worth, a question would teach nothing and is not asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from models.errors import SolverError
from models.nation.circle import Answer, Question, worth
from models.nation.master import Pool

AskAll = Callable[[Sequence[Question]], list[Answer]]


class Asked:
    """The circles' answers; ``count`` is the number of questions that were put to them."""

    def __init__(self, ask_all: AskAll) -> None:
        self.pool = Pool()
        self.count = 0
        self._ask_all = ask_all
        self._answers: dict[tuple[object, ...], Answer] = {}
        self._bounds: dict[tuple[object, ...], dict[float, float]] = {}

    def put(self, questions: Sequence[Question]) -> list[Answer]:
        """An answer to each; one that was given before is not asked again.

        Raises:
            SolverError: the circles gave another number of answers.
        """
        fresh = [one for one in questions if _key(one) not in self._answers]
        self.count += len(fresh)
        answers = self._ask_all([replace(one, start=self.pool.best(one)) for one in fresh]) if fresh else []
        if len(answers) != len(fresh):
            raise SolverError(f"{len(fresh)} questions, {len(answers)} answers")
        self.pool.add(list(answers))
        for question, answer in zip(fresh, answers, strict=True):
            self._answers[_key(question)] = answer
            if question.most_cny is None:
                self._bounds.setdefault(_line(question), {})[question.price] = answer.bound
        return [self._answers[_key(one)] for one in questions]

    def ceilings(self, questions: Sequence[Question], slack: float) -> list[float]:
        """A bound on the best answer to each; asked where what is known leaves more than ``slack`` open."""
        self.put([one for one in questions if self._ceiling(one) - self._floor(one) > slack])
        return [self._ceiling(one) for one in questions]

    def best(self, question: Question) -> Answer:
        """The best plan known for ``question``; one that keeps it has been found."""
        found = self.pool.best(question)
        assert found is not None
        return found

    def _floor(self, question: Question) -> float:
        known = self.pool.best(question)
        return -math.inf if known is None else worth(known, question)

    def _ceiling(self, question: Question) -> float:
        known = self._bounds.get(_line(question), {})
        at = question.price
        left = max((p for p in known if p <= at), default=None)
        right = min((p for p in known if p >= at), default=None)
        if left is None:
            return math.inf
        if right is None or right == left:
            return known[left]
        share = (at - left) / (right - left)
        chord = (1 - share) * known[left] + share * known[right]
        return min(known[left], chord) if math.isfinite(chord) else known[left]


def _key(asked: Question) -> tuple[object, ...]:
    return asked.circle, asked.weights, asked.price, asked.least, asked.most_cny


def _line(asked: Question) -> tuple[object, ...]:
    return asked.circle, asked.weights, asked.least
