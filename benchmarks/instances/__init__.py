"""Seeded random instances with the structure of a city: ``make(Spec(n_demand, n_site)) -> (SitingInstance, Rules)``."""

from benchmarks.instances.generate import FULL_LEVELS, PLAIN_LEVELS, Spec, make

__all__ = ["FULL_LEVELS", "PLAIN_LEVELS", "Spec", "make"]
