"""What one plan is worth in each future, and which rules it breaks there; the independent verifier, one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.instance import BoolArray, FloatArray
from models.robust.family import Family
from models.solution import Decision
from models.verify import breaches, level_value


@dataclass(frozen=True, eq=False)
class Judgement:
    """``values`` [s, level] in each level's unit; ``broken`` [s] the sentences of every rule broken there."""

    values: FloatArray
    broken: tuple[tuple[str, ...], ...]

    @property
    def lawful(self) -> BoolArray:
        """[s]: no rule is broken in the future."""
        return np.array([not sentences for sentences in self.broken], dtype=bool)


def judge(family: Family, plan: Decision) -> Judgement:
    """Judge ``plan`` (in the family's places) in every future, as it stands there."""
    there = [family.there(s, plan) for s in range(family.n)]
    judged = list(zip(family.futures, family.rules, there, strict=True))
    return Judgement(
        values=np.array(
            [[level_value(f.instance, rules, own, level) for level in family.levels] for f, rules, own in judged]
        ),
        broken=tuple(breaches(f.instance, rules, own) for f, rules, own in judged),
    )
