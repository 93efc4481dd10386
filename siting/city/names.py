"""What a city's run is called: its id (and so its folder) from the circles it joins. Light to import."""

from __future__ import annotations

from collections.abc import Sequence

_LONGEST = 60


def city_id(circles: Sequence[str], every: bool) -> str:
    """``全市`` for all pilots, else ``合并-C01+C02`` …"""
    text = "合并-" + "+".join(circles)
    return "全市" if every else text if len(text) <= _LONGEST else f"合并-{circles[0]}等{len(circles)}圈"
