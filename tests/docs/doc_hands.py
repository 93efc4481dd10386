"""What a person does between the commands of a page: fills in forms, edits plans, brings files along."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
from doc_pages import ROOT
from doc_runner import Hand
from support.plan_towns import Desk
from walkthrough import new_user

from scenarios.catalogue import load_catalogue
from scenarios.circles import find_circle
from siting.generator import generate_pilot
from siting.inputs import read_workspace
from siting.workspace import Workspace

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
    if not FUTIAN.exists():
        pytest.skip("the shared map of Futian is not beside this checkout")
    (folder / "深圳福田.osm.pbf").symlink_to(FUTIAN)


def pilot_c10(folder: Path) -> Workspace:
    """光明 (C10) as read from its own generated tables."""
    generate_pilot(find_circle("C10"), load_catalogue(), folder)
    return read_workspace(folder, load_catalogue())


def layers_of_c10(folder: Path) -> None:
    """光明 as surveyors give it: Shapefiles in GBK without .cpg and a MapInfo table, in the zone with its number."""
    circle = pilot_c10(folder / ".光明")
    target = folder / "光明"
    target.mkdir()
    shutil.copy(folder / ".光明" / "boundary.geojson", target)
    toml = (folder / ".光明" / "circle.toml").read_text("utf-8")
    (target / "circle.toml").write_text(toml.replace('datum = "wgs84"\n', ""), "utf-8")
    for name, table in {"居民点": circle.demand, "网点": circle.outlets, "候选点": circle.sites}.items():
        plain = table.drop(columns=["x", "y"]).rename(columns={"type_id": "type"})
        plain = plain.map(lambda cell: "、".join(cell) if isinstance(cell, tuple) else cell)
        plain = plain.apply(lambda column: column.astype(object) if column.dtype == "boolean" else column)
        points = gpd.points_from_xy(table["x"], table["y"], crs=circle.crs)
        layer = gpd.GeoDataFrame(plain, geometry=points).to_crs(4527)
        with warnings.catch_warnings():  # the names are cut to ten bytes: what the page is about
            warnings.simplefilter("ignore")
            layer.to_file(target / f"{name}.shp", encoding="GBK")
        (target / f"{name}.cpg").unlink()
    assert circle.streets is not None
    streets = circle.streets.set_crs(circle.crs, allow_override=True).to_crs(4527)
    streets.to_file(target / "道路.tab", driver="MapInfo File", encoding="UTF-8")
    shutil.rmtree(folder / ".光明")


def zone_without_number(folder: Path) -> None:
    """候选点.shp keeps its coordinates, with the zone's number, under a system that has none."""
    prj = gpd.GeoSeries([], crs=4548).crs.to_wkt("WKT1_ESRI")
    (folder / "光明" / "候选点.prj").write_text(prj, encoding="ascii")
