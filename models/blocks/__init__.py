"""Constraint blocks, one file per family. A block is one function ``Problem -> Rows`` and one line of ``BLOCKS``.

| block | rule | file |
|---|---|---|
| ``area``, ``once`` | floor area of sites and hosts | area.py |
| ``host`` | an add-on service needs a host | hosts.py |
| ``site_use``, ``site_empty`` | a site's own cost, paid once | site_use.py |
| ``cover`` | who is newly covered | coverage.py |
| ``fill`` | missing outlets filled | missing.py |
| ``budget``, ``subsidy`` | money | budget.py |
| ``purse`` | shares of the money, by district | purses.py |
| ``viability`` | enough residents for each outlet | viability.py |
| ``spacing``, ``separation`` | what must not stand together | conflicts.py |
| ``floor`` | coverage floors | floors.py |
| ``max_sites``, ``max_outlets`` | counts | counts.py |
| ``lock_in`` | what must be there | locks.py |
| ``equity`` | the worst-served tenth | equity.py |
| ``served``, ``open_way``, ``farthest`` | walking levels | walking.py |
| ``early_order``, ``early_use``, ``early_empty``, ``early_host`` | what stands by the end of each phase | early.py |
| ``early_cover``, ``early_fill`` | who is covered, and what is filled, by then | early.py |
| ``phase_budget``, ``lock_phase`` | money and commitments by phase | phases.py |
| ``share_open``, ``share_draw``, ``catchment``, ``capacity``, ``served_share`` | assignment types | assignment.py |

Site rules, locks out and the catchment of a pair alone are enforced by absence: such a pair has no column (presolve).
"""

from __future__ import annotations

from collections.abc import Callable

from models.blocks.area import area, once
from models.blocks.assignment import capacity, catchment, served_share, share_draw, share_open
from models.blocks.budget import budget, subsidy
from models.blocks.conflicts import separation, spacing
from models.blocks.counts import max_outlets, max_sites
from models.blocks.coverage import cover
from models.blocks.early import early_cover, early_empty, early_fill, early_host, early_order, early_use
from models.blocks.equity import equity
from models.blocks.floors import floor
from models.blocks.hosts import host
from models.blocks.locks import lock_in
from models.blocks.missing import fill
from models.blocks.phases import lock_phase, phase_budget
from models.blocks.purses import purse
from models.blocks.site_use import site_empty, site_use
from models.blocks.viability import viability
from models.blocks.walking import farthest, open_way, served
from models.columns import Problem
from models.linear import Rows

BLOCKS: tuple[Callable[[Problem], Rows], ...] = (
    area,
    once,
    host,
    site_use,
    site_empty,
    cover,
    fill,
    budget,
    subsidy,
    purse,
    viability,
    spacing,
    separation,
    floor,
    max_sites,
    max_outlets,
    lock_in,
    equity,
    served,
    open_way,
    farthest,
    share_open,
    share_draw,
    catchment,
    capacity,
    served_share,
    early_order,
    early_use,
    early_empty,
    early_host,
    early_cover,
    early_fill,
    phase_budget,
    lock_phase,
)
