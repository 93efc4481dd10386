"""A Word document as the city's offices write it: fonts, headings, tables that repeat their header, page numbers.

Text from files is data: control characters are taken out, nothing is read as markup or as a field. The same document
gives the same bytes: dates are pinned, inside the package too.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from siting.outputs.workbook.text import clean

BODY, HEADING = "仿宋", "黑体"
_LATIN = "Times New Roman"
# What a machine without the font takes instead, in this order.
_INSTEAD = {
    "仿宋": "仿宋_GB2312,FangSong,STFangsong,华文仿宋,宋体,SimSun,Noto Serif CJK SC,Noto Sans CJK SC",
    "黑体": "SimHei,STHeiti,华文黑体,微软雅黑,Noto Sans CJK SC,宋体",
}
_CREATED = dt.datetime(2000, 1, 1)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_FONT_TABLE = "word/fontTable.xml"
_TWIPS_PER_MM = 56.6929
_GRID = "808080"


@dataclass(frozen=True)
class WordColumn:
    """A column of a table: header, share of the width, alignment (``left``, ``center``, ``right``)."""

    header: str
    share: float
    align: str = "left"


class Paper:
    """An open document; ``heading_zh`` stands in every page's header, after ``banner_zh`` where there is one."""

    def __init__(self, title: str, heading_zh: str, banner_zh: str) -> None:
        self.document: Any = docx.Document()
        self.heading_zh, self.banner_zh = heading_zh, banner_zh
        core = self.document.core_properties
        core.title, core.author, core.last_modified_by = clean(title), "living-circle-siting", "living-circle-siting"
        core.created = core.modified = _CREATED
        core.comments, core.revision = clean(banner_zh), 1
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = _LATIN, Pt(12)
        _east_asian(normal.element.get_or_add_rPr(), BODY)
        _chinese(self.document.styles.element)
        for level, size in ((1, 16), (2, 14), (3, 12)):
            style = self.document.styles[f"Heading {level}"]
            style.font.name, style.font.size, style.font.bold = _LATIN, Pt(size), True
            style.font.color.rgb = RGBColor(0, 0, 0)
            _east_asian(style.element.get_or_add_rPr(), HEADING)
        self.page(self.document.sections[0], 210, 297)

    def page(self, section: Any, width_mm: float, height_mm: float) -> None:
        """Paper size, margins, header and footer of a section."""
        section.page_width, section.page_height = Mm(width_mm), Mm(height_mm)
        section.orientation = WD_ORIENT.LANDSCAPE if width_mm > height_mm else WD_ORIENT.PORTRAIT
        side = 15 if width_mm > height_mm else 26
        section.left_margin = section.right_margin = Mm(side)
        section.top_margin = section.bottom_margin = Mm(20)
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.run(head, self.heading_zh, size=9)
        if self.banner_zh:
            warning = section.header.add_paragraph()
            warning.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self.run(warning, self.banner_zh, size=9, colour=RGBColor(0xC0, 0, 0), bold=True)
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for text, field in (("第 ", "PAGE"), (" 页，共 ", "NUMPAGES"), (" 页", "")):
            self.run(foot, text, size=9)
            if field:
                _field(foot, field)

    def section(self, width_mm: float, height_mm: float) -> None:
        """A new section on a new page."""
        self.page(self.document.add_section(WD_SECTION.NEW_PAGE), width_mm, height_mm)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading."""
        self.document.add_heading(clean(text), level)

    def paragraph(self, text: str, *, size: float = 12, bold: bool = False, indent: bool = True) -> None:
        """A paragraph of body text, first line indented by two characters."""
        added = self.document.add_paragraph()
        added.paragraph_format.line_spacing = 1.3
        added.paragraph_format.space_after = Pt(3)
        added.paragraph_format.keep_with_next = bold
        if indent:
            added.paragraph_format.first_line_indent = Pt(2 * size)
        self.run(added, text, size=size, bold=bold)

    def centred(self, text: str, size: float, *, before: float = 0, red: bool = False, font: str = HEADING) -> None:
        """A centred line, as on a title page."""
        added = self.document.add_paragraph()
        added.alignment = WD_ALIGN_PARAGRAPH.CENTER
        added.paragraph_format.space_before = Pt(before)
        colour = RGBColor(0xC0, 0, 0) if red else None
        self.run(added, text, size=size, bold=True, colour=colour, font=font)

    def run(
        self,
        paragraph: Any,
        text: str,
        *,
        size: float = 12,
        bold: bool = False,
        colour: RGBColor | None = None,
        font: str = BODY,
    ) -> None:
        """Text at the end of a paragraph."""
        added = paragraph.add_run(clean(text))
        added.font.size, added.font.bold, added.font.name = Pt(size), bold, _LATIN
        if colour is not None:
            added.font.color.rgb = colour
        _east_asian(added._element.get_or_add_rPr(), font)

    def page_break(self) -> None:
        """The next page."""
        self.document.add_page_break()

    def table(self, columns: Sequence[WordColumn], rows: Iterable[Sequence[str]], *, size: float = 9) -> None:
        """A table over the full width; its header row repeats on every page, no row is torn apart."""
        section = self.document.sections[-1]
        width = (section.page_width - section.left_margin - section.right_margin) / Mm(1) * _TWIPS_PER_MM
        total = sum(column.share for column in columns)
        widths = [round(width * column.share / total) for column in columns]
        body = [_row([c.header for c in columns], columns, widths, size, header=True)]
        body += [_row(row, columns, widths, size) for row in rows]
        grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
        xml = (
            f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblW w:w='{sum(widths)}' w:type='dxa'/>{_borders()}"
            "<w:tblLayout w:type='fixed'/><w:tblCellMar><w:left w:w='50' w:type='dxa'/>"
            "<w:right w:w='50' w:type='dxa'/></w:tblCellMar></w:tblPr>"
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(body)}</w:tbl>"
        )
        self.document.element.body.insert(-1, parse_xml(xml))
        after = self.document.add_paragraph()
        after.paragraph_format.space_after = Pt(0)
        after.paragraph_format.line_spacing = Pt(6)

    def save(self, path: Path) -> None:
        """Write the document; the same content gives the same bytes."""
        buffer = io.BytesIO()
        self.document.save(buffer)
        with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                data = source.read(name)
                entry = zipfile.ZipInfo(name, _ZIP_DATE)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                target.writestr(entry, _with_fonts(data) if name == _FONT_TABLE else data)


def _row(
    cells: Sequence[str], columns: Sequence[WordColumn], widths: Sequence[int], size: float, *, header: bool = False
) -> str:
    marks = "<w:cantSplit/><w:tblHeader/>" if header else "<w:cantSplit/>"
    shown = "".join(
        _cell(text, column.align, width, size, header=header)
        for text, column, width in zip(cells, columns, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{marks}</w:trPr>{shown}</w:tr>"


def _cell(text: str, align: str, width: int, size: float, *, header: bool) -> str:
    shade = "<w:shd w:val='clear' w:color='auto' w:fill='D9E2F3'/>" if header else ""
    font = HEADING if header else BODY
    fonts = f"<w:rFonts w:ascii='{_LATIN}' w:hAnsi='{_LATIN}' w:eastAsia='{font}'/>"
    style = f"<w:rPr>{fonts}{'<w:b/>' if header else ''}<w:sz w:val='{round(size * 2)}'/></w:rPr>"
    lines = "<w:br/>".join(f"<w:t xml:space='preserve'>{escape(line)}</w:t>" for line in clean(text).split("\n"))
    return (
        f"<w:tc><w:tcPr><w:tcW w:w='{width}' w:type='dxa'/>{shade}<w:vAlign w:val='center'/></w:tcPr><w:p><w:pPr>"
        f"{'<w:keepNext/>' if header else ''}<w:spacing w:before='20' w:after='20'/>"
        f"<w:jc w:val='{'center' if header else align}'/></w:pPr>"
        f"<w:r>{style}{lines}</w:r></w:p></w:tc>"
    )


def _borders() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f"<w:{side} w:val='single' w:sz='4' w:space='0' w:color='{_GRID}'/>" for side in sides)
    return f"<w:tblBorders>{lines}</w:tblBorders>"


def _east_asian(properties: Any, font: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.set(qn("w:eastAsia"), font)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def _chinese(styles: Any) -> None:
    """Say that the text is Chinese of the mainland; else a word processor may take Japanese forms of the characters."""
    for lang in styles.iter(qn("w:lang")):
        lang.set(qn("w:eastAsia"), "zh-CN")


def _field(paragraph: Any, name: str) -> None:
    """A field that the word processor fills in (PAGE, NUMPAGES); ``name`` is ours, never from a file."""
    for kind, text in (("begin", ""), ("", name), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(9)
        if kind == "text":
            run.text = text
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)
        else:
            code = OxmlElement("w:instrText")
            code.text = text
            run._element.append(code)


def _with_fonts(data: bytes) -> bytes:
    """The font table with the substitutes of our fonts."""
    entries = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{instead}"/><w:charset w:val="86"/></w:font>'
        for font, instead in _INSTEAD.items()
    )
    text = data.decode("utf-8")
    return text.replace("</w:fonts>", f"{entries}</w:fonts>").encode("utf-8")
