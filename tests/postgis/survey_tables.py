"""The good circle of the input tests as tables of a schema."""

from __future__ import annotations

from typing import Any

LONLAT = {
    "demand": [(115.9800, 36.4500), (115.9810, 36.4510), (115.9820, 36.4490), (115.9790, 36.4505)],
    "outlets": [(115.9805, 36.4503), (115.9815, 36.4495)],
    "sites": [(115.9802, 36.4502), (115.9812, 36.4498)],
}
CIRCLE = 'id = "PG1"\nname = "库里的圈"\ndistrict = "东昌府区"\n'
_COLUMNS = {
    "demand": ("id text, name text, residents integer, elderly numeric", ("D{}", "{}号楼", 1000, "200.0")),
    "outlets": ('id text, name text, "业态" text, chain boolean', ("O{}", "店{}", "药店", True)),
    "sites": (
        "id text, name text, kind text, area_m2 double precision, rent_cny_year integer, available_year integer",
        ("S{}", "房{}", "闲置房屋", 120.0, 30000, 2025),
    ),
}


def fill(server: Any, schema: str, srid: int = 4490, names: dict[str, str] | None = None) -> None:
    """Make and fill the tables of a survey, owned by the user under test."""
    called = names or {}
    with server.admin() as connection:
        for role, (columns, row) in _COLUMNS.items():
            table = f'{schema}."{called.get(role, role)}"'
            connection.execute(f"CREATE TABLE {table} (gid serial PRIMARY KEY, {columns}, geom geometry(Point,{srid}))")
            listed = ", ".join(part.strip().rsplit(" ", 1)[0].replace(" double", "") for part in columns.split(","))
            marks = ", ".join(["%s"] * len(row))
            for i, (lon, lat) in enumerate(LONLAT[role], 1):
                values = [value.format(i) if isinstance(value, str) else value for value in row]
                connection.execute(
                    f"INSERT INTO {table} ({listed}, geom) VALUES ({marks},"
                    f" ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4490), {srid}))",
                    (*values, lon, lat),
                )
        table = f'{schema}."{called.get("streets", "streets")}"'
        connection.execute(f"CREATE TABLE {table} (gid serial PRIMARY KEY, geom geometry(MultiLineString,{srid}))")
        for i in range(-5, 6):
            for line in (
                f"115.975 {36.45 + i * 0.001}, 115.985 {36.45 + i * 0.001}",
                f"{115.98 + i * 0.001} 36.445, {115.98 + i * 0.001} 36.455",
            ):
                connection.execute(
                    f"INSERT INTO {table} (geom) VALUES (ST_Transform(ST_GeomFromText(%s, 4490), {srid}))",
                    (f"MULTILINESTRING(({line}))",),
                )
        connection.execute(f"CREATE TABLE {schema}.siting_files (name text, content text)")
        connection.execute(f"INSERT INTO {schema}.siting_files VALUES ('circle.toml', %s)", (CIRCLE,))
        for role in ("demand", "outlets", "sites", "streets"):
            connection.execute(f'ALTER TABLE {schema}."{called.get(role, role)}" OWNER TO planner')
        connection.execute(f"ALTER TABLE {schema}.siting_files OWNER TO planner")
