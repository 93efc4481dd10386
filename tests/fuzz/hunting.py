"""The hunt: spoil, ask, and hold the answer against what the program promises of bad input.

Guided by what comes back: a spoilt folder whose faults were never seen in this combination is kept, and spoilt further.

    python tests/fuzz/hunting.py --trials 2000 --seed 7 [--subject xlsx] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from fuzz.spoilers import spoil
from fuzz.subjects import CIRCLE, OUT, SUBJECTS, Answer, Subject

_CHINESE = re.compile("[\u4e00-\u9fff]")
_POOL = 20
_SLOW_S = 30.0


@dataclass
class Bag:
    """What a hunt brought home: counts, fault codes seen, and the failures (subject, seed, what went wrong)."""

    refused: int = 0
    taken: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def trials(self) -> int:
        return self.refused + self.taken + len(self.failures)


def hunt(subject: Subject, trials: int, seed: int, work: Path, keep: Path | None = None) -> Bag:
    """``trials`` spoilt copies of one subject's good folder, each told apart by a seed of its own."""
    good = work / "good"
    good.mkdir(parents=True)
    subject.make(good)
    assert subject.ask(good) is None, f"{subject.name} is good before it is spoilt"
    shutil.rmtree(good / OUT, ignore_errors=True)
    pool, seen, bag = [good / CIRCLE], set(), Bag()
    for n in range(trials):
        rng = random.Random(f"{subject.name}-{seed}-{n}")
        base = work / "trial"
        shutil.copytree(pool[0] if rng.random() < 0.6 else rng.choice(pool), base / CIRCLE)
        files = [f for f in subject.files(base) if f.exists()]
        for file in rng.sample(files, k=min(len(files), rng.choice([1, 1, 1, 2]))):
            spoil(file, rng)
        combination = _trial(subject, base, f"{seed}-{n}", bag, keep)
        if combination and combination not in seen and len(pool) < _POOL:
            seen.add(combination)
            pool.append(work / f"pool{len(pool)}")
            shutil.copytree(base / CIRCLE, pool[-1])
        shutil.rmtree(base)
    return bag


def _trial(subject: Subject, base: Path, name: str, bag: Bag, keep: Path | None) -> frozenset[str]:
    """Ask once; count it; the codes that came back."""
    began = time.monotonic()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = subject.ask(base)
        wrong = promises_broken(answer, base)
        if time.monotonic() - began > _SLOW_S:
            wrong.append(f"took {time.monotonic() - began:.0f} s")
    except Exception:
        answer, wrong = None, [traceback.format_exc()]
    if wrong:
        bag.failures.append((subject.name, name, "\n".join(wrong)))
        if keep is not None:
            shutil.copytree(base / CIRCLE, keep / f"{subject.name}-{name}", dirs_exist_ok=True)
        return frozenset()
    if answer is None:
        bag.taken += 1
        return frozenset()
    bag.refused += 1
    bag.codes.update({fault.code for fault in answer})
    return frozenset(fault.code for fault in answer)


def promises_broken(answer: Answer, base: Path) -> list[str]:
    """What an answer owes the planner: faults with file, rule and remedy in Chinese, short, and nothing written."""
    if answer is None:
        return []
    wrong = [] if answer else ["refused without a fault"]
    for fault in answer:
        told = str(fault)
        for what, holds in {
            "names its file": bool(fault.file),
            "says the rule in Chinese": bool(_CHINESE.search(fault.rule)),
            "says what to do in Chinese": bool(_CHINESE.search(fault.remedy)),
            "is short": len(told) < 900,
            "is one line of plain text": told.isprintable() and "Traceback" not in told,
        }.items():
            if not holds:
                wrong.append(f"no fault that {what}: {told[:300]!r}")
    out = base / OUT
    if out.exists() and any(p.is_file() for p in out.rglob("*")):
        wrong.append("something was written")
    return wrong


def main() -> int:
    """Hunt, print what came back; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=200, help="of each subject")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--subject", choices=[s.name for s in SUBJECTS], action="append")
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    failures = []
    for subject in SUBJECTS:
        if asked.subject and subject.name not in asked.subject:
            continue
        with tempfile.TemporaryDirectory() as work:
            began = time.monotonic()
            bag = hunt(subject, asked.trials, asked.seed, Path(work), asked.keep)
        failures += bag.failures
        spent = time.monotonic() - began
        told = f"{bag.trials} trials, {bag.refused} refused, {bag.taken} taken, {len(bag.failures)} FAILED"
        print(f"{subject.name}: {told}, {len(bag.codes)} kinds of fault, {spent:.0f} s", flush=True)
        for _, seed, wrong in bag.failures[:10]:
            print(f"--- {subject.name} {seed}\n{wrong[-1500:]}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
