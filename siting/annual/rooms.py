"""Which year pays for a room: the works that open there first share its cost, later ones bring only their own.

A run splits the cost of a room evenly over all outlets that ever open there. In a plan by years the room is renovated
and rented when the first of them opens, so the year's sums are the money that the year needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from siting.annual.record import PlanPick

ROOM_PARTS = ("opening", "renovation", "rent")


def paid_at_first(picks: Sequence[PlanPick], year: int) -> list[PlanPick]:
    """The picks with the parts of their cost as their years pay them; picks without a year are works of ``year``."""
    rooms: dict[str, list[PlanPick]] = defaultdict(list)
    for pick in picks:
        if not pick.host and pick.parts:
            rooms[pick.site].append(pick)
    return [_repriced(pick, rooms[pick.site], year) if not pick.host and pick.parts else pick for pick in picks]


def _repriced(pick: PlanPick, same_room: Sequence[PlanPick], year: int) -> PlanPick:
    first = min(other.year or year for other in same_room)
    payers = [other for other in same_room if (other.year or year) == first]
    if len(payers) == len(same_room):
        return pick
    pays = any(other is pick for other in payers)
    room = {
        part: sum(other.parts.get(part, 0.0) for other in same_room) / len(payers) if pays else 0.0
        for part in ROOM_PARTS
    }
    parts = {part: cny for part, cny in pick.parts.items() if part not in ROOM_PARTS} | room
    return pick.model_copy(update={"parts": parts, "cost": sum(parts.values())})
