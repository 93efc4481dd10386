"""Do the tests bite? A sample of small faults in a package, each one alone, and whether a test fails.

``map`` runs the tests once and notes which function each of them enters; ``run`` draws faults, room by room, and runs
for each one the tests that enter its function, the cheapest first, up to a budget of seconds; ``report`` counts. A
fault lives in a forked process alone: no file is changed. First come the rooms of tests that are about ``models``; with
``--whole``, what lived meets every other test too. Compiled code is a population of its own: with ``--kernels`` numba
is off, so that the tracer and the fault get into it; ``--compiled`` looks at what lived once more with numba on.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.machinery import SourceFileLoader
from math import sqrt
from pathlib import Path
from typing import Any

from benchmarks.mutation_sites import Mutant, mutants_of, mutated

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
EQUIVALENT = ROOT / "benchmarks" / "mutants_equivalent.txt"
NOTHING_RUN, COMPILING_S, SHARE = 5, 300, 8
ROOMS = (
    "assignment", "backends", "blocks", "classical", "frontier", "large", "large_primal", "nation", "other_plans",
    "phases", "relaxing", "robust", "single", "verify",
)  # fmt: skip
LIBRARIES = (
    "numpy", "scipy.sparse", "scipy.optimize", "numba", "pandas", "geopandas", "highspy", "ortools.sat.python.cp_model",
    "pulp", "hypothesis", "pytest",
)  # fmt: skip


class Chosen:
    """A plugin of pytest: these tests, in this order, and which one failed."""

    def __init__(self, tests: list[str]) -> None:
        self.rank = {test: n for n, test in enumerate(tests)}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """The rest is not run."""
        items[:] = sorted((i for i in items if i.nodeid in self.rank), key=lambda item: self.rank[item.nodeid])

    def pytest_runtest_logreport(self, report: Any) -> None:
        """The first one that fails ends the run."""
        if report.outcome == "failed":
            self.failed = self.failed or report.nodeid


def draw_map(options: argparse.Namespace) -> None:
    """Add these tests to the map, except those that fail or take longer than the limit."""
    import pytest

    from benchmarks.mutation_map import Tracer

    tracer = Tracer(ROOT, options.package, options.limit)
    pytest.main(
        ["-q", "--tb=native", "-m", "not slow", "-p", "no:cacheprovider", "-p", "no:xdist", *options.tests],
        plugins=[tracer],
    )
    file = map_file(options)
    known = json.loads(file.read_text()) if file.exists() else {}
    known |= tracer.found
    RESULTS.mkdir(exist_ok=True)
    file.write_text(json.dumps(known))


def map_file(options: argparse.Namespace) -> Path:
    """Two maps: what kernels a test enters is seen only where they are not compiled."""
    kernels = options.kernels and not options.compiled
    return RESULTS / f"mutation-map{'-kernels' * kernels}{_suffix(options.package)}.json"


def verdict_file(options: argparse.Namespace) -> Path:
    """Of a seed and a population."""
    return RESULTS / f"mutants{'-kernels' * options.kernels}{_suffix(options.package)}-{options.seed}.jsonl"


def _suffix(package: str) -> str:
    return "" if package == "models" else "-" + package.replace("/", ".")


def all_mutants(package: str = "models", *, kernels: bool) -> dict[str, list[Mutant]]:
    """By room."""
    rooms = defaultdict(list)
    for path in sorted((ROOT / package).rglob("*.py")):
        found = mutants_of(str(path.relative_to(ROOT)), path.read_text("utf-8"))
        rooms[str(path.parent.relative_to(ROOT))] += [mutant for mutant in found if mutant.kernel == kernels]
    return {room: mutants for room, mutants in rooms.items() if mutants}


def sample(count: int, least: int, seed: int, package: str = "models", *, kernels: bool = False) -> list[Mutant]:
    """Shares by the rooms' numbers of faults, at least ``least`` of each; a greater count holds the smaller sample."""
    rooms = all_mutants(package, kernels=kernels)
    total = sum(map(len, rooms.values()))
    drawn = []
    for mutants in rooms.values():
        mutants.sort(key=lambda mutant: sha256(f"{seed}:{mutant.key}".encode()).digest())
        drawn += mutants[: max(least, round(count * len(mutants) / total))]
    return sorted(drawn, key=lambda mutant: sha256(f"{seed}:{mutant.key}".encode()).digest())


