"""A ResultBundle made by hand: three sites, three types, one of each kind of answer. No solver, no files read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Polygon

from models.solution import LevelResult, Termination
from scenarios.business_type import BusinessType, Separation, SiteKind, SiteRules, Tier
from scenarios.catalogue import Catalogue
from scenarios.faults import Fault, Severity
from scenarios.resolve import parse_set, resolve
from scenarios.sourced import Sourced, Standing
from siting.bundle import ForcedSite, Move, NewlyServed, Pick, Refusal, ResultBundle, SiteRank, Totals
from siting.gap_report import GapReport, ShortfallStatus, TypeShortfall
from siting.walks import SnapReport
from siting.workspace import CircleMeta, InputFile, Workspace

CRS = "EPSG:4549"
FORMULA = '=HYPERLINK("http://x.example","点我")'
NASTY = '=1+1|cmd\x07\x1b[31m[bold]<b>&amp;_x0041_\ud800"'


@dataclass(frozen=True)
class FewTypes:
    """As much of a Catalogue as the outputs use."""

    types: MappingProxyType[str, BusinessType]


def sourced(value: Any, standing: Standing = Standing.CITY_DOCUMENT, source: str = "聊城市实施方案") -> Sourced[Any]:
    return Sourced(value=value, source=source, standing=standing)


def business(type_id: str, name_zh: str, tier: Tier, **changes: Any) -> BusinessType:
    guess = Standing.ASSUMPTION
    fields: dict[str, Any] = {
        "id": type_id,
        "name_zh": name_zh,
        "name_en": type_id,
        "tier": tier,
        "walk_min": sourced(8.0),
        "area_m2": sourced(80.0, guess, "假定：常见面积"),
        "min_catchment": sourced(0.0, guess, "假定"),
        "fitout_cny_m2": sourced(900.5, guess, "假定：装修单价"),
        "equipment_cny": sourced(20_000.0, guess, "假定"),
        "subsidy_cny_year": sourced(0.0, guess, "假定"),
        "staff": sourced(2.0, guess, "假定"),
        "sitable": sourced(True),
        "responsible_zh": "市商务局",
        "cooperating_zh": ("市市场监管局", "街道办事处"),
        "department_source_zh": "职责分工表",
    }
    return BusinessType(**(fields | changes))


def few_types() -> FewTypes:
    rules = SiteRules(basement_allowed=False, max_floor=3, check_on_site=("采光",))
    return FewTypes(
        MappingProxyType(
            {
                "pharmacy": business("pharmacy", "药店", Tier.BASIC),
                "elderly_meal": business(
                    "elderly_meal",
                    "老年助餐点",
                    Tier.PUBLIC,
                    segment="elderly",
                    site_rules=sourced(rules, Standing.STANDARD, "标准 X"),
                    separations=sourced((Separation(type_id="pharmacy", metres=25.0),)),
                ),
                "laundry": business("laundry", "洗染店", Tier.BASIC, hosts=sourced(("pharmacy",))),
            }
        )
    )


def demand_table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["D1", "D2", "D3"],
            "name": ["光明小区1号楼", "光明小区2号楼", "湖畔花园"],
            "x": [0.0, 120.0, 480.0],
            "y": [0.0, 30.0, 60.0],
            "residents": [900.0, 600.0, 1500.0],
            "elderly": [200.0, 150.0, 300.0],
            "toddlers": [30.0, 20.0, 45.0],
            "children": [40.0, 25.0, 60.0],
            "households": [300.0, 200.0, 500.0],
        }
    )


def outlets_table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["O1"],
            "name": ["利民药店"],
            "type_id": ["pharmacy"],
            "x": [490.0],
            "y": [50.0],
            "area_m2": [60.0],
            "chain": pd.array([True], dtype="boolean"),
            "services": [()],
        }
    )


def sites_table() -> pd.DataFrame:
    n = 3
    return pd.DataFrame(
        {
            "id": ["S1", "S2", "S3"],
            "name": ["闲置锅炉房", "社区用房", "地下车库"],
            "kind": [str(SiteKind.VACANT_ROOM), str(SiteKind.OLD_COMMUNITY_SPACE), str(SiteKind.BASEMENT)],
            "x": [20.0, 150.0, 500.0],
            "y": [10.0, 40.0, 80.0],
            "area_m2": [200.0, 120.0, 300.0],
            "address": ["光明路1号", "", "湖畔路2号"],
            "floor": pd.array([1, 1, -1], dtype="Int64"),
            "elevator": pd.array([None, False, True], dtype="boolean"),
            "street_front": pd.array([True, None, None], dtype="boolean"),
            "flue": pd.array([None] * n, dtype="boolean"),
            "rent_cny_year": [30_000.0, 0.0, 12_000.0],
            "renovation_cny_m2": [300.0, 200.0, 0.0],
            "opening_cny": [0.0, 0.0, 0.0],
            "available_year": pd.array([2025, None, None], dtype="Int64"),
            "owner": ["区属国企", "", ""],
            "allowed_types": [()] * n,
            "forbidden_types": [()] * n,
        }
    )


def make_workspace(folder: Path = Path("data/guangming"), *, simulated: bool = True, **changes: Any) -> Workspace:
    note = "示意布局，非实测：居民点与候选点由程序按规划数字生成" if simulated else ""
    fields: dict[str, Any] = {
        "folder": folder,
        "circle": CircleMeta("C01", "光明生活圈", "东昌府区", "古楼街道", "cgcs2000", simulated, note),
        "crs": CRS,
        "demand": demand_table(),
        "outlets": outlets_table(),
        "sites": sites_table(),
        "streets": gpd.GeoDataFrame(geometry=[LineString([(0, 0), (500, 60)])], crs=CRS),
        "boundary": Polygon([(-50, -50), (600, -50), (600, 200), (-50, 200)]),
        "inputs": (InputFile("circle.toml", "a" * 64), InputFile("survey.xlsx", "b" * 64)),
        "warnings": (
            Fault(
                "blank-rent", "survey.xlsx", "租金为空", "按 0 计", "候选点", 3, "rent_cny_year", "", Severity.WARNING
            ),
        ),
    }
    return Workspace(**(fields | changes))


def shortfall(type_id: str, name: str, tier: Tier, status: ShortfallStatus, **changes: Any) -> TypeShortfall:
    fields: dict[str, Any] = {
        "type_id": type_id,
        "name_zh": name,
        "tier": tier,
        "segment": "all",
        "outlets": 1,
        "required": 1,
        "missing_outlets": 0,
        "reach_m": 576.0,
        "residents": 3000.0,
        "residents_in_reach": 1500.0,
        "reach_by_segment": {"all": (1500.0, 3000.0), "elderly": (300.0, 650.0), "toddlers": (45.0, 0.0)},
        "status": status,
        "sitable": True,
    }
    return TypeShortfall(**(fields | changes))


def make_gaps() -> GapReport:
    plan = {"plan_says": "missing", "plan_quote": "缺少洗染店", "agrees": True, "priority": True}
    rows = (
        shortfall("pharmacy", "药店", Tier.BASIC, ShortfallStatus.MET, plan_says="missing", agrees=False),
        shortfall("laundry", "洗染店", Tier.BASIC, ShortfallStatus.MISSING, outlets=0, missing_outlets=1, **plan),
        shortfall("elderly_meal", "老年助餐点", Tier.PUBLIC, ShortfallStatus.SHORT, segment="elderly"),
    )
    return GapReport("C01", "光明生活圈", 3000.0, rows, 0.25, 0.4, None, "", ("既写已有药店，又写缺少药店",), ("注",))


def make_picks() -> tuple[Pick, ...]:
    return (
        Pick(1, "S1", "laundry", "", 2025, 150_000.25, 80.0, 1500.0, ("核实产权", "核实消防"), 92_040.0),
        Pick(2, "S2", "elderly_meal", "", None, 116_040.0, 80.0, 350.0, (), None),
        Pick(3, "S1", "pharmacy", "laundry", None, 5_000.0, 10.0, 1500.0, (), 5_000.0),
    )


def make_served() -> tuple[NewlyServed, ...]:
    elderly = {"all": 350.0, "elderly": 350.0}
    return (
        NewlyServed("D1", "laundry", "S1", 900.0, {"all": 900.0, "elderly": 200.0}, 1200.0, 25.0),
        NewlyServed("D2", "laundry", "S1", 600.0, {"all": 600.0, "elderly": 150.0}, None, 120.0),
        NewlyServed("D2", "elderly_meal", "S2", 350.0, elderly, None, 40.0),
    )


def make_levels(termination: Termination = Termination.OPTIMAL) -> tuple[LevelResult, ...]:
    bound = 3000.0 if termination is Termination.OPTIMAL else 3600.0
    return (
        LevelResult("missing_types", "max", 1.0, 1.0, 0.01, Termination.OPTIMAL),
        LevelResult("basic_coverage", "max", 3000.0, bound, 0.52, termination),
        LevelResult("equity", "max", 1.125, 1.125, 0.2, Termination.OPTIMAL),
        LevelResult("cost", "min", 271_040.25, 271_040.25, 0.1, Termination.OPTIMAL),
    )


def make_bundle(workspace: Workspace | None = None, **changes: Any) -> ResultBundle:
    """A bundle; ``changes`` replaces whole fields. Nothing in it is shared between calls."""
    termination = changes.get("termination", Termination.OPTIMAL)
    layers = (parse_set("budget.capital_cny=3000000"), parse_set("coverage_floor.pharmacy=0.9"))
    losses = {"missing_types": 1.0, "basic_coverage": 1500.0, "equity": 0.125, "cost": -20_000.0}
    bundle = ResultBundle(
        workspace=workspace or make_workspace(),
        catalogue=cast(Catalogue, few_types()),
        scenario=resolve(layers, "base"),
        gaps=make_gaps(),
        termination=termination,
        levels=make_levels(termination),
        picks=make_picks(),
        ranking=(
            SiteRank(
                1,
                "S1",
                ("laundry", "pharmacy"),
                155_000.25,
                losses,
                ("S3",),
                (),
                True,
                moves=(Move("laundry", ("S3",)), Move("pharmacy", ())),
            ),
            SiteRank(
                2,
                "S2",
                ("elderly_meal",),
                116_040.0,
                {},
                (),
                (),
                False,
                feasible=False,
                moves=(Move("elderly_meal", ()),),
            ),
        ),
        forced=(ForcedSite("S3", ("laundry",), {"cost": 40_000.0}, ("S1",), True),),
        refusals=(
            Refusal("S3", "elderly_meal", "basement", "老年助餐点不得设在地下室"),
            Refusal("S3", "", "cut_off", "最近道路 230 米，超过 150 米"),
        ),
        served=make_served(),
        totals=Totals(271_040.25, 271_040.25, 3350.0, 1500.0, 1, 1, 2, 2, 1, 0.25, 0.75),
        seed=7,
        solver="highs",
        snap=SnapReport({"D1": 3.5}, {"S3": "离路太远"}, 1, 0.5),
        seconds={"solve": 0.83123},
        notes=("示意布局，非实测。", "租金为空的 1 处按 0 计。"),
    )
    return replace(bundle, **changes)


def injected_bundle(text: str = NASTY) -> ResultBundle:
    """Every text that can come from a planner's file is ``text``; ids stay as they are."""
    base = make_workspace()
    demand, outlets, sites = base.demand.copy(), base.outlets.copy(), base.sites.copy()
    for frame in (demand, outlets, sites):
        frame["name"] = text
    sites["address"] = sites["owner"] = text
    workspace = replace(
        base,
        circle=replace(base.circle, name=text, district=text, street_office=text, simulated_note=text),
        demand=demand,
        outlets=outlets,
        sites=sites,
        inputs=(InputFile(text, "c" * 64),),
    )
    gaps = make_gaps()
    rows = tuple(replace(row, plan_quote=text, name_zh=text) for row in gaps.rows)
    return make_bundle(
        workspace,
        gaps=replace(gaps, circle_name=text, rows=rows, contradictions=(text,), notes=(text,)),
        picks=tuple(replace(p, check_on_site=(text,)) for p in make_picks()),
        refusals=(Refusal("S3", "laundry", "rule", text),),
        notes=(text,),
    )


def bundle_without_coordinates() -> ResultBundle:
    """A workspace of ready distances: no positions, no streets, no boundary, no crs."""
    base = make_workspace(simulated=False)
    tables = {name: getattr(base, name).assign(x=np.nan, y=np.nan) for name in ("demand", "outlets", "sites")}
    return make_bundle(replace(base, crs="", streets=None, boundary=None, **tables))
