"""What a run says of its assignment types 按分配: who is served where, how full the outlets are, what it costs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ServedPart:
    """Residents of a demand point who use a type at a place of the plan. ``newly``: no existing outlet is in reach."""

    demand_id: str
    type_id: str
    site_id: str
    residents: float
    walk_m: float
    newly: bool


@dataclass(frozen=True)
class AssignedOutlet:
    """One outlet or add-on (``host`` as in :class:`siting.bundle.Pick`) of an assignment type.

    ``places`` and ``serves`` (residents of the segment, places / use rate) are None where it is never full.
    ``in_reach`` are the residents newly in reach of the place, ``served_newly`` those of them whom it serves,
    ``from_existing`` those whom it draws from existing outlets; ``min_catchment`` is asked of their sum.
    """

    type_id: str
    site_id: str
    host: str
    places: float | None
    serves: float | None
    in_reach: float
    served_newly: float
    from_existing: float
    min_catchment: float

    @property
    def users(self) -> float:
        """Residents who use it."""
        return self.served_newly + self.from_existing

    @property
    def full_share(self) -> float | None:
        """Users over what it can serve."""
        return None if self.serves is None or self.serves <= 0 else self.users / self.serves


@dataclass(frozen=True)
class AssignedType:
    """One assignment type: residents newly in reach of the plan, and those of them who are served.

    ``static_in_reach`` and ``static_served`` are the same of the plan that the static rule would choose: what that plan
    calls covered, and what it really serves. None where no such plan is known.
    """

    type_id: str
    use_rate: float | None
    in_reach: float
    served: float
    static_in_reach: float | None = None
    static_served: float | None = None

    @property
    def left_out(self) -> float:
        """Residents in reach for whom there is no place."""
        return self.in_reach - self.served


@dataclass(frozen=True)
class StaticLevel:
    """One level under the static rule beside this run. ``loss``: how much worse this run is, in the level's unit.

    ``proven``: both values are proven optimal, so that the loss is.
    """

    name: str
    sense: str
    value: float
    assigned_value: float
    proven: bool

    @property
    def loss(self) -> float:
        """Positive: the rule of assignment costs as much; negative: it allows more than the static rule."""
        return self.value - self.assigned_value if self.sense == "max" else self.assigned_value - self.value


@dataclass(frozen=True)
class AssignmentReport:
    """All of it. ``levels`` is empty where the static rule was not solved; ``static_note_zh`` then says why."""

    types: tuple[AssignedType, ...]
    outlets: tuple[AssignedOutlet, ...]
    parts: tuple[ServedPart, ...]
    levels: tuple[StaticLevel, ...] = ()
    static_note_zh: str = ""
