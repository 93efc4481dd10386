"""The independent check of a finished run: everything recomputed from its input tables, by code of its own.

Shares no code with ``siting.formulation`` or the model: a mistake there cannot hide here.
"""

from __future__ import annotations

from siting.audit.checks import audit_run
from siting.audit.report import AuditReport

__all__ = ["AuditReport", "audit_run"]
