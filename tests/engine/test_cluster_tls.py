"""A cluster whose connections are encrypted: who has the certificates may use it, nobody else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import dask
import pytest
from dask_here import cluster, job, slow_copy

from siting.batch import run_batch

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make certificates with"),
]


@pytest.fixture
def secured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Dask's settings of a certificate for this machine, also in the environment of what is started."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    asked = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made = [*asked, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert]
    subprocess.run(made, check=True, capture_output=True)
    settings = {"distributed.comm.tls.ca-file": str(cert)}
    for who in ("scheduler", "worker", "client"):
        settings |= {f"distributed.comm.tls.{who}.cert": str(cert), f"distributed.comm.tls.{who}.key": str(key)}
    for name, value in settings.items():
        monkeypatch.setenv("DASK_" + name.upper().replace(".", "__").replace("-", "_"), value)
    return settings


def test_jobs_are_done_by_an_encrypted_cluster_and_not_without_its_certificates(
    tmp_path: Path, secured: dict[str, str]
):
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    out.mkdir()
    (source / "in.txt").write_text("hello")
    jobs = [job(name, out, source) for name in ("C01", "C02")]
    with dask.config.set(secured), cluster(tmp_path, 1, tls=True) as address:
        assert address.startswith("tls://")
        assert [one.exit_code for one in run_batch(jobs, slow_copy, cluster=address)] == [0, 0]
        with dask.config.set(dict.fromkeys(secured)):
            [outcome] = run_batch(jobs[:1], slow_copy, cluster=address)
        assert outcome.exit_code == 3
        assert "tls 证书是否已在 Dask 配置里给出" in outcome.faults[0].remedy
    assert (out / "base" / "C01" / "out.txt").read_text() == "C01 hello"
