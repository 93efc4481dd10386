"""One project for each pick of a run: the row of the annual plan, every figure from the run, every rule applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scenarios.annual_rules import AnnualRules
from siting.annual.record import PlanPick, PlanRun
from siting.annual.rooms import paid_at_first
from siting.annual.rules import ADD_ON, Permit, Quarter, clauses, funding, permit, quarters
from siting.annual.sentences import content_zh, floor_zh, reason_zh, remark_zh
from siting.committed.form import DECIDED, PROPOSED

_SITE_PARTS = ("opening", "renovation")
_OWN_PARTS = ("fitout", "quoted", "addon")


@dataclass(frozen=True)
class Cost:
    """元 of one project. ``fitout_cny`` holds fit-out, and this project's share of renovating and opening the room (and
    prices that nobody has split); ``rent_cny`` its share of the discounted rent of the lease. ``own_cny`` is the part
    that is the type's alone; the rest of the total is the share of the room.
    """

    fitout_cny: float
    equipment_cny: float
    rent_cny: float
    own_cny: float

    @property
    def total_cny(self) -> float:
        """All of it."""
        return self.fitout_cny + self.equipment_cny + self.rent_cny


@dataclass(frozen=True)
class Project:
    """One row of the plan. ``served`` counts residents of the type's segment in reach, ``newly`` those of them whom no
    outlet reaches today; two projects of a type may share residents. ``status_zh`` is 已定 where an earlier annual plan
    has committed the work.
    """

    code: str
    year: int
    district: str
    circle_id: str
    circle_zh: str
    name_zh: str
    type_id: str
    type_zh: str
    tier: str
    tier_zh: str
    mode_zh: str
    host: str
    site_id: str
    address_zh: str
    floor_zh: str
    area_m2: float
    served: float | None
    newly: float
    content_zh: str
    cost: Cost
    staff: float
    funding_zh: str
    responsible_zh: str
    cooperating_zh: str
    start: Quarter
    finish: Quarter
    permit: Permit
    remark_zh: str
    reason_zh: str
    status_zh: str


def projects_of(run: PlanRun, year: int, rules: AnnualRules) -> tuple[Project, ...]:
    """The projects of a run in rank order; picks without a year are works of ``year``."""
    return tuple(_projects(run, year, rules))


def _projects(run: PlanRun, year: int, rules: AnnualRules) -> Iterator[Project]:
    picks = paid_at_first(sorted(run.picks, key=lambda pick: (pick.rank, pick.site, pick.type)), year)
    ranks = {rank.site_id: rank for rank in run.ranking}
    together = _together(picks, year)
    for number, pick in enumerate(picks, start=1):
        own_year, decided = pick.year or year, (pick.site, pick.type) in run.decided
        facts = (pick.type, pick.tier, pick.room.kind, pick.room.owner, pick.mode_zh)
        same_room = together[pick.site, own_year]
        paper = permit(*_works(same_room, pick), pick.mode_zh, rules)
        start, finish = _when(pick, same_room, own_year, rules)
        yield Project(
            code=f"{run.circle.id}-{number:03d}",
            year=own_year,
            district=run.circle.district,
            circle_id=run.circle.id,
            circle_zh=run.circle.name,
            name_zh=f"{run.circle.name}生活圈{pick.type_zh}{pick.mode_zh}项目（{pick.site or pick.host}）",
            type_id=pick.type,
            type_zh=pick.type_zh,
            tier=pick.tier,
            tier_zh=pick.tier_zh,
            mode_zh=pick.mode_zh,
            host=pick.host,
            site_id=pick.site or pick.host,
            address_zh="，".join(part for part in (pick.site_name, pick.room.address) if part),
            floor_zh=floor_zh(pick.room.floor),
            area_m2=pick.area_m2,
            served=pick.residents_in_reach,
            newly=pick.residents_newly_covered,
            content_zh=content_zh(pick),
            cost=cost_of(pick),
            staff=pick.staff if not pick.host else 0.0,
            funding_zh=funding(*facts, rules),
            responsible_zh=pick.responsible_zh,
            cooperating_zh="、".join(pick.cooperating_zh),
            start=start,
            finish=finish,
            permit=paper,
            remark_zh=remark_zh(pick, own_year, finish.year, clauses(*facts, rules), paper.reason_zh)
            + (f"已列入年度计划 {run.committed.file}。" if run.committed and decided else ""),
            reason_zh=reason_zh(pick, ranks.get(pick.site), run.levels),
            status_zh=DECIDED if decided else PROPOSED,
        )


def _when(pick: PlanPick, same_room: Sequence[PlanPick], year: int, rules: AnnualRules) -> tuple[Quarter, Quarter]:
    """Start and finish; a service that a new outlet carries is made with that outlet."""
    carriers = [other for other in same_room if not other.host and other.type == pick.host]
    made = carriers[0] if carriers else pick
    needed = permit(*_works(same_room, made), made.mode_zh, rules).needed
    return quarters(year, made.mode_zh, made.area_m2, made.room.available_year, needed, rules)


def cost_of(pick: PlanPick) -> Cost:
    """The cost of a pick under the plan's three headings; all of it under the first where the run has not split it."""
    parts = pick.parts
    if not parts:
        return Cost(pick.cost, 0.0, 0.0, pick.cost if pick.own_cost is None else pick.own_cost)
    own = sum(parts.get(part, 0.0) for part in (*_OWN_PARTS, "equipment"))
    fitout = sum(parts.get(part, 0.0) for part in (*_OWN_PARTS, *_SITE_PARTS))
    return Cost(fitout, parts.get("equipment", 0.0), parts.get("rent", 0.0), own)


def _together(picks: Sequence[PlanPick], year: int) -> dict[tuple[str, int], list[PlanPick]]:
    """Picks by room and year."""
    found: dict[tuple[str, int], list[PlanPick]] = defaultdict(list)
    for pick in picks:
        found[pick.site, pick.year or year].append(pick)
    return found


def _works(same_room: Sequence[PlanPick], pick: PlanPick) -> tuple[float, float]:
    """Works (元: fit-out, renovation, unsplit prices; neither equipment nor rent) and floor area (㎡) of all works in
    the room in the year. Where the room itself is renovated its whole area is worked on.
    """
    if pick.mode_zh == ADD_ON:
        return pick.cost, pick.area_m2
    outlets = [other for other in same_room if not other.host]
    works = sum(other.parts.get(part, 0.0) for other in outlets for part in (*_OWN_PARTS, "renovation"))
    area = sum(other.area_m2 for other in outlets)
    renovated = any(other.parts.get("renovation", 0.0) > 0 for other in outlets)
    return works, max(area, pick.room.area_m2 or 0.0) if renovated else area
