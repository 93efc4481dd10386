"""What a file holds once read, and the numbers of a plain-text file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.instance import Rules, SitingInstance

FloatArray = npt.NDArray[np.float64]


class FormatError(Exception):
    """A file is not what its format says; the sentence names the file and the place."""


@dataclass(frozen=True, eq=False)
class Case:
    """A problem of ours, and the plain arrays behind it for those who want them.

    ``kind`` is ``mclp``, ``pmedian``, ``cover`` or ``city``. ``metres`` [i,j] is dense, None where only the reach is
    known; ``radius_m`` means something for ``mclp`` alone, ``p`` for ``mclp`` and ``pmedian``.
    """

    name: str
    kind: str
    instance: SitingInstance
    rules: Rules
    metres: FloatArray | None = None
    radius_m: float = 0.0
    p: int = 0


class Numbers:
    """The numbers of a file one after another, whatever its line breaks; ``#`` begins a remark."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            lines = path.read_text(encoding="ascii").splitlines()
        except UnicodeDecodeError as error:
            raise FormatError(f"{path.name}: not plain text (byte {error.start})") from error
        words = [(word, n) for n, line in enumerate(lines, 1) for word in line.split("#", 1)[0].split()]
        self.words = [word for word, _ in words]
        self.lines = [n for _, n in words]
        self.at = 0

    def take(self, n: int, what: str) -> FloatArray:
        """The next ``n`` numbers. Raises FormatError where there are fewer, or one is not a finite number."""
        if n < 0 or self.at + n > len(self.words):
            raise FormatError(f"{self.name}: the file ends before {n} × {what}")
        part = self.words[self.at : self.at + n]
        for offset, word in enumerate(part):
            try:
                good = np.isfinite(float(word))
            except ValueError:
                good = False
            if not good:
                raise FormatError(f"{self.name}, line {self.lines[self.at + offset]}: {what}: '{word}' is no number")
        self.at += n
        return np.array(part, dtype=np.float64)

    def whole(self, n: int, what: str, low: int, high: int) -> npt.NDArray[np.int64]:
        """The next ``n`` whole numbers from ``low`` to ``high``."""
        first = self.at
        values = self.take(n, what)
        wrong = np.flatnonzero((values != np.rint(values)) | (values < low) | (values > high))
        if len(wrong):
            where = self.lines[first + int(wrong[0])]
            raise FormatError(
                f"{self.name}, line {where}: {what}: {values[wrong[0]]:g} is not a whole number from {low} to {high}"
            )
        return values.astype(np.int64)

    def end(self) -> None:
        """Nothing may follow. Raises FormatError where something does."""
        if self.at < len(self.words):
            raise FormatError(f"{self.name}, line {self.lines[self.at]}: something follows the last number")
