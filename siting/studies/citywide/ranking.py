"""The city's list: rooms merged over runs, each with its leading run, in the order of :mod:`.order`."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from siting.studies.citywide.merging import Standing, merge_rooms
from siting.studies.citywide.order import level_order, loss_key, sort_key
from siting.studies.citywide.reading import CityRun
from siting.studies.citywide.reasons import tell_reason
from siting.studies.citywide.rooms import CityRanking, RankedRoom, RoomInRun
from siting.studies.measures import counted_missing, filled_by_type
from siting.studies.runs import RunRank, RunRecord

_WAN = 10_000.0


def rank_city(runs: Sequence[CityRun]) -> CityRanking:
    """Rank the rooms of one run or more; the order of ``runs`` changes nothing."""
    runs = sorted(runs, key=_run_key)
    order = level_order([run.record for run in runs])
    rooms, merges = merge_rooms(runs)
    found = [_in_run(run.record) for run in runs]
    ranked = [room for room in (_room(runs, found, standings, order) for standings in rooms) if room is not None]
    ranked.sort(key=lambda room: sort_key(room, order))
    told = [
        replace(room, rank=n, reason_zh=tell_reason(room, ranked[n - 2] if n > 1 else None, order))
        for n, room in enumerate(ranked, start=1)
    ]
    records = [run.record for run in runs]
    simulated = list(dict.fromkeys(r.circle.simulated_note for r in records if r.simulated))
    return CityRanking(
        rooms=tuple(told),
        level_order=order,
        runs=tuple(_about(run) for run in runs),
        merges=merges,
        candidates=len(rooms),
        simulated=bool(simulated),
        simulated_note=simulated[0] if len(simulated) == 1 else "",
        notes=tuple(dict.fromkeys(note for r in records for note in r.notes if note not in simulated)),
    )


def _run_key(run: CityRun) -> tuple[Any, ...]:
    record = run.record
    return (record.circle.id, record.scenario.name, sorted((f.path, f.sha256) for f in record.inputs), record.seed,
            record.totals.cost_cny, [(p.site, p.type) for p in record.picks])  # fmt: skip


def _room(
    runs: Sequence[CityRun],
    found: Sequence[Mapping[str, RoomInRun]],
    standings: tuple[Standing, ...],
    order: Sequence[str],
) -> RankedRoom | None:
    """The room with its figures; None where no run chose it."""
    entries = [found[s.run][s.site.site_id] for s in standings if s.site.site_id in found[s.run]]
    if not entries:
        return None
    leading = min(entries, key=lambda e: (*loss_key(e, order), e.cost_cny))
    circles = sorted({(runs[s.run].record.circle.id, runs[s.run].record.circle.name) for s in standings})
    districts = sorted({runs[s.run].record.circle.district for s in standings})
    site = standings[0].site
    free = leading.cost_cny <= 0
    return RankedRoom(
        rank=0,
        name=site.name,
        address=site.address,
        kind_zh=site.kind_zh,
        district="、".join(d for d in districts if d),
        circles=tuple(i for i, _ in circles),
        circle_names=tuple(name for _, name in circles),
        site_ids=tuple(sorted({f"{runs[s.run].record.circle.id}:{s.site.site_id}" for s in standings})),
        lon=site.lon,
        lat=site.lat,
        types_zh=tuple(sorted({name for e in entries for name in e.types_zh})),
        scenarios=tuple(sorted({e.scenario for e in entries})),
        chosen_runs=len(entries),
        candidate_runs=len(standings),
        leading=leading,
        in_runs=tuple(entries),
        filled_per_wan=None if free else leading.filled / leading.cost_cny * _WAN,
        residents_per_wan=None if free else leading.residents / leading.cost_cny * _WAN,
    )


def _in_run(record: RunRecord) -> dict[str, RoomInRun]:
    """What a run makes of each candidate site that it chose, by site id."""
    types = {row.type_id for row in record.gaps.rows}
    missing = counted_missing(record.gaps.rows)
    filled = filled_by_type(missing, (pick.type for pick in record.picks))
    placed = Counter(pick.type for pick in record.picks)
    residents: dict[str, float] = defaultdict(float)
    for item in record.served:
        residents[item.site_id] += item.residents
    ranks = {rank.site_id: rank for rank in record.ranking}
    entries: dict[str, RoomInRun] = {}
    for site in dict.fromkeys(p.site for p in record.picks if not p.host or p.host in types):
        lines = [pick for pick in record.picks if pick.site == site]
        rank = ranks.get(site)
        entries[site] = RoomInRun(
            label=record.label,
            circle_id=record.circle.id,
            scenario=record.scenario.name,
            site_id=site,
            types_zh=tuple(pick.type_zh or pick.type for pick in lines),
            cost_cny=math.fsum(pick.cost for pick in lines),
            **_rank_fields(rank),
            residents=residents[site],
            filled=math.fsum(filled[pick.type] / placed[pick.type] for pick in lines),
            optimal=record.status == "optimal",
        )
    return entries


def _rank_fields(rank: RunRank | None) -> dict[str, Any]:
    if rank is None:
        return {"losses": {}, "proven": False, "proven_levels": (), "feasible": True, "ranked": False}
    return {
        "losses": dict(rank.losses),
        "proven": rank.proven,
        "proven_levels": rank.proven_levels,
        "feasible": rank.feasible,
        "ranked": True,
    }


def _about(run: CityRun) -> dict[str, Any]:
    record = run.record
    return {
        "label": record.label,
        "circle": record.circle.id,
        "name": record.circle.name,
        "district": record.circle.district,
        "scenario": record.scenario.name,
        "status": record.status,
        "status_zh": record.status_zh,
        "folder": str(record.folder),
        "candidates": len(run.sites),
        "chosen": record.totals.sites_used,
        "levels": [level.name for level in record.levels],
    }
