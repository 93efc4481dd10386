"""The disk: what it refuses and why, in Chinese; what is not finished on it, and who is still at it."""

from __future__ import annotations

from siting.disk.leftovers import passing_folder, passing_name, tidy
from siting.disk.reasons import reason_zh

__all__ = ["passing_folder", "passing_name", "reason_zh", "tidy"]
