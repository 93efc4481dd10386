"""Many circles that share one budget: price decomposition with a proven gap (see :mod:`models.nation.solve`)."""

from models.nation.circle import ADDITIVE_LEVELS, Answer, Circle, Question, answer, plan_of
from models.nation.solve import Nation, NationLevel, solve_nation

__all__ = [
    "ADDITIVE_LEVELS",
    "Answer",
    "Circle",
    "Nation",
    "NationLevel",
    "Question",
    "answer",
    "plan_of",
    "solve_nation",
]