def tests_for(mutant: Mutant, known: dict[str, Any], budget_s: float, *, wide: bool) -> tuple[list[str], int]:
    """Tests that enter the function (the file or one that imports it, if it runs at import), as many as the budget
    allows; how many there are.

    Half of the budget goes to the cheapest, half in turns to the files of tests. ``wide``: those that enter its room.
    """
    name = f"{mutant.path}:{mutant.function}"
    places = (str(Path(mutant.path).parent) + "/",) if wide else (mutant.path, *importers(mutant.path))
    able = [test for test, of in known.items() if mutant.function and not wide and name in of["enters"]]
    able = able or [test for test, of in known.items() if any(f.startswith(places) for f in of["enters"])]
    able.sort(key=lambda test: seconds([test], known))
    turn: Counter[str] = Counter()
    turns = []
    for test in able:
        turns.append((turn[test.split("::")[0]], test))
        turn[test.split("::")[0]] += 1
    chosen: dict[str, None] = {}
    for order, most_s in ((able, budget_s / 2), ([test for _, test in sorted(turns)], budget_s)):
        for test in order:
            if test not in chosen and (seconds([*chosen, test], known) <= most_s or not chosen):
                chosen[test] = None
    return sorted(chosen, key=lambda test: _order(test, known)), len(able)


@cache
def importers(path: str) -> list[str]:
    """Files of the same package that import from this one."""
    line = f"from {path.removesuffix('.py').removesuffix('/__init__').replace('/', '.')} import "
    files = (ROOT / Path(path).parts[0]).rglob("*.py")
    return [str(file.relative_to(ROOT)) for file in files if line in file.read_text("utf-8")]


def seconds(tests: Iterable[str], known: dict[str, Any]) -> float:
    """What they took when they were traced, each shared fixture once."""
    shared: dict[str, float] = {}
    for test in tests:
        shared |= known[test]["fixtures"]
    return sum(known[test]["s"] for test in tests) + sum(shared.values())


def _order(test: str, known: dict[str, Any]) -> tuple[bool, str, float]:
    """The cheapest first; those with shared fixtures later, file by file."""
    fixtures = bool(known[test]["fixtures"])
    return fixtures, test.partition("::")[0] if fixtures else "", known[test]["s"]


def verdict(mutant: Mutant | None, tests: list[str], limit_s: float, cache: str | None = None) -> tuple[str, str]:
    """``killed`` with the test, ``timeout`` or ``lived``; compiled loops are kept in the folder ``cache``.

    The limit is one of processor time; by the clock it is ``SHARE`` times as long, for a machine with other work.
    Without a fault it says whether the tests pass as things are.
    """
    if not tests:
        return "lived", "no test enters it"
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        _run_faulty(mutant, tests, tell, cache)
    os.close(tell)
    end = time.monotonic() + SHARE * limit_s
    while (done := os.waitpid(child, os.WNOHANG))[0] == 0:
        if _worked_s(child) > limit_s or time.monotonic() > end:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(told)
            return "timeout", f"{limit_s:.0f} s"
        time.sleep(0.05)
    with os.fdopen(told) as pipe:
        failed = pipe.read()
    code = os.waitstatus_to_exitcode(done[1])
    if code == NOTHING_RUN or not all((ROOT / test.partition("::")[0]).exists() for test in tests):
        raise RuntimeError(f"the map is stale: {tests[:3]} …")
    return ("lived", "") if code == 0 else ("killed", failed or f"exit code {code}")


def _worked_s(process: int) -> float:
    """Processor time of a process and of its ended children."""
    told = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")


def _run_faulty(mutant: Mutant | None, tests: list[str], tell: int, cache: str | None) -> None:
    """In the child: the loader gives the faulty code for this one file. Never returns."""
    os.setsid()
    if cache:
        import numba

        numba.config.CACHE_DIR = cache
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, 4 << 30))
    import pytest

    if mutant:
        _put(mutant)
    chosen = Chosen(tests)
    files = sorted({test.split("::")[0] for test in tests})
    status = 99
    try:
        status = pytest.main(
            ["-x", "-q", "--tb=native", "-p", "no:cacheprovider", "-p", "no:xdist", *files], plugins=[chosen]
        )
    finally:
        os.write(tell, chosen.failed.encode()[:4000])
        os._exit(int(status))


def _own(test: str) -> bool:
    """It is one of the rooms about the package."""
    return test.startswith(tuple(f"tests/{room}/" for room in ROOMS))


def _put(mutant: Mutant) -> None:
    path = str(ROOT / mutant.path)
    code = compile(mutated(Path(path).read_text("utf-8"), mutant.number), path, "exec", dont_inherit=True)
    given = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> Any:
        return code if self.path == path else given(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]


def run(options: argparse.Namespace) -> None:
    """One line of JSON for each fault; what is already in the file is not run again, but what lived if so asked."""
    known = json.loads(map_file(options).read_text())
    if not options.whole and options.package == "models":
        known = {test: of for test, of in known.items() if _own(test)}
    file = verdict_file(options)
    old, excused = read(file), equivalent()
    for name in LIBRARIES:
        import_module(name)
    for mutant in sample(options.count, options.least, options.seed, options.package, kernels=options.kernels):
        before = old.get(mutant.key, {})
        lived = before.get("verdict") == "lived" and mutant.key not in excused
        if not lived if options.again or options.compiled or options.whole else before:
            continue
        tried = set() if options.compiled else set(before.get("tried", ()))
        left = {test: of for test, of in known.items() if test not in tried}
        began = time.monotonic()
        ended, why, tests, able = _judged(mutant, left, options)
        line = asdict(mutant) | {"verdict": ended, "why": why, "ran": len(tests), "able": able}
        line |= {"s": round(time.monotonic() - began, 1), "whole": options.whole, "tried": sorted(tried | {*tests})}
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        print(ended, mutant.path, mutant.line, mutant.function, line["s"], why[-60:], flush=True)


