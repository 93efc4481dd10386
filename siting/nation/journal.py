"""What circles have answered, on the disk as it comes: a run that was stopped does not ask it again.

A journal is a text file beside the folder of the answer, one line an answer: the digest of all that the answer depends
on, the answer, and a digest of both. A line that is torn or was tampered with is not believed, and what cannot be
written is not kept: the journal is a convenience alone. It goes when the answer stands.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from dataclasses import astuple, replace
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from models.nation import Answer, Question
    from models.solution import SolveOptions

_SUFFIX = ".续算.jsonl"


class Journal:
    """The answers beside the folder of a result; ``used`` counts those that did not have to be asked for.

    The file comes with the first answer that is kept: who finds the inputs broken writes nothing.
    """

    def __init__(self, folder: Path, *, believe: bool = True) -> None:
        """``folder``: where the result will stand. Not to ``believe`` is to ask all that an earlier run knew."""
        self.path = folder.with_name(f".{folder.name}{_SUFFIX}")
        self.used = 0
        self._known = _read(self.path) if believe else {}
        self._file: IO[bytes] | None = None
        self._works = True

    def find(self, mark: str, question: Question) -> Answer | None:
        """The answer under ``mark``, with the number that the circle has now."""
        found = self._known.get(mark)
        answer = None if found is None else _answer(found)
        if answer is None:
            return None
        self.used += 1
        return replace(answer, circle=question.circle)

    def keep(self, answers: Iterable[tuple[str, Answer]]) -> None:
        """Add answers, each under its mark. Never raises: from an error of the disk on nothing more is kept."""
        if not self._works:
            return
        try:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("ab")
                # What follows a torn line begins a line of its own.
                self._file.write(b"\n")
            self._file.write(b"".join(_line(mark, _plain(answer)) for mark, answer in answers))
            self._file.flush()
        except OSError:
            self._works = False

    def close(self) -> None:
        """Leave it to the next run. Never raises."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
        self._file, self._works = None, False

    def drop(self) -> None:
        """Take it away: the answer stands, or it is known that there is none. Never raises."""
        self.close()
        with contextlib.suppress(OSError):
            self.path.unlink()
            self.path.parent.rmdir()


def mark_of(circle: str, levels: tuple[str, ...], capital_cny: float, options: SolveOptions, asked: Question) -> str:
    """SHA-256 (hex) over all that an answer depends on; ``circle`` is the digest of the circle."""
    start = None if asked.start is None else _plain(asked.start)
    solver = astuple(options)
    question = (asked.weights, asked.price, asked.least, asked.most_cny, start)
    return sha256(json.dumps([circle, levels, capital_cny, solver, question]).encode()).hexdigest()


def _plain(answer: Answer) -> dict[str, Any]:
    """JSON of an answer without the circle's number; numbers come back to the bit."""
    return {
        "bound": answer.bound,
        "impossible": answer.impossible,
        "opened": None if answer.opened is None else answer.opened.tolist(),
        "added": None if answer.added is None else answer.added.tolist(),
        "money_cny": answer.money_cny,
        "values": list(answer.values),
        "steps": list(answer.steps),
    }


def _answer(data: dict[str, Any]) -> Answer | None:
    """The answer of such JSON; None where it is none."""
    from models.nation import Answer

    try:
        opened, added = (
            None if data[name] is None else np.array(data[name], dtype=np.int64).reshape(-1, 2)
            for name in ("opened", "added")
        )
        values, steps = tuple(data["values"]), tuple(data["steps"])
        return Answer(0, data["bound"], data["impossible"], opened, added, data["money_cny"], values, steps)
    except (KeyError, TypeError, ValueError):
        return None


def _line(mark: str, data: dict[str, Any]) -> bytes:
    body = json.dumps([mark, data])
    return f"{_seal(body)} {body}\n".encode()


def _seal(body: str) -> str:
    return sha256(body.encode()).hexdigest()[:16]


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """All whole lines; nothing where there is no file."""
    known = {}
    with contextlib.suppress(OSError), path.open("rb") as file:
        for raw in file:
            with contextlib.suppress(ValueError):
                seal, _, body = raw.decode().strip().partition(" ")
                if seal == _seal(body):
                    mark, data = json.loads(body)
                    known[mark] = data
    return known
