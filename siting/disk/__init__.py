"""The disk: what it refuses and why, in Chinese; what is not finished on it, and who is still at it; what takes the
place of what stands there.
"""

from __future__ import annotations

from siting.disk.leftovers import passing_folder, passing_name, tidy
from siting.disk.reasons import reason_zh
from siting.disk.replaced import replaced_file, replaced_folder

__all__ = ["passing_folder", "passing_name", "reason_zh", "replaced_file", "replaced_folder", "tidy"]
