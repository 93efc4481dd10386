"""The independent check of assignment types: who can be served by a plan, as a flow of residents.

Written in residents and demand points, not in shares and merged groups, and sharing no code with
:mod:`models.assignment`. For one type, with f[i,p] the residents of i that use place p (which carries the type and
reaches i):

    maximise   sum of f[i,p] over i without an existing outlet in reach
    subject to sum_p f[i,p] <= residents[i] m[i] / (m[i] + r[i])     m new and r existing places in reach of i
               0 <= f[i,p] <= residents[i] / (1 + r[i])
               sum_i f[i,p] <= what an outlet (an add-on) at p serves
               sum_i f[i,p] + lacking[p] >= min_catchment            every outlet p; add-ons need no catchment

Two questions: the least sum of ``lacking`` (0: the plan is lawful), and with ``lacking`` at 0 the maximum.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from models.errors import ModelError
from models.instance import FloatArray, SitingInstance
from models.solution import Decision

_ROOM = 1e-7


def lacking_residents(instance: SitingInstance, decision: Decision, k: int) -> float:
    """Residents that the outlets of type ``k`` lack together for their catchments, however residents are shared out."""
    flow = _Flow(instance, decision, k)
    return 0.0 if flow.needed <= 0 or not flow.n_outlet else flow.least_lacking()


def most_served(instance: SitingInstance, decision: Decision, k: int) -> float:
    """The most residents of the segment, without an outlet of ``k`` today, that the plan can serve.

    Where the catchments cannot all be had the plan is unlawful; the value then leaves them out.
    """
    flow = _Flow(instance, decision, k)
    return flow.most() if len(flow.home) else 0.0


class _Flow:
    """Arcs from demand points to chosen places of one type, with the limits of both ends."""

    def __init__(self, instance: SitingInstance, decision: Decision, k: int) -> None:
        opened = np.zeros(instance.n_place, dtype=bool)
        opened[: instance.n_site] = decision.open[:, k]
        added = decision.addon[:, k]
        arcs = sparse.coo_array(instance.reach[k])
        kept = (opened | added)[arcs.coords[1]]
        self.home, self.place = arcs.coords[0][kept], arcs.coords[1][kept]
        self.people, self.rivals = instance.segment_residents[:, k], instance.rivals[:, k]
        new = np.bincount(self.home, weights=(opened.astype(float) + added)[self.place], minlength=instance.n_demand)
        together = new / np.maximum(new + self.rivals, 1.0)
        self.home_limit = self.people * together
        self.arc_limit = (self.people / (1.0 + self.rivals))[self.home]
        serves = np.where(opened, instance.outlet_serves[k], 0.0)
        serves[added] += instance.addon_serves[k]
        self.place_limit = serves
        self.outlets = np.flatnonzero(opened)
        self.needed = float(instance.min_catchment[k])
        self.n_outlet = len(self.outlets)

    def least_lacking(self) -> float:
        return float(self._solve(np.zeros(len(self.home)), np.ones(self.n_outlet), spare=np.inf))

    def most(self) -> float:
        gain = -(self.rivals[self.home] == 0).astype(float)
        room = _ROOM * max(1.0, self.needed)
        for spare in (room, np.inf):
            try:
                return -float(self._solve(gain, np.zeros(self.n_outlet), spare))
            except ModelError:
                continue
        raise AssertionError("a flow without lower limits has no optimum")

    def _solve(self, arc_cost: FloatArray, lacking_cost: FloatArray, spare: float) -> float:
        """Least cost; ``spare`` bounds what each outlet may lack."""
        n_arc, n_home, n_place = len(self.home), len(self.people), len(self.place_limit)
        number = np.arange(n_arc)
        from_home = sparse.coo_array((np.ones(n_arc), (self.home, number)), shape=(n_home, n_arc))
        into_place = sparse.csr_array(
            sparse.coo_array((np.ones(n_arc), (self.place, number)), shape=(n_place, n_arc)).tocsr()
        )
        limited = np.flatnonzero(np.isfinite(self.place_limit))
        homes = np.unique(self.home)
        rows = [
            sparse.hstack([sparse.csr_array(from_home.tocsr())[homes], sparse.csr_array((len(homes), self.n_outlet))]),
            sparse.hstack([into_place[limited], sparse.csr_array((len(limited), self.n_outlet))]),
            sparse.hstack([-into_place[self.outlets], -sparse.eye_array(self.n_outlet)]),
        ]
        limits = [self.home_limit[homes], self.place_limit[limited], np.full(self.n_outlet, -self.needed)]
        bounds = [(0.0, float(top)) for top in self.arc_limit] + [(0.0, spare)] * self.n_outlet
        answer = linprog(
            np.concatenate([arc_cost, lacking_cost]),
            A_ub=sparse.vstack(rows, format="csr"),
            b_ub=np.concatenate(limits),
            bounds=bounds,
            method="highs",
        )
        if answer.status != 0:
            raise ModelError(f"the flow has no optimum: {answer.message}")
        return float(answer.fun)
