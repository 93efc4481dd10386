"""What the city's list holds: rooms, the runs they stand in, and what was merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from siting.studies.citywide.merging import Merge


@dataclass(frozen=True)
class RoomInRun:
    """A room in a run that chose it. ``residents`` are newly covered by it (nearest place first, summed over types);
    ``filled`` is its share of the missing outlets filled; ``losses`` is empty where the run ranked nothing.
    """

    label: str
    circle_id: str
    scenario: str
    site_id: str
    types_zh: tuple[str, ...]
    cost_cny: float
    losses: Mapping[str, float]
    proven: bool
    proven_levels: tuple[str, ...]
    feasible: bool
    ranked: bool
    residents: float
    filled: float
    optimal: bool


@dataclass(frozen=True)
class RankedRoom:
    """One row of the list. ``leading`` is the run whose figures decide; ``candidate_runs`` and ``chosen_runs`` count
    runs; ``per_wan`` figures are per 10,000 元 (None where the room costs nothing).
    """

    rank: int
    name: str
    address: str
    kind_zh: str
    district: str
    circles: tuple[str, ...]
    circle_names: tuple[str, ...]
    site_ids: tuple[str, ...]
    lon: float | None
    lat: float | None
    types_zh: tuple[str, ...]
    scenarios: tuple[str, ...]
    chosen_runs: int
    candidate_runs: int
    leading: RoomInRun
    in_runs: tuple[RoomInRun, ...]
    filled_per_wan: float | None
    residents_per_wan: float | None
    reason_zh: str = ""

    @property
    def frequency(self) -> float:
        """Share of the runs in which the room stood as a candidate that chose it."""
        return self.chosen_runs / self.candidate_runs


@dataclass(frozen=True)
class CityRanking:
    """The list, the level order it follows, the runs it comes from, and what was merged."""

    rooms: tuple[RankedRoom, ...]
    level_order: tuple[str, ...]
    runs: tuple[dict[str, Any], ...]
    merges: tuple[Merge, ...]
    candidates: int
    simulated: bool
    simulated_note: str
    notes: tuple[str, ...]
