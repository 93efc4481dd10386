"""Roads, rivers and places by their names, as the plan writes them."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NAME_KEYS = ("name", "name:zh", "official_name", "alt_name", "old_name", "loc_name")
LINE_KEYS = ("highway", "waterway", "railway", "natural")
PLACE_KEYS = ("place", "landuse", "building", "amenity", "shop", "residential", "leisure")
_SUFFIXES = ("路", "街", "大道", "大街", "巷", "胡同", "道", "河", "湖")


def plain_name(text: str) -> str:
    """The name without spaces, full-width forms and letter case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def names_of(tags: Mapping[str, str]) -> set[str]:
    """All names of a feature; several in one tag are separated by semicolons."""
    return {plain_name(part) for key in NAME_KEYS for part in tags.get(key, "").split(";") if part.strip()}


@dataclass
class NameBook:
    """The names met in a map, to answer with the nearest ones where a name is not there."""

    shown: dict[str, str]

    @classmethod
    def empty(cls) -> NameBook:
        """A book without names."""
        return cls({})

    def note(self, tags: Mapping[str, str]) -> None:
        """Remember the names of a feature."""
        for key in NAME_KEYS:
            for part in tags.get(key, "").split(";"):
                if part.strip():
                    self.shown.setdefault(plain_name(part), part.strip())

    def nearest(self, name: str, count: int = 5) -> list[str]:
        """Names that hold the same stem first (东昌西路 for 东昌路), then those spelt nearly so."""
        wanted = plain_name(name)
        stem = _stem(wanted)
        same = sorted((n for n in self.shown if stem and stem in n), key=lambda n: (len(n), n))
        close = difflib.get_close_matches(wanted, self.shown, n=count, cutoff=0.5)
        return [self.shown[n] for n in dict.fromkeys([*same, *close])][:count]


def _stem(name: str) -> str:
    for suffix in sorted(_SUFFIXES, key=len, reverse=True):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return name


def wanted_among(tags: Mapping[str, str], wanted: Iterable[str]) -> set[str]:
    """Those of ``wanted`` (plain names) that a feature bears."""
    return names_of(tags) & set(wanted)
