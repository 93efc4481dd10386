"""Many jobs on a Dask cluster, heard and told as those in own processes. Light to import: Dask is loaded when asked."""

from __future__ import annotations

from siting.engine.cluster import Lost, run_on_cluster

__all__ = ["Lost", "run_on_cluster"]
