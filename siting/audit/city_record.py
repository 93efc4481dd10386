"""What the run.json of a city's run says of its circles, as the audit reads it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

from siting.audit.recorded import Count, Record, read_as


def _inside(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\0" in text:
        raise ValueError("not a folder below")
    return text


class CityCircleRecord(Record):
    """One circle; ``folder`` below the run's ``workspace``, ``network`` the number of the streets it walks on."""

    id: str
    name: str
    district: str
    folder: Annotated[str, Field(min_length=1), AfterValidator(_inside)]
    network: Count
    residents: float
    missing_total: Count
    missing_filled: Count
    sites_used: Count
    picks: Count
    money_cny: float
    residents_newly_covered: float
    residents_with_more: float
    own_capital_cny: float | None
    share_cny: float | None


class CityLevelRecord(Record):
    """One level beside the split budget."""

    name: str
    sense: str
    city: float
    split: float


class CityRecord(Record):
    """The city's part; see :class:`siting.bundle.CityReport`."""

    circles: tuple[CityCircleRecord, ...] = Field(min_length=1)
    capital_cny: float | None
    split: tuple[CityLevelRecord, ...]
    split_cost_cny: float
    merges: tuple[tuple[str, str, str, str, float, str], ...]
    renamed: dict[str, str]
    apart: tuple[tuple[str, str], ...]


class _CityRun(Record):
    city: CityRecord


def read_city_record(run_dir: Path) -> CityRecord:
    """The city's part of ``run_dir/run.json``; raises as :func:`siting.audit.recorded.read_as`."""
    return read_as(run_dir, _CityRun).city
