"""The simulated part of a trial workspace: residents by segment, and candidate rooms of all five kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Kind:
    """Ranges of one kind of candidate site: name, share, area (m2), storeys, street front share, rent (元/m2 a year),
    renovation (元/m2), opening (元), owner.
    """

    name_zh: str
    share: float
    area_m2: tuple[float, float]
    floors: tuple[int, ...]
    street_front: float
    rent: tuple[float, float]
    renovation: tuple[float, float]
    opening: tuple[float, float]
    owner: str


KINDS = {
    "vacant_room": _Kind(
        "闲置房屋", 0.40, (40, 400), (1, 1, 1, 2), 0.8, (400, 900), (500, 1200), (5000, 20000), "国有企业"
    ),
    "old_community_space": _Kind(
        "老旧小区公共用房", 0.22, (15, 180), (1, 1, 2), 0.3, (0, 200), (400, 900), (2000, 8000), "社区居委会"
    ),
    "basement": _Kind("地下室", 0.12, (60, 500), (-1,), 0.1, (100, 300), (700, 1500), (5000, 20000), "小区业主共有"),
    "renovated_room": _Kind(
        "整治改造用房", 0.14, (80, 800), (1, 1, 2, 3), 0.6, (200, 600), (300, 800), (5000, 20000), "街道办事处"
    ),
    "mixed_use_parcel": _Kind(
        "复合利用地块", 0.12, (200, 1500), (1,), 0.9, (50, 200), (1500, 3000), (20000, 60000), "区政府"
    ),
}


def simulate_people(residents: FloatArray, per_household: float, rng: np.random.Generator) -> pd.DataFrame:
    """(n,) residents split into whole people: columns residents, elderly, toddlers, children, households."""
    whole = np.maximum(np.rint(residents), 1).astype(int)
    return pd.DataFrame(
        {
            "residents": whole,
            "elderly": rng.binomial(whole, rng.beta(18, 82, len(whole))),
            "toddlers": rng.binomial(whole, 0.028),
            "children": rng.binomial(whole, 0.033),
            "households": np.maximum(np.rint(whole / per_household), 1).astype(int),
        }
    )


def simulate_kinds(count: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    """(count,) kinds of site in their usual shares, every kind at least once where ``count`` allows, shuffled."""
    shares = np.array([kind.share for kind in KINDS.values()])
    counts = np.maximum(np.floor(shares * count), 1).astype(int)
    counts[0] += count - counts.sum()
    kinds = np.repeat(np.array(list(KINDS), dtype=object), np.maximum(counts, 0))[:count]
    return rng.permutation(kinds)


def simulate_rooms(kinds: npt.NDArray[Any], rng: np.random.Generator) -> pd.DataFrame:
    """Attributes of candidate rooms, one row for each of ``kinds``; the columns of the table ``sites`` without id,
    name and position. Areas are spread evenly on a log scale.
    """

    def between(low_high: tuple[float, float]) -> float:
        return float(rng.uniform(*low_high))

    rows = []
    for name in kinds:
        kind = KINDS[name]
        floor = int(rng.choice(kind.floors))
        rows.append(
            {
                "kind": name,
                "area_m2": round(float(np.exp(rng.uniform(*np.log(kind.area_m2)))), 0),
                "floor": floor,
                "elevator": "是" if rng.random() < 0.25 else "否",
                "street_front": "是" if floor > 0 and rng.random() < kind.street_front else "否",
                "flue": "是" if floor > 0 and rng.random() < 0.3 else "否",
                "rent_cny_year": 0.0,
                "renovation_cny_m2": round(between(kind.renovation), -1),
                "opening_cny": round(between(kind.opening), -2),
                "available_year": int(rng.choice([2025, 2025, 2025, 2026])),
                "owner": kind.owner,
                "forbidden_types": "specialty_restaurant" if rng.random() < 0.15 else "",
            }
        )
        rows[-1]["rent_cny_year"] = round(between(kind.rent) * rows[-1]["area_m2"], -2)
    return pd.DataFrame(rows)


def beside_streets(
    lines: npt.NDArray[Any], count: int, aside_m: tuple[float, float], rng: np.random.Generator
) -> FloatArray:
    """(count, 2) points spread evenly over the length of ``lines``, ``aside_m`` (from, to) metres to either side."""
    metres = np.cumsum(shapely.length(lines))
    at = rng.uniform(0, metres[-1], count)
    which = np.minimum(np.searchsorted(metres, at, side="right"), len(lines) - 1)
    along = at - (metres[which] - shapely.length(lines[which]))
    here = shapely.get_coordinates(shapely.line_interpolate_point(lines[which], along))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines[which], along + 0.5))
    back = shapely.get_coordinates(shapely.line_interpolate_point(lines[which], along - 0.5))
    direction = ahead - back
    direction /= np.maximum(np.hypot(*direction.T), 1e-9)[:, None]
    aside = rng.uniform(*aside_m, count) * rng.choice([-1.0, 1.0], count)
    points: FloatArray = here + aside[:, None] * np.column_stack([-direction[:, 1], direction[:, 0]])
    return points
