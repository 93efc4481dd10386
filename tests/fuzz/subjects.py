"""What is fuzzed: every reader of the program, each by way of the task or function that a command calls.

A subject makes its good folder once; a trial spoils a copy and asks; the answer is a list of faults (refused), or None
(taken). Anything else, an exception above all, is what the hunt is for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from gis.gis_folders import DRIVERS, write_gis
from inputs.input_folders import workbook, write_boundary, write_good, write_survey
from intake.new_folders import make as new_folder
from osm.osm_maps import MapWriter, ring_roads
from poi.poi_files import write_amap, write_baidu
from support.plan_towns import solve, write_town, written_plan

from scenarios.faults import Fault, FaultError, Severity
from siting.batch import Job, RunOutcome
from siting.intake.map_words import MapWords
from siting.poi.reader import PoiFile
from siting.tasks import gaps_one, run_one

Answer = list[Fault] | None
OUT, CIRCLE = "out", "circle"


@dataclass(frozen=True)
class Subject:
    """``make`` writes the good folder; ``ask`` reads a copy of it; ``files`` are the ones to spoil."""

    name: str
    make: Callable[[Path], None]
    ask: Callable[[Path], Answer]
    files: Callable[[Path], Iterable[Path]]


def _every_file(base: Path) -> list[Path]:
    return sorted(p for p in (base / CIRCLE).rglob("*") if p.is_file())


def _answer(outcome: RunOutcome) -> Answer:
    assert outcome.trace == "", outcome.trace
    assert outcome.exit_code in (0, 3, 4, 5), outcome.message_zh
    return [f for f in outcome.faults if f.severity is Severity.ERROR] if outcome.exit_code == 3 else None


def _job(base: Path, scenario: str = "base") -> Job:
    return Job(base / CIRCLE, "T1", "圈", scenario, (), base / OUT, 0, ranking=False, time_limit_s=2)


def _gaps(base: Path) -> Answer:
    return _answer(gaps_one(_job(base), lambda event: None))


def _scenario(base: Path) -> Answer:
    return _answer(run_one(_job(base, str(base / CIRCLE / "我的.toml")), lambda event: None))


def _committed(base: Path) -> Answer:
    return _answer(run_one(replace(_job(base), committed=base / CIRCLE / "plan.xlsx"), lambda event: None))


def _new(base: Path, **asked: object) -> Answer:
    try:
        new_folder(base / OUT, **asked)
    except FaultError as error:
        return [f for f in error.faults if f.severity is Severity.ERROR]
    shutil.rmtree(base / OUT)
    return None


def _poi(name: str) -> Callable[[Path], Answer]:
    return lambda base: _new(base, poi_files=[PoiFile(base / CIRCLE / name)], datum="gcj02")


def _osm(base: Path) -> Answer:
    words = MapWords(file=base / CIRCLE / "map.osm.pbf", north="东昌路", south="育新街", west="柳园路", east="花园路")
    return _new(base, map=words, datum="")


def _circle(write: Callable[[Path], object]) -> Callable[[Path], None]:
    def make(base: Path) -> None:
        (base / CIRCLE).mkdir(parents=True)
        write(base / CIRCLE)

    return make


def _csv(folder: Path) -> None:
    write_good(folder)
    write_boundary(folder)
    (folder / "distances.csv").write_text("起点,终点,距离\nD1,S1,230\nD1,O1,120\nD2,S2,90\n", encoding="utf-8")
    (folder / "costs.csv").write_text("候选点,业态,造价\nS1,药店,120000\n", encoding="utf-8")


def _scenario_folder(folder: Path) -> None:
    write_good(folder)
    text = (
        'title = "试"\ndescription = "试"\n[objective]\nlevels = ["missing_types", "basic_coverage", "cost"]\n'
        "[budget]\ncapital_cny = 900000\n[limits]\nmax_sites = 2\n[solver]\ntime_limit_s = 2\n"
        '[types."药店"]\nradius_m = 600\n'
    )
    (folder / "我的.toml").write_text(text, encoding="utf-8")


def _map(folder: Path) -> None:
    writer = MapWriter(folder / "map.osm.pbf")
    ring_roads(writer)
    writer.line((100.0, 0.0), (100.0, 800.0), highway="residential")
    writer.block(200, 200, 40, 12, building="apartments", building__levels="6")
    writer.spot(300, 300, shop="convenience", name="便利店")
    writer.write()


def _plan(base: Path) -> None:
    write_town(base / CIRCLE)
    solve(base / CIRCLE, base / "run", "limits.max_sites=3")
    shutil.copyfile(written_plan(base / "plan-out", base / "run"), base / CIRCLE / "plan.xlsx")


SUBJECTS = (
    Subject("csv", _circle(_csv), _gaps, _every_file),
    Subject("xlsx", _circle(lambda f: write_survey(f, workbook())), _gaps, lambda b: [b / CIRCLE / "survey.xlsx"]),
    *(Subject(form, _circle(lambda f, form=form: write_gis(f, form, 4490)), _gaps, _every_file) for form in DRIVERS),
    Subject("scenario", _circle(_scenario_folder), _scenario, lambda b: [b / CIRCLE / "我的.toml"]),
    Subject("plan", _plan, _committed, lambda b: [b / CIRCLE / "plan.xlsx"]),
    Subject("amap", _circle(write_amap), _poi("高德.csv"), _every_file),
    Subject("baidu", _circle(write_baidu), _poi("百度.json"), _every_file),
    Subject("osm", _circle(_map), _osm, _every_file),
)

__all__ = ["CIRCLE", "OUT", "SUBJECTS", "Answer", "Subject"]
