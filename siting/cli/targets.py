"""What the arguments name: workspace folders, schemas of a database, pilot circles; checked before anything runs."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from scenarios.circles import PilotCircle, find_circle, load_circles
from scenarios.faults import Fault, FaultError, FaultLog
from scenarios.layers import Layer
from siting.batch import CityQuestion, Job
from siting.city.names import city_id
from siting.outputs.folders import refuse_foreign, run_folder

_PLACE = "命令行"
_IN_DATABASE = ("postgis:", "postgresql://", "postgres://")
_CIRCLE_FILE = "circle.toml"


@dataclass(frozen=True)
class Options:
    """The options that make a run what it is."""

    scenario: str
    sets: tuple[str, ...]
    out: Path
    seed: int
    solver: str | None = None
    time_limit_s: float | None = None
    mip_gap: float | None = None
    committed: Path | None = None
    alternatives: int = 0
    within: float = 0.01
    again: bool = False


def jobs_for(arguments: Sequence[str], every: bool, options: Options, *, writes: bool) -> list[Job]:
    """One job for each argument, or for every pilot circle.

    ``writes``: two arguments with the same circle id would write the same folder, which is a fault.

    Raises:
        typer.BadParameter: neither arguments nor ``--all``, or both.
        FaultError: unknown circles, a bad scenario or ``--set``, two runs for one folder; all at once.

    """
    if every and arguments:
        raise typer.BadParameter("--all 与具体的生活圈不能同时给出。")
    if not every and not arguments:
        raise typer.BadParameter("请给出工作区文件夹或生活圈，或用 --all 表示全部试点。")
    log = FaultLog()
    scenario = _check_scenario(options, log)
    sources = list(load_circles()) if every else _sources(arguments, options.out, log)
    jobs = [_job(source, options) for source in sources]
    if writes:
        check_folders(jobs, [run_folder(job.out, scenario, job.circle_id) for job in jobs], log)
    log.raise_if_errors()
    return jobs


def city_job(jobs: Sequence[Job], every: bool) -> Job:
    """The jobs of several circles as one, for :func:`siting.tasks.city_one`.

    Raises:
        FaultError: two circles of one id; something else stands where the run is to be written.

    """
    from scenarios.library import layers_for

    ids = [job.circle_id for job in jobs]
    log = FaultLog()
    for circle in sorted({i for i in ids if ids.count(i) > 1}):
        log.add(Fault("same-circle", _PLACE, "几个生活圈的编号相同", "每个圈只给一次，编号各不相同", value=circle))
    sources = tuple(job.source for job in jobs)
    name = "全市一盘棋" if every else "一盘棋"
    made = replace(jobs[0], circle_id=city_id(ids, every), name=name, question=CityQuestion(sources, every))
    check_folders([made], [run_folder(made.out, layers_for(made.scenario_text)[0], made.circle_id)], log)
    log.raise_if_errors()
    return made


def _sources(arguments: Sequence[str], out: Path, log: FaultLog) -> list[Path | PilotCircle]:
    found: list[Path | PilotCircle] = []
    for text in arguments:
        try:
            found.append(_source(text, out))
        except FaultError as error:
            log.faults += error.faults
    return found


def _source(text: str, out: Path) -> Path | PilotCircle:
    if text.startswith(_IN_DATABASE):
        from siting.postgis import Address, pull

        return pull(Address.parse(text), out)
    folder = Path(text)
    if "\0" not in text and (folder / _CIRCLE_FILE).is_file():
        return folder
    try:
        return find_circle(text)
    except FaultError:
        if "\0" not in text and folder.is_dir():
            return folder
        if "/" in text or "\\" in text:
            remedy = "请检查路径；工作区文件夹里应有 circle.toml"
            raise FaultError((Fault("folder-not-found", _PLACE, "找不到这个文件夹", remedy, value=text),)) from None
        raise


def _job(source: Path | PilotCircle, options: Options) -> Job:
    circle_id, name = (source.id, source.name) if isinstance(source, PilotCircle) else _circle_of(source)
    return Job(
        source,
        circle_id,
        name,
        options.scenario,
        options.sets,
        options.out,
        options.seed,
        options.solver,
        options.time_limit_s,
        options.mip_gap,
        committed=options.committed,
        alternatives=options.alternatives,
        within=options.within,
        again=options.again,
    )


def _circle_of(folder: Path) -> tuple[str, str]:
    """Id and name as ``circle.toml`` gives them; the folder's name where it cannot be read (the reader will say)."""
    try:
        data = tomllib.loads((folder / _CIRCLE_FILE).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        data = {}
    circle_id = str(data.get("id") or folder.resolve().name)
    return circle_id, str(data.get("name") or circle_id)


def _check_scenario(options: Options, log: FaultLog) -> str:
    """The scenario's name; hear of a mistake in it once, not once for every circle."""
    from scenarios.library import layers_for
    from scenarios.resolve import parse_set, resolve

    layers: list[Layer] = []
    name = options.scenario
    try:
        name, found = layers_for(options.scenario)
        layers += found
    except FaultError as error:
        log.faults += error.faults
    for text in options.sets:
        try:
            layers.append(parse_set(text))
        except FaultError as error:
            log.faults += error.faults
    if not log.errors:
        try:
            resolve(layers, name)
        except FaultError as error:
            log.faults += error.faults
    return name


def study_jobs(
    arguments: Sequence[str],
    every: bool,
    options: Options,
    folder_of: Callable[[Path, str, str], Path],
    mark: str,
    log: FaultLog,
) -> list[Job]:
    """The jobs of a study whose answer goes to ``folder_of(out, scenario, circle)``; faults go into ``log``."""
    from scenarios.library import layers_for

    jobs: list[Job] = []
    try:
        jobs = jobs_for(arguments, every, options, writes=False)
        name, _ = layers_for(options.scenario)
        check_folders(jobs, [folder_of(job.out, name, job.circle_id) for job in jobs], log, mark)
    except FaultError as error:
        log.faults += error.faults
    return jobs


def check_folders(jobs: Sequence[Job], folders: Sequence[Path], log: FaultLog, mark: str = "run.json") -> None:
    """No two jobs may write one folder, and none may write over what is no earlier result (known by ``mark``)."""
    by_folder: dict[str, list[Job]] = defaultdict(list)
    for job, folder in zip(jobs, folders, strict=True):
        by_folder[str(folder).casefold()].append(job)
        try:
            refuse_foreign(folder, mark)
        except FaultError as error:
            log.faults += error.faults
    for same in by_folder.values():
        if len(same) > 1:
            where = "、".join(str(j.source) if isinstance(j.source, Path) else j.source.id for j in same)
            rule = f"{len(same)} 个参数的生活圈编号相同，会写进同一个结果文件夹"
            remedy = "请每个生活圈只给一次，或分次运行并用 --out 分开"
            log.add(Fault("same-run-folder", _PLACE, rule, remedy, value=where))
