"""How a running circle is getting on: one event, from the pipeline through a worker's pipe to the screen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """The stage in Chinese; in a solve its level, incumbent, bound and gap; in a ranking how many are done."""

    stage_zh: str
    level: str = ""
    incumbent: float | None = None
    bound: float | None = None
    mip_gap: float | None = None
    seconds: float = 0.0
    done: int = 0
    total: int = 0
