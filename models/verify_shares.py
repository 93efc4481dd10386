"""The independent check of assignment types: who can be served by a plan, as a flow of residents.

Written in residents and demand points, not in shares and merged groups, and sharing no code with
:mod:`models.assignment`. For one type, with f[i,p] the residents of i that use place p (which carries the type and
reaches i):

    maximise   sum of f[i,p] over i without an existing outlet in reach
    subject to sum_p f[i,p] <= residents[i] m[i] / (m[i] + r[i])     m new and r existing places in reach of i
               0 <= f[i,p] <= residents[i] / (1 + r[i])
               sum_i f[i,p] <= what an outlet (an add-on) at p serves
               sum_i f[i,p] + lacking[p] >= min_catchment            every outlet p; add-ons need no catchment

Two questions: the least sum of ``lacking`` (0: the plan is lawful), and with ``lacking`` at 0 the maximum. A third for
who reads a plan: of all such flows one that fills the outlets and walks least.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from models.errors import ModelError
from models.instance import FloatArray, IntArray, SitingInstance
from models.solution import Decision

_ROOM = 1e-7


def lacking_residents(instance: SitingInstance, decision: Decision, k: int) -> float:
    """Residents that the outlets of type ``k`` lack together for their catchments, however residents are shared out."""
    flow = Flow(instance, decision, k)
    return 0.0 if flow.needed <= 0 or not len(flow.outlets) else flow.least_lacking()


def most_served(instance: SitingInstance, decision: Decision, k: int) -> float:
    """The most residents of the segment, without an outlet of ``k`` today, that the plan can serve.

    Where the catchments cannot all be had the plan is unlawful; the value then leaves them out.
    """
    flow = Flow(instance, decision, k)
    return float(flow.most()[flow.is_new].sum()) if len(flow.home) else 0.0


class Flow:
    """Arcs from demand points to chosen places of one type (``home`` [a], ``place`` [a]), with the limits of both ends.

    ``is_new`` [a]: the demand point has no existing outlet in reach.
    """

    def __init__(self, instance: SitingInstance, decision: Decision, k: int) -> None:
        opened = np.zeros(instance.n_place, dtype=bool)
        opened[: instance.n_site] = decision.open[:, k]
        added = decision.addon[:, k]
        arcs = sparse.coo_array(instance.reach[k])
        kept = (opened | added)[arcs.coords[1]]
        self.home: IntArray = arcs.coords[0][kept].astype(np.int64)
        self.place: IntArray = arcs.coords[1][kept].astype(np.int64)
        people, rivals = instance.segment_residents[:, k], instance.rivals[:, k]
        new = np.bincount(self.home, weights=(opened.astype(float) + added)[self.place], minlength=instance.n_demand)
        self.home_limit = people * new / np.maximum(new + rivals, 1.0)
        self.arc_limit = (people / (1.0 + rivals))[self.home]
        self.is_new = rivals[self.home] == 0
        self.place_limit = np.where(opened, instance.outlet_serves[k], 0.0)
        self.place_limit[added] += instance.addon_serves[k]
        self.outlets = np.flatnonzero(opened)
        self.needed = float(instance.min_catchment[k])

    def least_lacking(self) -> float:
        """Least sum of what the outlets lack."""
        n = len(self.outlets)
        answer = self._solve(np.zeros(len(self.home)), np.ones(n), np.inf)
        return float(answer[len(self.home) :].sum())

    def most(self) -> FloatArray:
        """[a]: a flow that serves most residents without an outlet today."""
        return self._flow(-self.is_new.astype(float), [])

    def nearest(self, metres: FloatArray) -> FloatArray:
        """[a]: of the flows of :meth:`most` those that bring most residents at all, and of these one that walks least.

        ``metres`` [a] is the walk of each arc.
        """
        held: list[tuple[FloatArray, float]] = []
        for gain in (self.is_new.astype(float), np.ones(len(self.home))):
            held.append((gain, float(gain @ self._flow(-gain, held))))
        return self._flow(metres, held)

    def _flow(self, cost: FloatArray, held: list[tuple[FloatArray, float]]) -> FloatArray:
        """Least cost, with every ``held`` gain kept; catchments are dropped where they cannot be had."""
        none = np.zeros(len(self.outlets))
        for spare in (_ROOM * max(1.0, self.needed), np.inf):
            try:
                return self._solve(cost, none, spare, held)[: len(self.home)]
            except ModelError:
                continue
        raise AssertionError("a flow without lower limits has no optimum")

    def _solve(
        self,
        arc_cost: FloatArray,
        lacking_cost: FloatArray,
        spare: float,
        held: Sequence[tuple[FloatArray, float]] = (),
    ) -> FloatArray:
        """(arcs, lacking) of least cost; ``spare`` bounds what each outlet may lack."""
        from scipy.optimize import linprog

        n_arc, n_outlet = len(self.home), len(self.outlets)
        number, ones = np.arange(n_arc), np.ones(n_arc)
        from_home = sparse.csr_array(sparse.coo_array((ones, (self.home, number)), shape=(len(self.home_limit), n_arc)))
        into = sparse.csr_array(sparse.coo_array((ones, (self.place, number)), shape=(len(self.place_limit), n_arc)))
        limited, homes = np.flatnonzero(np.isfinite(self.place_limit)), np.unique(self.home)
        kept = sparse.csr_array(np.array([gain for gain, _ in held]).reshape(len(held), n_arc))
        left = sparse.vstack([from_home[homes], into[limited], -into[self.outlets], -kept], format="csr")
        n_row = left.shape[0]
        lacking = sparse.coo_array(
            (-np.ones(n_outlet), (len(homes) + len(limited) + np.arange(n_outlet), np.arange(n_outlet))),
            shape=(n_row, n_outlet),
        )
        limits = [self.home_limit[homes], self.place_limit[limited], np.full(n_outlet, -self.needed)]
        answer = linprog(
            np.concatenate([arc_cost, lacking_cost]),
            A_ub=sparse.hstack([left, lacking], format="csr"),
            b_ub=np.concatenate([*limits, -np.array([value for _, value in held])]),
            bounds=np.column_stack(
                [np.zeros(n_arc + n_outlet), np.concatenate([self.arc_limit, np.full(n_outlet, spare)])]
            ),
            method="highs",
        )
        if answer.status != 0:
            raise ModelError(f"the flow has no optimum: {answer.message}")
        return np.asarray(answer.x)
