"""Many circles that share one budget: price decomposition with a proven gap (see :mod:`models.nation.solve`)."""

from models.nation.circle import ADDITIVE_LEVELS, Answer, Circle, Priced, Question, answer, plan_of
from models.nation.solve import Nation, NationLevel, solve_nation

__all__ = [
    "ADDITIVE_LEVELS",
    "Answer",
    "Circle",
    "Nation",
    "NationLevel",
    "Priced",
    "Question",
    "answer",
    "plan_of",
    "solve_nation",
]
