"""Every row to a verdict: what it is, by which rule. Nothing is left without one.

Order: rows that cannot be used, repeated ids, closed shops, doors, machines; then, by class, exclude, by name, ask,
direct, reference, catch-all classes by name, great classes without business types; the rest is for a human.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenarios.catalogue import Catalogue
from scenarios.catalogue_names import normal as plain_name
from siting.poi.entrances import attached, classed_as_door, closed, named_as_door, perhaps_door
from siting.poi.record import Outcome, Poi, Source, Verdict
from siting.poi.rulebook import Rule, Rulebook, rulebook

_MOST_SUGGESTIONS = 3


def sort_out(pois: Sequence[Poi], catalogue: Catalogue) -> list[Verdict]:
    """One verdict for each row, in order. Types that the catalogue does not hold are left to a human."""
    book = rulebook()
    seen: dict[tuple[Source, str], Poi] = {}
    return [_verdict(poi, seen, book, catalogue) for poi in pois]


def _verdict(poi: Poi, seen: dict[tuple[Source, str], Poi], book: Rulebook, catalogue: Catalogue) -> Verdict:
    known = _not_a_shop(poi, seen)
    if known is not None:
        return known
    found = _by_class(poi, book, catalogue)
    if found.outcome is not Outcome.OUTLET and (named_as_door(poi.name) or perhaps_door(poi.name)):
        return Verdict("door", Outcome.EXCLUDED, detail="名称以门或出入口结尾，分类不是便民业态")
    if named_as_door(poi.name):
        return Verdict("ask", Outcome.OPEN, detail="名称像是门或出入口，分类却是便民业态", suggestion=(found.type_id,))
    if found.type_id and found.type_id not in catalogue.types:
        return Verdict("ask", Outcome.OPEN, detail=f"业态目录里没有 {found.type_id}")
    return found


def _not_a_shop(poi: Poi, seen: dict[tuple[Source, str], Poi]) -> Verdict | None:
    if not poi.name or np.isnan(poi.lon):
        return Verdict("no_position" if poi.name else "no_name", Outcome.EXCLUDED)
    first = seen.setdefault((poi.source, poi.poi_id), poi) if poi.poi_id else poi
    if first is not poi:
        return Verdict("same_id", Outcome.EXCLUDED, detail=f"首次见 {first.file} 第 {first.row} 行")
    tests = (("closed", closed(poi.name)), ("door", classed_as_door(poi)), ("attached", attached(poi.name)))
    rule = next((rule for rule, holds in tests if holds), "")
    return Verdict(rule, Outcome.EXCLUDED) if rule else None


def _by_class(poi: Poi, book: Rulebook, catalogue: Catalogue) -> Verdict:
    every = _tokens(poi, book)
    struck = {token for rule in book.of(poi.source, every, "exclude") for token in rule.tokens}
    parents = {token[:4] + "00" for token in struck if token.isdecimal()}
    tokens = tuple(token for token in every if token not in struck | parents)
    if struck and not tokens:
        return Verdict("excluded", Outcome.EXCLUDED, detail=_note(next(book.of(poi.source, every, "exclude"))))
    return (
        _named(poi, book, tokens, "by_name")
        or _as_it_stands(poi, book, tokens)
        or _named(poi, book, tokens, "catch_all")
        or _rest(poi, tokens, book, catalogue)
    )


def _as_it_stands(poi: Poi, book: Rulebook, tokens: tuple[str, ...]) -> Verdict | None:
    """What the class says whatever the name: ask, direct, reference."""
    asked = next(book.of(poi.source, tokens, "ask"), None)
    if asked is not None:
        return Verdict("ask", Outcome.OPEN, detail=_note(asked), suggestion=(asked.type_id,))
    direct = book.direct_types(poi.source, tokens)
    if len(direct) > 1:
        return Verdict("ask", Outcome.OPEN, detail="几个分类指不同的业态", suggestion=tuple(t for t in direct if t))
    if direct == ("",):
        return Verdict("excluded", Outcome.EXCLUDED, detail=_note(next(book.of(poi.source, tokens, "direct"))))
    if direct:
        return Verdict("direct", Outcome.OUTLET, direct[0], " ".join(poi.codes or poi.classes))
    kept = next(book.of(poi.source, tokens, "reference"), None)
    return Verdict("reference", Outcome.REFERENCE, detail=_note(kept)) if kept is not None else None


def _named(poi: Poi, book: Rulebook, tokens: tuple[str, ...], match: str) -> Verdict | None:
    for rule in book.of(poi.source, tokens, match):
        word = rule.pattern.search(poi.name) if rule.pattern else None
        if word is not None:
            outcome = Outcome.OUTLET if rule.type_id else Outcome.EXCLUDED
            return Verdict(match, outcome, rule.type_id, f"名称含“{word[0]}”，分类 {rule.class_id}")
    return None


def _rest(poi: Poi, tokens: tuple[str, ...], book: Rulebook, catalogue: Catalogue) -> Verdict:
    great = [_great_class(poi.source, token) for token in tokens]
    reasons = [book.outside.get((poi.source, name)) for name in great]
    if reasons and all(reasons):
        return Verdict("outside", Outcome.EXCLUDED, detail=f"{poi.class_zh}：{reasons[0]}")
    return Verdict("unclassified", Outcome.OPEN, suggestion=_suggestions(poi, book, catalogue))


def _tokens(poi: Poi, book: Rulebook) -> tuple[str, ...]:
    """Codes where there are any, else type texts; of a tag its first two levels, completed from its second alone."""
    if poi.codes:
        return poi.codes
    tokens = []
    for text in poi.classes:
        levels = text.split(";")
        whole = text
        if poi.source is Source.BAIDU:
            whole = ";".join(levels[:2]) if len(levels) > 1 else book.whole_tag.get(plain_name(text), text)
        tokens.append(plain_name(whole))
    return tuple(dict.fromkeys(tokens))


def _great_class(source: Source, token: str) -> str:
    return token[:2] if source is Source.AMAP and token.isdecimal() else token.split(";", maxsplit=1)[0]


def _suggestions(poi: Poi, book: Rulebook, catalogue: Catalogue) -> tuple[str, ...]:
    """Types that the last level of the class names, or whose words the name holds."""
    by_class = [catalogue.resolve(text.split(";")[-1]) for text in poi.classes]
    by_word = [r.type_id for r in book.rules if r.type_id and r.pattern is not None and r.pattern.search(poi.name)]
    found = dict.fromkeys(t for t in (*by_class, *by_word) if t in catalogue.types)
    return tuple(t for t in found if t is not None)[:_MOST_SUGGESTIONS]


def _note(rule: Rule) -> str:
    return rule.note or rule.class_name
