"""Texts of formats that keep bytes in an encoding of their own (Shapefile, MapInfo): which encoding, and the texts.

The layer is read as Latin-1, which keeps every byte. A ``.cpg`` decides; else UTF-8 is tried, then GB18030 (which holds
GBK and GB2312); both are tried on all texts of the layer at once. A text that the format has cut within a character
(a header of ten bytes, a field at its width) loses the broken character, not the layer. A MapInfo charset that GDAL
knows has become UTF-8 by then.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from scenarios.faults import FaultLog
from siting.inputs import layer_messages
from siting.inputs.formats import Layer, part
from siting.inputs.place import Place

RAW = "ISO-8859-1"
UTF_8, GB18030 = "utf-8", "gb18030"
_SHOWN = {UTF_8: "UTF-8", GB18030: "GBK/GB18030"}
_CHINESE_CODE_PAGES = {"936", "54936", "cp936", "cp54936", "gbk", "gb2312", "gb18030", "gb_2312-80", "oem 936"}
_UTF_8_CODE_PAGES = {"65001", "cp65001", "utf8"}
_SURE_CHARACTERS = 3


def decoded(frame: pd.DataFrame, path: Path, layer: Layer, log: FaultLog) -> tuple[pd.DataFrame, str] | None:
    """The frame with headers and texts decoded, and the codec; None, with a fault, if no encoding fits."""
    geometry = getattr(frame, "_geometry_column_name", None)
    texts = [j for j, name in enumerate(frame.columns) if name != geometry and frame.dtypes.iloc[j].kind not in "biufM"]
    headers = [str(name) for name in frame.columns]
    found = {value for j in texts for value in pd.unique(frame.iloc[:, j]) if isinstance(value, str)}
    raw = {text: text.encode(RAW) for text in (*found, *headers) if not text.isascii()}
    place = Place(layer.file)
    codec = _codec(list(raw.values()), path, place, log) if raw else UTF_8
    if codec is None:
        return None
    plain = {text: _decode(data, codec) for text, data in raw.items()}
    whole = frame.copy()
    for j in texts:
        whole.isetitem(
            j, frame.iloc[:, j].map(lambda value: plain.get(value, value) if isinstance(value, str) else value)
        )
    whole.columns = [name if name == geometry else plain.get(name, name) for name in headers]
    return whole, codec


def _codec(texts: list[bytes], path: Path, place: Place, log: FaultLog) -> str | None:
    fitting = [codec for codec in (UTF_8, GB18030) if all(_decode(data, codec) is not None for data in texts)]
    page = part(path, ".cpg") if layer_has_page(path) else None
    if page is None:
        if not fitting:
            log.add(layer_messages.mixed_texts(place))
            return None
        found = _likelier(texts, fitting)
        if found == GB18030 or layer_has_page(path):
            log.add(layer_messages.encoding_found(place, _SHOWN[found]))
        return found
    written = page.read_bytes().decode("utf-8-sig", errors="replace").strip()
    declared = _codec_of(written)
    if declared is None:
        log.add(layer_messages.unknown_encoding(Place(page.name, value=written)))
        return None
    is_utf8 = UTF_8 in fitting and _chinese(_decode(data, UTF_8) for data in texts) >= _SURE_CHARACTERS
    better = UTF_8 if is_utf8 and declared != UTF_8 else None
    if better is None and all(_decode(data, declared) is not None for data in texts):
        return declared
    better = better or next(iter(fitting), None)
    if better is None:
        log.add(layer_messages.mixed_texts(place))
    else:
        log.add(layer_messages.wrong_encoding(Place(page.name, value=written), written, _SHOWN[better]))
    return None


def layer_has_page(path: Path) -> bool:
    """Whether the format has a file that names the encoding: only a Shapefile."""
    return path.suffix.casefold() == ".shp"


def _codec_of(written: str) -> str | None:
    name = written.casefold().removeprefix("ansi ")
    if name in _CHINESE_CODE_PAGES:
        return GB18030
    if name in _UTF_8_CODE_PAGES:
        return UTF_8
    for spelling in (name, f"cp{name}", name.replace(" ", "-").replace("88591", "8859-1")):
        try:
            found = codecs.lookup(spelling)
        except (LookupError, ValueError):
            continue
        if getattr(found, "_is_text_encoding", True):
            return str(found.name)
    return None


def _decode(data: bytes, codec: str) -> str | None:
    """The text; without its last character where that is cut in two, None where the bytes are not in this codec."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(data, final=False)
    except (UnicodeError, ValueError):
        return None
    return text if text or not data else None


def _likelier(texts: list[bytes], codecs_that_fit: list[str]) -> str:
    """Of the codecs that fit: UTF-8, unless it makes no Chinese of any text and the other does.

    Short texts of GBK may be valid UTF-8 for Cyrillic or Arabic letters, but hardly for Chinese.
    """
    first, *others = codecs_that_fit
    in_chinese = [codec for codec in codecs_that_fit if _chinese(_decode(data, codec) for data in texts)]
    return in_chinese[0] if others and in_chinese else first


def _chinese(texts: Iterable[str | None]) -> int:
    return sum("\u4e00" <= c <= "\u9fff" for text in texts for c in text or "")
