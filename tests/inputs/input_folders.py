"""Small workspaces on disk for the tests of the inputs: one good circle in Liaocheng, to be spoilt at will."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pyproj
from shapely.geometry import LineString, Polygon

from scenarios.catalogue import load_catalogue
from scenarios.faults import Fault, FaultError
from siting.inputs import read_workspace
from siting.workspace import Workspace

LON, LAT = 115.98, 36.45
CIRCLE = 'id = "T1"\nname = "测试圈"\ndatum = "wgs84"\n'
DEMAND = """\
编号,名称,经度,纬度,居民数,老年人(60岁以上),3岁以下,3-6岁,户数
D1,一号楼,115.9800,36.4500,100,20,3,5,30
D2,二号楼,115.9810,36.4510,80,10,2,4,25
D3,三号楼,115.9820,36.4490,60,15,1,2,20
D4,四号楼,115.9790,36.4505,40,8,1,1,12
"""
OUTLETS = """\
编号,名称,业态,经度,纬度,面积(㎡),连锁,搭载服务
O1,好药师,药店,115.9805,36.4503,80,是,
O2,小超市,便利店,115.9815,36.4495,60,否,
"""
SITES = """\
编号,名称,类型,经度,纬度,面积(㎡),楼层,电梯,临街,烟道,年租金(元),改造单价(元/㎡),开办费(元),可用年份,允许业态,禁止业态
S1,临街房,闲置房屋,115.9802,36.4502,120,1,否,是,有,30000,500,10000,2025,药店、便利店,
S2,地下室,地下室,115.9812,36.4498,90,B1,无,否,无,8000,300,5000,2026,,菜市场
"""
GOOD = {"circle.toml": CIRCLE, "demand.csv": DEMAND, "outlets.csv": OUTLETS, "sites.csv": SITES}


def metres_of(lonlat: Any, epsg: int = 4548) -> np.ndarray:
    points = np.atleast_2d(np.asarray(lonlat, dtype=float))
    return np.column_stack(
        pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform(points[:, 0], points[:, 1])
    )


def street_grid(lon: float = LON, lat: float = LAT, step: float = 0.001, n: int = 5) -> list[LineString]:
    across = [
        LineString([(lon - n * step, lat + i * step), (lon + n * step, lat + i * step)]) for i in range(-n, n + 1)
    ]
    return across + [
        LineString([(lon + i * step, lat - n * step), (lon + i * step, lat + n * step)]) for i in range(-n, n + 1)
    ]


def one_street(lat: float = LAT) -> list[LineString]:
    """A single long street, so that a shift of the points to the north or south shows."""
    return [LineString([(LON - 0.02, lat), (LON + 0.02, lat)])]


def write_streets(folder: Path, lines: list[LineString] | None = None, crs: Any = 4326, layer: str = "streets") -> None:
    frame = gpd.GeoDataFrame(geometry=lines if lines is not None else street_grid(), crs=crs)
    frame.to_file(folder / "streets.gpkg", layer=layer, driver="GPKG")


def write_boundary(folder: Path, half: float = 0.006) -> None:
    corners = [(LON - half, LAT - half), (LON + half, LAT - half), (LON + half, LAT + half), (LON - half, LAT + half)]
    gpd.GeoDataFrame(geometry=[Polygon(corners)], crs=4326).to_file(folder / "boundary.geojson", driver="GeoJSON")


def write_good(folder: Path, **changes: Any) -> Path:
    """The good circle; ``changes`` maps a file's name (``_`` for ``.``) to other contents, or None to leave it out."""
    spoilt = {name.replace("__", "."): contents for name, contents in changes.items()}
    if spoilt.pop("streets.gpkg", True) is not None:
        write_streets(folder)
    write_files(folder, {**GOOD, **spoilt})
    return folder


def write_files(folder: Path, files: dict[str, Any]) -> None:
    for name, contents in files.items():
        if contents is None:
            continue
        (folder / name).write_bytes(contents.encode() if isinstance(contents, str) else contents)


def rows_of(csv_text: str) -> list[list[Any]]:
    """A CSV text as rows of plain values: numbers as numbers, blanks as None."""
    return [[_plain(cell) for cell in line.split(",")] for line in csv_text.strip("\n").split("\n")]


def workbook(**sheets: list[list[Any]]) -> openpyxl.Workbook:
    """A workbook of rows by sheet name, all three good sheets where nothing else is given."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in {
        "居民点": rows_of(DEMAND),
        "现有网点": rows_of(OUTLETS),
        "候选点": rows_of(SITES),
        **sheets,
    }.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    return book


def write_survey(folder: Path, book: openpyxl.Workbook) -> Path:
    write_streets(folder)
    write_files(folder, {"circle.toml": CIRCLE})
    book.save(folder / "survey.xlsx")
    return folder


def read(folder: Path) -> Workspace:
    return read_workspace(folder, load_catalogue())


def faults_of(folder: Path) -> tuple[Fault, ...]:
    """The errors that reading ``folder`` raises; none if it reads."""
    try:
        read(folder)
    except FaultError as error:
        return tuple(f for f in error.faults if f.severity == "error")
    return ()


def _plain(cell: str) -> Any:
    try:
        return float(cell) if cell else None
    except ValueError:
        return cell
