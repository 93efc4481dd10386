"""Plain data of a bundle's parts: what run.json holds and what ``--json`` prints, one form for both."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from enum import Enum
from typing import Any

import numpy as np

from models.solution import LevelResult, Termination
from siting.bundle import ForcedSite, Pick, ResultBundle, SiteRank, Totals
from siting.failures import ExitCode
from siting.gap_report import GapReport, TypeShortfall
from siting.outputs.place import Place, gain_of, gains, host_zh, place_of, places, type_name
from siting.outputs.words import level_words, status_zh
from siting.outputs.works import pick_facts

SCHEMA_VERSION = 1


def plain(value: Any) -> Any:
    """``value`` as JSON data: dataclasses and mappings become dicts, numpy scalars numbers, NaN and infinities None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(v) for v in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return _scalar(value)


def _scalar(value: Any) -> str | float | int | bool | None:
    if isinstance(value, Enum):
        return _scalar(value.value)
    if isinstance(value, np.generic):
        return _scalar(value.item())
    if isinstance(value, float):
        # "or 0.0" turns -0.0 into 0.0.
        return (value or 0.0) if math.isfinite(value) else None
    return value if value is None or isinstance(value, int) else str(value)


def exit_code(bundle: ResultBundle) -> ExitCode:
    """0 where every level is proven, 5 where a limit stopped one of them."""
    return ExitCode.DONE if bundle.termination is Termination.OPTIMAL else ExitCode.LIMIT


def bundle_status_zh(bundle: ResultBundle) -> str:
    """How the run ended, in words."""
    return status_zh(str(bundle.termination), tuple(level.mip_gap for level in bundle.levels))


def level_plain(level: LevelResult) -> dict[str, Any]:
    """One objective level."""
    words = level_words(level.name)
    return {
        "name": level.name,
        "name_zh": words.name_zh,
        "unit_zh": words.unit_zh,
        "sense": level.sense,
        "incumbent": plain(level.incumbent),
        "bound": plain(level.bound),
        "mip_gap": plain(level.mip_gap),
        "seconds": round(level.seconds, 3),
        "status": str(level.termination),
    }


def totals_plain(totals: Totals) -> dict[str, Any]:
    """The totals, as they stand."""
    data: dict[str, Any] = plain(totals)
    return data


def picks_plain(bundle: ResultBundle) -> list[dict[str, Any]]:
    """The picks in rank order: site, type, host, year, cost, rank, and what a reader needs to know them by."""
    by_id, by_pick = places(bundle), gains(bundle)
    return [_pick(bundle, pick, place_of(pick, by_id), by_id, by_pick) for pick in ranked(bundle)]


def ranked(bundle: ResultBundle) -> list[Pick]:
    """Picks in rank order; ties by site, then type."""
    return sorted(bundle.picks, key=lambda p: (p.rank, p.site_id, p.type_id))


def _pick(bundle: ResultBundle, pick: Pick, place: Place, by_id: Mapping[str, Place], by_pick: Any) -> dict[str, Any]:
    gain = gain_of(pick, by_pick)
    return {
        "rank": pick.rank,
        "site": pick.site_id,
        "site_name": place.name,
        "type": pick.type_id,
        "type_zh": type_name(bundle, pick.type_id),
        "host": pick.host,
        "host_zh": host_zh(bundle, pick, by_id),
        "year": pick.year,
        "cost": plain(pick.cost_cny),
        "own_cost": plain(pick.own_cost_cny),
        "area_m2": plain(pick.area_m2),
        "residents_newly_covered": plain(pick.residents_newly_covered),
        "residents_by_segment": plain(dict(sorted(gain.by_segment.items()))),
        "walk_before_m": plain(gain.walk_before_m),
        "walk_after_m": plain(gain.walk_after_m),
        "check_on_site": list(pick.check_on_site),
        **plain(pick_facts(bundle, pick, place, gain)),
    }


def site_plain(bundle: ResultBundle, entry: SiteRank | ForcedSite) -> dict[str, Any]:
    """A ranked or forced site; ``site`` and ``types`` repeat ``site_id`` and ``type_ids`` as the picks call them."""
    data: dict[str, Any] = plain(entry)
    names = [type_name(bundle, type_id) for type_id in entry.type_ids]
    return data | {"site": entry.site_id, "types": list(entry.type_ids), "types_zh": names}


def gap_row_plain(row: TypeShortfall) -> dict[str, Any]:
    """One business type of a gap report."""
    data: dict[str, Any] = plain(row)
    data["reach_by_segment"] = {
        segment: {"in_reach": plain(inside), "residents": plain(everyone)}
        for segment, (inside, everyone) in row.reach_by_segment.items()
    }
    data["residents_out_of_reach"] = plain(row.residents_out_of_reach)
    data["share_in_reach"] = plain(row.share_in_reach)
    data["status_zh"] = row.status.label_zh
    return data


def gaps_plain(report: GapReport) -> dict[str, Any]:
    """A gap report with its rows."""
    data: dict[str, Any] = plain(report)
    data["rows"] = [gap_row_plain(row) for row in report.rows]
    return data
