"""A survey in a PostGIS schema reads as the same survey in files; what is wrong is told, and nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
from survey_tables import CIRCLE, LONLAT, fill

from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultError
from siting.inputs import read_workspace
from siting.postgis import Address, pull
from siting.workspace import Workspace


def address(server: Any, schema: str, **more: Any) -> Address:
    return Address.parse(server.url(more=f"?schema={schema}", **more))


def read(server: Any, schema: str, out: Path) -> Workspace:
    return read_workspace(pull(address(server, schema), out), load_catalogue())


def codes(server: Any, schema: str, out: Path) -> set[str]:
    with pytest.raises(FaultError) as caught:
        read(server, schema, out)
    return {fault.code for fault in caught.value.faults if fault.severity == "error"}


def metres(role: str) -> np.ndarray:
    points = np.array(LONLAT[role])
    return np.column_stack(pyproj.Transformer.from_crs(4490, 4548, always_xy=True).transform(*points.T))


@pytest.mark.parametrize("srid", [4490, 4326, 4548, 4527, 32650])
def test_a_survey_in_any_srid(server: Any, schema: str, tmp_path: Path, srid: int) -> None:
    fill(server, schema, srid)
    workspace = read(server, schema, tmp_path)
    assert (workspace.circle.id, workspace.circle.name, workspace.crs) == ("PG1", "库里的圈", "EPSG:4548")
    for role in LONLAT:
        frame = getattr(workspace, role)
        assert np.abs(frame[["x", "y"]].to_numpy() - metres(role)).max() < 0.01
    assert workspace.demand["residents"].tolist() == [1000] * 4
    assert workspace.demand["elderly"].tolist() == [200.0] * 4
    assert workspace.outlets["type_id"].tolist() == ["pharmacy"] * 2
    assert workspace.outlets["chain"].tolist() == [True] * 2
    assert workspace.sites["available_year"].tolist() == [2025] * 2
    assert len(workspace.streets) == 22


def test_chinese_table_names_and_views(server: Any, schema: str, tmp_path: Path) -> None:
    fill(server, schema, names={"demand": "居民点", "outlets": "底表", "sites": "候选点", "streets": "道路"})
    server.do(f'CREATE VIEW {schema}."现有网点" AS SELECT * FROM {schema}."底表" WHERE id <> \'O2\'')
    server.do(f'ALTER VIEW {schema}."现有网点" OWNER TO planner')
    assert read(server, schema, tmp_path).outlets["id"].tolist() == ["O1"]


def test_the_same_survey_is_the_same_folder(server: Any, schema: str, tmp_path: Path) -> None:
    fill(server, schema)
    first = pull(address(server, schema), tmp_path)
    server.do(f"UPDATE {schema}.demand SET residents = residents WHERE id = 'D1'")  # moves the row, changes nothing
    assert pull(address(server, schema), tmp_path) == first
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    server.do(f"UPDATE {schema}.demand SET residents = 1001 WHERE id = 'D1'")
    other = pull(address(server, schema), tmp_path)
    assert other != first
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before
    assert [p.name for p in (tmp_path / "workspaces").iterdir() if p.name.startswith(".")] == []


def test_a_spoilt_copy_is_made_anew(server: Any, schema: str, tmp_path: Path) -> None:
    fill(server, schema)
    folder = pull(address(server, schema), tmp_path)
    (folder / "circle.toml").write_text("nonsense", encoding="utf-8")
    assert pull(address(server, schema), tmp_path) == folder
    assert (folder / "circle.toml").read_text(encoding="utf-8") == CIRCLE


def test_ready_distances_and_quoted_costs(server: Any, schema: str, tmp_path: Path) -> None:
    fill(server, schema)
    server.do(
        f"DROP TABLE {schema}.streets",
        f"CREATE TABLE {schema}.distances (from_id text, to_id text, metres numeric)",
        f"INSERT INTO {schema}.distances VALUES ('D1','S1',120.5), ('D2','O1',300)",
        f"CREATE TABLE {schema}.costs (site_id text, type text, cny integer)",
        f"INSERT INTO {schema}.costs VALUES ('S1','药店',90000)",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO planner",
    )
    workspace = read(server, schema, tmp_path)
    assert workspace.distances["metres"].tolist() == [120.5, 300.0]
    assert workspace.costs["cny"].tolist() == [90000]


def test_names_are_never_sql(server: Any, schema: str, tmp_path: Path) -> None:
    """A schema name with quotes and a semicolon is a name, and no more."""
    wild = 'a"; DROP SCHEMA public; --'
    quoted = '"' + wild.replace('"', '""') + '"'
    server.do(f"CREATE SCHEMA {quoted} AUTHORIZATION planner")
    try:
        fill(server, quoted)
        found = read_workspace(pull(Address(wild, server.url()), tmp_path), load_catalogue())
        assert len(found.demand) == 4
        assert server.do("SELECT 1 FROM pg_namespace WHERE nspname = 'public'")
    finally:
        server.do(f"DROP SCHEMA {quoted} CASCADE")


def test_wild_values_come_through_as_data(server: Any, schema: str, tmp_path: Path) -> None:
    fill(server, schema)
    with server.admin() as connection:
        connection.execute(f"UPDATE {schema}.sites SET name = %s WHERE id = 'S1'", ("=cmd()'; DROP TABLE x; -- <b>😀",))
    assert read(server, schema, tmp_path).sites["name"][0] == "=cmd()'; DROP TABLE x; -- <b>😀"


# ---- faults


def test_faults_in_the_data_are_told_all_at_once(server: Any, schema: str, tmp_path: Path) -> None:
    fill(server, schema)
    server.do(
        f"UPDATE {schema}.demand SET residents = -1 WHERE id = 'D2'",
        f"UPDATE {schema}.sites SET kind = '宇宙飞船' WHERE id = 'S1'",
        f"UPDATE {schema}.outlets SET geom = NULL WHERE id = 'O1'",
    )
    assert codes(server, schema, tmp_path) == {"negative-number", "unknown-kind", "no-geometry"}


def test_tables_that_are_missing(server: Any, schema: str, tmp_path: Path) -> None:
    assert codes(server, schema, tmp_path) == {"missing-table"}
    assert list(tmp_path.iterdir()) == []


def test_a_schema_that_is_missing(server: Any, tmp_path: Path) -> None:
    assert codes(server, "nowhere", tmp_path) == {"postgis-schema"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("srid", [0, 990001])
def test_an_srid_that_says_nothing(server: Any, schema: str, tmp_path: Path, srid: int) -> None:
    fill(server, schema)
    if srid:
        server.do(
            "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)"
            f" VALUES ({srid}, 'local', {srid}, 'nonsense', '') ON CONFLICT DO NOTHING"
        )
    server.do(
        f"ALTER TABLE {schema}.demand ALTER geom TYPE geometry(Point,{srid}) USING ST_SetSRID(geom,{srid})",
        f"ALTER TABLE {schema}.sites ALTER geom TYPE geometry(Point,{srid}) USING ST_SetSRID(geom,{srid})",
    )
    with pytest.raises(FaultError) as caught:
        read(server, schema, tmp_path)
    assert [(f.code, f.sheet) for f in caught.value.faults] == [("postgis-srid", "demand"), ("postgis-srid", "sites")]
    assert "UpdateGeometrySRID" in caught.value.faults[0].remedy
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_srid_is_found_out_by_the_numbers(server: Any, schema: str, tmp_path: Path) -> None:
    fill(server, schema, 4548)
    server.do(f"ALTER TABLE {schema}.demand ALTER geom TYPE geometry(Point,4490) USING ST_SetSRID(geom,4490)")
    with pytest.raises(FaultError) as caught:
        read(server, schema, tmp_path)
    assert {f.code for f in caught.value.faults if f.severity == "error"} == {"metres-as-degrees"}
    assert any("UpdateGeometrySRID" in f.remedy for f in caught.value.faults)


def test_mixed_srids_and_several_geometries(server: Any, schema: str, tmp_path: Path) -> None:
    fill(server, schema)
    server.do(
        f"ALTER TABLE {schema}.demand ALTER geom TYPE geometry USING geom",
        f"UPDATE {schema}.demand SET geom = ST_Transform(geom, 4548) WHERE id = 'D1'",
        f"ALTER TABLE {schema}.sites ADD geom2 geometry(Point,4490)",
    )
    assert codes(server, schema, tmp_path) == {"postgis-srid", "geometry-twice"}


def test_a_database_without_postgis(server: Any, tmp_path: Path) -> None:
    with pytest.raises(FaultError) as caught:
        pull(Address.parse(server.url(database="plain", more="?schema=public")), tmp_path)
    assert [f.code for f in caught.value.faults] == ["postgis-extension"]


def test_a_table_that_may_not_be_read(server: Any, schema: str, tmp_path: Path) -> None:
    fill(server, schema)
    server.do(f"GRANT USAGE ON SCHEMA {schema} TO reader", f"GRANT SELECT ON {schema}.demand TO reader")
    with pytest.raises(FaultError) as caught:
        pull(Address.parse(server.url("reader", user="reader", more=f"?schema={schema}")), tmp_path)
    assert [f.code for f in caught.value.faults] == ["postgis-privilege"]
    assert list(tmp_path.iterdir()) == []
