"""What it costs: opening a type at a site, using a site, and which part counts against the budget.

open_cost[j,k]  = fitout_cny_m2[k] · area_m2[k] + equipment_cny[k]        or the quoted price of costs.csv
site_cost[j]    = opening_cny[j] + renovation_cny_m2[j] · area_m2[j] + rent_cny_year[j] · A
A               = sum_{t=0}^{n-1} (1 + r)^{-t}, rent paid at the start of each of the n years of the lease
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenarios.business_type import BusinessType
from scenarios.schema import Budget
from siting.workspace import Workspace

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Money:
    """Arrays of 元: ``open_cny`` [j,k]; ``fitout_cny``, ``equipment_cny`` [k]; the rest [j]."""

    open_cny: FloatArray
    opening_cny: FloatArray
    renovation_cny: FloatArray
    rent_cny: FloatArray
    include_rent: bool

    @property
    def site_cny(self) -> FloatArray:
        """[j]: paid once where the site is used."""
        return self.opening_cny + self.renovation_cny + self.rent_cny

    @property
    def site_budget_cny(self) -> FloatArray:
        """[j]: the part of it that counts against the budget."""
        return self.site_cny if self.include_rent else self.opening_cny + self.renovation_cny


def rent_factor(budget: Budget) -> float:
    """Present value of 1 元 of yearly rent over the lease."""
    return float(sum((1.0 + budget.discount_rate) ** -year for year in range(budget.lease_years)))


def addon_area_m2(kind: BusinessType) -> float:
    """Floor area of the type as an add-on service; its own area where the catalogue gives none."""
    return kind.addon_area_m2.value if kind.addon_area_m2 else kind.area_m2.value


def addon_cost_cny(kind: BusinessType) -> float:
    """Cost of the type as an add-on service."""
    return kind.addon_cost_cny.value if kind.addon_cost_cny else kind.equipment_cny.value


def addon_subsidy_cny_year(kind: BusinessType) -> float:
    """Yearly subsidy of an add-on service: its own, or that of an outlet."""
    return (kind.addon_subsidy_cny_year or kind.subsidy_cny_year).value


def outlet_parts(
    money: Money, kind: BusinessType, j: int, own_cny: float, site_cny: float, outlets: int
) -> dict[str, float]:
    """What the cost of one outlet at site ``j`` is made of, 元; the parts add up to ``own_cny + site_cny / outlets``.

    A price that is not the catalogue's was quoted: nobody has split it into fit-out and equipment.
    """
    fitout, equipment = kind.fitout_cny_m2.value * kind.area_m2.value, kind.equipment_cny.value
    computed = abs(fitout + equipment - own_cny) <= 0.005
    opening, renovation = float(money.opening_cny[j]), float(money.renovation_cny[j])
    own = {"fitout": fitout, "equipment": own_cny - fitout} if computed else {"quoted": own_cny}
    rent = site_cny - opening - renovation
    return own | {"opening": opening / outlets, "renovation": renovation / outlets, "rent": rent / outlets}


def money(workspace: Workspace, kinds: tuple[BusinessType, ...], budget: Budget) -> Money:
    """Price every pair and every site."""
    sites = workspace.sites
    computed = np.array([kind.fitout_cny_m2.value * kind.area_m2.value + kind.equipment_cny.value for kind in kinds])
    open_cny = np.tile(computed, (len(sites), 1))
    if workspace.costs is not None and len(workspace.costs):
        row = {site: n for n, site in enumerate(sites["id"])}
        column = {kind.id: n for n, kind in enumerate(kinds)}
        quotes = workspace.costs[workspace.costs["type_id"].isin(column)]
        open_cny[quotes["site_id"].map(row), quotes["type_id"].map(column)] = quotes["cny"].to_numpy(dtype=float)

    def column_of(name: str) -> FloatArray:
        values: FloatArray = sites[name].to_numpy(dtype=float, na_value=0.0)
        return values

    return Money(
        open_cny=open_cny,
        opening_cny=column_of("opening_cny"),
        renovation_cny=column_of("renovation_cny_m2") * column_of("area_m2"),
        rent_cny=column_of("rent_cny_year") * rent_factor(budget),
        include_rent=budget.include_rent,
    )
