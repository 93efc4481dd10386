"""``siting new``: the folder of a new living circle, empty forms or begun from points of interest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.faults import FaultError
from siting.cli.map_options import (
    Area,
    At,
    Crossing,
    East,
    FromOsm,
    Near,
    North,
    Pilot,
    PlaceName,
    Population,
    Radius,
    Side,
    South,
    West,
)
from siting.cli.options import Json, Quiet, Talk, Verbose
from siting.cli.report import bad_input, print_faults
from siting.cli.screen import log, print_json, safe, stdout
from siting.cli.watch import counting

if TYPE_CHECKING:
    from siting.intake.new_circle import Made

Folder = Annotated[
    list[str],
    typer.Argument(metavar="文件夹 [兴趣点文件…]", help="新的或空的文件夹；后面可接 --from-poi 的其余文件。"),
]
FromPoi = Annotated[
    list[str] | None,
    typer.Option(
        "--from-poi",
        metavar="文件",
        help="高德或百度兴趣点导出（.csv、.xlsx、.json）；可给几个；看不出来源时写 高德:文件 或 百度:文件。",
    ),
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", metavar="文件", help="填好的 待人工归类.xlsx，与 --from-poi 一起用。")
]
AroundText = Annotated[
    str,
    typer.Option(
        "--around", metavar="经度,纬度,米", help="只要这一点周围的兴趣点，如 115.98,36.45,1200（按 --datum）。"
    ),
]
Id = Annotated[str, typer.Option("--id", metavar="编号", help="生活圈编号（默认用文件夹名）。")]
Name = Annotated[str, typer.Option("--name", metavar="名称", help="生活圈名称（默认同编号）。")]
District = Annotated[str, typer.Option("--district", metavar="区", help="所在区。")]
StreetOffice = Annotated[str, typer.Option("--street-office", metavar="街道", help="所在街道。")]
Datum = Annotated[
    str,
    typer.Option("--datum", metavar="基准", help="坐标基准：wgs84、cgcs2000、gcj02、bd09，或 epsg:4548 一类。"),
]


def new(
    targets: Folder,
    from_poi: FromPoi = None,
    mapping: Mapping = None,
    around: AroundText = "",
    from_osm: FromOsm = None,
    pilot: Pilot = "",
    north: North = "",
    east: East = "",
    south: South = "",
    west: West = "",
    side: Side = None,
    crossing: Crossing = "",
    area: Area = "",
    place: PlaceName = "",
    at: At = "",
    radius: Radius = "",
    near: Near = "",
    population: Population = "",
    circle_id: Id = "",
    name: Name = "",
    district: District = "",
    street_office: StreetOffice = "",
    datum: Datum = "",
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """新建一个生活圈：调查表、circle.toml、情景文件，每一项都有中文说明。

    可从兴趣点（--from-poi）取现有网点，从地图（--from-osm）裁出范围、道路、住宅、网点和空置房屋。

    例：siting new 我的社区 --name 锦绣社区 --datum gcj02 --from-poi 高德.csv
    例：siting new 光岳 --pilot 光岳社区 --from-osm 山东.osm.pbf
    例：siting new 福田 --from-osm 深圳.osm.pbf --north 红荔西路 --east 农林路 --south 深南大道 --west 农园路
    """
    from siting.intake.map_words import MapWords
    from siting.intake.new_circle import NewCircle, new_circle
    from siting.poi.reader import PoiFile

    folder, *others = targets
    if others and not from_poi:
        raise typer.BadParameter(f"多余的参数：{others[0]}。兴趣点文件请放在 --from-poi 后面。")
    talk = Talk(json, quiet, verbose)
    files = tuple(PoiFile.parse(text) for text in (*(from_poi or ()), *others))
    sides = tuple(side or ())
    asked = MapWords(
        from_osm, north, east, south, west, sides, crossing, area, place, at, radius, near, population, pilot
    )
    request = NewCircle(Path(folder), circle_id, name, district, street_office, datum, files, mapping, around, asked)
    try:
        with counting("读地图", talk) as tick:
            made = new_circle(request, tick)
    except FaultError as error:
        return bad_input("new", error, talk)
    print_faults(made.warnings.warnings, Talk(json, quiet, verbose=verbose or not quiet))
    if json:
        print_json({"command": "new", "status": "done", "exit_code": 0} | _plain(made))
        return 0
    for line in _lines(made):
        stdout().print(safe(line), soft_wrap=True)
    log("建好了。", quiet=quiet)
    return 0


_TABLES_ZH = {"demand": "居民点", "outlets": "现有网点", "sites": "候选点"}


def _plain(made: Made) -> dict[str, Any]:
    words = made.words
    return {
        "circle": words.id,
        "name": words.name,
        "folder": str(made.folder),
        "datum": words.datum or None,
        "files": list(made.files),
        "poi": dict(made.begun.report) or None,
        "map": dict(made.map_report) or None,
        "faults": [fault.as_dict() for fault in made.warnings.faults],
    }


def _lines(made: Made) -> list[str]:
    words = made.words
    told = {
        "circle.toml": "编号、名称、坐标基准",
        "survey.xlsx": "调查表：居民点、现有网点、候选点，先看“填表说明”",
        "scenario.toml": "情景：预算、目标、限制",
        "streets.gpkg": "地图上的步行道路、围墙与门",
        "boundary.geojson": "生活圈范围",
        "圈外居民点.csv": "圈外步行 15 分钟内的住宅，不计入本圈",
        "distances.模板.csv": "步行距离的样子；没有道路线时照此填好，改名 distances.csv",
        "兴趣点归类记录.xlsx": "每一行兴趣点由哪条规则归到哪里",
        "待人工归类.xlsx": "规则定不了的，请选业态后交回",
    }
    lines = [f"新生活圈 {words.id} {words.name}：{made.folder}"]
    lines += [f"  {name}　{told.get(name, '')}".rstrip("　") for name in made.files]
    lines += list(made.begun.lines_zh)
    lines.append(f"坐标基准：{words.datum}。" if words.datum else "坐标基准还没定：请在 circle.toml 写 datum。")
    empty = [word for table, word in _TABLES_ZH.items() if not len(made.begun.tables.get(table, ()))]
    steps = [f"填“{'、'.join(empty)}”"] if empty else ["核对三张表"]
    if "streets.gpkg" not in made.files:
        steps.append("放入 streets.gpkg 或 distances.csv")
    lines.append(f"接下来：{'，'.join(steps)}，再运行 siting check {made.folder}")
    return lines
