"""Fallback of each chosen site 备用点位: where its types go when the owner refuses, and at what loss."""

from __future__ import annotations

from typing import Any

from siting.bundle import ResultBundle, SiteRank
from siting.outputs.losses import losses_zh
from siting.outputs.place import label, places, type_name
from siting.outputs.plain import plain

NOBODY_ZH = "没有地方接，这项业态就少一处"
NO_PLAN_ZH = "离开它没有可行方案"


def fallbacks_plain(bundle: ResultBundle) -> list[dict[str, Any]]:
    """One entry for each chosen site, in rank order: its types with the places they go to, and the loss in words."""
    return [_site(bundle, rank) for rank in sorted(bundle.ranking, key=lambda r: (r.rank, r.site_id))]


def _site(bundle: ResultBundle, rank: SiteRank) -> dict[str, Any]:
    by_id = places(bundle)
    return {
        "rank": rank.rank,
        "site": rank.site_id,
        "site_zh": label(rank.site_id, by_id),
        "feasible": rank.feasible,
        "proven": rank.proven,
        "proven_levels": list(rank.proven_levels),
        "moves": [
            {
                "type": move.type_id,
                "type_zh": type_name(bundle, move.type_id),
                "to": list(move.to),
                "to_zh": "、".join(label(place, by_id) for place in move.to) or _lost(rank),
            }
            for move in rank.moves
        ],
        "losses": plain(dict(rank.losses)),
        "losses_zh": losses_zh(bundle.levels, rank.losses) if rank.feasible else NO_PLAN_ZH,
    }


def _lost(rank: SiteRank) -> str:
    return NOBODY_ZH if rank.feasible else NO_PLAN_ZH
