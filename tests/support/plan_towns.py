"""Small towns on a street with ready distances, solved in a moment, to make annual plans of and to read them back."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from scenarios.catalogue import load_catalogue
from siting.annual.plan import AnnualPlan, make_plan
from siting.annual.record import read_plan_runs
from siting.annual.write import WORKBOOK, plan_folder, write_plan
from siting.inputs import read_workspace
from siting.outputs import write_run
from siting.outputs.run_json import write_run_json
from siting.pipeline import RunRequest, run_circle
from siting.workspace import Workspace

TYPES = ["pharmacy", "breakfast_shop", "laundry", "photo_print", "housekeeping", "convenience_store", "elderly_meal"]
_LON, _LAT, _METRES_PER_DEGREE = 115.98, 36.45, 89_600.0
_HOMES_M = {f"D{n}": 100 * n for n in range(6)}
_OUTLETS_M = {"O1": 0, "O2": 500}
_SITES_M = {"S1": 110, "S2": 150, "S3": 300, "S4": 400, "S5": 120, "S6": 505}
_SITES = """\
编号,名称,类型,经度,纬度,面积(㎡),地址,楼层,电梯,临街,烟道,年租金(元),改造单价(元/㎡),开办费(元),可用年份,产权人,允许业态
S1,临街房,闲置房屋,{S1},600,光明路1号,1,否,是,有,30000,500,10000,,个人业主,
S2,地下室,地下室,{S2},300,,B1,无,否,无,8000,300,5000,,物业服务企业,
S3,二楼,老旧小区公共用房,{S3},600,光明路3号,2,无,否,无,20000,200,0,2025,社区居委会,
S4,小间,闲置房屋,{S4},60,,1,否,是,有,6000,100,0,,个人业主,照相文印店、家政服务点
S5,隔壁,闲置房屋,{S5},400,,1,否,是,有,9000,100,0,2027,,药店、便利店
S6,地块,复合利用地块,{S6},3500,,1,否,是,有,0,20,20000,,街道办事处,
"""


def write_town(
    folder: Path, circle_id: str = "T1", name: str = "试验街", district: str = "甲区", extra: str = ""
) -> Path:
    """The workspace: six estates in a row, two outlets (one of a chain), six rooms, one quoted price."""
    folder.mkdir(parents=True)
    demand = "编号,名称,经度,纬度,居民数,老年人(60岁以上),3岁以下,3-6岁\n" + "".join(
        f"{i},{i}号院,{_at(m)},{1000 + m},{200 + m // 10},60,70\n" for i, m in _HOMES_M.items()
    )
    places = _OUTLETS_M | _SITES_M
    distances = "from_id,to_id,metres\n" + "".join(
        f"{i},{p},{abs(a - b) + 10}\n" for i, a in _HOMES_M.items() for p, b in places.items()
    )
    files = {
        "circle.toml": f'id = "{circle_id}"\nname = "{name}"\ndistrict = "{district}"\ndatum = "wgs84"\n{extra}',
        "demand.csv": demand,
        "outlets.csv": "编号,名称,业态,经度,纬度,面积(㎡),连锁\n"
        f"O1,好药师,药店,{_at(0)},120,是\nO2,小超市,便利店,{_at(500)},100,否\n",
        "sites.csv": _SITES.format(**{s: _at(m) for s, m in _SITES_M.items()}),
        "distances.csv": distances,
        "costs.csv": "site_id,type,cny\nS1,laundry,123456\n",
    }
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def _at(metres: float) -> str:
    return f"{_LON + metres / _METRES_PER_DEGREE:.8f},{_LAT}"


def solve(
    town: Path,
    run_dir: Path,
    *sets: str,
    ranking: bool = False,
    committed: Path | None = None,
    whole: bool = False,
) -> Path:
    """Run a town; write run.json, which is all that a plan needs, or the ``whole`` run."""
    only = f"catalogue.only={json.dumps(TYPES)}"
    request = RunRequest(town, "base", (only, *sets), run_dir.parent, ranking=ranking, committed=committed)
    bundle = run_circle(request)
    if whole:
        write_run(bundle, run_dir)
    else:
        run_dir.mkdir(parents=True, exist_ok=True)
        write_run_json(bundle, run_dir / "run.json", run_dir)
    return run_dir


@cache
def workspace_of(town: Path) -> Workspace:
    """The town as read, once."""
    return read_workspace(town, load_catalogue())


def plan_of(*runs: Path, year: int | None = None, district: str = "") -> AnnualPlan:
    """The annual plan of some run folders."""
    return make_plan(read_plan_runs([str(run) for run in runs], district), year)


def written_plan(out: Path, *runs: Path, year: int | None = None) -> Path:
    """The workbook of the annual plan of some run folders."""
    plan = plan_of(*runs, year=year)
    folder = plan_folder(out, plan.name_zh)
    write_plan(plan, folder)
    return folder / WORKBOOK


def data_of(run: Path) -> dict[str, Any]:
    """run.json."""
    data: dict[str, Any] = json.loads((run / "run.json").read_text("utf-8"))
    return data


class Desk:
    """A planner at the open workbook of a plan, editing one sheet with openpyxl."""

    def __init__(self, path: Path, sheet: str = "2025年") -> None:
        self.path = path
        self.book: Any = openpyxl.load_workbook(path)
        self.sheet = self.book[sheet]
        self.header = next(row for row in range(1, 16) if "项目编码" in [cell.value for cell in self.sheet[row]])
        names = [str(cell.value or "").replace("\n", "") for cell in self.sheet[self.header]]
        self.column = {name: index for index, name in enumerate(names, start=1)}

    def rows(self) -> list[int]:
        """Rows with a project."""
        return [row for row in range(self.header + 1, self.sheet.max_row + 1) if self.at(row, "项目编码").value]

    def at(self, row: int, column: str) -> Any:
        """A cell."""
        return self.sheet.cell(row, self.column[column])

    def row_of(self, site: str, type_zh: str) -> int:
        """The row of a project."""
        return next(
            row
            for row in self.rows()
            if (self.at(row, "点位编号").value, self.at(row, "业态").value) == (site, type_zh)
        )

    def strike(self, row: int, *columns: str) -> None:
        """Strike out a row, or some of its cells."""
        from openpyxl.styles import Font

        for name in columns or self.column:
            self.at(row, name).font = Font(strike=True)

    def save(self, path: Path | None = None) -> Path:
        """Save, as a copy where a path is given."""
        target = path or self.path
        self.book.save(target)
        return target
