"""Whether an output is what a page shows.

The rules, so that a page may be read and still be held to its word:

- Frames of tables, heavy or light, and runs of blanks do not count; colours are taken off.
- A line of ``…`` alone leaves out lines. Between such lines what is shown stands together, in order, from the first
  line to the last. A block of which the page says 节选, 从略 or that rows are left out may begin and end anywhere.
- ``…`` within a line leaves out the rest of a word or of the line.
- Seconds, and fingerprints of twelve hex digits and more, count as equal to one another.
- Numbers may differ by the gap that the solver is asked for, 0.01 %: bounds depend on the machine. Proven gaps of
  0.00 % and 0.01 % are the same. Whole numbers under 10,000 must therefore be right to the last digit.
- How far a proof got in its time is not compared: 已证明 or 未证明 of a replacement, the rank of a site that rests on
  it, and how much farther from the plan another one could be.
"""

from __future__ import annotations

import re

GAP = "…"
TOLERANCE = 1e-4
_FRAME = re.compile(r"^[\s┏┓┗┛┡┩┢┪╇┳┻╋━─┌┐└┘├┤┬┴┼]+$")
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_MASKS = (
    (re.compile(r"\d+(?:\.\d+)? 秒"), "# 秒"),
    (re.compile(r"\b[0-9a-f]{12,}\b"), "#"),
    (re.compile(r"\b0\.0[01]%"), "0.00%"),
    (re.compile(r"│ [已未]证明 │"), "│ # │"),
    (re.compile(r"^│ \d+ │ (?=S\d+ )"), "│ # │ "),
    (re.compile(r"（再大没有了，已证明）|（至多 \d+ 处，更大的没有找到也没有排除）"), "（#）"),
    (re.compile(r"至多相差 \d+ 处点位（已证明）"), "至多相差 # 处点位"),
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def lines_of(text: str) -> list[str]:
    """Lines without frames, colours and needless blanks, masked."""
    kept = [line for line in _ESCAPE.sub("", text).splitlines() if line.strip() and not _FRAME.match(line)]
    return [_masked(" ".join(line.split())) for line in kept]


def _masked(line: str) -> str:
    for pattern, mask in _MASKS:
        line = pattern.sub(mask, line)
    return line.replace("┃", "│")


def same_line(shown: str, said: str) -> bool:
    """Whether a line of an output is the line of the page, ``…`` for anything, numbers within the tolerance."""
    pattern, wanted, end = "", [], 0
    for number in _NUMBER.finditer(shown):
        pattern += _loose(shown[end : number.start()]) + r"(\d[\d,]*(?:\.\d+)?)"
        wanted.append(number[0])
        end = number.end()
    found = re.fullmatch(pattern + _loose(shown[end:]), said)
    return found is not None and all(_near(a, b) for a, b in zip(wanted, found.groups(), strict=True))


def _loose(text: str) -> str:
    return "(?:.*?)".join(map(re.escape, re.split("…+", text)))


def _near(shown: str, said: str) -> bool:
    a, b = (float(text.replace(",", "")) for text in (shown, said))
    return shown == said or abs(a - b) <= TOLERANCE * max(abs(a), abs(b))


def missing(shown: str, outputs: list[str], *, is_part: bool = False) -> str:
    """The first shown line that none of the outputs has where it should be; empty where one output has them all."""
    tried = [_missing(lines_of(shown), lines_of(output), is_part=is_part) for output in outputs]
    return min(tried, key=lambda t: (bool(t[1]), -t[0]))[1]


def _missing(shown: list[str], said: list[str], *, is_part: bool) -> tuple[int, str]:
    """(lines found, what is wrong)."""
    runs, found, at = _runs(shown), 0, 0
    for n, run in enumerate(runs):
        is_first, is_last = n == 0 and not is_part, n == len(runs) - 1 and not is_part
        starts = range(at, len(said) - len(run) + 1)
        starts = [s for s in starts if not (is_first and s != 0) and not (is_last and s + len(run) != len(said))]
        depth = [_agreeing(run, said[s : s + len(run)]) for s in starts]
        hit = next((s for s, d in zip(starts, depth, strict=True) if d == len(run)), None)
        if hit is None:
            best = max(depth, default=0)
            return found + best, run[best] if run else "the output goes on, or begins, where the page does not say …"
        found, at = found + len(run), hit + len(run)
    return found, ""


def _agreeing(run: list[str], said: list[str]) -> int:
    return next((n for n, (a, b) in enumerate(zip(run, said, strict=True)) if not same_line(a, b)), len(run))


def _runs(shown: list[str]) -> list[list[str]]:
    """The shown lines, parted at the lines that leave something out; an empty run at an end frees that end."""
    runs: list[list[str]] = [[]]
    for line in shown:
        if set(line) <= {GAP, "│", " "} and GAP in line:
            runs.append([])
        else:
            runs[-1].append(line)
    return runs