def _judged(mutant: Mutant, known: dict[str, Any], options: argparse.Namespace) -> tuple[str, str, list[str], int]:
    """Verdict and reason, the tests that ran, how many there are. A test of a whole run must pass without the fault."""
    while True:
        tests, able = tests_for(mutant, known, options.budget, wide=options.compiled)
        limit_s = 4 * seconds(tests, known) + (COMPILING_S if options.compiled else 15)
        with tempfile.TemporaryDirectory() as folder:
            ended, why = verdict(mutant, tests, limit_s, folder if options.compiled else None)
        if ended == "lived" or not options.whole:
            return ended, why, tests, able
        guilty = [why] if why in known else tests
        if verdict(None, guilty, limit_s)[0] == "lived":
            return ended, why, tests, able
        print("fails without a fault:", *guilty, flush=True)
        known = {test: of for test, of in known.items() if test not in guilty}


def read(file: Path) -> dict[str, Any]:
    """The last line of every fault."""
    lines = map(json.loads, file.read_text("utf-8").splitlines()) if file.exists() else ()
    return {line["key"]: line for line in lines}


def equivalent() -> set[str]:
    """Keys of faults that change nothing."""
    return {line.split()[0] for line in EQUIVALENT.read_text("utf-8").splitlines() if line}


def wilson(hit: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, JASA 22, 1927)."""
    z, p = 1.96, hit / n
    middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def report(options: argparse.Namespace) -> None:
    """Score of every room and of the package, rooms weighed by their numbers of faults; with and without whole runs.

    The package's interval is that of a stratified sample, two hits and two misses added in each room.
    """
    lines, excused = read(verdict_file(options)), equivalent()
    rooms = all_mutants(options.package, kernels=options.kernels)
    total = sum(map(len, rooms.values()))
    sums = {"all, weighed": [0.0, 0.0], "without whole runs": [0.0, 0.0]}
    head = ("room", "faults", "drawn", "equivalent", "killed", "by whole runs", "timeout", "lived", "score", "95 %")
    print("|", " | ".join(head), "|\n|---|" + "---:|" * 9)
    for room, mutants in sorted(rooms.items()):
        drawn = [lines[mutant.key] for mutant in mutants if mutant.key in lines]
        if not drawn:
            continue
        same = sum(line["key"] in excused and line["verdict"] == "lived" for line in drawn)
        ended = Counter(line["verdict"] for line in drawn)
        late = sum(line["whole"] and line["verdict"] != "lived" and not _own(line["why"]) for line in drawn)
        n, lived = len(drawn) - same, ended["lived"] - same
        low, high = wilson(n - lived, n)
        for of, hit in zip(sums.values(), (n - lived, n - lived - late), strict=True):
            weight, near = len(mutants) / total, (hit + 2) / (n + 4)
            of[0] += weight * hit / n
            of[1] += weight**2 * near * (1 - near) / (n + 4)
        print(
            f"| `{room}` | {len(mutants)} | {len(drawn)} | {same} | {ended['killed']} | {late} | {ended['timeout']}"
            f" | {lived} | {(n - lived) / n:.1%} | {low:.1%} – {high:.1%} |"
        )
    for name, (score, variance) in sums.items():
        half = 1.96 * sqrt(variance)
        print(f"| {name} | {total} | | | | | | | {score:.1%} | {score - half:.1%} – {score + half:.1%} |")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("what", choices=("map", "run", "report"))
    parser.add_argument("--tests", nargs="+", default=[f"tests/{room}" for room in ROOMS])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--least", type=int, default=20, help="of each room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=float, default=40.0, help="seconds of tests for one fault")
    parser.add_argument("--limit", type=int, default=60, help="seconds of processor that a test of the map may take")
    parser.add_argument("--package", default="models", help="folder of the faults")
    parser.add_argument("--kernels", action="store_true", help="compiled code instead of all other code")
    parser.add_argument("--compiled", action="store_true", help="run what lived once more, with numba on")
    parser.add_argument("--whole", action="store_true", help="run what lived once more, with all tests of the map")
    parser.add_argument("--again", action="store_true", help="run what lived once more, and nothing else")
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    if options.kernels and not options.compiled:
        os.environ["NUMBA_DISABLE_JIT"] = "1"
    {"map": draw_map, "run": run, "report": report}[options.what](options)


if __name__ == "__main__":
    main()
