"""No committed text names a package registry or a folder of the machine that it was written on."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# in parts, so that this file does not hold what it looks for
REGISTRIES = (
    ("pypi", "org/simple"),
    ("files", "pythonhosted"),
    ("test", "pypi"),
    ("registry", "npmjs"),
    ("registry", "yarnpkg"),
    ("deb", "debian", "org"),
    ("security", "debian"),
    ("archive", "ubuntu"),
    ("ports", "ubuntu"),
    ("index", "crates"),
    ("proxy", "golang"),
    ("conda", "anaconda"),
    ("repo", "anaconda"),
    ("repo1", "maven"),
    ("rubygems", "org"),
    ("index", "docker"),
    ("mirrors", ""),
    ("mirror", ""),
)
FORBIDDEN = {
    "registry": re.compile(
        "|".join(r"\b" + r"\.".join(map(re.escape, parts)) for parts in REGISTRIES)
        + r"|--(?:extra-)?index" + r"-url|index" + r"-url\s*=",
        re.IGNORECASE,
    ),
    "machine folder": re.compile("/" + r"work/|/(?:root|home)/\w|/tmp/bash" + "_jobs"),
}  # fmt: skip
SKIPPED_FOLDERS = {".git", ".venv", "results", "build", "dist", "__pycache__", "node_modules"}
LARGEST = 5_000_000


def committed() -> list[Path]:
    """Files that git tracks; where there is no git, the files of the tree."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
        return [ROOT / name for name in listed.decode().split("\0") if name]
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and not any(p in SKIPPED_FOLDERS or p.startswith(".") for p in path.relative_to(ROOT).parts[:-1])
    ]


def texts() -> dict[str, str]:
    """Path to text of every committed file that is text."""
    found = {}
    for path in committed():
        if path.is_file() and path.stat().st_size <= LARGEST:
            raw = path.read_bytes()
            if b"\0" not in raw[:4096]:
                found[str(path.relative_to(ROOT))] = raw.decode("utf-8", errors="replace")
    return found


def offences(text: str, kind: str) -> list[str]:
    return [line.strip()[:120] for line in text.splitlines() if FORBIDDEN[kind].search(line)]


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_committed_text_names_it(kind: str):
    found = {name: lines for name, text in texts().items() if (lines := offences(text, kind))}
    assert found == {}


def test_the_tree_is_read_at_all():
    names = texts()
    assert {"pyproject.toml", "README.md", "models/instance.py"} <= set(names)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("registry", "https://pypi" + ".org/simple/numpy"),
        ("registry", "https://files" + ".pythonhosted.org/x.whl"),
        ("registry", "https://Registry" + ".npmjs.org/left-pad"),
        ("registry", "deb http://deb" + ".debian.org/debian bookworm main"),
        ("registry", "pip install --index" + "-url https://example.org"),
        ("registry", "https://mirrors" + ".example.cn/pypi"),
        ("machine folder", "see /" + "work/shared/design"),
        ("machine folder", "/root" + "/x"),
    ],
)
def test_it_would_be_found(kind: str, line: str):
    assert offences(f"first\n  {line}\n", kind) == [line]


@pytest.mark.parametrize(
    "line", ["network/streets.py", "https://example.org/network/x", "homework/3", "a mirror image"]
)
def test_plain_words_are_none(line: str):
    assert all(offences(line, kind) == [] for kind in FORBIDDEN)
