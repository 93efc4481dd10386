"""The commands that the pages show, and their outputs, in the order in which a reader meets them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer.main
from doc_pages import GUIDE, README, ROOT

from siting.cli.app import app

QUESTIONS = sorted(p for p in (ROOT / "docs" / "questions").glob("*.md") if p.name != "README.md")
WALKED = [README, GUIDE, *QUESTIONS]
READ = [*WALKED, ROOT / "docs" / "questions" / "README.md"]

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_WHOLE_LINE = re.compile(r"^\$ ", re.MULTILINE)


@dataclass(frozen=True)
class Fence:
    """A fenced block with the prose before it, back to the block before."""

    language: str
    body: str
    prose: str
    line: int

    @property
    def is_output(self) -> bool:
        """Blocks of ``text`` or of no language are what a command printed."""
        return self.language in ("", "text")


@dataclass(frozen=True)
class Session:
    """A command line and the output shown under it."""

    command: str
    shown: tuple[str, ...]


def fences(page: Path) -> list[Fence]:
    """All fenced blocks in order."""
    text, found, end = page.read_text(encoding="utf-8"), [], 0
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        found.append(Fence(match[1], match[2], text[end : match.start()], line))
        end = match.end()
    return found


def commands_of(body: str) -> list[str]:
    """The command lines of a block: comments and redirections cut off, ``&&`` taken apart."""
    lines = [re.split(r"\s#|\s>>", line)[0] for line in body.splitlines()]
    return [part.strip() for line in lines for part in line.split("&&") if part.strip()]


def sessions(fence: Fence) -> list[Session]:
    """``$ command`` lines with what stands under each; empty where the block has none."""
    if not fence.is_output or not _WHOLE_LINE.match(fence.body):
        return []
    parts = _WHOLE_LINE.split(fence.body)[1:]
    return [Session(commands_of(p.splitlines()[0])[0], tuple(p.splitlines()[1:])) for p in parts]


def whole_commands(page: Path) -> list[str]:
    """Command lines that stand in blocks, as a reader would copy them."""
    found: list[str] = []
    for fence in fences(page):
        found += commands_of(fence.body) if fence.language == "bash" else [s.command for s in sessions(fence)]
    return found


def spans(page: Path) -> list[str]:
    """Code spans of the prose and the tables that are commands of the program or begin with an option."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8")).replace("\\|", "|")
    return [text for text in _SPAN.findall(prose) if re.match(r"siting( |$)|--?\w", text)]


@cache
def program() -> Any:
    """The program as click sees it."""
    return typer.main.get_command(app)


def why_not(line: str, *, is_whole: bool = True) -> str:
    """Why the program would refuse the command line before it does anything; empty where it would not.

    In a span, ``is_whole`` false, what must be given may be missing: it names a command, it does not show one.
    """
    words = shlex.split(line.split(">>", maxsplit=1)[0])[1:]
    if not words or words[0].startswith("-"):
        return _unknown_options(words, [program()])
    command = program().commands.get(words[0])
    if command is None:
        return f"no command {words[0]}"
    try:
        command.make_context(words[0], words[1:])
    except Exception as error:  # typer brings its own click, whose errors have no public name
        kind = type(error).__name__
        if kind == "Exit" or (kind in ("MissingParameter", "BadOptionUsage") and not is_whole):
            return ""
        return f"{kind}: {getattr(error, 'message', error)}"
    return ""


def unknown_options(span: str) -> str:
    """Options of a span such as ``--place X --radius 800`` that no command has."""
    return _unknown_options(shlex.split(span), program().commands.values())


def _unknown_options(words: list[str], commands: Any) -> str:
    known = {"-h", "--help"} | {o for c in commands for p in c.params for o in (*p.opts, *p.secondary_opts)}
    return " ".join(w for w in words if re.match(r"--?[a-z]", w) and w.partition("=")[0] not in known)


def values(words: list[str], *options: str) -> list[str]:
    """What stands after each of the options."""
    return [after for name, after in pairwise(words) if name in options]
