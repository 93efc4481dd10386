"""What the sheets of this study share: number formats, marks, tints."""

from __future__ import annotations

from siting.outputs.words import level_words
from siting.outputs.workbook.sheet import Column, Kind
from siting.studies.robust.record import PlaceRecord

YES = "√"


def kind_of(level: str) -> Kind:
    """The number format of a level."""
    return "decimal3" if level_words(level).decimals == 3 else "decimal1" if level == "missing_types" else "int"


def level_columns(levels: tuple[str, ...], what_zh: str, wide: float = 15) -> list[Column]:
    """One column a level, ``what_zh`` before its name and unit."""
    words = [(level, level_words(level)) for level in levels]
    return [Column(f"{what_zh}：{w.name_zh}（{w.unit_zh}）", kind_of(level), wide) for level, w in words]


def types_zh(place: PlaceRecord, *, with_share: bool) -> str:
    """The types of a place, most frequent first; with the share of futures that give it to them."""
    if not with_share:
        robust = [t.type_zh for t in place.types if t.in_expected or t.in_worst]
        return "、".join(robust or [t.type_zh for t in place.types])
    return "、".join(f"{t.type_zh} {t.frequency:.0%}" for t in place.types)
