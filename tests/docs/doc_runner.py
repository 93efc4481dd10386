"""Walks a page as a reader does: its commands in order, in one empty folder, each output held against what is shown."""

from __future__ import annotations

import fcntl
import os
import re
import shlex
import shutil
import struct
import subprocess
import sys
import termios
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from doc_commands import Fence, commands_of, fences, sessions
from doc_match import missing
from doc_pages import ROOT

PIPED = 200
LIMIT = 5
FINE = (0, LIMIT)
_PART = re.compile("节选|从略|rows left out")
_PILOTS_ALONE = re.compile(
    r"siting run( C\d\d| --(city|all)| --(scenario|set|time-limit|alternatives|within) [^ .]+(\.[^ .]+=[^ ]+)?)+"
)


@dataclass(frozen=True)
class Done:
    """A command that has run."""

    code: int
    out: str
    err: str


Hand = Callable[[Path], None]


@dataclass(frozen=True)
class Walk:
    """What the page does not say in commands.

    ``before``: commands whose results the page takes for granted. ``hands``: what a person does before the first,
    second … time of a command. ``saved``: the n-th TOML block is saved under this name. ``written``: the n-th TOML
    block is what the program wrote there. ``codes``: exit codes other than 0 and 5, by time. ``left_out``: commands
    that are not run, and why. ``width``: columns of the terminal that the outputs were taken from.
    """

    before: tuple[str, ...] = ()
    hands: Mapping[str, tuple[Hand, ...]] = field(default_factory=dict)
    saved: Mapping[int, str] = field(default_factory=dict)
    written: Mapping[int, str] = field(default_factory=dict)
    codes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    width: int = PIPED


Run = Callable[[str, Path, int], Done]


@dataclass(frozen=True)
class Told:
    """``troubles``: commands that end otherwise, outputs that are not the ones shown. ``excused``: outputs of commands
    that a limit of time stopped on this machine (exit code 5), which show what another machine found.
    """

    troubles: list[str]
    excused: list[str]


def walk(page: Path, plan: Walk, folder: Path, run: Run, wanted: Callable[[str], bool] = lambda _: True) -> Told:
    """Go through the page; ``wanted`` says which commands are run."""
    reader = _Reader(plan, folder, run, wanted)
    for line in plan.before:
        if wanted(line):
            reader.do(line, plan.width)
    for fence in fences(page):
        reader.read(fence)
    return Told(*([f"{page.name} {line}" for line in lines] for lines in (reader.troubles, reader.excused)))


class _Reader:
    """One walk: how often each command has run, what the last block printed, what went wrong."""

    def __init__(self, plan: Walk, folder: Path, run: Run, wanted: Callable[[str], bool]) -> None:
        self._plan, self._folder, self._run, self._wanted = plan, folder, run, wanted
        self._times: dict[str, int] = {}
        self._tomls = 0
        self._last: list[Done] = []
        self.troubles: list[str] = []
        self.excused: list[str] = []

    def read(self, fence: Fence) -> None:
        """Do what the block says, or hold it against what was done."""
        if fence.language == "toml":
            self._toml(fence)
        elif fence.language == "bash":
            done = [self.do(line, self._plan.width) for line in commands_of(fence.body)]
            self._last = [d for d in done if d]
        elif asked := sessions(fence):
            for session in asked:
                done = self.do(session.command, self._plan.width)
                self._hold(fence, "\n".join(session.shown), [done] if done else [])
        elif fence.is_output:
            self._hold(fence, fence.body, self._last)

    def do(self, line: str, width: int) -> Done | None:
        """Run a command line of the program; None for one that is left out."""
        if not line.startswith("siting ") or line in self._plan.left_out or not self._wanted(line):
            return None
        time = self._times[line] = self._times.get(line, 0) + 1
        hands = self._plan.hands.get(line, ())
        if time <= len(hands):
            hands[time - 1](self._folder)
        done = self._run(line, self._folder, width)
        codes = self._plan.codes.get(line, ())
        expected = (codes[min(time, len(codes)) - 1],) if codes else FINE
        if done.code not in expected:
            self.troubles.append(f"{line}: code {done.code}, {done.err.strip()[-400:]}")
        return done

    def _hold(self, fence: Fence, shown: str, done: list[Done]) -> None:
        outputs = [text for d in done for text in (d.out, d.err, d.err + d.out, d.out + d.err)]
        is_part = _PART.search(fence.prose) is not None
        if outputs and (wrong := missing(shown, outputs, is_part=is_part)):
            told = self.excused if any(d.code == LIMIT for d in done) else self.troubles
            told.append(f"line {fence.line}, not printed (there): {wrong}")

    def _toml(self, fence: Fence) -> None:
        n, self._tomls = self._tomls, self._tomls + 1
        if n in self._plan.saved:
            (self._folder / self._plan.saved[n]).write_text(fence.body, encoding="utf-8")
        elif n in self._plan.written:
            path = self._folder / self._plan.written[n]
            if self._last and (not path.exists() or path.read_text(encoding="utf-8").strip() != fence.body.strip()):
                self.troubles.append(f"line {fence.line}, {path.name} holds something else")
        else:
            tomllib.loads(fence.body)


class Programs:
    """Runs the program as a process of its own; what the pilots alone decide is solved once for all pages."""

    def __init__(self, store: Path, keep: Path | None = None) -> None:
        self._store, self._keep, self._known = store, keep, dict[tuple[str, int], tuple[Done, Path]]()
        self._count = 0

    def __call__(self, line: str, folder: Path, width: int) -> Done:
        """Run in the folder, or copy there what the same command wrote before."""
        if not _PILOTS_ALONE.fullmatch(line):
            return self._kept(line, _process(line, folder, width))
        if (line, width) not in self._known:
            place = self._store / str(len(self._known))
            place.mkdir(parents=True)
            self._known[line, width] = self._kept(line, _process(line, place, width)), place
        done, place = self._known[line, width]
        for new in (place / "results").glob("*/*"):
            there = folder / new.relative_to(place)
            if there.is_dir():
                shutil.rmtree(there)
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(new, there) if new.is_dir() else shutil.copy(new, there)
        return done

    def _kept(self, line: str, done: Done) -> Done:
        if self._keep is not None:
            self._keep.mkdir(parents=True, exist_ok=True)
            self._count += 1
            text = f"$ {line}\n{done.out}\n--- err, code {done.code}\n{done.err}"
            (self._keep / f"{self._count:03d}.txt").write_text(text, encoding="utf-8")
        return done


def _process(line: str, folder: Path, width: int) -> Done:
    """``width`` other than that of a pipe: standard output is a terminal of so many columns."""
    words = [sys.executable, "-c", "from siting.cli import main; main()", *shlex.split(line)[1:]]
    env = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
    env |= {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    if width == PIPED:
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False)
        return Done(done.returncode, done.stdout, done.stderr)
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    log = folder / ".stderr"
    with log.open("wb") as err, subprocess.Popen(words, cwd=folder, env=env, stdout=theirs, stderr=err) as process:
        os.close(theirs)
        out = b"".join(_chunks(ours))
    os.close(ours)
    said = log.read_text(encoding="utf-8")
    log.unlink()
    return Done(process.returncode, out.decode("utf-8").replace("\r\n", "\n"), said)


def _chunks(terminal: int):
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # Linux says so when the other side has closed
            return
        if not chunk:
            return
        yield chunk
