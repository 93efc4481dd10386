"""How GeoPackages are written: the same bytes at any time of day, and nobody waits for the disk.

Not among what :mod:`siting.disk` hands on, so that who writes no layer loads no GDAL.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pyogrio

_LOCK = threading.RLock()


@contextmanager
def stamped(moment: str) -> Iterator[None]:
    """GDAL takes ``moment`` (ISO 8601) for now while this is open, and does not wait for the disk after each layer.

    The file is not in its place before it is whole, as the other files beside it, which nobody waits for either. The
    settings are those of the whole process, so one thread is in here at a time.
    """
    settings = {"OGR_CURRENT_DATE": moment, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    with _LOCK:
        before: Mapping[str, Any] = {name: pyogrio.get_gdal_config_option(name) for name in settings}
        pyogrio.set_gdal_config_options(settings)
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options(dict(before))
