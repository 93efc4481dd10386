"""Business types that a map's classes cannot show: few or none found is not proof that they are missing."""

from __future__ import annotations

from collections.abc import Collection

from scenarios.catalogue import Catalogue
from scenarios.catalogue_names import amap_codes
from siting.poi.record import Source
from siting.poi.rulebook import rulebook, unseen_rows

_NO_CLASS_ZH = "{maps}没有这个业态的专用分类，只能按名称猜，或根本不收录"


def unseen_types(sources: Collection[Source], catalogue: Catalogue) -> dict[str, str]:
    """Type id → reason, in catalogue order.

    A type is unseen if none of the maps used has a class of its own for it, or if every map used has it among those
    that its classes do not tell apart (``data/unseen.csv``).
    """
    used = [source for source in Source if source in sources]
    blurred = {(Source(row["source"]), row["type_id"]): row["reason"] for row in unseen_rows()}
    reasons: dict[str, str] = {}
    for type_id in catalogue.types:
        seen_by = [source for source in used if type_id in _with_class(source) and (source, type_id) not in blurred]
        if seen_by:
            continue
        told = [f"{source.label_zh}{blurred[source, type_id]}" for source in used if (source, type_id) in blurred]
        maps = "、".join(source.label_zh for source in used)
        reasons[type_id] = "；".join(told) or _NO_CLASS_ZH.format(maps=maps)
    return reasons


def _with_class(source: Source) -> frozenset[str]:
    """Types that a class of this map means by itself, without a look at names."""
    own = {rule.type_id for rule in rulebook().rules if rule.source is source and rule.match == "direct"}
    codes = set(amap_codes().values()) if source is Source.AMAP else set()
    return frozenset((own | codes) - {""})
