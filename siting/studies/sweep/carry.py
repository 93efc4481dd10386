"""A plan carried from one point of a grid to another, pair by pair."""

from __future__ import annotations

import numpy as np

from models.instance import SitingInstance
from models.solution import Decision


def carried_over(decision: Decision, there: SitingInstance, here: SitingInstance) -> Decision:
    """The plan of ``there`` in the arrays of ``here``: every (place, type) that both have and ``here`` allows."""
    if there.site_ids == here.site_ids and there.host_ids == here.host_ids and there.type_ids == here.type_ids:
        return decision
    plan = Decision.empty(here)
    plan.open[...] = _moved(decision.open, (there.site_ids, there.type_ids), (here.site_ids, here.type_ids))
    places = (*there.site_ids, *there.host_ids), (*here.site_ids, *here.host_ids)
    plan.addon[...] = _moved(decision.addon, (places[0], there.type_ids), (places[1], here.type_ids))
    plan.open[...] &= here.eligible
    plan.addon[...] &= here.addon_eligible
    return plan


def same_arrays(there: SitingInstance, here: SitingInstance) -> bool:
    """Both instances number the same places, types and pairs: one rule more or less is all that tells them apart."""
    return (
        there.site_ids == here.site_ids
        and there.host_ids == here.host_ids
        and there.type_ids == here.type_ids
        and bool(np.array_equal(there.eligible, here.eligible))
        and bool(np.array_equal(there.addon_eligible, here.addon_eligible))
    )


def _moved(
    table: np.ndarray, there: tuple[tuple[str, ...], tuple[str, ...]], here: tuple[tuple[str, ...], tuple[str, ...]]
) -> np.ndarray:
    moved = np.zeros((len(here[0]), len(here[1])), dtype=bool)
    at = [{name: n for n, name in enumerate(names)} for names in here]
    for row, column in zip(*np.nonzero(table), strict=True):
        j, k = at[0].get(there[0][row]), at[1].get(there[1][column])
        if j is not None and k is not None:
            moved[j, k] = True
    return moved
