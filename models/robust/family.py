"""A family of futures: instances of the same sites and business types that differ in everything that may turn out so.

    s in S      futures, weight w[s] > 0, probability p[s] = w[s] / sum w
    x, u, h     one plan, here and now, for all of them
    stands[s,j] site j is still to be had in future s

A plan is lawful where it is lawful in *every* future. A site that falls away in a future drops out of the plan there:
it neither counts nor costs, and its locks are lifted; so does an add-on service at an outlet that has closed. A pair
gets a column where it is lawful in every future in which its place stands, and of use in one of them at least.

Places of the family are the sites, then the hosts of any future, in order of first appearance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.errors import ModelError
from models.instance import BoolArray, FloatArray, IntArray, Rules, SitingInstance
from models.objectives import sense
from models.presolve import lawful_addons, lawful_opens, useful_places, wanted_opens
from models.solution import Decision, Sense


@dataclass(frozen=True, eq=False)
class Future:
    """One future. ``stands`` [j]: the site is still there; ``rules`` are those of the scenario, its locks included."""

    name: str
    instance: SitingInstance
    rules: Rules
    stands: BoolArray
    weight: float = 1.0

    @property
    def own_rules(self) -> Rules:
        """The rules as they hold in this future: locks of fallen sites lifted, the sites themselves locked out."""
        rules = self.rules
        return replace(
            rules,
            lock_in_sites=rules.lock_in_sites[self.stands[rules.lock_in_sites]],
            lock_in_pairs=rules.lock_in_pairs[self.stands[rules.lock_in_pairs[:, 0]]],
            lock_out_sites=np.union1d(rules.lock_out_sites, np.flatnonzero(~self.stands)),
        )


class Family:
    """Futures that share sites, types and levels. ``place_of`` [s] numbers each future's places in the family.

    Raises:
        ModelError: no future, or futures of different sites, types or levels.

    """

    def __init__(self, futures: Sequence[Future]) -> None:
        self.futures = tuple(futures)
        _require_alike(self.futures)
        first = self.futures[0].instance
        self.levels = self.futures[0].rules.levels
        self.n_site, self.n_type = first.n_site, first.n_type
        self.site_ids, self.type_ids = first.site_ids, first.type_ids
        hosts = list(dict.fromkeys(host for f in self.futures for host in f.instance.host_ids))
        number = {host: self.n_site + n for n, host in enumerate(hosts)}
        self.place_ids = (*self.site_ids, *hosts)
        self.rules = tuple(f.own_rules for f in self.futures)
        self.place_of: tuple[IntArray, ...] = tuple(
            np.array([*range(self.n_site), *(number[h] for h in f.instance.host_ids)], dtype=np.int64)
            for f in self.futures
        )
        self.weights: FloatArray = np.array([f.weight for f in self.futures], dtype=float)
        self.opens = self._opens()
        self.addons = self._addons()

    @property
    def n(self) -> int:
        """Number of futures."""
        return len(self.futures)

    def sense(self, level: str) -> Sense:
        """Is more of a level better, or less? The same in every future."""
        return sense(level, self.rules[0])

    @property
    def n_place(self) -> int:
        """Sites and the hosts of any future."""
        return len(self.place_ids)

    @property
    def probability(self) -> FloatArray:
        """[s]: weights as shares of their sum."""
        return np.asarray(self.weights / self.weights.sum())

    def standing(self, s: int) -> BoolArray:
        """[own places of s]: the place is there in future s."""
        hosts = self.futures[s].instance.n_host
        return np.concatenate([self.futures[s].stands, np.ones(hosts, dtype=bool)])

    def there(self, s: int, plan: Decision) -> Decision:
        """The plan as it stands in future s, in that future's own places."""
        stands = self.futures[s].stands
        return Decision(
            open=plan.open & stands[:, None],
            addon=plan.addon[self.place_of[s]] & self.standing(s)[:, None],
        )

    def here(self, s: int, decision: Decision) -> Decision:
        """A plan of future s as a plan of the family."""
        addon = np.zeros((self.n_place, self.n_type), dtype=bool)
        addon[self.place_of[s]] = decision.addon
        return Decision(open=decision.open.copy(), addon=addon)

    def _opens(self) -> BoolArray:
        lawful = np.ones((self.n_site, self.n_type), dtype=bool)
        useful = np.zeros((self.n_site, self.n_type), dtype=bool)
        for future, rules in zip(self.futures, self.rules, strict=True):
            there = future.stands[:, None]
            lawful &= lawful_opens(future.instance, rules) | ~there
            useful |= wanted_opens(future.instance, rules) & there
        return np.asarray(lawful & useful)

    def _addons(self) -> BoolArray:
        lawful = np.ones((self.n_place, self.n_type), dtype=bool)
        useful = np.zeros((self.n_place, self.n_type), dtype=bool)
        for s, (future, rules) in enumerate(zip(self.futures, self.rules, strict=True)):
            places, there = self.place_of[s], self.standing(s)[:, None]
            lawful[places] &= lawful_addons(future.instance, self.opens) | ~there
            useful[places] |= useful_places(future.instance, rules) & there
        return np.asarray(lawful & useful)


def _require_alike(futures: tuple[Future, ...]) -> None:
    if not futures:
        raise ModelError("a family needs one future at least")
    first = futures[0]
    faults = []
    for future in futures:
        for name in ("site_ids", "type_ids"):
            if getattr(future.instance, name) != getattr(first.instance, name):
                faults.append(f"future {future.name} has other {name} than {first.name}")
        if future.rules.levels != first.rules.levels:
            faults.append(f"future {future.name} has other levels than {first.name}")
        if future.rules.phases is not None:
            faults.append(f"future {future.name} is planned in phases")
        if future.stands.shape != (future.instance.n_site,):
            faults.append(f"future {future.name}: stands has shape {future.stands.shape}")
        if not (np.isfinite(future.weight) and future.weight > 0):
            faults.append(f"future {future.name} has weight {future.weight}")
    if faults:
        raise ModelError("; ".join(faults))
