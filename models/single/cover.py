"""Who reaches whom, made small: rows of equal reach are one row, sites that another one replaces are left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.errors import ModelError
from models.instance import BoolArray, FloatArray, IntArray
from models.single.subsets import inside_another


@dataclass(frozen=True, eq=False)
class Cover:
    """Reach as CSR [row, site] and [site, row], entries 1.0; ``weight`` [row]; ``site`` [site]: its number outside."""

    reach: sparse.csr_array
    of_site: sparse.csr_array
    weight: FloatArray
    site: IntArray

    @property
    def n_row(self) -> int:
        """Rows left."""
        return len(self.weight)

    @property
    def n_site(self) -> int:
        """Sites left."""
        return len(self.site)

    def value(self, chosen: BoolArray) -> float:
        """The weight in reach of the chosen sites."""
        return float(self.weight @ ((self.reach @ chosen.astype(np.float64)) > 0))

    def kept(self, keep: BoolArray) -> Cover:
        """The same with some sites alone; rows are merged again."""
        return merged(sparse.csr_array(self.reach[:, np.flatnonzero(keep)]), self.weight, self.site[keep])


def merged(reach: sparse.csr_array, weight: FloatArray, site: IntArray | None = None) -> Cover:
    """Rows that the same sites reach become one with the sum of their weights; rows without site or weight go.

    Rows stand together by two sums of random numbers, one for each site, and are then compared entry by entry.
    """
    ones = sparse.csr_array(reach, dtype=np.float64, copy=True)
    ones.sum_duplicates()
    ones.eliminate_zeros()
    ones.sort_indices()
    ones.data[:] = 1.0
    count = np.diff(ones.indptr)
    live = np.flatnonzero((count > 0) & (weight > 0))
    order, first = _equal_rows(ones, live, count)
    group = np.cumsum(first) - 1
    of_group = live[order][first]
    total = np.bincount(group, weights=weight[live[order]], minlength=len(of_group)).astype(np.float64)
    small = sparse.csr_array(ones[of_group])
    number = np.arange(reach.shape[1]) if site is None else site
    return Cover(small, sparse.csr_array(small.T.tocsr()), total, np.asarray(number, dtype=np.int64))


def _equal_rows(reach: sparse.csr_array, live: IntArray, count: IntArray) -> tuple[IntArray, BoolArray]:
    """(order of ``live`` in which equal rows stand together, True at the first of each)."""
    if not len(live):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    thin = sparse.csr_array(reach[live])
    signs = np.random.Generator(np.random.PCG64(1)).integers(0, 2**61, (2, reach.shape[1]))
    keys = [np.add.reduceat(sign[thin.indices], thin.indptr[:-1]) for sign in signs]
    order = np.lexsort((*keys, count[live]))
    first = np.ones(len(live), dtype=bool)
    same = np.flatnonzero(np.all([key[order][1:] == key[order][:-1] for key in keys], axis=0))
    differ = abs(thin[order[same]] - thin[order[same + 1]]).sum(axis=1) > 0
    first[1 + same[~np.asarray(differ).ravel()]] = False
    return order, first


def replaced_sites(cover: Cover, cost: FloatArray) -> BoolArray:
    """[site]: another site that costs no more reaches all that this one does (of equals the first stays)."""
    return np.asarray(inside_another(cover.of_site, cost) | (np.diff(cover.of_site.indptr) == 0))


def check_arrays(reach: sparse.csr_array, weight: FloatArray, cost: FloatArray) -> None:
    """Raises ModelError where shapes differ, or a weight or a cost is negative or not finite."""
    faults = []
    if weight.shape != (reach.shape[0],):
        faults.append(f"weight has shape {weight.shape}, reach has {reach.shape[0]} rows")
    if cost.shape != (reach.shape[1],):
        faults.append(f"cost has shape {cost.shape}, reach has {reach.shape[1]} columns")
    for name, values in (("weight", weight), ("cost", cost)):
        if not np.all(np.isfinite(values)) or np.any(values < 0):
            faults.append(f"{name} holds a negative or non-finite value")
    if faults:
        raise ModelError("; ".join(faults))
