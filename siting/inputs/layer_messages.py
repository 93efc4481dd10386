"""Every message about GIS files as files: parts, encodings, headers that a format cuts, coordinate systems not said."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.faults import Fault
from siting.inputs.columns import Column
from siting.inputs.place import Place, listed


def missing_parts(place: Place, form: str, names: Sequence[str]) -> Fault:
    """A dataset of several files came without some of them."""
    rule = f"{form} 不完整，缺少 {listed(list(names))}"
    return place.error("missing-part", rule, "把同名的几个文件一起复制进来，或从 GIS 软件重新导出")


def cut_off(place: Place) -> Fault:
    """A file is shorter than its own header says."""
    return place.error("cut-off", "文件不完整，比文件头所说的短（复制或下载时中断）", "重新复制，或从 GIS 软件重新导出")


def parts_disagree(place: Place, features: int, table: str, records: int) -> Fault:
    """Shapes and attributes are not of one dataset."""
    rule = f"有 {features} 个要素，{table} 里却有 {records} 行属性，不是同一份数据"
    return place.error("parts-disagree", rule, "把同一次导出的几个文件一起复制进来")


def unknown_encoding(place: Place) -> Fault:
    """A .cpg names what is no encoding."""
    return place.error("unknown-encoding", ".cpg 里写的不是认识的文字编码", "改为 UTF-8 或 GBK，或删去 .cpg")


def wrong_encoding(place: Place, written: str, better: str) -> Fault:
    """A .cpg says another encoding than the texts are in."""
    rule = f".cpg 写的是 {written}，文字却是 {better}"
    return place.error("wrong-encoding", rule, f"把 .cpg 的内容改为 {better}")


def mixed_texts(place: Place) -> Fault:
    """Texts that no encoding reads, or several encodings at once."""
    rule = "属性里的文字既不全是 UTF-8，也不全是 GBK/GB18030"
    return place.error("undecodable", rule, "从 GIS 软件重新导出，编码选 UTF-8")


def encoding_found(place: Place, encoding: str) -> Fault:
    """Which encoding was taken where the file does not say."""
    rule = f"没有写明文字编码，按 {encoding} 读取"
    more = "；可加同名 .cpg 写明编码" if place.file.casefold().endswith(".shp") else "；不正常就另存为 UTF-8"
    return place.warning("encoding-found", rule, "看一眼结果里的中文是否正常" + more)


def cut_headers(place: Place, pairs: Sequence[tuple[str, str]]) -> Fault:
    """Headers that the format cut to ten bytes, and what they were taken for."""
    shown = listed([f"{header}＝{column}" for header, column in pairs], 20)
    return place.warning("cut-headers", f"Shapefile 的列名最多 10 个字节，被截短的按此理解：{shown}", "核对是否如此")


def cut_unit(place: Place, column: Column) -> Fault:
    """The unit behind a header fell victim to the ten bytes: 元 or 万元, nobody can say."""
    rule = "Shapefile 的列名最多 10 个字节，括号里的单位被截断，看不出是否相符"
    plain = next(iter(column.headers), column.id)
    units = f"（单位须为 {listed(list(column.units))}）" if column.units else ""
    return place.error("cut-unit", rule, f"核对单位{units}，把列名改为 {plain} 或 {column.id[:10]}")


def no_crs(place: Place, part: str) -> Fault:
    """A layer that does not say what its coordinates are in, and nobody else does."""
    what = f"缺少 {part}，不知道坐标系" if part else "图层没有写明坐标系"
    first = f"补上 {part}" if part else "在 GIS 软件里指定坐标系后重新保存"
    return place.error("no-crs", what, f"{first}，或在 circle.toml 写 datum（wgs84、cgcs2000、gcj02、epsg:4548 一类）")


def broken_crs(place: Place) -> Fault:
    """What the layer says of its CRS cannot be read."""
    return place.error("broken-crs", "图层的坐标系（如 .prj）读不懂", "在 GIS 软件里重新指定坐标系后导出")


def crs_of_circle(place: Place, datum: str) -> Fault:
    """A layer without a CRS takes the circle's datum."""
    rule = f"图层没有写明坐标系，按 circle.toml 的 datum（{datum}）读取"
    return place.warning("crs-of-circle", rule, "如不是，在 [datums] 里写明这个文件的基准")


def old_datum(place: Place, name: str) -> Fault:
    """Beijing 1954 or Xian 1980: the way to WGS84 is approximate."""
    rule = f"坐标系以 {name} 为基准，到 CGCS2000 没有公开的精确参数，只能近似换算，可能偏几米到上百米"
    return place.warning("old-datum", rule, "最好由测绘部门换算到 CGCS2000 后再用")
