"""Walks that are kept: the same bytes with and without, whatever stands in the folder."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from network_cases import table
from test_walk_properties import WALLS, scattered

from siting.network import dijkstra, kept, users_keep, walking_distances
from siting.network.kept import Keep

CUTOFF_M, ACCESS_M = 450.0, 80.0
MADE = scattered(1, n_demand=30, n_sites=15, barriers=WALLS)


@pytest.fixture(autouse=True)
def every_network_is_large(monkeypatch):
    monkeypatch.setattr(dijkstra, "KEPT_CELLS", 0)


@pytest.fixture
def keep(tmp_path) -> Keep:
    return Keep(tmp_path / "a" / "walks", free_bytes=0)


def walked(keep: Keep | None, made=MADE, cutoff=CUTOFF_M, access=ACCESS_M) -> bytes:
    found = walking_distances(made, cutoff, access, keep)
    general = found.general
    parts = (general.demand, general.place, general.metres)
    return b"".join(part.dtype.str.encode() + part.tobytes() for part in parts) + repr(found.snap).encode()


def entries(keep: Keep) -> list[Path]:
    return sorted(keep.folder.iterdir()) if keep.folder.is_dir() else []


def no_search(monkeypatch):
    def refuse(*_):
        raise AssertionError("walked again")

    monkeypatch.setattr(dijkstra, "_walk", refuse)


@pytest.mark.parametrize(("n_demand", "n_sites"), [(30, 15), (8, 40)])
def test_the_second_time_nothing_is_searched_and_all_bytes_are_the_same(monkeypatch, keep, n_demand, n_sites):
    made = scattered(2, n_demand=n_demand, n_sites=n_sites)
    plain = walked(None, made)
    assert walked(keep, made) == plain
    assert len(entries(keep)) == 1
    no_search(monkeypatch)
    assert walked(keep, made) == plain
    with pytest.raises(AssertionError, match="again"):
        walked(None, made)


def moved(kind: str):
    rows = getattr(MADE, kind).copy()
    rows.loc[0, "x"] += 0.001
    return replace(MADE, **{kind: rows})


CHANGED = {
    "home": lambda: (moved("demand"),),
    "site": lambda: (moved("sites"),),
    "outlet": lambda: (replace(MADE, outlets=table("O", [(100.0, 100.0)])),),
    "street": lambda: (replace(MADE, streets=MADE.streets.iloc[1:]),),
    "wall": lambda: (replace(MADE, barriers=None),),
    "cutoff": lambda: (MADE, CUTOFF_M + 1e-9),
    "access": lambda: (MADE, CUTOFF_M, 20.0),
}


@pytest.mark.parametrize("what", CHANGED)
def test_whatever_is_changed_is_walked_again(keep, what):
    walked(keep)
    changed = CHANGED[what]()
    assert walked(keep, *changed) == walked(None, *changed)
    assert len(entries(keep)) == 2


def test_another_kernel_has_other_entries(monkeypatch, keep, tmp_path):
    walked(keep)
    for name in ("dijkstra.py", "kernel.py", "kept.py"):
        shutil.copy(Path(kept.__file__).with_name(name), tmp_path)
    with (tmp_path / "kernel.py").open("a") as file:
        file.write("\n")
    monkeypatch.setattr(kept, "__file__", str(tmp_path / "kept.py"))
    walked(keep)
    assert len(entries(keep)) == 2
    (tmp_path / "kernel.py").unlink()
    assert walked(keep) == walked(None)


def raising(error: Exception):
    def fail(*_, **__):
        raise error

    return fail


def npz(**parts) -> bytes:
    file = io.BytesIO()
    np.savez(file, **parts)
    return file.getvalue()


def resealed(whole: bytes, key: str, change) -> bytes:
    """A forgery whose seal is right."""
    parts = dict(np.load(io.BytesIO(whole)))
    change(parts)
    seal = kept._seal(key, [parts[name] for name in ("indptr", "indices", "metres")])
    return npz(**parts | {"seal": np.frombuffer(seal, dtype=np.uint8)})


def put(name, at, value):
    def change(parts):
        parts[name] = parts[name].copy()
        parts[name][at] = value

    return change


def flipped(whole: bytes) -> bytes:
    at = len(whole) // 2
    return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]


def compressed(whole: bytes) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **np.load(io.BytesIO(whole)))
    return file.getvalue()


SPOILT = {
    "empty": lambda whole, key: b"",
    "cut": lambda whole, key: whole[: len(whole) // 2],
    "flipped": lambda whole, key: flipped(whole),
    "foreign": lambda whole, key: b"PK\x03\x04 not ours",
    "compressed": lambda whole, key: compressed(whole),
    "objects": lambda whole, key: npz(**dict.fromkeys(("indptr", "indices", "metres", "seal"), np.array([{}]))),
    "lacking": lambda whole, key: npz(indptr=np.zeros(3)),
    "of another": lambda whole, key: resealed(whole, "0" * 64, lambda parts: None),
    "too long": lambda whole, key: resealed(whole, key, put("metres", 0, 1e9)),
    "nowhere": lambda whole, key: resealed(whole, key, put("metres", 0, np.nan)),
    "no such place": lambda whole, key: resealed(whole, key, put("indices", -1, 10_000)),
    "out of order": lambda whole, key: resealed(whole, key, put("indices", 1, 0)),
    "rows run back": lambda whole, key: resealed(whole, key, put("indptr", 1, 10_000)),
    "whole numbers": lambda whole, key: resealed(whole, key, lambda parts: parts.update(metres=parts["indices"])),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_entry_is_walked_again_and_mended(monkeypatch, keep, how):
    plain = walked(keep)
    (path,) = entries(keep)
    whole = path.read_bytes()
    path.write_bytes(SPOILT[how](whole, path.stem))
    assert walked(keep) == plain
    assert path.read_bytes() == whole
    no_search(monkeypatch)
    assert walked(keep) == plain


def test_a_folder_in_the_place_of_an_entry(keep):
    plain = walked(keep)
    (path,) = entries(keep)
    path.unlink()
    path.mkdir()
    assert walked(keep) == plain


@pytest.mark.parametrize("how", ["no folder", "full", "refused", "read-only", "a writer that fails otherwise"])
def test_what_cannot_be_kept_is_walked_all_the_same(monkeypatch, keep, tmp_path, how):
    if how == "no folder":
        (tmp_path / "a").write_text("a file stands there")
    if how == "full":
        keep = replace(keep, free_bytes=2**62)
    if how == "refused":
        monkeypatch.setattr(Path, "mkdir", raising(PermissionError(errno.EACCES, "no")))
    if how == "read-only":
        monkeypatch.setattr(kept, "replaced_file", raising(OSError(errno.EROFS, "read-only")))
    if how == "a writer that fails otherwise":
        monkeypatch.setattr(np, "savez", raising(ValueError("half written")))
    assert walked(keep) == walked(None)
    assert entries(keep) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_only_be_read(keep):
    plain = walked(keep)
    other = scattered(3, n_demand=9, n_sites=5)
    keep.folder.chmod(0o500)
    try:
        assert walked(keep) == plain
        assert walked(keep, other) == walked(None, other)
        assert len(entries(keep)) == 1
    finally:
        keep.folder.chmod(0o700)


def test_writers_at_once_leave_one_whole_entry(monkeypatch, keep):
    """All have found nothing before the first writes."""
    together, walk = threading.Barrier(4), dijkstra._walk
    plain = walked(None)

    def slow(*args):
        together.wait(timeout=20)
        return walk(*args)

    monkeypatch.setattr(dijkstra, "_walk", slow)
    found: list[bytes] = []
    writers = [threading.Thread(target=lambda: found.append(walked(keep))) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert found == [plain] * 4
    assert len(entries(keep)) == 1
    no_search(monkeypatch)
    assert walked(keep) == plain


def test_the_entries_used_longest_ago_go_first(keep):
    towns = [scattered(seed, n_demand=60, n_sites=30) for seed in range(4)]
    paths = []
    for n, town in enumerate(towns[:3]):
        walked(keep, town)
        paths += [path for path in entries(keep) if path not in paths]
        os.utime(paths[n], (n, n))
    stranger = keep.folder / "notes.npz"
    stranger.write_bytes(bytes(100_000))
    walked(keep, towns[0])
    small = replace(keep, most_bytes=sum(path.stat().st_size for path in paths))
    walked(small, towns[3])
    left = entries(keep)
    assert paths[0] in left
    assert paths[1] not in left
    assert stranger in left
    assert sum(path.stat().st_size for path in left if path != stranger) <= small.most_bytes
    walked(replace(keep, most_bytes=10), towns[1])
    assert entries(keep) == [stranger]


def test_small_networks_leave_nothing(monkeypatch, keep):
    monkeypatch.setattr(dijkstra, "KEPT_CELLS", 10_000_000)
    assert walked(keep) == walked(None)
    assert not keep.folder.exists()


def test_whose_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SITING_CACHE", str(tmp_path))
    assert users_keep() == Keep(tmp_path / "walks")
    for off in ("off", "OFF", "0", "no"):
        monkeypatch.setenv("SITING_CACHE", off)
        assert users_keep() is None
    for said in ("", " "):
        monkeypatch.setenv("SITING_CACHE", said)
        for system, variable, expected in (
            ("linux", "XDG_CACHE_HOME", tmp_path / "siting" / "walks"),
            ("win32", "LOCALAPPDATA", tmp_path / "siting" / "cache" / "walks"),
        ):
            monkeypatch.setattr(sys, "platform", system)
            monkeypatch.setenv(variable, str(tmp_path))
            assert users_keep() == Keep(expected)
        monkeypatch.setattr(sys, "platform", "darwin")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert users_keep() == Keep(tmp_path / "Library" / "Caches" / "siting" / "walks")
    monkeypatch.setattr(Path, "home", raising(RuntimeError("nobody")))
    monkeypatch.delenv("LOCALAPPDATA")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert users_keep() is None


def test_who_recomputes_a_run_walks_anew():
    """A forged entry may mislead a run, never the audit of it."""
    audit = Path(kept.__file__).parents[1] / "audit"
    told = [path.name for path in audit.glob("*.py") if "users_keep" in path.read_text(encoding="utf-8")]
    assert list(audit.glob("*.py"))
    assert told == []
