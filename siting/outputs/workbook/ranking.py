"""Sheets 点位排序 and 备选: replacement cost of chosen sites, and what forcing in another site would cost."""

from __future__ import annotations

from collections.abc import Mapping

from siting.bundle import ForcedSite, ResultBundle, SiteRank
from siting.outputs.place import Place, label, places, type_names
from siting.outputs.words import level_words
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet

LEGEND_ZH = "灰色斜体：该级损失取自找到的最好替代方案，未逐级证明。"


def ranking_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write 点位排序."""
    columns = (
        Column("名次", "plain", 7),
        Column("点位编号", wide=11),
        Column("点位名称", wide=32),
        Column("承担业态", wide=26),
        Column("投入（元）", "int", 13),
        *_loss_columns(bundle, "替代成本"),
        Column("谁来顶替", wide=28),
        Column("随之退出", wide=28),
        Column("是否已证明", "centre", 12),
    )
    sheet = Sheet(book, "点位排序", "点位排序（替代成本）", len(columns))
    sheet.line(
        "替代成本：不许用这个点位、其余重新优化后，各级目标各损失多少（正数为变差）；损失越大，点位越不可替代。",
        "subtitle",
        height=18,
    )
    sheet.line(LEGEND_ZH, "subtitle", height=18)
    by_id = places(bundle)
    ranks = sorted(bundle.ranking, key=lambda r: (r.rank, r.site_id))
    sheet.table(columns, [_rank_row(bundle, r, by_id) for r in ranks], empty_zh="没有计算点位排序。")


def forced_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write 备选."""
    columns = (
        Column("点位编号", wide=11),
        Column("点位名称", wide=32),
        Column("点位类型", wide=16),
        Column("可承担业态", wide=26),
        *_loss_columns(bundle, "各级损失"),
        Column("会挤出的点位", wide=28),
        Column("是否已证明", "centre", 12),
    )
    sheet = Sheet(book, "备选", "备选点位（未入选，若必须用）", len(columns))
    sheet.line(
        "若强制启用该点位、其余重新优化，各级目标各损失多少（正数为变差，0 为可以互换）。", "subtitle", height=18
    )
    sheet.line(LEGEND_ZH, "subtitle", height=18)
    by_id = places(bundle)
    rows = [_forced_row(bundle, f, by_id) for f in bundle.forced]
    sheet.table(columns, rows, empty_zh="没有可比的备选点位。")


def _loss_columns(bundle: ResultBundle, what: str) -> tuple[Column, ...]:
    return tuple(_loss_column(level.name, what) for level in bundle.levels)


def _loss_column(level: str, what: str) -> Column:
    words = level_words(level)
    kind: Kind = "decimal3" if words.decimals == 3 else "decimal1" if level == "missing_types" else "int"
    return Column(f"{what}：{words.name_zh}（{words.unit_zh}）", kind, 15)


def _losses(bundle: ResultBundle, entry: SiteRank | ForcedSite) -> list[Cell]:
    return [_loss(entry.losses.get(level.name), level.name in entry.proven_levels) for level in bundle.levels]


def _loss(value: float | None, proven: bool) -> Cell:
    if value is None or not proven:
        return Cell(value, "" if value is None else "unproven")
    return Cell(value, "bad" if value > 1e-6 else "")


def _rank_row(bundle: ResultBundle, rank: SiteRank, by_id: Mapping[str, Place]) -> Row:
    return (
        rank.rank,
        rank.site_id,
        Cell(_name(rank.site_id, by_id), "strong"),
        type_names(bundle, rank.type_ids),
        rank.cost_cny,
        *_losses(bundle, rank),
        _labels(rank.steps_in, by_id) if rank.feasible else "无：离开它没有可行方案",
        _labels(rank.steps_out, by_id),
        _proven(rank.proven),
    )


def _forced_row(bundle: ResultBundle, forced: ForcedSite, by_id: Mapping[str, Place]) -> Row:
    place = by_id.get(forced.site_id)
    return (
        forced.site_id,
        Cell(_name(forced.site_id, by_id), "strong"),
        place.kind_zh if place else "",
        type_names(bundle, forced.type_ids),
        *_losses(bundle, forced),
        _labels(forced.steps_out, by_id) if forced.feasible else "不可行：启用它就没有可行方案",
        _proven(forced.proven),
    )


def _name(site_id: str, by_id: Mapping[str, Place]) -> str:
    return by_id[site_id].name if site_id in by_id else ""


def _labels(site_ids: tuple[str, ...], by_id: Mapping[str, Place]) -> str:
    return "、".join(label(site_id, by_id) for site_id in site_ids)


def _proven(proven: bool) -> Cell:
    return Cell("已证明", "good") if proven else Cell("未证明", "warn")
