"""One place in several rows: merged by likeness of names and distance, with the decision kept.

Two rows may be one place where they lie within :data:`NEAR_M` and
- come from two maps, are of one type, and their names are alike to :data:`ALIKE` or more;
- come from two maps, one or both still await a human, and their names are alike to :data:`SURELY_ALIKE` or more;
- come from one map and have the same name but for brackets and generic words.
A row joins the first row that it matches (rows with a type before those without, then file order) and never a row that
has itself been merged: there are no chains, and no merged pair lies farther apart than :data:`NEAR_M`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

import numpy as np
from scipy.spatial import cKDTree

from siting.poi.around import wgs84
from siting.poi.positions import local_metres
from siting.poi.record import Outcome, Poi, Verdict

NEAR_M = 50.0
ALIKE, SURELY_ALIKE = 0.8, 0.9
_PART_OF_OTHER = 0.9
_LEAST_CORE = 2
_GENERIC = re.compile(
    "(?:有限责任公司|有限公司|便利店|超市|大药房|药店|药房|诊所|旗舰店|总店|分店|连锁|店|铺|馆|部|中心|站|点)+$"
)
_CANDIDATES = (Outcome.OUTLET, Outcome.OPEN)


def merge_twins(pois: Sequence[Poi], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, with those of merged rows replaced by ``twin``."""
    rows = np.array([i for i, v in enumerate(verdicts) if v.outcome in _CANDIDATES], dtype=np.int64)
    merged = list(verdicts)
    if len(rows) < 2:
        return merged
    metres = local_metres(wgs84([pois[i] for i in rows]))
    order = np.argsort([verdicts[i].outcome is Outcome.OPEN for i in rows], kind="stable")
    place = np.empty(len(rows), dtype=np.int64)
    place[order] = np.arange(len(rows))
    pairs = place[cKDTree(metres).query_pairs(NEAR_M, output_type="ndarray")]
    pairs = np.sort(pairs, axis=1)
    pairs = pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))]
    cores = [core(pois[i].name) for i in rows]
    for a, b in pairs.tolist():
        kept, other = rows[order[a]], rows[order[b]]
        if Outcome.MERGED in (merged[kept].outcome, merged[other].outcome):
            continue
        likeness = alike(cores[order[a]], cores[order[b]])
        if likeness >= _needed(pois[kept], pois[other], verdicts[kept], verdicts[other]):
            apart = float(np.hypot(*(metres[order[a]] - metres[order[b]])))
            merged[other] = _joined(verdicts[other], int(kept), likeness, apart)
    return merged


def core(name: str) -> str:
    """The part of a name that tells shops apart: no brackets, no punctuation, no generic ending."""
    flat = re.sub(r"[(\[【].*?[)\]】]", "", unicodedata.normalize("NFKC", name)).casefold()
    flat = "".join(c for c in flat if c.isalnum())
    short = _GENERIC.sub("", flat)
    return short if len(short) >= _LEAST_CORE else flat


def alike(a: str, b: str) -> float:
    """Likeness of two cores, 0 to 1: equal, one the end or a longer part of the other, else shared characters.

    A short core at the front is no part: 光明 may be the street of 光明路百姓.
    """
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    is_part = (len(short) >= _LEAST_CORE and long.endswith(short)) or (len(short) > _LEAST_CORE and short in long)
    if is_part and not _GENERIC.fullmatch(short):
        return _PART_OF_OTHER
    return SequenceMatcher(None, min(a, b), max(a, b), autojunk=False).ratio()


def _needed(a: Poi, b: Poi, of_a: Verdict, of_b: Verdict) -> float:
    """The likeness that makes one place of two rows; above 1 where nothing does."""
    is_open = Outcome.OPEN in (of_a.outcome, of_b.outcome)
    if not is_open and of_a.type_id != of_b.type_id:
        return 2.0
    if a.source is b.source:
        return 1.0
    return SURELY_ALIKE if is_open else ALIKE


def _joined(verdict: Verdict, kept: int, likeness: float, metres: float) -> Verdict:
    return replace(
        verdict,
        rule="twin",
        outcome=Outcome.MERGED,
        kept=kept,
        likeness=likeness,
        metres=metres,
    )
