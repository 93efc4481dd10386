"""Standard output and standard error: Chinese widths, no markup, no terminal escapes from data."""

from __future__ import annotations

import contextlib
import json
import re
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA_VERSION = 1
_PIPED_WIDTH = 200
_LOGIN = re.compile(r"(?i)\b([a-z][a-z0-9+.-]+:/{1,3})[^\n]*@")
_PASSWORD = re.compile(r"(?i)\b(password|passwd|pwd)=[^&\s]+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def reconfigure() -> None:
    """A character that the terminal's encoding lacks becomes ``?``, never an error."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def safe(text: object) -> str:
    """``text`` without control characters (a terminal would obey them), newlines and tabs stay; and without a login.

    Whatever stands between the scheme of an address and the last ``@`` of its line is taken for one: user, password.
    """
    return _without_login(_CONTROL.sub("", str(text)))


def columns_of(text: str) -> int:
    """Columns that ``text`` takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def stdout() -> Console:
    """Where results go."""
    return _console(stderr=False)


def stderr() -> Console:
    """Where progress and log go."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PIPED_WIDTH
    return Console(file=stream, markup=False, emoji=False, highlight=False, width=width, soft_wrap=False)


def print_json(data: dict[str, Any]) -> None:
    """The one JSON object of ``--json``, on standard output; ASCII where the stream is not UTF-8."""
    utf8 = (getattr(sys.stdout, "encoding", "") or "").lower().replace("-", "") == "utf8"
    shown = _without_logins({"schema_version": SCHEMA_VERSION} | data)
    text = json.dumps(shown, ensure_ascii=not utf8, allow_nan=False)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _without_logins(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_logins(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_logins(inner) for inner in value]
    return _without_login(value) if isinstance(value, str) else value


def _without_login(text: str) -> str:
    return _PASSWORD.sub(r"\1=…", _LOGIN.sub(r"\1…@", text))


def log(text: object, *, quiet: bool = False) -> None:
    """One line on standard error."""
    if not quiet:
        sys.stderr.write(safe(text) + "\n")
        sys.stderr.flush()
