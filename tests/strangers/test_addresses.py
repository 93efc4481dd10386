"""Addresses: a login in one is never shown or stored, and nothing is fetched from one."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from gis.gis_folders import write_gis
from inputs.input_folders import faults_of
from support.plan_towns import solve, write_town
from support.tasks import batch_here
from typer.testing import CliRunner

from siting.cli.app import app
from siting.cli.screen import safe

SECRET = "s3cret"
LOGINS = (f"u:{SECRET}", f"u:a/{SECRET}", f"u:a?{SECRET}", f"u:a@{SECRET}", f"u:a {SECRET}")
HEADS = (
    "postgresql://",
    "POSTGRESQL://",
    "postgis:postgresql://",
    "mysql://",
    "http://",
    "/vsicurl/http://",
    "tcp://",
)
TAKERS = (
    ("check", "{}"),
    ("gaps", "{}"),
    ("run", "{}"),
    ("run", "C02", "--to-postgis", "{}"),
    ("run", "C02", "--json", "--to-postgis", "{}"),
    ("run", "C02", "--committed", "{}"),
    ("run", "C02", "--scenario", "{}.toml"),
    ("run", "C02", "--out", "{}"),
    ("run", "C02", "--set", "budget.capital_cny={}"),
    ("robust", "C02", "--futures", "{}"),
    ("new", "folder", "--from-poi", "{}.csv"),
    ("new", "folder", "--from-osm", "{}.osm.pbf", "--pilot", "C02"),
    ("verify", "{}"),
    ("compare", "{}", "{}"),
    ("plan", "{}"),
    ("rank", "{}"),
    ("report", "{}"),
    ("postgis", "{}", "--to", "{}"),
)


@pytest.fixture
def hits() -> Iterator[tuple[str, list[str]]]:
    """(host and port, what was asked for there) of a server on this machine."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def siting(monkeypatch: pytest.MonkeyPatch, folder: Path, *words: str) -> tuple[int, str]:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


@pytest.mark.parametrize("taker", TAKERS, ids=" ".join)
def test_a_login_is_not_shown_and_nothing_is_fetched(
    taker: tuple[str, ...],
    hits: tuple[str, list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    where, asked = hits
    is_thorough = taker == ("check", "{}")
    logins = (
        [*(h + LOGINS[1] for h in HEADS), *(HEADS[0] + u for u in LOGINS)] if is_thorough else [f"http://{LOGINS[1]}"]
    )
    for login in logins:
        address = f"{login}@{where}/x?password={SECRET}"
        code, told = siting(monkeypatch, tmp_path, *(word.format(address) for word in taker), "-v")
        assert code in (2, 3), told
        assert SECRET not in told
        assert "Traceback" not in told
    assert not asked
    assert not [path for path in tmp_path.rglob("*") if SECRET in str(path)]


def test_a_login_in_an_unforeseen_error_is_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"no route to postgresql://u:{SECRET}@h/db")

    monkeypatch.setattr(sys.modules["siting.cli.targets"], "find_circle", broken)
    for words in (["check", "C02"], ["check", "C02", "-v"], ["check", "C02", "--json"]):
        code, told = siting(monkeypatch, tmp_path, *words)
        assert code == 1
        assert "…@h/db" in told
        assert SECRET not in told


@pytest.mark.parametrize("text", ["S012:药店@2025", "C:\\data@home", "https://x.example/a", "一店@二店", "12:30@A"])
def test_what_is_no_login_stays(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize("key", ["crs", "CRS", "\\u0063rs"])
@pytest.mark.parametrize("kind", ["link", "url", "URL"])
def test_a_coordinate_system_by_reference_is_refused_unread(
    key: str, kind: str, hits: tuple[str, list[str]], tmp_path: Path
) -> None:
    where, asked = hits
    write_gis(tmp_path, "geojson", 4490)
    layer = tmp_path / "demand.geojson"
    document = json.loads(layer.read_text(encoding="utf-8"))
    crs = {"type": kind, "properties": {"href": f"http://{where}/crs", "url": f"http://{where}/crs"}}
    text = json.dumps({"type": document["type"], "crs-here": crs, "features": document["features"]})
    layer.write_text(text.replace("crs-here", key), encoding="utf-8")
    (fault,) = [f for f in faults_of(tmp_path) if f.file == layer.name]
    assert "网址" in fault.rule
    assert not asked


@pytest.mark.parametrize("form", ["shp", "tab", "mif"])
def test_addresses_beside_and_inside_layers_are_not_followed(
    form: str, hits: tuple[str, list[str]], tmp_path: Path
) -> None:
    where, asked = hits
    write_gis(tmp_path, form, 4490)
    for reference in (f"http://{where}/x", f"/vsicurl/http://{where}/x.geojson"):
        (tmp_path / "demand.prj").write_text(reference, encoding="ascii")
        shutil.copy(tmp_path / "demand.prj", tmp_path / f"boundary.{form}")
        source = f"<SrcDataSource>{reference}</SrcDataSource>"
        vrt = f'<OGRVRTDataSource><OGRVRTLayer name="demand">{source}</OGRVRTLayer></OGRVRTDataSource>'
        (tmp_path / "streets.geojson").write_text(vrt, encoding="ascii")
        assert faults_of(tmp_path)
    assert not asked


def test_a_map_of_a_result_that_is_something_else_is_not_followed(
    hits: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, asked = hits
    run = solve(write_town(tmp_path / "town"), tmp_path / "results" / "base" / "T1", whole=True)
    for layer, words in (
        ("picks", ("verify", str(run))),
        ("sites", ("rank", str(run))),
        ("sites", ("report", str(run))),
    ):
        crs = {"type": "link", "properties": {"href": f"http://{where}/{layer}"}}
        text = json.dumps({"type": "FeatureCollection", "name": layer, "crs": crs, "features": []})
        (run / "result.gpkg").write_text(text, encoding="utf-8")
        code, told = siting(monkeypatch, tmp_path, *words)
        assert code != 0
        assert "result.gpkg" in told
    assert not asked
