"""The documentation pages of the repository, and how to take them apart."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README, GUIDE = ROOT / "README.md", ROOT / "docs" / "guide_zh.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`]+)`")


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [body for found, body in _FENCE.findall(page.read_text(encoding="utf-8")) if found == language]


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def section(page: Path, heading: str) -> str:
    """What stands under the heading (given with its ``#``), down to the next heading of the same or a higher rank."""
    level = len(heading) - len(heading.lstrip("#"))
    text = page.read_text(encoding="utf-8")
    _, found, rest = text.partition(f"\n{heading}\n")
    assert found, f"{page.name} has no heading {heading!r}"
    return re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def tables(text: str) -> list[list[list[str]]]:
    """Markdown tables as rows of cells: header row first, the ruler left out, bars written ``\\|`` kept as bars."""
    found: list[list[list[str]]] = []
    inside = False
    for line in _FENCE.sub("", text).splitlines():
        if line.startswith("|"):
            cells = [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            if not inside:
                found.append([])
            if not all(re.fullmatch(r":?-+:?", c) for c in cells):
                found[-1].append(cells)
        inside = line.startswith("|")
    return found


def code(cell: str) -> str:
    """The code span of a cell."""
    spans = _SPAN.findall(cell)
    assert len(spans) == 1, f"{cell!r} is not one code span"
    return str(spans[0])
