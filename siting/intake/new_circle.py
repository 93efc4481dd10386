"""``new_circle``: one request in, one folder out for a planner to fill in, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.circles import PilotCircle
from scenarios.faults import FaultError, FaultLog
from siting.disk import reason_zh, replaced_folder
from siting.inputs import position_messages
from siting.inputs.circle_file import checked_text
from siting.inputs.examples import EXAMPLE
from siting.inputs.place import Place
from siting.inputs.reference import Datum, parse_datum
from siting.intake import from_osm, from_poi
from siting.intake.begun import Begun
from siting.intake.circle_text import CircleWords, circle_text
from siting.intake.from_osm import DATUM as MAP_DATUM
from siting.intake.map_words import MapWords, map_request, pilot_of
from siting.intake.poi_questions import QUESTIONS_FILE
from siting.intake.poi_sorted import PoiRequest, sorted_pois
from siting.intake.scenario_text import scenario_text
from siting.intake.survey_form import survey_form
from siting.intake.target import check_target, write_manifest
from siting.outputs.workbook.book import Book
from siting.poi.around import Around
from siting.poi.reader import PoiFile

CIRCLE_FILE, SURVEY_FILE, SCENARIO_FILE = "circle.toml", "survey.xlsx", "scenario.toml"
DISTANCES_FORM = "distances.模板.csv"
_COMMAND_LINE = "命令行"
_DISTANCES = f"起点,终点,距离\n{EXAMPLE}-D1,{EXAMPLE}-S1,230\n{EXAMPLE}-D1,{EXAMPLE}-O1,120\n"


@dataclass(frozen=True)
class NewCircle:
    """What is asked for. Blank words are filled: the id from the folder's name, the name from the id.

    ``datum`` may be blank: the planner then says it in ``circle.toml``, or the first file's datum is taken.
    """

    folder: Path
    id: str = ""
    name: str = ""
    district: str = ""
    street_office: str = ""
    datum: str = ""
    poi_files: Sequence[PoiFile] = ()
    mapping: Path | None = None
    around: str = ""
    map: MapWords = field(default_factory=MapWords)


@dataclass(frozen=True)
class Made:
    """What was written: the circle's words, the files' names, and what the sources gave."""

    folder: Path
    words: CircleWords
    files: tuple[str, ...]
    begun: Begun
    warnings: FaultLog
    map_report: Mapping[str, Any] = field(default_factory=dict)


def new_circle(request: NewCircle, tick: Callable[[int], None] | None = None) -> Made:
    """Write the folder. ``tick`` hears how many features of a map have been read.

    Raises:
        FaultError: the folder is not new or empty, an option cannot be used, or a file is broken; all at once, and
            nothing is written.
    """
    log = FaultLog()
    catalogue = load_catalogue()
    check_target(request.folder, log, _replaceable(request))
    pilot = pilot_of(request.map, log)
    words = _words(request, pilot, log)
    asked_map = map_request(request.map, pilot, request.datum, log)
    datum = _datum(MAP_DATUM if asked_map else request.datum, log)
    asked = PoiRequest(request.poi_files, request.mapping, _around(request.around, log), datum)
    found = sorted_pois(asked, catalogue, log) if request.poi_files else None
    for option, given in (("--mapping", request.mapping), ("--around", request.around)):
        if given and found is None:
            place = Place(_COMMAND_LINE, column=option)
            log.add(place.error("option-alone", "没有给出兴趣点文件", "与 --from-poi 一起使用"))
    log.raise_if_errors()
    if found is not None and datum is None:
        datum = parse_datum(found.pois[0].datum)
    words = replace(words, datum=datum.name if datum else "")
    begun = from_poi.begin(found, datum, catalogue) if found is not None and datum is not None else Begun()
    mapped = from_osm.begin(asked_map, catalogue, tick) if asked_map is not None else Begun()
    if asked_map is not None:
        begun = _both(mapped, begun) if found is not None else mapped
    _write(request.folder, words, begun, catalogue)
    files = tuple(sorted(p.name for p in request.folder.iterdir() if not p.name.startswith(".")))
    return Made(request.folder, words, files, begun, log, mapped.report)


def _both(mapped: Begun, pois: Begun) -> Begun:
    """Streets, homes and rooms from the map; outlets, and what cannot be seen, from the points of interest."""
    dropped = f"两种来源都有现有网点：用兴趣点的，地图上的 {len(mapped.tables['outlets']):,} 个不用。"
    return Begun(
        tables={**mapped.tables, **pois.tables},
        files={**mapped.files, **pois.files},
        books=pois.books,
        unknown_types=pois.unknown_types,
        unknown_note=pois.unknown_note,
        report=pois.report,
        lines_zh=[*mapped.lines_zh, *pois.lines_zh, dropped],
    )


def _replaceable(request: NewCircle) -> tuple[str, ...] | None:
    """The list for a human, where that very list, in the folder itself, is what comes back."""
    if request.mapping is None:
        return None
    inside = request.mapping.resolve().parent == request.folder.resolve()
    return (QUESTIONS_FILE, request.mapping.name) if inside else None


def _words(request: NewCircle, pilot: PilotCircle | None, log: FaultLog) -> CircleWords:
    """The words given; where blank those of the pilot, else the folder's name."""
    place = Place(_COMMAND_LINE)
    folder_name = request.folder.resolve().name or "circle"
    given = {
        "id": request.id or (pilot.id if pilot else folder_name),
        "name": request.name or (pilot.name if pilot else ""),
        "district": request.district or (pilot.district if pilot else ""),
        "street_office": request.street_office or (pilot.street_office if pilot else ""),
    }
    found = FaultLog()
    words = {key: checked_text(key, value, place, found) for key, value in given.items()}
    for fault in found.faults:
        log.add(replace(fault, column=f"--{fault.column.replace('_', '-')}"))
    plan = pilot.facts.model_dump(mode="json", exclude_none=True, exclude_defaults=True) if pilot else {}
    return CircleWords(words["id"], words["name"] or words["id"], words["district"], words["street_office"], plan=plan)


