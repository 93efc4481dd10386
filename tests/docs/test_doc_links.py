"""Relative links, anchors and paths that the pages name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from doc_pages import PAGES, ROOT, prose

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:models|scenarios|siting|tests|docs|\.ci)/[\w./-]*)`")


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in _LINK.findall(prose(page)):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path) if path else page
        if not there.exists() or (anchor and anchor not in _anchors(there)):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_paths_in_code_spans_exist(page: Path) -> None:
    assert not [path for path in _PATH.findall(prose(page)) if not (ROOT / path).exists()]


def test_every_decision_is_listed_once_in_order() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(p.name for p in folder.glob("0*.md"))
    listed = [t for t in _LINK.findall((folder / "README.md").read_text(encoding="utf-8")) if t.startswith("0")]
    assert listed == files
    for number, name in enumerate(files, start=1):
        text = (folder / name).read_text(encoding="utf-8")
        assert name.startswith(f"{number:04d}-")
        assert text.startswith(f"# {number:04d} ")
        assert re.search(r"\*\*Context\.\*\*.*\*\*Decision\.\*\*.*\*\*Consequences\.\*\*", text, re.DOTALL)
