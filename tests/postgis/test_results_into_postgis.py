"""Runs are written into a results schema whole or not at all, and read back as the files have them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from survey_tables import fill

from scenarios.faults import FaultError
from siting.outputs.writer import write_run
from siting.pipeline import RunRequest, run_circle
from siting.postgis import Address, check_target, publish, pull, results
from siting.postgis import session as session_module

TABLES = ("runs", "levels", "demand", "outlets", "sites", "picks", "walk_areas", "run_info")


@pytest.fixture(scope="module")
def run_dir(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real run of the good circle."""
    out = tmp_path_factory.mktemp("runs")
    server.do("DROP SCHEMA IF EXISTS module_survey CASCADE", "CREATE SCHEMA module_survey AUTHORIZATION planner")
    fill(server, "module_survey")
    bundle = run_circle(RunRequest(pull(target(server, "module_survey"), out), out=out, ranking=False, time_limit_s=5))
    write_run(bundle, out / "base" / "PG1")
    return out / "base" / "PG1"


def target(server: Any, schema: str, **more: Any) -> Address:
    return Address.parse(server.url(more=f"?schema={schema}", **more))


def count(server: Any, schema: str, table: str) -> int:
    return int(server.do(f"SELECT count(*) FROM {schema}.{table}")[0][0])


