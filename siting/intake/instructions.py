"""Sheet 填表说明: how to fill in the form, the workbook's datum, and the rule of every column."""

from __future__ import annotations

from typing import Any

from siting.inputs.declared_datum import AS_CIRCLE, LABEL
from siting.intake.choices import Choices
from siting.intake.form_fields import FORM_TABLES, form_fields
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.text import lines_needed

_WIDTHS = (14.0, 20.0, 9.0, 9.0, 78.0)
_HEADERS = ("工作表", "列", "必填", "单位", "怎么填")
_STEPS = (
    "1. 依次填“居民点”“现有网点”“候选点”三张表，从第 2 行起一行一处。表头不要改；深色表头带 * 的必须填。",
    "2. 灰色斜体的第 2 行是示例（编号以 EXAMPLE 开头），程序会跳过它并提醒；看懂后可以删去，也可以留着。",
    "3. 带下拉箭头的格从列表里选；“搭载服务”“允许业态”“禁止业态”可写几个业态，用顿号隔开。",
    "4. 不知道的就留空，不要填 0 或“不详”。面积、人数、金额只填数字，单位在表头；金额是元，不是万元。",
    "5. 不要合并单元格。表头右上角有批注，鼠标停一下就能看到这一列怎么填。",
    "6. 坐标的来历写在 circle.toml 的 datum；只有这个工作簿与之不同时，才在下面的“坐标基准”另选。写错会偏几百米。",
    "7. 步行距离二选一：道路线 streets.gpkg（图层 streets），或 distances.csv"
    "（照“distances.模板.csv”填好后改名）。都没有时，siting check 会报“缺少步行数据”。",
    "8. 填完保存并关闭 Excel，运行 siting check 本文件夹。有错时会另存一份 survey.检查.xlsx，错的格子涂红并带批注。",
)


def instructions_sheet(book: Book, page: Any, choices: Choices) -> None:
    """Write the sheet."""
    wide = sum(_WIDTHS)
    for index, characters in enumerate(_WIDTHS):
        page.set_column(index, index, characters)
    page.hide_gridlines(2)
    page.write_string(0, 0, f"{book.heading_zh}　调查表填表说明", book.format("title"))
    page.set_row(0, 28)
    row = 1
    for text in _STEPS:
        fmt = book.format("note")
        page.merge_range(row, 0, row, len(_WIDTHS) - 1, "", fmt)
        page.write_string(row, 0, text, fmt)
        page.set_row(row, 16 * lines_needed(text, wide))
        row += 1
    row = _datum(book, page, choices, row + 1)
    row = _columns(book, page, row + 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _datum(book: Book, page: Any, choices: Choices, row: int) -> int:
    page.write_string(row, 0, LABEL, book.format("label"))
    page.merge_range(row, 1, row, 3, "", book.format("cell"))
    page.write_string(row, 1, AS_CIRCLE, book.format("cell"))
    page.data_validation(
        row,
        1,
        row,
        1,
        {
            "validate": "list",
            "source": choices.reference("坐标基准"),
            "show_error": False,
            "input_title": LABEL,
            "input_message": "本工作簿的经纬度是哪种坐标；与 circle.toml 相同就不要动",
        },
    )
    page.write_string(row, 4, "本工作簿的经纬度是哪种坐标；与 circle.toml 相同就不要动", book.format("note"))
    return row + 1


def _columns(book: Book, page: Any, row: int) -> int:
    for index, header in enumerate(_HEADERS):
        page.write_string(row, index, header, book.format("header"))
    row += 1
    for spec in FORM_TABLES:
        for field in form_fields(spec):
            needed = "是" if field.column.required else ""
            cells = (spec.sheet, field.header.rstrip("*"), needed, field.unit_zh, field.note_zh)
            for index, text in enumerate(cells):
                page.write_string(row, index, text, book.format("cell"))
            row += 1
    return row
