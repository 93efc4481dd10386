"""A street of six estates with ready distances, one of each kind of room; finished runs on it, to be tampered with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from siting.audit import AuditReport
from siting.audit.checks import Check
from siting.audit.facts import read_facts, workspace_folder
from siting.audit.plan import make_case
from siting.audit.recorded import PickRecord, read_recorded
from siting.outputs import write_run
from siting.pipeline import RunRequest, run_circle

Run = dict[str, Any]
Change = Callable[[Run], Any]
LON, LAT, METRES_PER_DEGREE = 115.98, 36.45, 89_600.0

DEMAND_M = {"D1": 0, "D2": 100, "D3": 200, "D4": 300, "D5": 400, "D6": 500}
OUTLETS_M = {"O1": 0, "O2": 500}
SITES_M = {"S1": 110, "S2": 150, "S3": 300, "S4": 400, "S5": 120, "S6": 560, "S7": 505}
TYPES = [
    "pharmacy",
    "breakfast_shop",
    "laundry",
    "photo_print",
    "recycling_point",
    "elderly_meal",
    "childcare",
    "convenience_store",
    "housekeeping",
    "supermarket",
    "charging_ebike",
    "kindergarten",
    "car_wash",
]

CIRCLE = 'id = "T9"\nname = "试验街"\ndatum = "wgs84"\n'
OUTLETS = "编号,名称,业态,经度,纬度,面积(㎡),搭载服务\nO1,好药师,药店,{O1},打印复印\nO2,小超市,便利店,{O2},\n"
SITES = """\
编号,名称,类型,经度,纬度,面积(㎡),楼层,电梯,临街,烟道,年租金(元),改造单价(元/㎡),开办费(元),允许业态,禁止业态
S1,临街房,闲置房屋,{S1},600,1,否,是,有,30000,500,10000,,
S2,地下室,地下室,{S2},300,B1,无,否,无,8000,300,5000,,
S3,二楼,老旧小区公共用房,{S3},600,2,无,否,无,20000,200,0,,
S4,小间,闲置房屋,{S4},40,1,否,是,有,6000,100,0,,药店
S5,隔壁,闲置房屋,{S5},400,1,否,是,有,9000,100,0,早餐店、再生资源回收点,
S6,地块,复合利用地块,{S6},3500,1,否,是,有,0,0,20000,,
S7,三楼,闲置房屋,{S7},400,4,有,否,有,1000,100,0,,
"""
COSTS = "site_id,type,cny\nS1,pharmacy,123456\nS4,laundry,9000.5\n"


def write_town(folder: Path) -> Path:
    """The workspace: positions for straight lines, ready distances for walking."""
    folder.mkdir(parents=True)
    demand = "编号,名称,经度,纬度,居民数,老年人(60岁以上),3岁以下,3-6岁\n" + "".join(
        f"{i},{i}号院,{_position(m)},{1000 + m},{200 + m // 10},60,70\n" for i, m in DEMAND_M.items()
    )
    places = OUTLETS_M | SITES_M
    distances = "from_id,to_id,metres\n" + "".join(
        f"{i},{p},{abs(a - b) + 10}\n" for i, a in DEMAND_M.items() for p, b in places.items()
    )
    files = {
        "circle.toml": CIRCLE,
        "demand.csv": demand,
        "outlets.csv": OUTLETS.format(O1=_position(0) + ",", O2=_position(500) + ",100"),
        "sites.csv": SITES.format(**{s: _position(m) for s, m in SITES_M.items()}),
        "distances.csv": distances,
        "costs.csv": COSTS,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _position(metres: float) -> str:
    return f"{LON + metres / METRES_PER_DEGREE:.8f},{LAT}"


def solve_town(folder: Path, run_dir: Path, *sets: str, ranking: bool = False) -> Path:
    """Run the town under the schema's defaults and ``sets``; write the run."""
    only = f"catalogue.only={json.dumps(TYPES)}"
    return finish(RunRequest(folder, "base", (only, *sets), run_dir.parent, ranking=ranking), run_dir)


def finish(request: RunRequest, run_dir: Path) -> Path:
    """Run and write."""
    write_run(run_circle(request), run_dir)
    return run_dir


def tampered(run_dir: Path, change: Change, name: str = "tampered") -> Path:
    """A copy of the run beside it, with ``change`` made to its run.json."""
    copy = run_dir.with_name(name)
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(run_dir, copy)
    data = json.loads((copy / "run.json").read_text("utf-8"))
    change(data)
    (copy / "run.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return copy


def pick(site: str, type_id: str, host: str = "") -> Run:
    """A line of a plan, for the rules only: its figures are 0."""
    figures = dict.fromkeys(("cost", "own_cost", "area_m2", "residents_newly_covered"), 0.0)
    return {"rank": 1, "site": site, "type": type_id, "host": host, "residents_by_segment": {}} | figures


def findings(check: Check, run_dir: Path, picks: Sequence[Run], **types: Any) -> str:
    """What one check says of other picks on the run's workspace, with catalogue overrides ``types``."""
    recorded = read_recorded(run_dir)
    values = recorded.scenario.values.model_copy(update={"types": types})
    lines = tuple(PickRecord.model_validate(line) for line in picks)
    scenario = recorded.scenario.model_copy(update={"values": values})
    recorded = recorded.model_copy(update={"scenario": scenario, "picks": lines})
    case = make_case(recorded, read_facts(recorded, workspace_folder(recorded, run_dir)))
    assert not case.unknown
    return "；".join(check(case))


def line(report: AuditReport, name: str) -> str:
    """The one line of a check."""
    found = [text for text in report.lines_zh if text.split(" ", 1)[1].startswith(name)]
    assert len(found) == 1, f"{name}: {found} in {report.lines_zh}"
    return found[0]


def put(*keys: Any, to: Any) -> Change:
    """Set the value at a path of keys; a callable is applied to the old value."""

    def change(run: Run) -> None:
        at = run
        for key in keys[:-1]:
            at = at[key]
        at[keys[-1]] = to(at[keys[-1]]) if callable(to) else to

    return change


def drop(*keys: Any) -> Change:
    """Delete what stands at a path of keys."""

    def change(run: Run) -> None:
        at = run
        for key in keys[:-1]:
            at = at[key]
        del at[keys[-1]]

    return change
