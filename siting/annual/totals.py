"""Sums of projects by year, district, circle, business type and way of building."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from siting.annual.projects import Project


@dataclass(frozen=True)
class Sums:
    """Sums over some projects; ``newly`` adds projects up, so that residents whom two projects of a type share count
    twice. 元, ㎡, residents, jobs.
    """

    label_zh: str
    projects: int
    area_m2: float
    fitout_cny: float
    equipment_cny: float
    rent_cny: float
    newly: float
    staff: float
    permits: int

    @property
    def total_cny(self) -> float:
        """Fit-out, equipment and rent."""
        return self.fitout_cny + self.equipment_cny + self.rent_cny


GROUPS: tuple[tuple[str, str, Callable[[Project], str]], ...] = (
    ("year", "按年度", lambda project: f"{project.year}年"),
    ("district", "按区", lambda project: project.district or "（未填区）"),
    ("circle", "按生活圈", lambda project: f"{project.circle_zh}（{project.circle_id}）"),
    ("tier", "按类别", lambda project: project.tier_zh),
    ("type", "按业态", lambda project: project.type_zh),
    ("mode", "按建设方式", lambda project: project.mode_zh),
)


def sums(label_zh: str, projects: Iterable[Project]) -> Sums:
    """One row of sums."""
    rows = list(projects)
    return Sums(
        label_zh,
        len(rows),
        sum(project.area_m2 for project in rows),
        sum(project.cost.fitout_cny for project in rows),
        sum(project.cost.equipment_cny for project in rows),
        sum(project.cost.rent_cny for project in rows),
        sum(project.newly for project in rows),
        sum(project.staff for project in rows),
        sum(project.permit.needed for project in rows),
    )


def grouped(projects: Sequence[Project], key: Callable[[Project], str]) -> tuple[Sums, ...]:
    """Sums by group, groups in order of their first project."""
    groups: dict[str, list[Project]] = {}
    for project in projects:
        groups.setdefault(key(project), []).append(project)
    return tuple(sums(label, rows) for label, rows in groups.items())
