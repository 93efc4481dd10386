"""Block ``area``: what is put into a place fits its floor area.

    sum_k area_m2[k] x[j,k] + sum_k addon_area_m2[k] h[j,k] <= site_area_m2[j] u[j]        for every site j
    sum_k addon_area_m2[k] h[n_site+o,k] <= host_area_m2[o]                              for every host o
    x[j,k] + h[j,k] <= 1                                 where both columns exist (block ``once``)

Rows that can never bind are left out.
"""

from __future__ import annotations

import numpy as np

from models.columns import Problem
from models.linear import Rows, rows


def area(problem: Problem) -> Rows:
    """Rows in place order; the right-hand side of a site stands on u, so that an unused site has no room."""
    i = problem.instance
    need = np.zeros(i.n_place)
    np.add.at(need, problem.open_site, i.area_m2[problem.open_type])
    np.add.at(need, problem.addon_place, i.addon_area_m2[problem.addon_type])
    room = np.concatenate([i.site_area_m2, i.host_area_m2])
    tight = np.flatnonzero(need > room + 1e-9)
    row = np.full(i.n_place, -1)
    row[tight] = np.arange(len(tight))
    opens, addons = row[problem.open_site] >= 0, row[problem.addon_place] >= 0
    site_rows = tight[tight < i.n_site]
    upper = np.where(tight < i.n_site, 0.0, room[tight])
    places = (*i.site_ids, *i.host_ids)
    return rows(
        "area",
        (len(tight), problem.n_col),
        [
            (row[problem.open_site[opens]], problem.column("open")[opens], i.area_m2[problem.open_type[opens]]),
            (
                row[problem.addon_place[addons]],
                problem.column("addon")[addons],
                i.addon_area_m2[problem.addon_type[addons]],
            ),
            (row[site_rows], problem.column("used")[site_rows], -room[site_rows]),
        ],
        -np.inf,
        upper,
        lambda: [f"area[{places[p]}]" for p in tight],
    )


def once(problem: Problem) -> Rows:
    """A site does not have a type both as an outlet and as an add-on service."""
    i = problem.instance
    open_column = problem.open_column()
    at_site = problem.addon_place < i.n_site
    place, type_ = problem.addon_place[at_site], problem.addon_type[at_site]
    twin = open_column[place, type_]
    both = twin >= 0
    n = int(both.sum())
    return rows(
        "once",
        (n, problem.n_col),
        [(np.arange(n), twin[both], 1.0), (np.arange(n), problem.column("addon")[at_site][both], 1.0)],
        -np.inf,
        1.0,
        lambda: [f"once[{i.site_ids[p]},{i.type_ids[k]}]" for p, k in zip(place[both], type_[both], strict=True)],
    )