def _datum(written: str, log: FaultLog) -> Datum | None:
    if not written:
        return None
    datum = parse_datum(written)
    if datum is None:
        log.add(position_messages.unknown_datum(Place(_COMMAND_LINE, column="--datum", value=written)))
    return datum


def _around(written: str, log: FaultLog) -> Around | None:
    around = Around.parse(written) if written else None
    if written and around is None:
        place = Place(_COMMAND_LINE, column="--around", value=written)
        log.add(place.error("bad-around", "应为三个数：经度,纬度,米", "如 --around 115.98,36.45,1200"))
    return around


def _write(folder: Path, words: CircleWords, begun: Begun, catalogue: Catalogue) -> None:
    try:
        with replaced_folder(folder) as fresh:
            text = circle_text(words, begun.unknown_types, begun.unknown_note)
            (fresh / CIRCLE_FILE).write_text(text, encoding="utf-8", newline="\n")
            (fresh / SCENARIO_FILE).write_text(scenario_text("scenario", f"{words.name}的情景"), "utf-8", newline="\n")
            if "streets.gpkg" not in begun.files:
                (fresh / DISTANCES_FORM).write_text(_DISTANCES, encoding="utf-8-sig", newline="\n")
            with Book(words.name, "", fresh / SURVEY_FILE) as book:
                survey_form(book, catalogue, begun.tables)
            for name, fill in begun.books.items():
                with Book(words.name, "", fresh / name) as book:
                    fill(book)
            for name, write in begun.files.items():
                write(fresh / name)
            write_manifest(fresh)
    except OSError as error:
        reason = reason_zh(error)
        raise FaultError(
            [Place(str(folder)).error("folder-not-writable", f"写不进去（{reason}）", "换一个可写的文件夹")]
        ) from None
