"""The cases of the scale benchmark: problem, sizes, who takes part, the limit of a level, and how long it may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CITIES = ("city", "full", "purse", "roomy", "choosy")
PURSE = 0.15
_LEVELS = 6


@dataclass(frozen=True)
class ScaleCase:
    """``limit_s`` holds for each level of our own solver; the others have ``patience`` times as long, so that
    ratios show. A process is stopped at ``stop_s`` in all (making, building and writing). ``purse``: the budget of a
    city as a share of what all useful pairs would cost. ``suits``: how much of what a city allows a choosy one does.
    """

    name: str
    kind: str
    sizes: tuple[int, ...]
    contenders: tuple[str, ...]
    limit_s: float
    seconds: float
    path: str = ""
    form: str = ""
    patience: float = 1.0
    purse: float = PURSE
    suits: float = 1.0

    def limit_of(self, contender: str) -> float:
        """Seconds of a level."""
        return self.limit_s * (1.0 if contender == "large" else self.patience)

    def stop_s(self, contender: str) -> float:
        """A process that takes longer is not waited for."""
        return (_LEVELS if self.kind == "full" else 2) * self.limit_of(contender) + 60

    @property
    def measure(self) -> int:
        """What the growth law is drawn over: demand × sites (× types)."""
        if self.kind == "graph":
            return self.sizes[0] ** 2
        wide = self.sizes[:3] if self.kind in CITIES else self.sizes[:2]
        total = 1
        for size in wide:
            total *= size
        return total

    def arguments(self, contender: str, seed: int) -> list[object]:
        """Of benchmarks.scale_case."""
        said: list[object] = [contender, self.kind, *self.sizes, "--seed", seed, "--limit", self.limit_of(contender)]
        said += ["--purse", self.purse, "--suits", self.suits] if self.kind in CITIES else []
        return [*said, "--file", self.path, "--format", self.form] if self.path else said


ALL = ("large", "highs", "highs-stock", "scip", "cbc")
_SMALL = (
    ScaleCase("city-500", "city", (500, 80, 10), ALL, 10, 15),
    ScaleCase("city-1k", "city", (1_000, 150, 10), ALL, 10, 20),
)
_FIVE, _TWENTY, _HUNDRED = (5_000, 1_000, 30), (20_000, 3_000, 30), (100_000, 5_000, 30)
_TWO, _SUITS = ("large", "highs-stock"), (20, 30, 40)
CASES = (
    *_SMALL,
    ScaleCase("city-2k", "city", (2_000, 500, 30), ALL, 30, 60),
    ScaleCase("city-5k", "city", (5_000, 1_000, 30), ALL, 20, 250, patience=10),
    ScaleCase("city-20k", "city", _TWENTY, ("large", "highs", "highs-stock"), 100, 900, patience=4),
    ScaleCase("city-100k", "city", _HUNDRED, _TWO, 200, 1_900, patience=8),
    *(ScaleCase(f"purse-5k-{p}", "purse", _FIVE, _TWO, 20, 150, patience=5, purse=p / 100) for p in (5, 30, 60)),
    *(ScaleCase(f"purse-20k-{p}", "purse", _TWENTY, _TWO, 100, 500, patience=3, purse=p / 100) for p in (5, 30, 60)),
    ScaleCase("roomy-5k", "roomy", _FIVE, _TWO, 20, 150, patience=5),
    ScaleCase("roomy-20k", "roomy", _TWENTY, _TWO, 100, 500, patience=3),
    *(ScaleCase(f"choosy-5k-{p}", "choosy", _FIVE, _TWO, 20, 60, patience=5, suits=p / 100) for p in _SUITS),
    *(ScaleCase(f"choosy-20k-{p}", "choosy", _TWENTY, _TWO, 100, 350, patience=6, suits=p / 100) for p in _SUITS),
    *(ScaleCase(f"choosy-100k-{p}", "choosy", _HUNDRED, _TWO, 100, 600, patience=4, suits=p / 100) for p in _SUITS),
    ScaleCase("full-5k", "full", (5_000, 1_000, 30), ("large", "highs"), 30, 200),
    ScaleCase("full-20k", "full", (20_000, 3_000, 30), ("large", "highs"), 60, 500),
    ScaleCase("mclp-10k", "mclp", (10_000, 1_000, 50), ("large", "highs", "scip", "spopt"), 60, 240),
    ScaleCase("mclp-20k", "mclp", (20_000, 2_000, 100), ("large", "highs", "spopt"), 60, 300),
    *(
        ScaleCase(f"graph-{n}", "graph", (n, n // 10), ("large", "highs", "spopt"), 30, 100)
        for n in (100, 300, 600, 900)
    ),
    ScaleCase("plane-5k", "plane", (5_000, 500, 50), ("large", "highs"), 60, 100),
)
QUICK = (
    *_SMALL,
    ScaleCase("full-500", "full", (500, 80, 10), ("large", "highs"), 5, 20),
    ScaleCase("mclp-1k", "mclp", (1_000, 100, 10), ("large", "highs", "scip", "spopt"), 10, 25),
    ScaleCase("graph-60", "graph", (60, 6), ("large", "highs", "spopt"), 10, 10),
)


def chosen(cases: Sequence[ScaleCase], names: Sequence[str]) -> list[ScaleCase]:
    """Cases whose name is or begins with one of ``names`` (``city`` stands for all cities); all without names."""
    return [case for case in cases if not names or any(case.name == n or case.name.startswith(f"{n}-") for n in names)]