def tables_of(server: Any, schema: str) -> list[str]:
    return [row[0] for row in server.do(f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema}' ORDER BY 1")]


def test_a_run_reads_back_as_the_files_have_it(server: Any, schema: str, run_dir: Path) -> None:
    found = publish([run_dir], target(server, schema))
    run = json.loads((run_dir / "run.json").read_text(encoding="utf-8"))
    (row,) = server.do(f"SELECT run_id, circle_id, scenario, status, run, run_sha256 FROM {schema}.runs")
    assert row[0] == found.run_ids[0]
    assert row[0].startswith("base/PG1/")
    assert row[1:5] == ("PG1", "base", run["status"], run)
    levels = server.do(f"SELECT name, incumbent, bound FROM {schema}.levels ORDER BY row")
    assert levels == [(level["name"], level["incumbent"], level["bound"]) for level in run["levels"]]
    assert set(tables_of(server, schema)) >= set(TABLES) - {"walk_areas"}
    sites = gpd.read_file(run_dir / "result.gpkg", layer="sites")
    moved = "ST_X(ST_Transform(geom,4548)), ST_Y(ST_Transform(geom,4548))"
    stored = server.do(f"SELECT id, chosen, {moved} FROM {schema}.sites ORDER BY row")
    assert [row[:2] for row in stored] == list(zip(sites["id"], sites["chosen"], strict=True))
    expected = shapely.get_coordinates(sites.geometry.to_numpy())
    assert np.abs(np.array([row[2:] for row in stored], dtype=float) - expected).max() < 0.001
    picks = gpd.read_file(run_dir / "result.gpkg", layer="picks")
    assert len(picks) > 3
    assert server.do(f"SELECT site_id, type_id, cost_cny FROM {schema}.picks ORDER BY row") == list(
        zip(picks["site_id"], picks["type_id"], picks["cost_cny"], strict=True)
    )
    assert server.do(f"SELECT DISTINCT ST_SRID(geom) FROM {schema}.demand") == [(4490,)]


def test_written_twice_it_is_there_once(server: Any, schema: str, run_dir: Path) -> None:
    first = publish([run_dir], target(server, schema))
    before = {table: count(server, schema, table) for table in tables_of(server, schema)}
    assert publish([run_dir], target(server, schema)) == first
    assert {table: count(server, schema, table) for table in tables_of(server, schema)} == before
    assert before["runs"] == 1


def test_another_run_is_kept_beside(server: Any, schema: str, run_dir: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(run_dir, other)
    run = json.loads((other / "run.json").read_text(encoding="utf-8"))
    (other / "run.json").write_text(json.dumps(run | {"seed": 7}), encoding="utf-8")
    found = publish([run_dir, other], target(server, schema))
    assert len(set(found.run_ids)) == 2
    assert count(server, schema, "runs") == 2
    assert count(server, schema, "demand") == 8
    server.do(f"DELETE FROM {schema}.runs WHERE seed = 7")
    assert count(server, schema, "demand") == 4


def test_a_schema_that_is_not_there_is_made(server: Any, run_dir: Path) -> None:
    server.do("DROP SCHEMA IF EXISTS fresh_results CASCADE")
    publish([run_dir], target(server, "fresh_results"))
    assert count(server, "fresh_results", "runs") == 1
    server.do("DROP SCHEMA fresh_results CASCADE")


def test_a_survey_is_never_written_over(server: Any, schema: str, run_dir: Path) -> None:
    fill(server, schema)
    before = tables_of(server, schema)
    for act in (lambda: check_target(target(server, schema)), lambda: publish([run_dir], target(server, schema))):
        with pytest.raises(FaultError) as caught:
            act()
        assert [f.code for f in caught.value.faults] == ["not-a-results-schema"]
    assert tables_of(server, schema) == before
    assert count(server, schema, "demand") == 4


def test_no_right_to_write(server: Any, schema: str, run_dir: Path) -> None:
    server.do(f"GRANT USAGE ON SCHEMA {schema} TO reader")
    as_reader = target(server, schema, password="reader", user="reader")
    for act in (lambda: check_target(as_reader), lambda: publish([run_dir], as_reader)):
        with pytest.raises(FaultError) as caught:
            act()
        assert [f.code for f in caught.value.faults] == ["postgis-privilege"]
    assert tables_of(server, schema) == []


@pytest.mark.parametrize("has_older", [False, True])
@pytest.mark.parametrize("at", ["levels", "sites", "picks"])
def test_a_connection_lost_while_writing_leaves_nothing_half(
    server: Any, schema: str, run_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, has_older: bool
) -> None:
    other = tmp_path / "other"
    shutil.copytree(run_dir, other)
    run = json.loads((other / "run.json").read_text(encoding="utf-8"))
    (other / "run.json").write_text(json.dumps(run | {"seed": 7}), encoding="utf-8")
    if has_older:
        publish([other], target(server, schema))
    before = {table: count(server, schema, table) for table in tables_of(server, schema)}
    real = results.write_rows

    def cut(opened: Any, name: str, *values: Any, **more: Any) -> None:
        if name == at:
            server.do(f"SELECT pg_terminate_backend({opened.connection.info.backend_pid})")
        real(opened, name, *values, **more)

    monkeypatch.setattr(results, "write_rows", cut)
    with pytest.raises(FaultError) as caught:
        publish([run_dir], target(server, schema))
    assert [f.code for f in caught.value.faults] == ["postgis-lost"]
    assert {table: count(server, schema, table) for table in tables_of(server, schema)} == before
    monkeypatch.setattr(results, "write_rows", real)
    publish([run_dir], target(server, schema))
    assert count(server, schema, "runs") == (2 if has_older else 1)


def test_two_writers_do_not_mix(server: Any, schema: str, run_dir: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: publish([run_dir], target(server, schema)), range(3)))
    assert len({f.run_ids for f in found}) == 1
    assert count(server, schema, "runs") == 1
    assert count(server, schema, "demand") == 4


def test_a_locked_table_is_not_waited_for_for_ever(
    server: Any, schema: str, run_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish([run_dir], target(server, schema))
    monkeypatch.setattr(session_module, "_LOCK_MS", 200)
    with server.admin() as connection, connection.transaction():
        connection.execute(f"LOCK TABLE {schema}.runs IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(FaultError) as caught:
            publish([run_dir], target(server, schema))
    assert [f.code for f in caught.value.faults] == ["postgis-timeout"]


def test_what_is_no_run_is_not_written(server: Any, schema: str, run_dir: Path, tmp_path: Path) -> None:
    half = tmp_path / "half"
    shutil.copytree(run_dir, half)
    (half / "result.gpkg").unlink()
    with pytest.raises(FaultError) as caught:
        publish([run_dir, half, tmp_path / "nothing"], target(server, schema))
    assert len(caught.value.faults) == 2
    assert tables_of(server, schema) == []


def test_a_run_without_picks_does_not_spoil_the_table_for_the_next(
    server: Any, schema: str, run_dir: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(run_dir, bare)
    run = json.loads((bare / "run.json").read_text(encoding="utf-8"))
    (bare / "run.json").write_text(json.dumps(run | {"seed": 9}), encoding="utf-8")
    (bare / "result.gpkg").unlink()
    for name in ("demand", "picks"):
        frame = gpd.read_file(run_dir / "result.gpkg", layer=name)
        frame = (
            frame.iloc[:0].astype({c: object for c in frame.columns if c != "geometry"}) if name == "picks" else frame
        )
        frame.to_file(bare / "result.gpkg", layer=name)
    publish([bare], target(server, schema))
    assert count(server, schema, "picks") == 0
    publish([run_dir], target(server, schema))
    picks = gpd.read_file(run_dir / "result.gpkg", layer="picks")
    assert server.do(f"SELECT sum(cost_cny) FROM {schema}.picks")[0][0] == pytest.approx(picks["cost_cny"].sum())


def test_who_may_insert_need_not_own_the_tables(server: Any, schema: str, run_dir: Path, tmp_path: Path) -> None:
    publish([run_dir], target(server, schema))
    server.do(f"GRANT USAGE ON SCHEMA {schema} TO reader", f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO reader")
    other = tmp_path / "other"
    shutil.copytree(run_dir, other)
    run = json.loads((other / "run.json").read_text(encoding="utf-8"))
    (other / "run.json").write_text(json.dumps(run | {"seed": 7}), encoding="utf-8")
    as_reader = target(server, schema, password="reader", user="reader")
    check_target(as_reader)
    publish([other], as_reader)
    assert count(server, schema, "runs") == 2


def test_a_table_without_a_newer_column_is_widened(server: Any, schema: str, run_dir: Path) -> None:
    publish([run_dir], target(server, schema))
    server.do(f"ALTER TABLE {schema}.sites DROP COLUMN kind_zh")
    publish([run_dir], target(server, schema))
    assert server.do(f"SELECT DISTINCT kind_zh FROM {schema}.sites WHERE id = 'S1'") == [("闲置房屋",)]
