"""One round of questions: what the journal knows is not asked again, the rest is put to the circles and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from models.nation import Answer, AskAll, Question
from models.solution import SolveOptions
from siting.batch import Job
from siting.nation.asking import Asked, CircleFacts, answer_many
from siting.nation.hands import Hands, Hear
from siting.nation.journal import Journal, mark_of
from siting.progress import Progress

Tell = Callable[[Progress], None]
Terms = tuple[str, tuple[str, ...], float, SolveOptions]
"""Of all questions of a run: its name, levels, capital (元), options."""


def asker(
    jobs: Sequence[Job],
    facts: Sequence[CircleFacts],
    terms: Terms,
    hands: Hands,
    tell: Tell,
    journal: Journal,
) -> AskAll:
    """Who answers questions about the circles of ``jobs``."""
    run, levels, capital_cny, options = terms
    rounds = [0]

    def ask_all(questions: Sequence[Question]) -> list[Answer]:
        rounds[0] += 1
        marks = [mark_of(facts[q.circle].digest, levels, capital_cny, options, q) for q in questions]
        known = [journal.find(mark, q) for mark, q in zip(marks, questions, strict=True)]
        asked = [n for n, answer in enumerate(known) if answer is None]
        items = [
            (questions[n].circle, Asked(run, jobs[questions[n].circle], levels, capital_cny, questions[n], options))
            for n in asked
        ]
        counted = counting(tell, f"第 {rounds[0]} 轮询价", len(items))

        def hear(fresh: Sequence[tuple[int, Any]]) -> None:
            journal.keep((marks[asked[at]], answer) for at, answer in fresh)
            counted(fresh)

        answers = iter(hands(answer_many, items, hear) if items else [])
        return [next(answers) if answer is None else answer for answer in known]

    return ask_all


def counting(tell: Tell, stage_zh: str, total: int) -> Hear:
    """Tells how many of ``total`` are ready."""
    done = [0]

    def hear(fresh: Sequence[tuple[int, Any]]) -> None:
        done[0] += len(fresh)
        tell(Progress(stage_zh, done=done[0], total=total))

    return hear
