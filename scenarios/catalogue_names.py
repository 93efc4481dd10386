"""Names of business types: identifiers, Chinese names, aliases and Amap codes, resolved and suggested."""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from scenarios.business_type import BusinessType

_AMAP_FILE = Path(__file__).parent / "data" / "amap_codes.csv"
_AMAP_CODE = re.compile(r"\d{6}(\|\d{6})*")
_BRACKETS = re.compile(r"([^()]*)\(([^()]*)\)")
_SUGGEST_CUTOFF = 0.3


def normal(text: str) -> str:
    """``text`` as it is compared: NFKC (full-width forms folded), no case, no white space, ``-`` read as ``_``."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace("-", "_")


@cache
def amap_codes() -> Mapping[str, str]:
    """Amap typecode, and Amap type text ``大类;中类;小类``, to type id; an excluded category maps to ``""``."""
    text = _AMAP_FILE.read_text(encoding="utf-8")
    table: dict[str, str] = {}
    for row in csv.DictReader(text.splitlines()):
        table[row["amap_code"]] = row["type_id"]
        table[normal(row["amap_name"])] = row["type_id"]
    return table


class NameIndex:
    """Every name of every type, in catalogue order.

    Where two types claim a name, identifiers win over Chinese names, these over aliases and these over the
    identifiers of other tables; among equals the type that comes first in the catalogue (basic, public, quality).
    So 餐饮店 and 小吃店 mean ``breakfast_shop``, not ``specialty_restaurant``: the plan lists 餐饮店 as 基本保障类.
    """

    def __init__(self, types: Iterable[BusinessType]) -> None:
        self._types = tuple(types)
        self._ids = frozenset(t.id for t in self._types)
        self._exact: dict[str, str] = {}
        ranks = (
            lambda t: (t.id,),
            lambda t: (t.name_zh,),
            lambda t: t.aliases_zh,
            lambda t: t.other_ids,
        )
        for names_of in ranks:
            for t in self._types:
                for name in names_of(t):
                    self._exact.setdefault(normal(name), t.id)

    def resolve(self, text: str) -> str | None:
        """Type id that ``text`` names, or None.

        ``便利店（生鲜便利店）`` is tried as a whole, then without its brackets, then as what the brackets hold.
        """
        wanted = normal(text)
        if found := self._exact.get(wanted):
            return found
        if found := self._amap(wanted):
            return found
        if inside := _BRACKETS.fullmatch(wanted):
            return self._exact.get(inside[1]) or self._exact.get(inside[2])
        return None

    def _amap(self, wanted: str) -> str | None:
        """First code of ``a|b|c`` that names a type here; an excluded code also strikes out its own parent code."""
        table = amap_codes()
        codes = wanted.split("|")
        if not _AMAP_CODE.fullmatch(wanted):
            codes = [c for c in codes if ";" in c]
        struck = {c[:4] + "00" for c in codes if table.get(c) == ""}
        found = (table.get(c) for c in codes if c not in struck)
        return next((t for t in found if t in self._ids), None)

    def suggest(self, text: str, n: int = 3) -> tuple[str, ...]:
        """Up to ``n`` nearest Chinese names (identifiers, where ``text`` is ASCII), best first; may be empty."""
        wanted = normal(text)
        scored = []
        for order, t in enumerate(self._types):
            names = (t.id, *t.other_ids) if wanted.isascii() else (t.name_zh, *t.aliases_zh)
            score = max(_likeness(wanted, normal(name)) for name in names)
            scored.append((-score, order, t.id if wanted.isascii() else t.name_zh))
        return tuple(name for score, _, name in sorted(scored)[:n] if -score >= _SUGGEST_CUTOFF)


def _likeness(a: str, b: str) -> float:
    """Share of matching characters; the same first character counts a little more, as it does to a reader."""
    return difflib.SequenceMatcher(None, a, b).ratio() + (0.1 if a[:1] == b[:1] else 0.0)


def nearest(text: str, words: Iterable[str]) -> str:
    """The word of ``words`` nearest to ``text``, or ``""`` where none is near."""
    return next(iter(difflib.get_close_matches(text, list(words), n=1, cutoff=_SUGGEST_CUTOFF)), "")
