"""A real PostgreSQL server with PostGIS, started for these tests alone; where none can be had they skip and say so."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

try:
    import psycopg
except ImportError:
    psycopg = None

PASSWORD = "s3cret/pass word"
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/bin", "/opt/homebrew/bin")
_USERS = ("postgres", "nobody")


@dataclass
class Server:
    """A running server: ``admin`` may do everything, ``url(…)`` is a connection for the user under test."""

    port: int
    binaries: Path
    folder: Path
    runner: list[str]

    def url(self, password: str = PASSWORD, database: str = "survey", user: str = "planner", more: str = "") -> str:
        from urllib.parse import quote

        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}{more}"

    @contextlib.contextmanager
    def admin(self, database: str = "survey") -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.url("admin", database, "boss"), autocommit=True) as connection:
            yield connection

    def do(self, *statements: str, database: str = "survey") -> list[tuple]:
        """Run statements as the administrator; the rows of the last one, if it has any."""
        with self.admin(database) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def control(self, *words: str) -> None:
        with (self.folder / "control.log").open("a") as log:
            subprocess.run(
                [*self.runner, str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *words],
                check=True,
                stdout=log,
                stderr=log,
                cwd="/",
            )


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    binaries = _binaries()
    if psycopg is None:
        pytest.skip("psycopg is not installed: the PostGIS tests are skipped")
    if binaries is None:
        pytest.skip("no PostgreSQL server on this machine: the PostGIS tests are skipped")
    folder = Path(tempfile.mkdtemp(prefix="siting-pg-"))
    runner = _runner(folder)
    if runner is None:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip("no user that may run PostgreSQL: the PostGIS tests are skipped")
    found = Server(_free_port(), binaries, folder, runner)
    try:
        _start(found)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL does not start ({error}): the PostGIS tests are skipped")
    try:
        _furnish(found)
        yield found
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            found.control("stop", "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def schema(server: Server) -> Iterator[str]:
    """An empty schema of the user under test, gone afterwards."""
    name = f"t_{secrets.token_hex(4)}"
    server.do(f"CREATE SCHEMA {name} AUTHORIZATION planner")
    yield name
    server.do(f"DROP SCHEMA IF EXISTS {name} CASCADE")


@pytest.fixture(autouse=True)
def _no_connection_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("PG") or name == "SITING_PG_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "no-pgpass"))


def _binaries() -> Path | None:
    found = [path for place in _PLACES for path in Path("/").glob(place.lstrip("/")) if (path / "initdb").exists()]
    with_postgis = [path for path in found if _has_postgis(path)]
    return max(with_postgis, default=None)


def _has_postgis(binaries: Path) -> bool:
    """By pg_config's word where it is there, else where Debian keeps extensions."""
    asked = binaries / "pg_config"
    shares = [Path("/usr/share/postgresql") / binaries.parent.name]
    if asked.exists():
        told = subprocess.run([asked, "--sharedir"], capture_output=True, text=True, check=False)
        shares.append(Path(told.stdout.strip()))
    return any((share / "extension" / "postgis.control").exists() for share in shares)


def _runner(folder: Path) -> list[str] | None:
    """PostgreSQL refuses to run as root: another user runs it then, and owns the folder."""
    if os.geteuid() != 0:
        return []
    import pwd

    for name in _USERS:
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            os.chown(folder, user.pw_uid, user.pw_gid)
            return ["runuser", "-u", name, "--"] if shutil.which("runuser") else None
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(server: Server) -> None:
    secret = server.folder / "secret"
    secret.write_text("admin\n", encoding="ascii")
    secret.chmod(0o644)
    folder, binary = str(server.folder / "data"), str(server.binaries / "initdb")
    options = ["-U", "boss", "-A", "scram-sha-256", "--pwfile", str(secret), "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(
        [*server.runner, binary, "-D", folder, *options],
        check=True,
        capture_output=True,
        cwd="/",
    )
    started = f"-p {server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    server.control("-l", str(server.folder / "server.log"), "-o", started, "start")


def _furnish(server: Server) -> None:
    password = PASSWORD.replace("'", "''")
    server.do(
        f"CREATE ROLE planner LOGIN PASSWORD '{password}'",
        "CREATE ROLE reader LOGIN PASSWORD 'reader'",
        database="postgres",
    )
    server.do("CREATE DATABASE survey", database="postgres")
    server.do("CREATE DATABASE plain", database="postgres")
    try:
        server.do("CREATE EXTENSION postgis", "GRANT CREATE ON DATABASE survey TO planner")
    except psycopg.Error as error:
        pytest.skip(f"the extension postgis cannot be made ({error}): the PostGIS tests are skipped")
