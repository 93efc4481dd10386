"""The objective levels: what each one is, said once for the schema, the words that planners read and the audit.

A level that adds up over the plan is this entry alone: ``adds`` says what one outlet, one used room and one add-on
service count, and the model, the verifier and the audit each do the sum for themselves. Any other level has its
coefficients in :mod:`models.objectives` and its value in :mod:`models.verify` and :mod:`siting.audit.levels`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Adds:
    """What counts: ``"one"``, or a number of the business type (``"staff"``, ``"area_m2"`` …), for ``room`` a column of
    the table of candidate sites. A blank counts nothing, and so does what is not named.

    ``outlet`` counts for each new outlet, ``room`` once for each room used, ``addon`` for each add-on service.
    """

    outlet: str | None = None
    room: str | None = None
    addon: str | None = None


@dataclass(frozen=True)
class Level:
    """``short_zh`` stands in narrow tables, ``decimals`` says how a value is printed.

    ``walks``: every walk is asked for, however far. ``by_year``: in a plan by years an earlier gain is worth more.
    """

    id: str
    sense: Literal["max", "min"]
    name_zh: str
    short_zh: str
    unit_zh: str
    decimals: int = 0
    walks: bool = False
    by_year: bool = False
    adds: Adds | None = None


LEVELS = {
    level.id: level
    for level in (
        Level("missing_types", "max", "补齐缺失网点（加权）", "缺口", "个", by_year=True),
        Level("basic_coverage", "max", "基本保障类新增覆盖", "基本", "人次", by_year=True),
        Level("equity", "max", "最薄弱居民可达基本业态数（平均）", "均衡", "类", decimals=3),
        Level("public_coverage", "max", "公共服务新增覆盖", "公共", "人次", by_year=True),
        Level("quality_coverage", "max", "品质提升类新增覆盖", "品质", "人次", by_year=True),
        Level("cost", "min", "总投入", "投入", "元"),
        Level("walking", "min", "步行总量", "步行", "人·米", walks=True),
        Level("farthest_walk", "min", "最远步行距离", "最远", "米", walks=True),
        Level("sites", "min", "启用点位数", "点位", "个"),
    )
}


def ask_for_walks(levels: tuple[str, ...]) -> bool:
    """One of the levels asks for every walk, however far."""
    return any(LEVELS[name].walks for name in levels)
