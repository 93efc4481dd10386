"""``siting rank``: one ranked list of rooms over circles and scenarios."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.faults import FaultError, FaultLog
from siting.cli.options import DEFAULT_OUT, Json, Out, Quiet, Talk, Verbose
from siting.cli.report import bad_input
from siting.cli.run import make_folder, not_written
from siting.cli.screen import log, print_json, safe, stdout
from siting.failures import ExitCode
from siting.outputs.folders import refuse_foreign

if TYPE_CHECKING:
    from siting.studies.citywide import CityRanking

RANK_FILE, WORKBOOK, FOLDER = "rank.json", "全市点位总表.xlsx", "全市点位总表"
_TOP = 15

Runs = Annotated[
    list[str],
    typer.Argument(
        metavar="结果文件夹…",
        help="siting run 写出的文件夹，或装着它们的文件夹（如 results/base）。",
        show_default=False,
    ),
]


def rank(runs: Runs, out: Out = DEFAULT_OUT, json: Json = False, quiet: Quiet = False, verbose: Verbose = False) -> int:
    """全市先做哪几处：把几个生活圈、几个情景的结果汇成一张点位总表，写出 OUT/全市点位总表/。

    按替代成本、入选率、每万元效益排序；重叠生活圈里的同一处房屋只列一次。只汇总已写出的结果，不重新求解。
    例：siting rank results/base results/tight_budget
    """
    talk = Talk(json, quiet, verbose)
    folder = out / FOLDER
    faults = FaultLog()
    try:
        refuse_foreign(folder, RANK_FILE)
    except FaultError as error:
        faults.faults += error.faults
    from siting.studies.citywide import rank_city, read_city, runs_under

    try:
        found = read_city(runs_under([Path(text) for text in runs]))
        faults.raise_if_errors()
    except FaultError as error:
        faults.faults += [fault for fault in error.faults if fault not in faults.faults]
        return bad_input("rank", FaultError(faults.faults), talk)
    ranking = rank_city(found)
    data = _data(ranking)
    make_folder(out)
    try:
        _write(ranking, data, folder)
    except PermissionError as error:
        raise not_written(folder, error) from None
    code = int(ExitCode.DONE)
    if json:
        head = {"command": "rank", "status": "done", "exit_code": code, "folder": str(folder), "faults": []}
        print_json(head | data)
        return code
    _show(ranking)
    stdout().print(safe(f"结果：{folder}"), soft_wrap=True)
    log("只汇总已写出的结果，没有重新求解。", quiet=quiet)
    return code


def _data(ranking: CityRanking) -> dict[str, Any]:
    from siting.outputs.plain import plain

    data: dict[str, Any] = plain(ranking)
    for entry, room in zip(data["rooms"], ranking.rooms, strict=True):
        entry["frequency"] = room.frequency
    return data


def _write(ranking: CityRanking, data: dict[str, Any], folder: Path) -> None:
    from siting.disk import replaced_folder
    from siting.outputs.plain import SCHEMA_VERSION
    from siting.outputs.run_json import PROGRAM, version
    from siting.studies.citywide import write_city

    head = {"schema_version": SCHEMA_VERSION, "program": {"name": PROGRAM, "version": version(PROGRAM)}}
    with replaced_folder(folder) as fresh:
        text = json_text.dumps(head | data, ensure_ascii=False, indent=1, allow_nan=False)
        (fresh / RANK_FILE).write_bytes((text + "\n").encode("utf-8", errors="replace"))
        write_city(ranking, fresh / WORKBOOK)


def _show(ranking: CityRanking) -> None:
    from siting.cli.compare_tables import WIDTH, new_table, show
    from siting.outputs.words import number_zh
    from siting.outputs.workbook.book import banner

    console = stdout()
    width = min(WIDTH, console.width)
    heads = ["名次", "点位", "生活圈", "业态", "入选", "投入（元）", "每万元覆盖"]
    shown = ranking.rooms[:_TOP]
    title = f"全市先做哪几处（前 {len(shown)} 处，共 {len(ranking.rooms)} 处入选，{len(ranking.runs)} 次结果）"
    table = new_table(title, heads, (0, 5, 6))
    for room in shown:
        per_wan = "不花钱" if room.residents_per_wan is None else number_zh(room.residents_per_wan, 1)
        where = "、".join(room.circles)
        count = f"{room.chosen_runs}/{room.candidate_runs}"
        cost = number_zh(room.leading.cost_cny)
        cells = (str(room.rank), room.name, where, "、".join(room.types_zh), count, cost, per_wan)
        table.add_row(*map(safe, cells))
    show(console, table)
    for room in shown[:3]:
        console.print(safe(f"{room.rank}. {room.name}：{room.reason_zh}"), soft_wrap=True)
    merged = sum(1 for merge in ranking.merges if merge.merged)
    several = sum(1 for room in ranking.rooms if len(room.circles) > 1)
    console.print(f"按距离合并 {merged} 对，其余同名同坐标者直接归一；{several} 处同时在几个生活圈。", width=width)
    nature = banner(ranking.simulated, ranking.simulated_note)
    if nature:
        console.print(safe(f"· {nature}"), soft_wrap=True)
