"""Headers that a Shapefile has cut to ten bytes: five Chinese characters in GBK, three in UTF-8, ten Latin letters.

A cut header is taken for the one column that has a name beginning so; where several have, it stays unknown. A unit
that is cut off is never taken for granted: of ``年租金(`` nobody can say whether 元 or 万元 followed, of ``年租金(元/``
whether a year or a month, so both are refused.
"""

from __future__ import annotations

from siting.inputs.columns import Column, TableSpec, normal

_WIDTH, _LONGEST_LOST = 10, {"utf-8": 2}


def match_cut(spec: TableSpec, header: str, codec: str) -> tuple[Column | None, bool]:
    """The column that a header of a Shapefile in ``codec`` names once it is completed, and whether its unit fits."""
    try:
        size = len(header.encode(codec))
    except UnicodeError:
        return None, True
    if not _WIDTH - _LONGEST_LOST.get(codec, 1) <= size <= _WIDTH:
        return None, True
    text = normal(header)
    base, bracket, unit = text.partition("(")
    if bracket and ")" not in unit:
        for column in spec.columns:
            if base in _names(column):
                return column, column.units is None
    found = [column for column in spec.columns if any(name.startswith(text) for name in _names(column))]
    return (found[0], True) if len(found) == 1 else (None, True)


def _names(column: Column) -> tuple[str, ...]:
    return tuple(normal(name) for name in (column.id, *column.headers))
