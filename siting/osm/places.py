"""Outlets and vacant rooms from a map's tags."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.business_type import SITE_KIND_LABELS_ZH, SiteKind
from scenarios.catalogue import Catalogue
from siting.osm.extract import MapExtract
from siting.osm.osm_types import OSM_KEYS, osm_type_ids

USUAL_ROOM_M2 = 60.0
ESTIMATED_ZH = "（面积为估计）"
OUTSIDE_ZH = "（圈外）"
_DISUSED = ("disused:shop", "disused:amenity", "vacant:shop", "disused:office")


def outlets(found: MapExtract, catalogue: Catalogue) -> pd.DataFrame:
    """Columns id, name, type, x, y, area_m2: features whose tags name a business type; those outside are marked."""
    tags = pd.DataFrame({key: [t.get(key) for t in found.features["tags"]] for key in OSM_KEYS})
    vacant = is_vacant(found.features)
    types = np.where(vacant, "", osm_type_ids(tags)) if len(tags) else np.zeros(0, dtype=object)
    known = np.isin(types, list(catalogue.types))
    kept, types = found.features[known], types[known]
    usual = [catalogue.types[t].name_zh for t in types]
    names = [t.get("name") or word for t, word in zip(kept["tags"], usual, strict=True)]
    return pd.DataFrame(
        {
            "id": kept["id"].to_numpy(),
            "name": _marked(names, kept["inside"].to_numpy()),
            "type": types,
            "x": kept["x"].to_numpy(),
            "y": kept["y"].to_numpy(),
            "area_m2": kept["area_m2"].round(1).to_numpy(),
        }
    )


def rooms(found: MapExtract) -> pd.DataFrame:
    """Columns id, name, kind, x, y, area_m2, floor: what the map calls vacant. Rooms without a shape get a usual area,
    and their name says so.
    """
    kept = found.features[is_vacant(found.features)]
    mapped = kept["area_m2"].to_numpy()
    guessed = ~(mapped > 0)
    names = [
        (t.get("name") or "空置店铺") + (ESTIMATED_ZH if guess else "")
        for t, guess in zip(kept["tags"], guessed, strict=True)
    ]
    return pd.DataFrame(
        {
            "id": ["R" + i for i in kept["id"]],
            "name": _marked(names, kept["inside"].to_numpy()),
            "kind": SITE_KIND_LABELS_ZH[SiteKind.VACANT_ROOM],
            "x": kept["x"].to_numpy(),
            "y": kept["y"].to_numpy(),
            "area_m2": np.round(np.where(guessed, USUAL_ROOM_M2, mapped), 1),
            "floor": [_floor(t) for t in kept["tags"]],
        }
    )


def is_vacant(features: pd.DataFrame) -> np.ndarray:
    """(n,): the feature is a room that stands empty."""
    return np.array(
        [t.get("shop") == "vacant" or any(key in t for key in _DISUSED) for t in features["tags"]], dtype=bool
    )


def _marked(names: list[str], inside: np.ndarray) -> list[str]:
    return [name if here else name + OUTSIDE_ZH for name, here in zip(names, inside, strict=True)]


def _floor(tags: dict[str, str]) -> int:
    """OpenStreetMap counts the ground floor as level 0."""
    try:
        level = int(float(tags.get("level", "0").split(";")[0]))
    except ValueError:
        level = 0
    return level + 1 if level >= 0 else level
