import hashlib
import os
import time
from pathlib import Path

import pytest
from support.bundles import make_bundle, make_workspace

from scenarios.faults import FaultError
from siting.disk import replaced, replaced_folder
from siting.outputs import write_run, writer

FILES = {"run.json", "result.xlsx", "result.gpkg", "report.html"}


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_the_same_bundle_gives_the_same_bytes(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "ws")
    write_run(make_bundle(workspace), tmp_path / "a" / "C01")
    time.sleep(1.1)
    write_run(make_bundle(workspace), tmp_path / "b" / "C01")
    first, second = digests(tmp_path / "a" / "C01"), digests(tmp_path / "b" / "C01")
    assert set(first) == FILES
    assert first == second


def test_another_result_gives_other_bytes(tmp_path: Path) -> None:
    write_run(make_bundle(), tmp_path / "a")
    write_run(make_bundle(picks=(), ranking=()), tmp_path / "b")
    first, second = digests(tmp_path / "a"), digests(tmp_path / "b")
    assert all(first[name] != second[name] for name in FILES)


@pytest.mark.parametrize("step", ["write_run_json", "write_workbook", "write_geopackage"])
def test_a_failure_leaves_the_old_run_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    run = tmp_path / "base" / "C01"
    write_run(make_bundle(), run)
    before = digests(run)
    real = getattr(writer, step)

    def half(bundle, path, *more):
        real(bundle, path, *more)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, step, half)
    with pytest.raises(OSError):
        write_run(make_bundle(picks=()), run)
    assert digests(run) == before
    assert [p.name for p in run.parent.iterdir()] == ["C01"]


def test_a_failure_leaves_no_first_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "write_workbook", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_run(make_bundle(), tmp_path / "base" / "C01")
    assert list((tmp_path / "base").iterdir()) == []


def test_a_failing_swap_puts_the_old_run_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "C01"
    write_run(make_bundle(), run)
    before = digests(run)
    real = replaced._rename

    def failing(source: Path, target: Path) -> None:
        if ".new-" in source.name:
            raise OSError("no")
        real(source, target)

    monkeypatch.setattr(replaced, "_rename", failing)
    with pytest.raises(OSError):
        write_run(make_bundle(picks=()), run)
    assert digests(run) == before
    assert [p.name for p in tmp_path.iterdir()] == ["C01"]


def test_a_second_run_replaces_the_first_whole(tmp_path: Path) -> None:
    run = tmp_path / "C01"
    write_run(make_bundle(), run)
    (run / "older.html").write_text("old")
    write_run(make_bundle(picks=()), run)
    assert {p.name for p in run.iterdir()} == FILES
    assert [p.name for p in tmp_path.iterdir()] == ["C01"]


def test_a_crash_between_the_renames_is_mended_by_the_next_call(tmp_path: Path) -> None:
    (tmp_path / ".C01.old-999999999").mkdir()
    (tmp_path / ".C01.old-999999999" / "run.json").write_text("old")
    (tmp_path / ".C01.new-999999999").mkdir()
    with pytest.raises(RuntimeError), replaced_folder(tmp_path / "C01"):
        raise RuntimeError
    assert [p.name for p in tmp_path.iterdir()] == ["C01"]
    assert (tmp_path / "C01" / "run.json").read_text() == "old"


def test_the_folder_of_a_living_neighbour_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / f".C01.new-{os.getppid()}"
    other.mkdir()
    with replaced_folder(tmp_path / "C01") as folder:
        (folder / "x").write_text("x")
    assert other.exists()


def test_a_planners_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "C01").mkdir()
    (tmp_path / "C01" / "circle.toml").write_text("precious")
    with pytest.raises(FaultError, match="不能覆盖"):
        write_run(make_bundle(), tmp_path / "C01")
    assert [p.name for p in (tmp_path / "C01").iterdir()] == ["circle.toml"]
    (tmp_path / "file").write_text("precious")
    with pytest.raises(FaultError):
        write_run(make_bundle(), tmp_path / "file")
    (tmp_path / "empty").mkdir()
    write_run(make_bundle(), tmp_path / "empty")
    assert {p.name for p in (tmp_path / "empty").iterdir()} == FILES
