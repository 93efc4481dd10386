"""The rules that turn a map's classes into business types: data with their origin, read once.

``data/rules.csv`` holds a rule a line, in the order in which they are tried within a step:
``exclude`` strikes a class out; ``by_name`` needs a word of ``data/words.csv`` in the name (without a type: it is not
counted); ``ask`` leaves the class to a human; ``direct`` maps the class as it stands; ``reference`` keeps the point in
the record alone; ``catch_all`` is ``by_name`` for the classes that hold whatever a map has no class for.
Amap's direct codes are the catalogue's (``scenarios/data/amap_codes.csv``). ``data/outside.csv`` names the great
classes that hold no business type at all.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scenarios.catalogue_names import amap_codes
from scenarios.catalogue_names import normal as plain_name
from siting.poi.record import Source

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Rule:
    """One rule. ``class_id`` is an Amap code or a Baidu tag; ``pattern`` is None where the name does not matter."""

    source: Source
    class_id: str
    class_name: str
    match: str
    type_id: str
    pattern: re.Pattern[str] | None
    note: str
    origin: str

    @property
    def tokens(self) -> tuple[str, ...]:
        """What a row's class must be equal to: the code, or the type text without case and blanks."""
        return (self.class_id, plain_name(self.class_name))


@dataclass(frozen=True)
class Rulebook:
    """Rules by token, in file order; great classes outside; whole tags by their second level where that is unique."""

    rules: tuple[Rule, ...]
    by_token: Mapping[tuple[Source, str], tuple[int, ...]]
    outside: Mapping[tuple[Source, str], str]
    whole_tag: Mapping[str, str]

    def of(self, source: Source, tokens: tuple[str, ...], *matches: str) -> Iterator[Rule]:
        """The rules for any of ``tokens``, in file order, of the steps named."""
        found = sorted({i for token in tokens for i in self.by_token.get((source, token), ())})
        return (self.rules[i] for i in found if self.rules[i].match in matches)

    def direct_types(self, source: Source, tokens: tuple[str, ...]) -> tuple[str, ...]:
        """The types that ``tokens`` mean as they stand, each once; "" among them is "none, and meant so"."""
        own = [rule.type_id for rule in self.of(source, tokens, "direct")]
        codes = amap_codes() if source is Source.AMAP else {}
        return tuple(dict.fromkeys([*own, *(codes[token] for token in tokens if codes.get(token))]))


@cache
def rulebook() -> Rulebook:
    """The rules that come with the package."""
    words = {row["words"]: row["pattern"] for row in _rows("words.csv")}
    rules = tuple(_rule(row, words) for row in _rows("rules.csv"))
    by_token: dict[tuple[Source, str], list[int]] = {}
    for i, rule in enumerate(rules):
        for token in dict.fromkeys(rule.tokens):
            by_token.setdefault((rule.source, token), []).append(i)
    great = list(_rows("outside.csv"))
    outside = {(Source(row["source"]), row[key]): row["reason"] for row in great for key in ("prefix", "name")}
    tags = {rule.class_id for rule in rules if rule.source is Source.BAIDU}
    seconds: dict[str, list[str]] = {}
    for tag in sorted(tags):
        seconds.setdefault(plain_name(tag.split(";")[-1]), []).append(tag)
    whole = {second: found[0] for second, found in seconds.items() if len(found) == 1}
    return Rulebook(rules, {k: tuple(v) for k, v in by_token.items()}, outside, whole)


def unseen_rows() -> Iterator[Mapping[str, str]]:
    """``data/unseen.csv``: types that a map's classes do not tell apart, though a class counts towards them."""
    return _rows("unseen.csv")


def _rule(row: Mapping[str, str], words: Mapping[str, str]) -> Rule:
    pattern = re.compile(words[row["words"]]) if row["words"] else None
    return Rule(
        Source(row["source"]),
        row["class"],
        row["class_name"],
        row["match"],
        row["type_id"],
        pattern,
        row["note"],
        row["origin"],
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (_DATA / name).read_text(encoding="utf-8")
    return iter(list(csv.DictReader(text.splitlines())))
