"""The tables of a results schema: made where they are not there, widened where a later program has more columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from siting.postgis.session import Session

MARK = "living-circle-siting results 1"
SRID = 4490
LAYERS = ("demand", "outlets", "sites", "picks", "boundary", "walk_areas", "run_info")


def make_schema(opened: Session) -> None:
    """The schema, unless it is there (asked first: an existing one needs no right to make one)."""
    from psycopg import sql

    name = opened.address.schema
    if not opened.rows("SELECT 1 FROM pg_namespace WHERE nspname = %s", (name,)):
        opened.connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))


def make_table(opened: Session, name: str, columns: Mapping[str, str], *, has_shape: bool = False) -> None:
    """The table ``name`` with ``run_id`` and ``columns`` (name → SQL type), and ``geom`` if ``has_shape``.

    Only what is not there is made: who may insert need not own the tables.
    """
    from psycopg import sql

    schema = opened.address.schema
    table = sql.Identifier(schema, name)
    there = _columns(opened, name)
    if not there:
        _create(opened, name, table)
    wanted = {**columns, **({"geom": f"geometry(Geometry,{SRID})"} if has_shape else {})}
    for column, kind in wanted.items():
        if column not in there:
            add = sql.SQL("ALTER TABLE {} ADD COLUMN {} {}")
            opened.connection.execute(add.format(table, sql.Identifier(column), sql.SQL(kind)))


def _create(opened: Session, name: str, table: Any) -> None:
    from psycopg import sql

    if name == "runs":
        own = "CREATE TABLE {} (run_id text PRIMARY KEY, written_at timestamptz NOT NULL DEFAULT now())"
        opened.connection.execute(sql.SQL(own).format(table))
        opened.connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(table, sql.Literal(MARK)))
        return
    runs = sql.Identifier(opened.address.schema, "runs")
    own = "CREATE TABLE {} (run_id text NOT NULL REFERENCES {} ON DELETE CASCADE)"
    opened.connection.execute(sql.SQL(own).format(table, runs))
    opened.connection.execute(sql.SQL("CREATE INDEX ON {} (run_id)").format(table))


def _columns(opened: Session, name: str) -> set[str]:
    """Columns of a table of the schema; none where it is not there."""
    found = opened.rows(
        "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped",
        (opened.address.schema, name),
    )
    return {row[0] for row in found}


def write_rows(
    opened: Session,
    name: str,
    run_id: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    has_shape: bool = False,
) -> None:
    """Rows of one run; with ``has_shape`` the last value of each is a geometry as WKB, or None."""
    from psycopg import sql

    if not rows:
        return
    names = [sql.Identifier(column) for column in ("run_id", *columns, *(["geom"] if has_shape else []))]
    marks: list[sql.Composable] = [sql.SQL("%s")] * (1 + len(columns))
    if has_shape:
        marks.append(sql.SQL("ST_GeomFromWKB(%s, {})").format(sql.Literal(SRID)))
    insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(opened.address.schema, name), sql.SQL(", ").join(names), sql.SQL(", ").join(marks)
    )
    with opened.connection.cursor() as cursor:
        cursor.executemany(insert, [(run_id, *row) for row in rows])
