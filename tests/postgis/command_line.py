"""The command line in this process: its exit code."""

from __future__ import annotations

import sys
from unittest import mock

import pytest

from siting.cli import main


def siting(*arguments: str) -> int:
    """Run ``siting`` with these arguments; the exit code."""
    with mock.patch.object(sys, "argv", ["siting", *arguments]), pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)
