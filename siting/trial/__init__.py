"""Workspaces on real streets, for trials: part of Futian (Shenzhen) and the centre of Helsinki.

Streets (and in Helsinki shops and buildings) are OpenStreetMap's; residents and candidate rooms are simulated, and
``circle.toml`` says which is which. © OpenStreetMap contributors, ODbL.
"""

from __future__ import annotations

from siting.trial.futian import make_futian_workspace
from siting.trial.helsinki import make_helsinki_workspace

__all__ = ["make_futian_workspace", "make_helsinki_workspace"]
