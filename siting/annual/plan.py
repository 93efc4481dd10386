"""The annual construction plan of a circle, a district or the city: projects, sums, indicators, what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.annual_rules import load_annual_rules
from siting.annual.indicators import Indicator, indicators
from siting.annual.left_out import LeftOut, left_out
from siting.annual.projects import Project, projects_of
from siting.annual.record import PlanRun
from siting.annual.totals import GROUPS, Sums, grouped, sums
from siting.outputs.workbook.book import banner

CITY = "全市"


@dataclass(frozen=True)
class AnnualPlan:
    """``name_zh`` is the circle's, the district's, or 全市. ``projects`` by year, then circle, then rank; ``banner_zh``
    is the red line where any layout is simulated. ``runs`` are what the plan was made from.
    """

    name_zh: str
    scope_zh: str
    runs: tuple[PlanRun, ...]
    projects: tuple[Project, ...]
    indicators: tuple[Indicator, ...]
    left_out: tuple[LeftOut, ...]
    banner_zh: str

    @property
    def years(self) -> tuple[int, ...]:
        """The years in which something is built."""
        return tuple(sorted({project.year for project in self.projects}))

    @property
    def districts(self) -> tuple[str, ...]:
        """The districts, in the order of their circles."""
        return tuple(dict.fromkeys(run.circle.district for run in self.runs))

    @property
    def total(self) -> Sums:
        """All projects."""
        return sums("合计", self.projects)

    def groups(self) -> tuple[tuple[str, tuple[Sums, ...]], ...]:
        """Sums by year, district, circle, tier, type and way of building, each with its Chinese heading."""
        return tuple((heading, grouped(self.projects, key)) for _, heading, key in GROUPS)

    def of_year(self, year: int) -> tuple[Project, ...]:
        """The projects of a year."""
        return tuple(project for project in self.projects if project.year == year)

    def of_district(self, district: str) -> tuple[Project, ...]:
        """The projects of a district."""
        return tuple(project for project in self.projects if project.district == district)

    def of_circle(self, circle_id: str) -> tuple[Project, ...]:
        """The projects of a circle."""
        return tuple(project for project in self.projects if project.circle_id == circle_id)


def make_plan(runs: Sequence[PlanRun], year: int | None = None) -> AnnualPlan:
    """The plan of some runs, one for each circle.

    ``year`` is that of works to which the run gives none; by default the year after the document in which the circle
    stands (:func:`default_year`).
    """
    rules = load_annual_rules()
    projects = [p for run in runs for p in projects_of(run, year or default_year(run), rules)]
    # The sort is stable: inside a year the circles and their ranks keep their order.
    projects.sort(key=lambda project: project.year)
    name, scope = _scope(runs)
    return AnnualPlan(
        name_zh=name,
        scope_zh=scope,
        runs=tuple(runs),
        projects=tuple(projects),
        indicators=indicators(runs, projects),
        left_out=tuple(line for run in runs for line in left_out(run)),
        banner_zh=_banner(runs),
    )


def default_year(run: PlanRun) -> int:
    """The year after the plan that the circle stands in; after the city's plan where the circle names none."""
    return (run.circle.document_year or load_annual_rules().default_document_year.value) + 1


def _scope(runs: Sequence[PlanRun]) -> tuple[str, str]:
    districts = {run.circle.district for run in runs}
    if len(runs) == 1:
        return runs[0].circle.name or runs[0].circle.id, f"{runs[0].circle.name}一刻钟便民生活圈"
    if len(districts) == 1 and "" not in districts:
        district = districts.pop()
        return district, f"{district} {len(runs)} 个一刻钟便民生活圈"
    return CITY, f"全市 {len(districts)} 个区、{len(runs)} 个一刻钟便民生活圈"


def _banner(runs: Sequence[PlanRun]) -> str:
    notes = [run.circle.simulated_note for run in runs if run.circle.simulated]
    if not notes:
        return ""
    if len(runs) == 1:
        return banner(True, notes[0])
    which = "各生活圈" if len(notes) == len(runs) else "、".join(r.circle.name for r in runs if r.circle.simulated)
    return banner(True, f"{which}的街道、楼栋、网点、候选点和价格由程序模拟，金额与人数不能作为立项依据")
