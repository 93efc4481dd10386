"""Benchmarks: ``python -m benchmarks.build_mclp``, ``benchmarks.walking``, ``benchmarks.pilots``. Not installed.

Walks that an earlier run has kept are not taken, unless ``SITING_CACHE`` names their folder.
"""

import os

os.environ.setdefault("SITING_CACHE", "off")
