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
    """The table ``name`` with ``run_id`` and ``columns`` (name → SQL type), and ``geom`` if ``has_shape``."""
    from psycopg import sql

    schema = opened.address.schema
    table = sql.Identifier(schema, name)
    own: sql.Composable
    if name == "runs":
        own = sql.SQL("run_id text PRIMARY KEY, written_at timestamptz NOT NULL DEFAULT now()")
    else:
        own = sql.SQL("run_id text NOT NULL REFERENCES {} ON DELETE CASCADE").format(sql.Identifier(schema, "runs"))
    opened.connection.execute(sql.SQL("CREATE TABLE IF NOT EXISTS {} ({})").format(table, own))
    wanted = [*columns.items(), *([("geom", f"geometry(Geometry,{SRID})")] if has_shape else [])]
    for column, kind in wanted:
        add = sql.SQL("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} {}")
        opened.connection.execute(add.format(table, sql.Identifier(column), sql.SQL(kind)))
    if name == "runs":
        opened.connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(table, sql.Literal(MARK)))
    else:
        index = sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} (run_id)")
        opened.connection.execute(index.format(sql.Identifier(f"{name}_run_id"), table))


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
