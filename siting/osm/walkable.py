"""Which ways people may walk, and what bars their way (OpenStreetMap wiki: Key:highway, Key:foot, Key:access).

Stairs, bridges and tunnels are ways like others; two ways that cross without a shared node do not meet. A way with
``foot=no`` or ``foot=private`` is closed, whatever else it is; ``foot=yes`` (designated, permissive) opens one that
``access`` closes. Motorways are closed unless ``foot`` opens them.
"""

from __future__ import annotations

from collections.abc import Mapping

NOT_FOR_WALKING = frozenset(
    {"motorway", "motorway_link", "construction", "proposed", "abandoned", "razed", "bus_guideway", "raceway",
     "platform", "elevator", "rest_area", "services", "corridor", "no"}
)  # fmt: skip
CLOSED = frozenset({"no", "private"})
OPEN = frozenset({"yes", "designated", "permissive", "destination", "customers", "official"})
WALLS = frozenset({"wall", "fence", "city_wall", "retaining_wall"})
GATES = frozenset({"gate", "entrance", "lift_gate", "swing_gate", "kissing_gate", "stile", "bollard", "sliding_gate",
                   "turnstile", "cycle_barrier", "toll_booth", "border_control"})  # fmt: skip
RAILWAYS = frozenset({"rail", "light_rail", "narrow_gauge"})
RIVERS = frozenset({"river", "canal"})


def is_walkable(tags: Mapping[str, str]) -> bool:
    """Whether people may walk along a way."""
    kind, foot = tags.get("highway", ""), tags.get("foot", "")
    if not kind or foot in CLOSED or tags.get("area") == "yes":
        return False
    if foot in OPEN:
        return kind not in ("construction", "proposed", "abandoned", "razed")
    return kind not in NOT_FOR_WALKING and tags.get("access", "") not in CLOSED


def is_barrier(tags: Mapping[str, str]) -> bool:
    """Whether a line cannot be stepped across: walls, railways above ground, rivers that are not covered."""
    if tags.get("tunnel", "no") != "no" or tags.get("covered") == "yes":
        return False
    if tags.get("barrier") in WALLS or tags.get("waterway") in RIVERS:
        return True
    return tags.get("railway") in RAILWAYS and tags.get("bridge", "no") == "no"


def is_carried_over(tags: Mapping[str, str]) -> bool:
    """Whether a way passes over or under what it crosses: a bridge, a tunnel, a covered way."""
    return tags.get("bridge", "no") != "no" or tags.get("tunnel", "no") != "no" or tags.get("covered") == "yes"


def is_gate(tags: Mapping[str, str]) -> bool:
    """Whether a point lets people through a barrier."""
    if tags.get("foot") in CLOSED or (tags.get("access") in CLOSED and tags.get("foot") not in OPEN):
        return False
    return (
        tags.get("barrier") in GATES
        or "entrance" in tags
        or tags.get("railway") in ("crossing", "level_crossing")
        or tags.get("highway") == "crossing"
    )
