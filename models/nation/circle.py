"""One circle of a nation: its best plan at a price of money, with a proven bound.

Every level v_n that adds up over circles is turned so that more is better: v_n = s_n (c_n x), s_n = 1 where it is
maximised and -1 where it is minimised. At a price p >= 0 of money and weights w >= 0 of the levels the circle answers

    max  sum_n w_n v_n(x) - p money(x)     over its own model (all blocks),  v_m(x) >= least_m  where that is asked,
                                           money(x) <= its budget

``Answer.bound`` is no less than this maximum, whatever gap or limit the solver stopped at; inf where none was proven.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from models.assemble import assemble
from models.backends import backend
from models.columns import lay_out
from models.completion import complete, decision_of
from models.errors import ModelError, VerificationError
from models.instance import FloatArray, IntArray, Rules, SitingInstance
from models.linear import LinearModel, Objective, Rows, rows
from models.objectives import SENSES, lattice_step, objective, spending
from models.one_level import ask, round_bound
from models.solution import Decision, SolveOptions, Termination
from models.verify import breaches, budget_spent_cny, level_value

ADDITIVE_LEVELS = (
    "missing_types",
    "basic_coverage",
    "public_coverage",
    "quality_coverage",
    "cost",
    "walking",
    "sites",
)


@dataclass(frozen=True, eq=False)
class Circle:
    """A circle by name. ``rules.levels`` are the nation's; ``rules.budget_cny`` is its own limit, if any."""

    name: str
    instance: SitingInstance
    rules: Rules


@dataclass(frozen=True, eq=False)
class Question:
    """What a circle, by number, is asked: weights [level], price of money, least v [level], most money; None: any.

    ``start`` is an earlier answer of the circle: the search begins with its plan. The question says all that its answer
    depends on, so it does not matter which worker gives it, nor what else that worker was asked.
    """

    circle: int
    weights: tuple[float, ...]
    price: float
    least: tuple[float | None, ...]
    most_cny: float | None = None
    start: Answer | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """The circle's plan, None where none was found: picks as (site, type) and (place, type), money and v [level].

    ``impossible``: proven that no plan keeps the circle's own rules and what was asked. ``steps`` [level]: v is a
    multiple of it (0: of nothing known).
    """

    circle: int
    bound: float
    impossible: bool
    opened: IntArray | None = None
    added: IntArray | None = None
    money_cny: float = math.nan
    values: tuple[float, ...] = ()
    steps: tuple[float, ...] = ()

    @property
    def found(self) -> bool:
        """A plan was found."""
        return self.opened is not None


class Priced:
    """A circle's model, assembled once and asked often."""

    def __init__(self, circle: Circle) -> None:
        self.check(circle)
        self.circle = circle
        self.problem = lay_out(circle.instance, circle.rules)
        self.model = assemble(self.problem)
        self.goals = [sign(level) * objective(level, self.problem).coefficients for level in circle.rules.levels]
        self.money = spending(self.problem).coefficients
        self.steps = tuple(lattice_step(Objective("v", "max", goal), self.model) for goal in self.goals)

    @staticmethod
    def check(circle: Circle) -> None:
        """Raises ModelError where the circle cannot share a budget: a plan by years, a level that does not add up."""
        if circle.rules.phases is not None:
            raise ModelError(f"circle {circle.name}: a plan by years cannot share a nation's budget")
        unfit = [level for level in circle.rules.levels if level not in ADDITIVE_LEVELS]
        if unfit:
            raise ModelError(f"circle {circle.name}: level {unfit[0]} does not add up over circles")

    def answer(self, question: Question, options: SolveOptions) -> Answer:
        """The plan at a price; every plan is checked by the independent verifier.

        Raises:
            SolverError: the solver is missing or failed.
            VerificationError: the plan does not check (a fault of ours).
        """
        c = -question.price * self.money
        for weight, goal in zip(question.weights, self.goals, strict=True):
            c = c + weight * goal
        aim = Objective("priced", "max", c)
        first = (
            None if question.start is None else complete(self.problem, plan_of(self.circle.instance, question.start))
        )
        found = ask(backend(options.solver), self._held(question), aim, options, start=first)
        if found.termination is Termination.INFEASIBLE:
            return Answer(question.circle, -math.inf, impossible=True)
        bound = math.inf if found.bound is None else round_bound(found.bound, aim, lattice_step(aim, self.model))
        if found.values is None:
            return Answer(question.circle, bound, impossible=False)
        plan = decision_of(self.problem, complete(self.problem, decision_of(self.problem, found.values)))
        i, rules = self.circle.instance, self.circle.rules
        broken = breaches(i, rules, plan)
        if broken:
            raise VerificationError(tuple(f"{self.circle.name}: {text}" for text in broken))
        money = budget_spent_cny(i, plan)
        values = tuple(sign(level) * level_value(i, rules, plan, level) for level in rules.levels)
        found_plan = Answer(
            question.circle,
            bound,
            impossible=False,
            opened=np.argwhere(plan.open),
            added=np.argwhere(plan.addon),
            money_cny=money,
            values=values,
            steps=self.steps,
        )
        return replace(found_plan, bound=max(bound, worth(found_plan, question)))

    def _held(self, question: Question) -> LinearModel:
        model = self.model
        for n, least in enumerate(question.least):
            if least is not None:
                at = least - 1e-6 * max(1.0, abs(least))
                model = model.with_rows(_one_row(f"least[{n}]", self.goals[n], at, np.inf))
        if question.most_cny is not None:
            model = model.with_rows(_one_row("most", self.money, -np.inf, question.most_cny))
        return model


def worth(found: Answer, question: Question) -> float:
    """What the plan of ``found`` is worth at the question's weights and price."""
    return sum(w * v for w, v in zip(question.weights, found.values, strict=True)) - question.price * found.money_cny


def keeps(found: Answer, question: Question) -> bool:
    """The plan of ``found`` keeps what the question demands."""
    least = zip(question.least, found.values, strict=True)
    enough = all(at is None or v >= at - 1e-6 * max(1.0, abs(at)) for at, v in least)
    return enough and (question.most_cny is None or found.money_cny <= question.most_cny)


def sign(level: str) -> float:
    """1 where more is better, else -1."""
    return 1.0 if SENSES[level] == "max" else -1.0


def plan_of(instance: SitingInstance, found: Answer) -> Decision:
    """The plan of an answer."""
    assert found.opened is not None
    assert found.added is not None
    plan = Decision.empty(instance)
    plan.open[found.opened[:, 0], found.opened[:, 1]] = True
    plan.addon[found.added[:, 0], found.added[:, 1]] = True
    return plan


def capped(circle: Circle, capital_cny: float) -> Circle:
    """The circle that may spend the whole of ``capital_cny`` and no more, nor more than its own budget."""
    own = circle.rules.capital_cny
    limit = capital_cny if own is None else min(own, capital_cny)
    return replace(circle, rules=replace(circle.rules, budget_cny=limit))


def _one_row(name: str, values: FloatArray, lower: float, upper: float) -> Rows:
    used = np.flatnonzero(values)
    entries = [(np.zeros(len(used), dtype=np.int64), used, values[used])]
    return rows(name, (1, len(values)), entries, lower, upper, lambda: [name])
