"""What each page takes for granted, and what a person does between its commands."""

from __future__ import annotations

from doc_hands import (
    cells,
    edited_plan,
    fill,
    hands,
    layers_of_c10,
    map_of_futian,
    wrong_plan,
    zone_without_number,
)
from doc_poi_hands import answered, exports, surveyed
from doc_runner import Walk
from walkthrough import new_user

_SLIPS = {("居民点", "G4"): -120, ("居民点", "G5"): "150人", ("现有网点", "C4"): "药铺子"}
_FOUR_SLIPS = {
    ("居民点", "G5"): -120,
    ("居民点", "G6"): "150人",
    ("居民点", "A8"): "D1",
    ("现有网点", "C4"): "药铺子",
}
_ANSWERS = "光明社区/待人工归类.xlsx"
_ROADS = "--north {} --east 农林路 --south 深南大道 --west 农园路 --population 20000"
_FUTIAN = f"siting new 福田 --from-osm 深圳福田.osm.pbf {_ROADS.format('红荔西路')}"
_WRONG_ROAD = f"siting new 香密湖 --from-osm 深圳福田.osm.pbf {_ROADS.format('香密湖路')}"
_DATABASE = "needs a PostGIS server; tests/postgis runs it against one"
_BY_THE_CLOCK = "takes minutes, and its limits of time decide what is found"

WALKS = {
    "README.md": Walk(hands={"siting run 我的社区/": (fill("我的社区"),)}),
    "guide_zh.md": Walk(
        before=("siting new 我的社区",),
        hands={"siting check 我的社区/": (fill("我的社区"), cells("我的社区/survey.xlsx", _FOUR_SLIPS))},
        saved={1: "mine.toml"},
        codes={
            "siting check 我的社区/": (0, 3),
            "siting run C02 --set budget.capital_cny=200000 --set coverage_floor.药店=0.95": (4,),
        },
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
    "from_map.md": Walk(hands={_FUTIAN: (map_of_futian,)}, codes={_WRONG_ROAD: (3,)}),
    "gis.md": Walk(
        hands={"siting check 光明": (layers_of_c10, zone_without_number)},
        codes={"siting check 光明": (0, 3)},
        left_out={
            "siting run postgis:c10 --to-postgis postgis:siting_results": _DATABASE,
            "siting postgis results/base/C10 --to postgis:siting_results": _DATABASE,
            "siting run postgis:c99": _DATABASE,
            "siting run C10 --to-postgis postgis:c10": _DATABASE,
        },
    ),
    "nation.md": Walk(left_out={"siting nation --all --budget 2500万 --time-limit 10 --shares-only": _BY_THE_CLOCK}),
    "one_type.md": Walk(saved={0: "药店.toml"}),
    "poi.md": Walk(
        hands={
            "siting new 光明社区 --from-poi 高德.csv 百度.csv": (exports,),
            f"siting new 光明社区 --from-poi 高德.csv 百度.csv --mapping {_ANSWERS}": (answered,),
            "siting gaps 光明社区": (surveyed,),
        }
    ),
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
