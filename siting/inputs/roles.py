"""The names under which layers and single-layer files are known: what a name holds, English or Chinese."""

from __future__ import annotations

NAMES: dict[str, tuple[str, ...]] = {
    "demand": ("demand", "居民点"),
    "outlets": ("outlets", "现有网点", "网点"),
    "sites": ("sites", "候选点"),
    "streets": ("streets", "道路"),
    "barriers": ("barriers", "障碍"),
    "gates": ("gates", "出入口"),
    "boundary": ("boundary", "边界"),
}
_ROLES = {name.casefold(): role for role, names in NAMES.items() for name in names}


def role_of(name: str) -> str:
    """The role of a layer or file stem (case does not matter); "" where the name means nothing."""
    return _ROLES.get(name.strip().casefold(), "")
