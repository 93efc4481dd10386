"""Many circles that share one budget: price decomposition with a proven gap (see :mod:`models.nation.solve`)."""

from models.nation.asked import AskAll
from models.nation.circle import ADDITIVE_LEVELS, Answer, Circle, Priced, Question, capped, plan_of
from models.nation.results import Nation, NationLevel
from models.nation.solve import ask_nation, solve_nation

__all__ = [
    "ADDITIVE_LEVELS",
    "Answer",
    "AskAll",
    "Circle",
    "Nation",
    "NationLevel",
    "Priced",
    "Question",
    "ask_nation",
    "capped",
    "plan_of",
    "solve_nation",
]
