"""Where a schema is: ``postgis:SCHEMA``, or a connection URL with ``schema=`` among its parameters.

``postgis:c10`` takes the connection from ``SITING_PG_URL``, else from libpq's variables (``PGSERVICE``, ``PGHOST`` …).
Passwords belong into ``~/.pgpass`` or ``PGPASSWORD``; one that stands in a URL is used, and never shown or stored.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from scenarios.faults import Fault, FaultError

VARIABLE = "SITING_PG_URL"
_PREFIX, _SCHEMES = "postgis:", ("postgresql://", "postgres://")
_LIBPQ = ("PGSERVICE", "PGHOST", "PGHOSTADDR", "PGDATABASE")
_MAX_NAME_BYTES = 63
_URL = re.compile(r"(?s)(://).*")


@dataclass(frozen=True)
class Address:
    """A schema and how to reach it. ``conninfo`` may hold a password and is left out of ``repr``."""

    schema: str
    conninfo: str = field(repr=False)

    @property
    def shown(self) -> str:
        """The schema as a planner writes it: what faults and messages show, without any part of the connection."""
        return f"{_PREFIX}{redacted(self.schema)}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address that ``text`` means.

        Raises:
            FaultError: no schema is named, the URL cannot be read, or nothing says where the database is.

        """
        if text.startswith(_PREFIX):
            schema, url = text.removeprefix(_PREFIX).strip(), os.environ.get(VARIABLE, "")
            if not url and not any(os.environ.get(name) for name in _LIBPQ):
                rule = f"没有说明数据库在哪里：环境变量 {VARIABLE} 没有设"
                remedy = f"设 {VARIABLE}=postgresql://用户@主机/库（密码放 ~/.pgpass），或设 PGSERVICE、PGHOST 等"
                raise FaultError([Fault("postgis-address", redacted(text), rule, remedy)])
            _, conninfo = _split(url) if url else ("", "")
        else:
            schema, conninfo = _split(text)
        if not schema or "\0" in schema or len(schema.encode()) > _MAX_NAME_BYTES:
            rule = "没有写明模式（schema），或名字超过 63 个字节"
            remedy = "写成 postgis:模式名，或在网址后加 ?schema=模式名"
            raise FaultError([Fault("postgis-address", redacted(text), rule, remedy)])
        return cls(schema, conninfo)


def is_address(text: str) -> bool:
    """Whether an argument means a schema in a database."""
    return text.startswith((_PREFIX, *_SCHEMES))


def redacted(text: str) -> str:
    """``text`` up to what a URL's scheme is followed by, which may hold a password wherever it is mistyped."""
    return _URL.sub(r"\1…", text)


def _split(url: str) -> tuple[str, str]:
    """The schema that a URL names, and the URL without it."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _unreadable(url) from None
    if not url.startswith(_SCHEMES):
        raise _unreadable(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    schema = next((value for key, value in pairs if key == "schema"), "")
    rest = urlencode([(key, value) for key, value in pairs if key != "schema"], quote_via=quote)
    return schema, f"{parts.scheme}://{parts.netloc}{parts.path}" + (f"?{rest}" if rest else "")


def _unreadable(url: str) -> FaultError:
    rule = "数据库网址读不懂"
    remedy = "写成 postgresql://用户@主机:端口/库?schema=模式名；密码里的特殊字符要用 %XX，最好放 ~/.pgpass"
    return FaultError([Fault("postgis-address", redacted(url), rule, remedy)])
