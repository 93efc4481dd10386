"""The folder of `make wheelhouse` holds all that an installation without network needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = (".toml", ".csv", ".j2", ".css", ".js", ".typed")
RUN_FILES = {"run.json", "result.xlsx", "result.gpkg", "report.html"}
NO_NETWORK = ("from versions: none", "NewConnectionError", "Failed to establish", "Temporary failure", "ProxyError")

pytestmark = pytest.mark.slow


def run(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    hidden = ("PYTHONPATH", "MAKEFLAGS", "MAKELEVEL")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run([*map(str, words)], cwd=cwd, env=env, capture_output=True, text=True, check=False)


def closed() -> list[str]:
    """What to put before a command so that it has no network; nothing where the system does not allow it."""
    inside = ["unshare", "-rn"]
    return inside if shutil.which("unshare") and run(*inside, "true").returncode == 0 else []


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    folder = tmp_path_factory.mktemp("offline") / "wheelhouse"
    made = run("make", "wheelhouse", f"WHEELHOUSE={folder}", f"VENV={sys.prefix}")
    said = made.stdout + made.stderr
    if made.returncode and any(word in said for word in NO_NETWORK):
        pytest.skip("no network: the wheels of the dependencies cannot be had")
    assert made.returncode == 0, said
    return folder


def packed_in(wheel: Path) -> set[str]:
    return {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


def test_our_wheel_holds_the_data_files_and_nothing_else_beside_code(wheelhouse: Path) -> None:
    (wheel,) = wheelhouse.glob("living_circle_siting-*.whl")
    packed = packed_in(wheel)
    packages = [ROOT / name for name in ("models", "scenarios", "siting")]
    data = {p.relative_to(ROOT).as_posix() for top in packages for p in top.rglob("*") if p.suffix in DATA}
    assert any(name.startswith("scenarios/data/circles/") for name in data)
    assert any(name.startswith("siting/outputs/page/") for name in data)
    assert data - packed == set()
    assert {name for name in packed if not name.endswith(".py")} == data


@pytest.mark.skipif("SITING_RELEASE" not in os.environ, reason="building the release: SITING_RELEASE=1, before one")
def test_the_wheel_built_from_the_sdist_is_the_wheel_built_from_the_tree(wheelhouse: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for name in ("models", "scenarios", "siting"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "Makefile"):
        shutil.copy(ROOT / name, tree)
    made = run(sys.executable, "-m", "build", "--outdir", tmp_path / "dist", tree)
    assert made.returncode == 0, made.stdout + made.stderr
    (wheel,), (sdist,) = (tmp_path / "dist").glob("*.whl"), (tmp_path / "dist").glob("*.tar.gz")
    (other,) = wheelhouse.glob("living_circle_siting-*.whl")
    assert wheel.name == other.name
    assert packed_in(wheel) == packed_in(other)
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert packed_in(wheel) | {"README.md", "pyproject.toml"} <= inside


def test_a_fresh_environment_installs_and_runs_without_network(wheelhouse: Path, tmp_path: Path) -> None:
    """All wheels are looked out and fit together. Before a release (SITING_RELEASE=1) all are unpacked; else only our
    own is, and finds the others where these tests find them: unpacking a gigabyte is pip's work, not ours.
    """
    release, venv, shut = "SITING_RELEASE" in os.environ, tmp_path / "venv", closed()
    made = run(*shut, sys.executable, "-m", "venv", "--without-pip", venv)
    assert made.returncode == 0, made.stderr
    python = venv / "bin" / "python"
    quietly = ("install", "-q", "--no-compile", "--no-cache-dir", "--disable-pip-version-check", "--ignore-installed")
    pip = (sys.executable, "-m", "pip", "--python", python, *quietly)
    wanted = ("--no-index", "--find-links", wheelhouse, "living-circle-siting")
    for how in ((),) if release else (("--dry-run",), ("--no-deps",)):
        installed = run(*shut, *pip, *how, *wanted, cwd=tmp_path)
        assert installed.returncode == 0, installed.stderr
    if not release:
        (packages,) = (venv / "lib").glob("python*/site-packages")
        (packages / "others.pth").write_text(str(site_packages()) + "\n", encoding="utf-8")
    version = run(*shut, venv / "bin" / "siting", "--version", cwd=tmp_path)
    assert version.stdout.split() == ["living-circle-siting", declared_version()]
    where = run(*shut, python, "-c", "import siting; print(siting.__file__)", cwd=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(venv)
    circles = run(*shut, venv / "bin" / "siting", "circles", cwd=tmp_path)
    assert circles.returncode == 0, circles.stderr
    assert all(f"C{n:02d}" in circles.stdout for n in range(1, 12))
    if not release:
        return
    few = ("--set", 'objective.levels=["missing_types", "cost"]')
    for words in (("run", "C02", *few), ("verify", "results/base/C02"), ("report", "results/base")):
        done = run(*shut, venv / "bin" / "siting", *words, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert {p.name for p in (tmp_path / "results" / "base" / "C02").iterdir()} == RUN_FILES


def site_packages() -> Path:
    return Path(sysconfig.get_path("purelib"))


def declared_version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
