"""Indicators in words, for the screen and for Word."""

from __future__ import annotations

from siting.annual.indicators import Indicator
from siting.outputs.words import DASH, number_zh


def shown(item: Indicator) -> tuple[str, str]:
    """Before and after in words; a dash where nobody can know."""
    after = _figure(item, item.after)
    if item.after_high is not None:
        after = f"{after}～{_figure(item, item.after_high)}"
    return _figure(item, item.before), after


def _figure(item: Indicator, value: float | None) -> str:
    if value is None:
        return DASH
    return f"{value * 100:.1f}%" if item.is_share else number_zh(value, 2 if item.unit_zh == "万元" else 0)
