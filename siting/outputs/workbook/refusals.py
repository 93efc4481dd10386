"""Sheet 未选原因: which rule kept a type out of a site."""

from __future__ import annotations

from siting.bundle import ResultBundle
from siting.outputs.place import places, type_name
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Column, Sheet

_COLUMNS = (
    Column("点位编号", wide=12),
    Column("点位名称", wide=34),
    Column("点位类型", wide=18),
    Column("业态", wide=20),
    Column("原因", wide=70),
    Column("规则代码", wide=24),
)


def refusals_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write the sheet."""
    sheet = Sheet(book, "未选原因", "为什么没有选", len(_COLUMNS))
    by_id = places(bundle)
    rows = []
    for refusal in bundle.refusals:
        place = by_id.get(refusal.site_id)
        rows.append(
            (
                refusal.site_id,
                place.name if place else "",
                place.kind_zh if place else "",
                type_name(bundle, refusal.type_id) if refusal.type_id else "全部业态",
                refusal.reason_zh,
                refusal.code,
            )
        )
    sheet.table(_COLUMNS, rows, empty_zh="没有被规则排除的点位。")
