"""The command line ``siting``. One file per command; nothing here imports the heavy libraries."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Entry point of the console script; ends the process with an exit code of :mod:`siting.failures`."""
    from siting.cli.app import app
    from siting.cli.completion import prepare_completion

    prepare_completion()
    app(prog_name="siting")
