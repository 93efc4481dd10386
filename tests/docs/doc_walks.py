"""What each page takes for granted, and what a person does between its commands."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl
from doc_pages import ROOT
from doc_runner import Hand, Walk
from support.plan_towns import Desk
from walkthrough import new_user

FUTIAN = ROOT.parent / "shared" / "data" / "shenzhen_futian_walk_rebuilt.osm.pbf"
PLAN = Path("results", "年度建设计划-光明", "年度建设计划.xlsx")


def hands(*steps: Hand) -> Hand:
    """One after another."""

    def all_of(folder: Path) -> None:
        for step in steps:
            step(folder)

    return all_of


def fill(name: str) -> Hand:
    """锦绣社区, filled into the new circle's form; the datum is said if it was not."""

    def do(folder: Path) -> None:
        toml = folder / name / "circle.toml"
        toml.write_text(toml.read_text("utf-8").replace('datum = ""', 'datum = "gcj02"'), "utf-8")
        new_user.fill_in(folder / name)

    return do


def cells(book: str, values: dict[tuple[str, str], Any]) -> Hand:
    """Values typed into cells of a workbook."""

    def do(folder: Path) -> None:
        sheets = openpyxl.load_workbook(folder / book)
        for (sheet, place), value in values.items():
            sheets[sheet][place] = value
        sheets.save(folder / book)

    return do


def edited_plan(folder: Path) -> None:
    """One project struck out, one moved to another room, one dearer by 50,000 元."""
    copy = Path(shutil.copy(folder / PLAN, folder / "改过的计划.xlsx"))
    desk = Desk(copy)
    first, second, third = desk.rows()[:3]
    desk.strike(first)
    desk.at(second, "点位编号").value = "S017"
    total = desk.at(third, "投资额：合计（万元）")
    total.value = round(float(total.value) + 5, 2)
    desk.book.save(copy)


def wrong_plan(folder: Path) -> None:
    """A room, a status and a sum that do not exist."""
    copy = Path(shutil.copy(folder / PLAN, folder / "有错的计划.xlsx"))
    desk = Desk(copy)
    for row, column, value in zip(
        desk.rows()[3:6], ("点位编号", "状态", "投资额：合计（万元）"), ("S099", "缓建", "十万"), strict=True
    ):
        desk.at(row, column).value = value
    desk.book.save(copy)


def map_of_futian(folder: Path) -> None:
    """The map that stands beside the checkout, if it does."""
    (folder / "深圳福田.osm.pbf").symlink_to(FUTIAN)


_SLIPS = {("居民点", "G4"): -120, ("居民点", "G5"): "150人", ("现有网点", "C4"): "药铺子"}
_NEW = "siting new 锦绣社区 --id A01 --name 锦绣社区 --district 东昌府区 --street-office 柳园街道 --datum gcj02"
_DATABASE = "needs a PostGIS server; tests/postgis runs it against one"

WALKS = {
    "README.md": Walk(hands={"siting run 我的社区/": (fill("我的社区"),)}),
    "guide_zh.md": Walk(
        before=("siting new 我的社区",),
        hands={"siting check 我的社区/": (fill("我的社区"),)},
        saved={1: "mine.toml"},
        codes={"siting run C02 --set budget.capital_cny=200000 --set coverage_floor.药店=0.95": (4,)},
    ),
    "annual_plan.md": Walk(before=("siting run C10", "siting run C10 --scenario three_years")),
    "committed.md": Walk(
        before=("siting run C10", "siting plan results/base/C10"),
        hands={
            "siting run C10 --committed 改过的计划.xlsx": (edited_plan,),
            "siting run C10 --committed 有错的计划.xlsx": (wrong_plan,),
        },
        codes={"siting run C10 --committed 有错的计划.xlsx": (3,)},
    ),
    "compare.md": Walk(
        before=(
            "siting run C10",
            "siting run C10 --scenario tight_budget",
            "siting run C10 --scenario no_basement",
            "siting run C10 --scenario strict_walk",
        ),
        width=100,
    ),
    "first_circle.md": Walk(
        hands={"siting check 锦绣社区": (hands(fill("锦绣社区"), lambda f: new_user.slip(f / "锦绣社区")),
                                    lambda f: new_user.mend(f / "锦绣社区"))},
        codes={"siting check 锦绣社区": (3, 0)},
    ),
    "from_map.md": Walk(hands={}),
    "new_circle.md": Walk(
        hands={"siting check 锦绣社区": (hands(fill("锦绣社区"), cells("锦绣社区/survey.xlsx", _SLIPS)),)},
        codes={"siting check 锦绣社区": (3,)},
    ),
    "one_store.md": Walk(width=100),
    "page.md": Walk(before=("siting run C01 C06 C10", "siting pareto C10")),
    "rank.md": Walk(
        before=("siting run C01 C06 C10", "siting run C01 C06 C10 --scenario tight_budget",
                "siting run C01 C06 C10 --scenario one_store_many_services"),
        width=100,
    ),
    "robust.md": Walk(width=100, saved={0: "futures.toml"}),
    "sweep.md": Walk(width=100),
    "why_not.md": Walk(
        codes={"siting run C10 --set budget.capital_cny=200000 --set coverage_floor.药店=0.9": (4,)},
        written={0: "results/base/C10.可行情景.toml"},
    ),
}  # fmt: skip
CHEAP = {"circles", "gaps", "check", "new", "completion"}
