"""A full disk, a folder nobody may write, two writers of one folder: whole or absent, and said in Chinese."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import eleven
import pytest
from support.bundles import make_bundle, make_workspace

from siting.batch import RunOutcome
from siting.disk import replaced_folder
from siting.outputs.writer import write_run
from siting.tasks import run_one

resource = pytest.importorskip("resource", reason="limits of a process are Unix's")
NOBODY = 65534


def digests(run: Path) -> dict[str, str]:
    return {p.name: sha256(p.read_bytes()).hexdigest() for p in run.iterdir()} if run.exists() else {}


@contextlib.contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes: what a library does not look at when it closes a file, is found here."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def small_disk(kib: int, folder: Path) -> Iterator[None]:
    """A disk of its own in ``folder``, where this user may mount one."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write everywhere; another user may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture(scope="module")
def circle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small circle."""
    folder = tmp_path_factory.mktemp("disk")
    eleven.make_circles(folder, eleven.IDS[:1])
    return folder


def solve(folder: Path, out: Path) -> RunOutcome:
    (job,) = eleven.jobs(folder, eleven.IDS[:1], out=str(out))
    return run_one(job, lambda _event: None)


# 22 kB are run.json and result.xlsx each, 200 kB result.gpkg, 1.3 MB report.html.
@pytest.mark.parametrize("size", [15_000, 204_799, 900_000])
def test_a_file_that_may_not_grow_leaves_no_half_run(tmp_path: Path, size: int) -> None:
    bundle = make_bundle(make_workspace(tmp_path / "ws"))
    run = tmp_path / "base" / "C01"
    with pytest.raises(OSError, match="File too large"), files_up_to(size):
        write_run(bundle, run)
    assert list(run.parent.iterdir()) == []
    write_run(bundle, run)
    before = digests(run)
    with pytest.raises(OSError, match="File too large"), files_up_to(size):
        write_run(make_bundle(picks=()), run)
    assert digests(run) == before
    assert [p.name for p in run.parent.iterdir()] == ["C01"]


@pytest.mark.parametrize("kib", [40, 240])
def test_a_full_disk_leaves_no_half_run(tmp_path: Path, kib: int) -> None:
    disk = tmp_path / "disk"
    with small_disk(kib, disk):
        with pytest.raises(OSError, match="No space left"):
            write_run(make_bundle(make_workspace(tmp_path / "ws")), disk / "base" / "C01")
        assert list((disk / "base").iterdir()) == []


@pytest.mark.slow
def test_a_full_disk_is_said_and_the_next_start_goes_on(circle: Path, tmp_path: Path) -> None:
    with files_up_to(100_000):
        full = solve(circle, tmp_path)
    assert (full.status, full.exit_code) == ("internal_error", 1)
    assert full.message_zh.startswith("读写文件失败：文件超过了系统允许的大小")
    assert list((tmp_path / "base").iterdir()) == []
    assert [solve(circle, tmp_path).earlier for _ in range(2)] == ["", "same"]


@pytest.mark.slow
def test_a_folder_nobody_may_write_is_said_and_what_is_there_stays(circle: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out"
        shutil.copytree(circle, Path(place) / "circles")
        (Path(place) / "circles").chmod(0o755)
        first = solve(Path(place) / "circles", out)
        before = digests(Path(first.run_dir))
        for folder in (Path(place), out, out / "base"):
            folder.chmod(0o555)
        with as_nobody():
            again = solve(Path(place) / "circles", out)
            (job,) = eleven.jobs(Path(place) / "circles", eleven.IDS[:1], out=str(out), again=True)
            anew = run_one(job, lambda _event: None)
        for folder in (Path(place), out, out / "base"):
            folder.chmod(0o755)
        assert again.earlier == "same", again.message_zh
        assert (anew.status, anew.exit_code) == ("internal_error", 1)
        assert anew.message_zh.startswith("读写文件失败：没有权限")
        assert digests(Path(first.run_dir)) == before
        assert [p.name for p in (out / "base").iterdir()] == [eleven.IDS[0]]


def test_two_writers_of_one_folder_leave_it_whole(tmp_path: Path) -> None:
    target, failures = tmp_path / "base" / "C01", []

    def write(name: str) -> None:
        try:
            for _ in range(40):
                with replaced_folder(target) as folder:
                    for file in ("a", "b"):
                        (folder / file).write_text(name, encoding="utf-8")
        except Exception as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=(name,)) for name in ("one", "two", "three")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    assert [p.name for p in target.parent.iterdir()] == ["C01"]
    assert len({(target / file).read_text(encoding="utf-8") for file in ("a", "b")}) == 1
