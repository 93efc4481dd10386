"""The ways to a database that do not work: Chinese, exit code 3, no traceback, no secret anywhere, nothing written."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import siting
from survey_tables import fill

from scenarios.faults import FaultError
from siting.postgis import Address, check_target, is_address

PASSWORD_SHOWN = ("s3cret", "pass%20word", "%2Fpass")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = siting(*arguments)
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    for secret in PASSWORD_SHOWN:
        assert secret not in out + err
    return code, out, err


def only_code(act: Any) -> str:
    with pytest.raises(FaultError) as caught:
        act()
    (fault,) = caught.value.faults
    assert not any(secret in str(fault.as_dict()) for secret in PASSWORD_SHOWN)
    return str(fault.code)


def test_a_wrong_password(server: Any, schema: str) -> None:
    wrong = server.url(password="s3cret/wrong", more=f"?schema={schema}")
    assert only_code(lambda: check_target(Address.parse(wrong))) == "postgis-login"


def test_no_password_at_all(server: Any, schema: str) -> None:
    bare = f"postgresql://planner@127.0.0.1:{server.port}/survey?schema={schema}"
    assert only_code(lambda: check_target(Address.parse(bare))) == "postgis-login"


def test_a_password_in_pgpass(server: Any, schema: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "pgpass"
    secret.write_text(f"127.0.0.1:{server.port}:survey:planner:s3cret/pass word\n", encoding="ascii")
    secret.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(secret))
    bare = f"postgresql://planner@127.0.0.1:{server.port}/survey?schema={schema}"
    check_target(Address.parse(bare))


def test_a_service_name(server: Any, schema: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = tmp_path / "services.conf"
    services.write_text(
        f"[bureau]\nhost=127.0.0.1\nport={server.port}\ndbname=survey\nuser=planner\npassword=s3cret/pass word\n",
        encoding="ascii",
    )
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("PGSERVICE", "bureau")
    check_target(Address.parse(f"postgis:{schema}"))
    monkeypatch.delenv("PGSERVICE")
    check_target(Address.parse(f"postgresql://?service=bureau&schema={schema}"))
    assert (
        only_code(lambda: check_target(Address.parse("postgresql://?service=none&schema=x"))) == "postgis-unreachable"
    )


def test_a_database_that_is_not_there(server: Any) -> None:
    assert (
        only_code(lambda: check_target(Address.parse(server.url(database="nix", more="?schema=a"))))
        == "postgis-database"
    )


@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-host.invalid:5432"])
def test_a_server_that_does_not_answer(host: str) -> None:
    pytest.importorskip("psycopg")
    url = f"postgresql://planner:s3cret@{host}/survey?schema=a&connect_timeout=2"
    assert only_code(lambda: check_target(Address.parse(url))) == "postgis-unreachable"


@pytest.mark.parametrize(
    "text",
    [
        "postgis:",
        "postgresql://u:s3cret@h/db",
        "postgresql://u:s3cret@h:port/db?schema=a",
        "postgresql://u:s3cret@[::1/db?schema=a",
        "postgis:" + "长" * 40,
    ],
)
def test_addresses_that_cannot_be_read(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITING_PG_URL", "postgresql://u:s3cret@h/db")
    assert is_address(text)
    assert only_code(lambda: Address.parse(text)) == "postgis-address"


def test_nothing_says_where_the_database_is() -> None:
    assert only_code(lambda: Address.parse("postgis:c10")) == "postgis-address"


def test_an_address_never_shows_its_connection(server: Any) -> None:
    found = Address.parse(server.url(more="?schema=c10&application_name=x"))
    assert found.shown == "postgis:c10"
    assert "planner" not in repr(found)
    assert "schema" not in found.conninfo
    assert "application_name=x" in found.conninfo


def test_without_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert only_code(lambda: check_target(Address.parse("postgresql://h/db?schema=a"))) == "postgis-extra"


@pytest.mark.slow
def test_the_command_line_from_survey_to_results(
    server: Any, schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(server, schema)
    monkeypatch.setenv("SITING_PG_URL", server.url())
    results = f"{schema}_out"
    out = str(tmp_path / "out")
    code, text, _ = run(
        capsys,
        "run",
        f"postgis:{schema}",
        "--to-postgis",
        f"postgis:{results}",
        "--out",
        out,
        "--json",
        "--time-limit",
        "5",
    )
    try:
        assert code == 0
        told = json.loads(text)
        (run_id,) = told["postgis"]["run_ids"]
        assert server.do(f"SELECT run_id FROM {results}.runs") == [(run_id,)]
        written = [path for path in Path(out).rglob("*") if path.is_file()]
        assert written
        for path in written:
            data = path.read_bytes()
            assert not any(secret.encode() in data for secret in (*PASSWORD_SHOWN, "SITING_PG_URL", "127.0.0.1")), path
        run_dir = told["circles"][0]["run_dir"]
        assert run(capsys, "verify", run_dir)[0] == 0
        code, text, _ = run(capsys, "postgis", run_dir, "--to", f"postgis:{results}")
        assert (code, run_id in text) == (0, True)
    finally:
        server.do(f"DROP SCHEMA IF EXISTS {results} CASCADE")


def test_a_bad_target_is_told_before_anything_is_solved(
    server: Any, schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(server, schema)
    out = tmp_path / "out"
    wrong = server.url(password="s3cret/wrong", more="?schema=r")
    code, text, _ = run(capsys, "run", "C10", "--to-postgis", wrong, "--out", str(out), "--json")
    assert code == 3
    assert json.loads(text)["faults"][0]["code"] == "postgis-login"
    assert not out.exists()


@pytest.mark.parametrize("command", ["check", "gaps", "run"])
def test_a_bad_source_is_told_by_every_command(
    server: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    out = tmp_path / "out"
    source = server.url(password="s3cret/wrong", more="?schema=r")
    more = ["--out", str(out)]
    code, _, err = run(capsys, command, source, *more)
    assert code == 3
    assert "密码" in err
    assert not out.exists()


@pytest.mark.slow
def test_the_folders_stay_where_the_database_goes_away(
    server: Any, schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import siting.postgis.results as module

    fill(server, schema)
    monkeypatch.setenv("SITING_PG_URL", server.url())

    def gone(opened: Any, *_: Any) -> None:
        server.do(f"SELECT pg_terminate_backend({opened.connection.info.backend_pid})")
        opened.rows("SELECT 1")

    monkeypatch.setattr(module, "_write", gone)
    out = tmp_path / "out"
    code, _, err = run(
        capsys,
        "run",
        f"postgis:{schema}",
        "--to-postgis",
        f"postgis:{schema}_r",
        "--out",
        str(out),
        "--time-limit",
        "5",
    )
    assert code == 3
    assert "中断" in err
    assert "siting postgis" in err
    assert (out / "base" / "PG1" / "run.json").is_file()
    assert server.do(f"SELECT 1 FROM pg_namespace WHERE nspname = '{schema}_r'") == []
