"""Workspaces from a PostGIS schema, and results into one; files stay the default.

    schema of a survey ─ one read-only transaction ─► a copy as a workspace folder ─► everything else as with files
    finished run folders ─ one transaction ─► tables of a schema of their own

The copy keeps runs verifiable when the survey has moved on. The driver (psycopg 3) is an optional extra.
"""

from __future__ import annotations

from siting.postgis.address import Address, is_address
from siting.postgis.results import Published, check_target, publish
from siting.postgis.survey import pull

__all__ = ["Address", "Published", "check_target", "is_address", "publish", "pull"]
