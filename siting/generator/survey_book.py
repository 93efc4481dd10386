"""``survey.xlsx``: the three tables with Chinese headers, the same bytes for the same tables."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter

from scenarios.business_type import SITE_KIND_LABELS_ZH, SiteKind

CREATED = datetime.datetime(2024, 5, 24)


@dataclass(frozen=True)
class _Field:
    """A column of the table: Chinese header, number format, width in characters."""

    id: str
    header: str
    width: float
    number: str = ""


_PLACE = (_Field("lon", "经度", 13, "0.0000000"), _Field("lat", "纬度", 12, "0.0000000"))
SHEETS: Mapping[str, tuple[_Field, ...]] = {
    "居民点": (
        _Field("id", "编号", 9),
        _Field("name", "名称", 22),
        *_PLACE,
        _Field("residents", "居民数", 9, "#,##0"),
        _Field("elderly", "60岁以上", 11, "#,##0"),
        _Field("toddlers", "3岁以下", 10, "#,##0"),
        _Field("children", "3-6岁", 9, "#,##0"),
        _Field("households", "户数", 8, "#,##0"),
    ),
    "现有网点": (
        _Field("id", "编号", 9),
        _Field("name", "名称", 32),
        _Field("type", "业态", 22),
        *_PLACE,
        _Field("area_m2", "面积(㎡)", 11, "#,##0"),
        _Field("chain", "是否连锁", 11),
        _Field("services", "搭载服务", 24),
    ),
    "候选点": (
        _Field("id", "编号", 9),
        _Field("name", "名称", 28),
        _Field("kind", "类型", 18),
        *_PLACE,
        _Field("area_m2", "面积(㎡)", 11, "#,##0"),
        _Field("address", "地址", 24),
        _Field("floor", "楼层", 8, "0"),
        _Field("elevator", "电梯", 8),
        _Field("street_front", "临街", 8),
        _Field("flue", "烟道", 8),
        _Field("rent_cny_year", "年租金(元)", 13, "#,##0"),
        _Field("renovation_cny_m2", "改造单价(元/㎡)", 16, "#,##0"),
        _Field("opening_cny", "开办费(元)", 13, "#,##0"),
        _Field("available_year", "可用年份", 11, "0"),
        _Field("owner", "产权人", 20),
        _Field("allowed_types", "允许业态", 40),
        _Field("forbidden_types", "禁止业态", 26),
    ),
}


def survey_bytes(tables: Mapping[str, pd.DataFrame], type_names: Mapping[str, str], note: str) -> bytes:
    """The workbook of the three ``tables`` (by sheet name, with columns as in the fields above, ``type_id`` for 业态).

    ``note`` stands on a sheet 说明 of its own. Text is written as text, never as a formula or a link.
    """
    buffer = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(buffer, plain)
    book.set_properties({"title": "一刻钟便民生活圈调查表", "comments": note, "created": CREATED})
    head = book.add_format({"bold": True, "bg_color": "#D9E2F3", "bottom": 1, "align": "center", "valign": "vcenter"})
    for sheet, fields in SHEETS.items():
        page = book.add_worksheet(sheet)
        table = tables[sheet]
        for at, field in enumerate(fields):
            page.set_column(at, at, field.width, book.add_format({"num_format": field.number or "@"}))
            page.write_string(0, at, field.header, head)
            page.write_column(1, at, _cells(table, field, type_names))
        page.set_row(0, 22)
        page.freeze_panes(1, 2)
        page.autofilter(0, 0, max(1, len(table)), len(fields) - 1)
    page = book.add_worksheet("说明")
    page.set_column(0, 0, 100, book.add_format({"text_wrap": True}))
    page.write_string(0, 0, note)
    book.close()
    return buffer.getvalue()


def _cells(table: pd.DataFrame, field: _Field, type_names: Mapping[str, str]) -> list[Any]:
    if field.id == "type":
        return [type_names[t] for t in table["type_id"]]
    values: list[Any] = table[field.id].tolist()
    if field.id == "kind":
        return [SITE_KIND_LABELS_ZH[SiteKind(v)] for v in values]
    if field.id in ("services", "allowed_types", "forbidden_types"):
        return ["、".join(type_names[t] for t in v) for v in values]
    if field.id in ("chain", "elevator", "street_front", "flue"):
        return ["是" if v else "否" for v in values]
    return values
