"""The worked examples of CONTRIBUTING.md: new files, and changes of old ones."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from doc_commands import fences
from doc_pages import ROOT

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
PACKAGES = ("models", "scenarios", "siting")
_PATH = re.compile(r"# ((?:models|scenarios|siting)/[\w./]+)\n")


@dataclass(frozen=True)
class Change:
    """One hunk: lines of a file that stand together, as they are and as they become."""

    section: str
    path: str
    before: str
    after: str

    @property
    def n_line(self) -> int:
        """Lines added or changed."""
        return len(self.after.splitlines()) - sum(line in self.before.splitlines() for line in self.after.splitlines())


@dataclass(frozen=True)
class NewFile:
    """A file that the example adds."""

    section: str
    path: str
    text: str


def recipes() -> tuple[list[NewFile], list[Change]]:
    """All that the page adds and changes, in order."""
    new: list[NewFile] = []
    changes: list[Change] = []
    section = ""
    for fence in fences(CONTRIBUTING):
        headings = re.findall(r"^## (.*)$", fence.prose, re.MULTILINE)
        section = headings[-1] if headings else section
        named = _PATH.match(fence.body)
        if named:
            new.append(NewFile(section, named[1], fence.body[named.end() :]))
        elif fence.language == "diff":
            changes += _changes(section, fence.body)
    return new, changes


def _changes(section: str, body: str) -> list[Change]:
    found = []
    for part in re.split(r"^--- ", body, flags=re.MULTILINE)[1:]:
        path, _, rest = part.partition("\n")
        for hunk in re.split(r"^@@\n", rest, flags=re.MULTILINE):
            lines = [line or " " for line in hunk.splitlines()]
            before = "".join(f"{line[1:]}\n" for line in lines if line[0] in " -")
            after = "".join(f"{line[1:]}\n" for line in lines if line[0] in " +")
            found.append(Change(section, path.strip(), before, after))
    return found


def apply_all(folder: Path) -> None:
    """A copy of the packages with every example in it."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    new, changes = recipes()
    for file in new:
        path = folder / file.path
        assert not path.exists(), f"{file.path} is there already"
        path.write_text(file.text, encoding="utf-8")
    for change in changes:
        path = folder / change.path
        text = path.read_text(encoding="utf-8")
        assert text.count(change.before) == 1, (
            f"{change.path} holds {text.count(change.before)} times:\n{change.before}"
        )
        path.write_text(text.replace(change.before, change.after), encoding="utf-8")
