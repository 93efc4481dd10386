"""全市点位总表.xlsx: the city's list, by district, what was merged, and how to read it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from siting.city.same import NEAR_M
from siting.outputs.words import level_words
from siting.outputs.workbook.book import Book, banner
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet
from siting.studies.citywide.rooms import CityRanking, RankedRoom

_A3 = 8
_NOWHERE = "（未写明区）"
_LOSS_NOTE = "替代成本：不许用该点位、其余重新优化后各级目标的损失（正数为变差）；灰色斜体：该级未证明。"


def write_city(ranking: CityRanking, path: Path) -> None:
    """Write ``path``; the same ranking gives the same bytes."""
    with Book("全市点位", banner(ranking.simulated, ranking.simulated_note), path) as book:
        columns = _columns(ranking.level_order)
        sheet = Sheet(book, "点位总表", "先做哪些（全部生活圈与情景）", len(columns))
        sheet.sheet.set_paper(_A3)
        sheet.line(_LOSS_NOTE, "subtitle", height=18)
        sheet.table(columns, [_row(room, ranking.level_order) for room in ranking.rooms], empty_zh="没有入选点位。")
        sheet.sheet.activate()
        _districts(book, ranking)
        _merges(book, ranking)
        _explanations(book, ranking)


def _columns(order: Sequence[str]) -> list[Column]:
    columns = [
        Column("名次", "plain", 7),
        Column("点位名称", wide=26),
        Column("区", wide=12),
        Column("所在生活圈", wide=16),
        Column("承担业态（各次合计）", wide=30),
        Column("投入（元）", "int", 13),
        Column("入选次数/候选次数", "centre", 11),
        Column("入选率", "percent", 9),
        Column("排序依据", wide=56),
        Column("是否已证明", "centre", 11),
        Column("新增覆盖（人次）", "int", 12),
        Column("每万元新增覆盖（人次）", "decimal1", 13),
        Column("补齐缺口（个）", "decimal1", 10),
        Column("每万元补缺（个）", "decimal3", 11),
    ]
    for name in order:
        words = level_words(name)
        kind: Kind = "decimal3" if words.decimals == 3 else "decimal1" if name == "missing_types" else "int"
        columns.append(Column(f"替代成本：{words.name_zh}（{words.unit_zh}）", kind, 16))
    columns += [Column("入选情景", wide=24), Column("点位编号（圈:编号）", wide=18)]
    return [*columns, Column("地址", wide=20), Column("点位类型", wide=14)]


def _row(room: RankedRoom, order: Sequence[str]) -> Row:
    lead = room.leading
    losses: list[Cell] = []
    for name in order:
        tint = "" if name in lead.proven_levels else "unproven"
        losses.append(Cell(lead.losses.get(name), tint))
    proven = Cell("已证明", "good") if lead.proven else Cell("未证明", "warn")
    circles = "、".join(f"{i} {name}".strip() for i, name in zip(room.circles, room.circle_names, strict=True))
    return (
        room.rank,
        Cell(room.name, "strong"),
        room.district,
        circles,
        "、".join(room.types_zh),
        lead.cost_cny,
        f"{room.chosen_runs}/{room.candidate_runs}",
        room.frequency,
        room.reason_zh,
        proven if lead.ranked else Cell("没有计算", "warn"),
        lead.residents,
        room.residents_per_wan,
        lead.filled,
        room.filled_per_wan,
        *losses,
        "、".join(room.scenarios),
        "、".join(room.site_ids),
        room.address,
        room.kind_zh,
    )


def _districts(book: Book, ranking: CityRanking) -> None:
    columns = _columns(ranking.level_order)
    sheet = Sheet(book, "分区", "分区（名次为全市名次）", len(columns))
    sheet.sheet.set_paper(_A3)
    sheet.widths([column.wide for column in columns])
    for district in sorted({room.district for room in ranking.rooms}):
        rooms = [room for room in ranking.rooms if room.district == district]
        cost = sum(room.leading.cost_cny for room in rooms)
        title = f"{district or _NOWHERE}：{len(rooms)} 处，投入 {cost:,.0f} 元（各取主导结果）"
        sheet.line(title, "section", height=20)
        sheet.header(columns)
        sheet.rows(columns, [_row(room, ranking.level_order) for room in rooms])
        sheet.row += 1
    if not ranking.rooms:
        sheet.line("没有入选点位。", "subtitle")


def _merges(book: Book, ranking: CityRanking) -> None:
    columns = [Column("结果", "centre", 9), Column("相距（米）", "decimal1", 10), Column("依据", wide=44)]
    for side in ("甲", "乙"):
        columns += [
            Column(f"{side}：生活圈", wide=10),
            Column(f"{side}：编号", wide=11),
            Column(f"{side}：名称", wide=28),
        ]
    sheet = Sheet(book, "合并记录", "合并记录（哪些点位认作同一处房屋）", len(columns))
    same = [room for room in ranking.rooms if len(room.circles) > 1]
    text = f"编号、名称、坐标都相同的自动算同一处，不逐条列出；入选点位中有 {len(same)} 处同时在几个生活圈。"
    sheet.line(text, "subtitle", height=18)
    rows: list[Row] = [
        (Cell("合并", "good") if m.merged else Cell("不合并", "warn"), m.metres, m.rule_zh, *m.one, *m.other)
        for m in ranking.merges
    ]
    sheet.table(columns, rows, empty_zh="没有按距离合并的点位。")


def _explanations(book: Book, ranking: CityRanking) -> None:
    columns = [
        Column("生活圈", wide=22),
        Column("情景", wide=26),
        Column("所在区", wide=14),
        Column("求解状态", wide=22),
        Column("候选点位", "int", 10),
        Column("入选点位", "int", 10),
        Column("文件夹", wide=44),
    ]
    sheet = Sheet(book, "口径说明", "口径说明", len(columns))
    sheet.widths([column.wide for column in columns])
    width = sum(column.wide for column in columns) - 4
    for text in explanations(ranking):
        sheet.paragraph(f"· {text}", len(columns), width)
    sheet.row += 1
    sheet.line(f"用到的结果（{len(ranking.runs)} 次）", "section", height=20)
    sheet.header(columns)
    for run in ranking.runs:
        tint = "good" if run["status"] == "optimal" else "warn"
        who = f"{run['circle']} {run['name']}".strip()
        status = Cell(run["status_zh"], tint)
        row = (who, run["scenario"], run["district"], status, run["candidates"], run["chosen"], run["folder"])
        sheet.rows(columns, [row])
    sheet.row += 1
    for note in ranking.notes:
        sheet.paragraph(f"· {note}", len(columns), width)


def explanations(ranking: CityRanking) -> list[str]:
    """How the list is made, in Chinese sentences."""
    levels = " → ".join(level_words(name).name_zh for name in ranking.level_order)
    return [
        f"名次先后：①替代成本，逐级比较（{levels}），没有它就没有可行方案的最先；②入选率；③每万元补缺，再看每万元新增覆盖；"
        "④投入小的在前，最后按区、生活圈、编号、名称、坐标排列，不会并列。",
        "同一处房屋在几次结果中入选时，取损失最大的那一次（主导结果）的整行数字，不相加：生活圈会重叠，情景互相排斥。",
        "目标层级的先后取多数结果所用的次序；某次结果没有的层级按无损失比较。不同情景预算不同，损失大小受其影响。",
        "入选率 = 入选次数 ÷ 作为候选的次数；一次结果指一个生活圈在一个情景下的求解。",
        "新增覆盖按就近点位归属，一人得几种业态计几次；补齐缺口由同一业态的各网点平摊。搭载在现有网点上的服务不占房屋，不在表中。",
        f"同一处房屋：编号、名称、坐标（7 位小数）都相同；或相距不超过 {NEAR_M:g} 米且名称或地址相同（空白不算相同）。"
        "同一次结果里的两个点位永不合并。没有坐标的点位只在同一生活圈内按编号与名称认作同一处。",
        "本表是各次最优方案的汇总与排序，不是全市统一预算下的一次优化：表中前几名合起来未必是全市花同样的钱的最好组合。",
    ]
