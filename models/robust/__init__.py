"""One plan for several futures: best in expectation, or best in the worst of them; a model each, with bounds.

| file | duty |
|---|---|
| family.py | the futures, what is shared between them, a plan as it stands in each |
| joint.py | one linear model over all futures, decision columns shared |
| same_rows.py | rows that say the same in several futures are kept once |
| aims.py | a level over all futures as one objective: expectation, worst case |
| solve.py | the lexicographic solve, verified in every future |
| tilt.py | better plans and bounds for a worst case that is not closed |
| judge.py | what a plan is worth in each future, and which rules it breaks there |
"""

from models.robust.family import Family, Future
from models.robust.judge import Judgement, judge
from models.robust.solve import RobustLevel, RobustSolution, solve_expected, solve_worst

__all__ = [
    "Family",
    "Future",
    "Judgement",
    "RobustLevel",
    "RobustSolution",
    "judge",
    "solve_expected",
    "solve_worst",
]
