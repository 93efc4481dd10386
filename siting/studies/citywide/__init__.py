"""One ranked list of rooms over all circles and scenarios: which to do first in the whole city."""

from __future__ import annotations

from siting.studies.citywide.ranking import rank_city
from siting.studies.citywide.reading import read_city, runs_under
from siting.studies.citywide.rooms import CityRanking
from siting.studies.citywide.workbook import write_city

__all__ = ["CityRanking", "rank_city", "read_city", "runs_under", "write_city"]
