"""Sheet 选址方案: the picks in rank order, with all that is needed to go and look at the room."""

from __future__ import annotations

from collections.abc import Mapping

from siting.bundle import Pick, ResultBundle
from siting.outputs.place import (
    Gain,
    Place,
    build_mode_zh,
    business_type,
    gain_of,
    gains,
    host_zh,
    place_of,
    places,
    type_name,
)
from siting.outputs.plain import ranked
from siting.outputs.words import SEGMENTS_ZH, number_zh
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Row, Sheet

_SEGMENTS = ("elderly", "toddlers", "children")
_TOP_ESTATES = 3
_A3 = 8

_COLUMNS = (
    Column("序", "plain", 6),
    Column("点位编号", wide=11),
    Column("点位名称", wide=20),
    Column("地址、楼层", wide=20),
    Column("点位类型", wide=12),
    Column("业态", wide=13),
    Column("类别", wide=12),
    Column("建设方式", wide=13),
    Column("年度", "plain", 7),
    Column("面积（㎡）", "int", 8),
    Column("投入（元）", "int", 11),
    Column("其中：装修与设备（元）", "int", 17),
    Column("其中：点位分摊（元）", "int", 15),
    Column("新增覆盖居民（人）", "int", 13),
    *(Column(f"其中：{SEGMENTS_ZH[s]}（人）", "int", 13) for s in _SEGMENTS),
    Column("主要受益居民点", wide=38),
    Column("步行距离：前→后（米）", "centre", 14),
    Column("现场核查事项", wide=34),
    Column("牵头部门", wide=12),
    Column("配合部门", wide=26),
)


def plan_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write the sheet."""
    sheet = Sheet(book, "选址方案", "选址方案", len(_COLUMNS))
    sheet.sheet.set_paper(_A3)
    sheet.line(
        "新增覆盖居民：该业态服务人群中，原先步行不可达、建设后可达的人；人群与受益居民点按就近点位归属。"
        "点位分摊：开办、改造与租金在同一点位各业态间平均分摊。",
        "subtitle",
        height=18,
    )
    by_id, by_pick = places(bundle), gains(bundle)
    rows = [_row(bundle, p, place_of(p, by_id), gain_of(p, by_pick), by_id) for p in ranked(bundle)]
    sheet.table(_COLUMNS, rows, empty_zh="本方案没有新设网点。")


def _row(bundle: ResultBundle, pick: Pick, place: Place, gain: Gain, by_id: Mapping[str, Place]) -> Row:
    business = business_type(bundle, pick.type_id)
    share = None if pick.own_cost_cny is None else pick.cost_cny - pick.own_cost_cny
    return (
        pick.rank,
        place.id,
        Cell(place.name, "strong"),
        _where(place),
        place.kind_zh,
        Cell(type_name(bundle, pick.type_id), "strong"),
        business.tier.label_zh if business else "",
        "：".join(part for part in (build_mode_zh(pick, place), host_zh(bundle, pick, by_id)) if part),
        pick.year,
        pick.area_m2,
        pick.cost_cny,
        pick.own_cost_cny,
        share,
        pick.residents_newly_covered,
        *(gain.by_segment.get(segment) for segment in _SEGMENTS),
        _estates(gain),
        _walk(gain),
        "\n".join(f"□ {item}" for item in pick.check_on_site),
        business.responsible_zh if business else "",
        "、".join(business.cooperating_zh) if business else "",
    )


def _where(place: Place) -> str:
    floor = "" if place.floor is None else f"地下 {-place.floor} 层" if place.floor < 0 else f"{place.floor} 层"
    return "，".join(part for part in (place.address, floor) if part)


def _estates(gain: Gain) -> str:
    shown = [f"{name}（{residents:,.0f} 人）" for name, residents in gain.estates[:_TOP_ESTATES]]
    more = len(gain.estates) - len(shown)
    return "、".join(shown) + (f" 等 {len(gain.estates)} 处" if more > 0 else "")


def _walk(gain: Gain) -> str:
    if gain.walk_after_m is None:
        return ""
    before = number_zh(gain.walk_before_m) if gain.walk_before_m is not None else "不可达"
    return f"{before} → {number_zh(gain.walk_after_m)}"
