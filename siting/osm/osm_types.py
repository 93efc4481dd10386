"""OpenStreetMap tags to business types of the catalogue. The first rule that fits a feature wins.

The part of the project's tag table that a single tag decides. Restaurants are 特色餐饮; fast food counts as breakfast;
tags that are only a reference (malls, hospitals, chemists, coffee retailers …) are left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

OSM_TYPES: tuple[tuple[str, str, str], ...] = (
    ("shop", "convenience", "convenience_store"),
    ("shop", "kiosk", "convenience_store"),
    ("shop", "general", "convenience_store"),
    ("shop", "supermarket", "supermarket"),
    ("amenity", "marketplace", "wet_market"),
    ("shop", "greengrocer", "fresh_grocery"),
    ("shop", "butcher", "fresh_grocery"),
    ("shop", "seafood", "fresh_grocery"),
    ("shop", "farm", "fresh_grocery"),
    ("shop", "frozen_food", "fresh_grocery"),
    ("cuisine", "breakfast", "breakfast_shop"),
    ("breakfast", "yes", "breakfast_shop"),
    ("amenity", "fast_food", "breakfast_shop"),
    ("amenity", "restaurant", "specialty_restaurant"),
    ("shop", "hairdresser", "hair_beauty"),
    ("shop", "beauty", "hair_beauty"),
    ("shop", "laundry", "laundry"),
    ("shop", "dry_cleaning", "laundry"),
    ("amenity", "pharmacy", "pharmacy"),
    ("shop", "photo", "photo_print"),
    ("shop", "photo_studio", "photo_print"),
    ("craft", "photographer", "photo_print"),
    ("shop", "copyshop", "photo_print"),
    ("shop", "printing", "photo_print"),
    ("office", "cleaning", "housekeeping"),
    ("craft", "cleaning", "housekeeping"),
    ("shop", "repair", "repair_point"),
    ("shop", "locksmith", "repair_point"),
    ("craft", "electronics_repair", "repair_point"),
    ("amenity", "bicycle_repair_station", "repair_point"),
    ("shop", "shoe_repair", "sewing_shoe_repair"),
    ("craft", "shoemaker", "sewing_shoe_repair"),
    ("craft", "tailor", "sewing_shoe_repair"),
    ("shop", "tailor", "sewing_shoe_repair"),
    ("amenity", "recycling", "recycling_point"),
    ("shop", "scrap", "recycling_point"),
    ("amenity", "post_office", "parcel_service_point"),
    ("office", "courier", "parcel_service_point"),
    ("shop", "outpost", "parcel_service_point"),
    ("amenity", "parcel_locker", "smart_locker"),
    ("amenity", "clinic", "health_station"),
    ("amenity", "doctors", "health_station"),
    ("healthcare", "clinic", "health_station"),
    ("healthcare", "doctor", "health_station"),
    ("amenity", "community_centre", "community_service_complex"),
    ("amenity", "library", "culture_station"),
    ("amenity", "social_centre", "culture_station"),
    ("amenity", "nursing_home", "elderly_day_care"),
    ("social_facility", "day_care", "elderly_day_care"),
    ("amenity", "childcare", "childcare"),
    ("amenity", "kindergarten", "kindergarten"),
    ("shop", "books", "bookstore"),
    ("leisure", "fitness_centre", "gym"),
    ("amenity", "training", "training"),
    ("amenity", "language_school", "training"),
    ("office", "educational_institution", "training"),
    ("amenity", "karaoke_box", "leisure"),
    ("amenity", "cinema", "leisure"),
    ("leisure", "amusement_arcade", "leisure"),
    ("shop", "massage", "wellness"),
    ("leisure", "spa", "wellness"),
    ("shop", "herbalist", "wellness"),
    ("shop", "florist", "flower_gift"),
    ("shop", "gift", "flower_gift"),
    ("amenity", "cafe", "cafe"),
    ("shop", "pet", "pet_service"),
    ("shop", "pet_grooming", "pet_service"),
    ("amenity", "veterinary", "pet_service"),
    ("shop", "travel_agency", "tourism_point"),
)
OSM_KEYS = tuple(sorted({key for key, _, _ in OSM_TYPES}))


def osm_type_ids(features: pd.DataFrame) -> npt.NDArray[Any]:
    """(n,) business type id of each feature, "" where no rule fits. ``features`` has a column for each tag key."""
    found = np.full(len(features), "", dtype=object)
    for key, value, type_id in OSM_TYPES:
        if key in features:
            found[(features[key] == value).to_numpy() & (found == "")] = type_id
    return found
