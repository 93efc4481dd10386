"""What a worker does for the nation: read a circle, and answer what is asked of it. Found by name in the workers.

A worker keeps the circles that it has read (:mod:`siting.nation.shelf`); one that does not know a circle (it came in
place of another) reads it again, so an answer depends on the question alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.circles import PilotCircle
from scenarios.schema import Scenario
from siting.batch import Job, RunOutcome
from siting.failures import ExitCode
from siting.tasks import guarded, request_of

if TYPE_CHECKING:
    from models.nation import Answer, Circle, Priced, Question
    from models.solution import SolveOptions
    from siting.nation.shelf import Shelf

_shelves: dict[str, Shelf] = {}
"""Of one run, by its name."""


@dataclass(frozen=True)
class CircleFacts:
    """A circle as the one who shares out the money knows it; ``number`` counts the jobs.

    ``digest``: SHA-256 (hex) over all that its answers depend on, beside the question.
    """

    number: int
    circle_id: str
    name: str
    district: str
    residents: float
    missing_total: int
    scenario: Scenario
    scenario_name: str
    simulated: bool
    simulated_note: str
    digest: str


@dataclass(frozen=True, eq=False)
class Asked:
    """A question to the circle of ``job``, of which all have ``capital_cny`` and ``levels``; ``run`` names the run."""

    run: str
    job: Job
    levels: tuple[str, ...]
    capital_cny: float
    question: Question
    options: SolveOptions


def open_circle(run: str, number: int, job: Job) -> CircleFacts | RunOutcome:
    """Read a circle and build its model; how it ended where that cannot be. Never raises."""
    found: list[CircleFacts] = []

    def work() -> RunOutcome:
        facts, circle = _read(number, job)
        _shelf_of(run).put(_name(job), circle)
        found.append(facts)
        return RunOutcome(facts.circle_id, facts.name, "done", ExitCode.DONE)

    outcome = guarded(job, work)
    return found[0] if found else outcome


def answer_circle(asked: Asked) -> Answer:
    """The circle's answer.

    Raises:
        SolverError, VerificationError: as :meth:`models.nation.Priced.answer`.
    """
    from models.nation import Priced, capped

    def model_of(circle: Circle) -> Priced:
        free = replace(circle, rules=replace(circle.rules, levels=asked.levels, budget_cny=None))
        return Priced(capped(free, asked.capital_cny))

    shelf, name = _shelf_of(asked.run), _name(asked.job)
    model = shelf.model(name, model_of)
    if model is None:
        circle = _read(0, asked.job)[1]
        shelf.put(name, circle)
        model = shelf.model(name, model_of) or model_of(circle)
    return model.answer(asked.question, asked.options)


def answer_many(asked: Sequence[Asked], report: Any) -> list[Answer]:
    """The answers to many (a :data:`siting.nation.hands.Task`)."""
    del report
    return [answer_circle(one) for one in asked]


def open_many(jobs: Sequence[tuple[str, int, Job]], report: Any) -> list[CircleFacts | RunOutcome]:
    """Read many circles (a :data:`siting.nation.hands.Task`)."""
    del report
    return [open_circle(*one) for one in jobs]


def _read(number: int, job: Job) -> tuple[CircleFacts, Circle]:
    from models.nation import Circle
    from siting.formulation import build
    from siting.prepare import read_inputs
    from siting.resume import fingerprint

    request = request_of(job)
    inputs = read_inputs(request)
    ready = inputs.prepared()
    built = build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps, job.seed)
    circle = ready.workspace.circle
    facts = CircleFacts(
        number,
        circle.id,
        circle.name,
        circle.district,
        float(ready.workspace.demand["residents"].sum()),
        int(built.instance.missing_outlets.sum()),
        ready.scenario.scenario,
        ready.scenario.name,
        circle.simulated,
        circle.simulated_note,
        fingerprint(request, inputs, job.out),
    )
    return facts, Circle(circle.id, built.instance, built.rules)


def _shelf_of(run: str) -> Shelf:
    """The circles of ``run``; those of another run are let go."""
    if run not in _shelves:
        from siting.nation.shelf import Shelf

        _shelves.clear()
        _shelves[run] = Shelf()
    return _shelves[run]


def _name(job: Job) -> str:
    source = job.source.id if isinstance(job.source, PilotCircle) else str(Path(job.source).absolute())
    return f"{source} {job.scenario_text} {job.sets} {job.seed} {job.solver}"
