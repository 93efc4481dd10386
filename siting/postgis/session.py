"""A connection for one piece of work: opened, checked for PostGIS, every error of the driver turned into a fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from scenarios.faults import Fault, FaultError
from siting.postgis import messages
from siting.postgis.address import Address

_STATEMENT_MS, _LOCK_MS = 600_000, 60_000
_USUAL: dict[str, Any] = {
    "connect_timeout": 10,
    "application_name": "living-circle-siting",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_MAX_DETAIL = 200
_LOST, _TIMED_OUT, _DENIED = ("08", "57P0"), ("57014", "55P03"), "42501"
_UNREACHABLE = (
    "refused",
    "timeout",
    "timed out",
    "translate host",
    "resolve",
    "no such file",
    "unreachable",
    "no route",
)
_LOGIN = ("password", "authentication", "role", "pg_hba", "密码", "认证", "角色")
_DATABASE = ("database", "数据库")


@dataclass(frozen=True)
class Session:
    """An open transaction on the database of ``address``."""

    connection: Any
    address: Address

    def rows(self, query: Any, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query; values are parameters, never text."""
        return list(self.connection.execute(query, values).fetchall())

    def tables(self) -> dict[str, int]:
        """Tables and views of the schema, by name, with their oids.

        Raises:
            FaultError: the schema is not there, or may not be used.

        """
        known = self.rows(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
            " AND has_schema_privilege(oid, 'USAGE') ORDER BY 1"
        )
        names = [row[0] for row in known]
        if self.address.schema not in names:
            raise FaultError([messages.schema_missing(self.address.shown, names)])
        found = self.rows(
            "SELECT c.relname, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND c.relkind = ANY(%s) ORDER BY 1",
            (self.address.schema, list("rvmpf")),
        )
        return dict(found)


@contextmanager
def session(address: Address, *, writing: bool) -> Iterator[Session]:
    """One transaction, committed at the end if ``writing``, else read-only and seeing one state of the database.

    A writer sees what others have committed while it waited for its turn, so it must not be held to one state.

    Raises:
        FaultError: driver, server, login, database or PostGIS missing; anything that the server or the line does.

    """
    psycopg = _driver(address)
    try:
        asked = psycopg.conninfo.conninfo_to_dict(address.conninfo)
        connection = psycopg.connect(**(_USUAL | asked), client_encoding="utf8")
    except psycopg.Error as error:
        raise FaultError([_connect_fault(error, address)]) from None
    try:
        with connection:
            level = psycopg.IsolationLevel
            connection.isolation_level = level.READ_COMMITTED if writing else level.REPEATABLE_READ
            connection.read_only = not writing
            opened = Session(connection, address)
            _settle(opened)
            yield opened
    except psycopg.Error as error:
        raise FaultError([_fault_of(error, address, writing)]) from None


def _driver(address: Address) -> Any:
    try:
        import psycopg
    except ImportError:
        raise FaultError([messages.extra_missing(address.shown)]) from None
    return psycopg


def _settle(opened: Session) -> None:
    """Names mean the system's and PostGIS's alone; no statement waits for ever."""
    found = opened.rows(
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
    )
    if not found:
        raise FaultError([messages.extension_missing(opened.address.shown)])
    from psycopg import sql

    path = sql.SQL("SET LOCAL search_path TO pg_catalog, {}").format(sql.Identifier(found[0][0]))
    opened.connection.execute(path)
    for name, value in (("statement_timeout", _STATEMENT_MS), ("lock_timeout", _LOCK_MS)):
        opened.connection.execute("SELECT set_config(%s, %s, true)", (name, str(value)))


def _connect_fault(error: Any, address: Address) -> Fault:
    """Why there is no connection, told from the driver's words, which are not shown: they may repeat the URL."""
    text = str(error).casefold()
    if any(word in text for word in _UNREACHABLE):
        return messages.unreachable(address.shown)
    if any(word in text for word in _LOGIN):
        return messages.wrong_password(address.shown)
    if any(word in text for word in _DATABASE):
        return messages.database_missing(address.shown)
    return messages.not_connected(address.shown)


def _fault_of(error: Any, address: Address, writing: bool) -> Fault:
    state, detail = str(error.sqlstate or ""), str(error.diag.message_primary or "")
    if not state or state.startswith(_LOST):
        return messages.lost(address.shown, writing)
    if state.startswith(_TIMED_OUT):
        return messages.timed_out(address.shown, writing)
    if state == _DENIED:
        return messages.may_not_write(address.shown) if writing else messages.may_not_read(address.shown, detail)
    return messages.failed(address.shown, state, detail[:_MAX_DETAIL], writing)
