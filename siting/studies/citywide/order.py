"""The city's list: which rooms first, over circles and scenarios.

A room (see :mod:`.merging`) that at least one run chose is ranked by, in this order:
1. replacement cost: of the runs that chose it, the one in which its loss is the largest, level by level in the level
   order below (no plan at all without it is the largest). The whole row of losses is taken from that one run, the
   *leading* run; losses of different runs are never added, since circles overlap and scenarios exclude each other;
2. frequency: runs that chose it / runs in which it stood as a candidate;
3. missing outlets filled per 10,000 元, then residents newly covered per 10,000 元, both of the leading run (where
   several picks of a type fill fewer missing outlets than they are, each counts its share);
4. the smaller cost, then district, circle, site id, name and position: no two rooms are equal in all of these.

The level order is that of most runs (of equally many, the one that comes first as text); levels that only others have
follow in their usual order. Two runs tie for the leading one: the one with the smaller cost, then circle, scenario and
inputs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from scenarios.levels import LEVELS
from siting.studies.citywide.rooms import RankedRoom, RoomInRun
from siting.studies.runs import RunRecord


def level_order(records: Sequence[RunRecord]) -> tuple[str, ...]:
    """The level order that the list follows."""
    orders = Counter(tuple(level.name for level in record.levels) for record in records)
    first = min(orders, key=lambda names: (-orders[names], names))
    rest = [name for name in (*LEVELS, *sorted({n for o in orders for n in o})) if any(name in o for o in orders)]
    return tuple(dict.fromkeys([*first, *rest]))


def sort_key(room: RankedRoom, order: Sequence[str]) -> tuple[Any, ...]:
    """Smaller comes first; total (see the module's docstring)."""
    return (*loss_key(room.leading, order), *merit_key(room), *_last_key(room))


def merit_key(room: RankedRoom) -> tuple[float, ...]:
    """Frequency, missing outlets and residents per 10,000 元, cost."""
    per_wan = [math.inf if v is None else v for v in (room.filled_per_wan, room.residents_per_wan)]
    return (-round(room.frequency, 9), *(-round(v, 6) for v in per_wan), round(room.leading.cost_cny, 2))


def _last_key(room: RankedRoom) -> tuple[Any, ...]:
    where = (room.lon is None, room.lon or 0.0, room.lat or 0.0)
    return (room.district, room.circles, room.site_ids, room.name, *where)


def loss_key(entry: RoomInRun, order: Sequence[str]) -> tuple[Any, ...]:
    """The replacement cost in one run, the largest first."""
    losses = tuple(-round(entry.losses.get(level, 0.0), 6) + 0.0 for level in order)
    return (entry.feasible, not entry.ranked, *losses)
