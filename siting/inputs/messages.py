"""Every message about files, sheets, headers and cells, in one place: a function each, Chinese for the planner.

Messages about positions and datums are in :mod:`siting.inputs.position_messages`.
"""

from __future__ import annotations

from scenarios.business_type import SITE_KIND_LABELS_ZH
from scenarios.faults import Fault
from siting.inputs.place import Place, listed

# ---- folder and files


def missing_folder(place: Place) -> Fault:
    """The workspace folder is not there."""
    return place.error("missing-folder", "工作区文件夹不存在", "检查路径，或用 siting new 新建工作区")


def unreadable_file(place: Place, reason: str) -> Fault:
    """The file cannot be opened, or is not what its name says."""
    return place.error(
        "unreadable-file", f"文件无法读取（{reason}）", "用原来的软件打开并重新保存，确认没有被其他程序占用"
    )


def missing_table(place: Place, sheet: str, layer: str, hint: str) -> Fault:
    """None of the three forms holds a needed table."""
    remedy = (
        f"提供 survey.xlsx 的工作表“{sheet}”、{layer}.csv，或名为 {layer} 或 {sheet} 的图层（gpkg、shp、geojson 等）"
    )
    return place.error("missing-table", f"找不到“{sheet}”表", remedy + hint)


def missing_sheet(place: Place, found: tuple[str, ...]) -> Fault:
    """The workbook lacks a needed sheet."""
    there = f"现有工作表：{listed(found)}" if found else "工作簿里没有工作表"
    return place.error("missing-sheet", f"缺少这个工作表（{there}）", "把工作表改成这个名字，或补上该表")


def table_twice(place: Place, sheet: str, others: tuple[str, ...]) -> Fault:
    """One table comes in several forms."""
    return place.error("table-twice", f"“{sheet}”表有多份来源（{listed(others)}）", "只保留一份，其余移出文件夹")


def empty_table(place: Place) -> Fault:
    """Headers, but no rows."""
    return place.error("empty-table", "表中没有数据行", "填入数据，首行为表头")


def no_outlets(place: Place) -> Fault:
    """No outlets: legal, but rarely meant."""
    return place.warning("no-outlets", "没有现有网点，按一个网点都没有计算", "如已有网点，请补上“现有网点”表")


def example_rows(place: Place, count: int) -> Fault:
    """Rows of the form that only show how to fill it in."""
    rule = f"有 {count} 行示例（编号以 EXAMPLE 开头），已跳过"
    return place.warning("example-rows", rule, "示例只供参照，可以删去")


def hidden_sheet(place: Place) -> Fault:
    """A hidden sheet is read all the same."""
    return place.warning("hidden-sheet", "该工作表被隐藏，仍按其内容读取", "确认内容有效，或取消隐藏后核对")


def not_built(place: Place) -> Fault:
    """OSM extracts are not read yet."""
    remedy = "先把道路导出为 streets.gpkg（图层 streets），或提供 distances.csv"
    return place.error("not-built", "直接读取 OSM 文件（map.osm.pbf）的功能尚未建成", remedy)


def no_walking(place: Place) -> Fault:
    """Nothing to compute walking distances from."""
    rule = "缺少步行数据：没有 streets.gpkg，也没有 distances.csv"
    return place.error("no-walking", rule, "提供道路线图层 streets.gpkg，或居民点到各点的步行距离 distances.csv")


def undecodable(place: Place) -> Fault:
    """Neither UTF-8 nor GB18030."""
    return place.error("undecodable", "文字编码不是 UTF-8，也不是 GBK/GB18030", "用 Excel 另存为“CSV UTF-8”")


def mixed_encodings(place: Place) -> Fault:
    """Lines in UTF-8 and lines in GBK in one file."""
    return place.error("mixed-encodings", "同一文件里混有 UTF-8 和其他编码", "把整个文件统一保存为 UTF-8")


def broken_csv(place: Place, reason: str) -> Fault:
    """The CSV reader gave up."""
    return place.error("broken-csv", f"CSV 格式有误（{reason}）", "检查引号是否成对，再重新保存")


def ragged_row(place: Place, cells: int, headers: int) -> Fault:
    """More cells than headers: a separator inside a value."""
    rule = f"该行有 {cells} 格，表头只有 {headers} 格"
    return place.error("ragged-row", rule, "值里含分隔符时用英文双引号括起来，或删去多余的分隔符")


def merged_cells(place: Place, cells: str) -> Fault:
    """Merged cells leave all but the first blank."""
    return place.error("merged-cells", f"数据区有合并单元格（{cells}）", "取消合并，并在每一行填上各自的值")


def formula_without_value(place: Place) -> Fault:
    """A formula that was never computed."""
    return place.error("formula-without-value", "公式没有计算结果", "在 Excel 中打开并保存一次，或粘贴为数值")


# ---- headers


def missing_column(place: Place, headers: tuple[str, ...]) -> Fault:
    """A needed column is not there."""
    return place.error("missing-column", "缺少必需的列", f"增加该列，表头可写：{listed(headers)}")


def column_twice(place: Place, others: tuple[str, ...]) -> Fault:
    """Two headers name one column."""
    return place.error("column-twice", f"几个表头指同一列（{listed(others)}）", "只保留一列")


def unknown_column(place: Place, nearest: str) -> Fault:
    """A header that names no column: ignored, but said."""
    remedy = f"如指“{nearest}”，请改成该表头；否则不必处理" if nearest else "如不需要，不必处理"
    return place.warning("unknown-column", "不认识的列，已忽略", remedy)


def wrong_unit(place: Place, units: tuple[str, ...]) -> Fault:
    """A known header with a unit or definition that differs."""
    return place.error("wrong-unit", "表头括号里的单位或口径不符", f"换算后改用：{listed(units)}")


# ---- cells


def blank_value(place: Place) -> Fault:
    """A needed cell is blank."""
    return place.error("blank-value", "必填项为空", "填上该值")


def text_in_number(place: Place) -> Fault:
    """Text where a number must stand."""
    return place.error("text-in-number", "应为数字", "只填数字，说明文字移到别的列")


def unit_in_number(place: Place) -> Fault:
    """A number with its unit in the cell."""
    return place.error("unit-in-number", "数字后不能带单位或其他文字", "只填数字，单位写在表头")


def date_in_number(place: Place) -> Fault:
    """Excel made a date of the value."""
    return place.error("date-in-number", "此处应为数字，单元格里却是日期", "把单元格格式改为“常规”后重新填写")


def excel_error(place: Place) -> Fault:
    """``#REF!`` and its like."""
    return place.error("excel-error", "单元格是 Excel 错误值", "修正公式，或粘贴为数值")


def non_finite(place: Place) -> Fault:
    """Infinity or NaN, written out."""
    return place.error("non-finite", "不是有限的数字", "填上实际数值，没有就留空")


def negative_number(place: Place) -> Fault:
    """Less than zero."""
    return place.error("negative-number", "不能是负数", "改为零或正数")


def not_positive(place: Place) -> Fault:
    """Zero where something must be there."""
    return place.error("not-positive", "必须大于 0", "填上实际数值")


def not_a_boolean(place: Place) -> Fault:
    """Neither yes nor no."""
    return place.error("not-a-boolean", "应填“是”或“否”", "填 是/否、有/无、1/0，未知则留空")


def bad_floor(place: Place) -> Fault:
    """Not a storey."""
    remedy = "填整数，如 1、3，地下一层填 -1 或 B1；跨多层的填入口所在层"
    return place.error("bad-floor", "楼层无法识别（没有 0 层，范围 -10 至 200）", remedy)


def bad_year(place: Place) -> Fault:
    """Not a year."""
    return place.error("bad-year", "应为年份（2000 至 2100 的整数）", "填四位年份，如 2026")


def unknown_kind(place: Place) -> Fault:
    """Not a kind of site."""
    labels = "、".join(SITE_KIND_LABELS_ZH.values())
    return place.error("unknown-kind", "不认识的候选点类型", f"填其中之一：{labels}")


def unknown_type(place: Place, suggestions: tuple[str, ...]) -> Fault:
    """Not a business type of the catalogue."""
    remedy = f"改为业态目录中的名称，相近的有：{listed(suggestions)}" if suggestions else "改为业态目录中的名称"
    return place.error("unknown-type", "不认识的业态", remedy)


def blank_id(place: Place) -> Fault:
    """No id."""
    return place.error("blank-id", "编号为空", "填上唯一的编号，或删去该行")


def bad_id(place: Place) -> Fault:
    """Control characters or a newline in an id."""
    return place.error("bad-id", "编号里有换行或控制字符", "删去换行和不可见字符")


def long_text(place: Place, limit: int) -> Fault:
    """An id or a name that is too long to be one."""
    return place.error("long-text", f"超过 {limit} 个字符", "缩短，说明文字移到别的列")


def duplicate_id(place: Place, first_row: int) -> Fault:
    """An id for the second time."""
    return place.error("duplicate-id", f"编号重复（首次见第 {first_row} 行）", "改为唯一的编号，或删去重复行")


def shared_ids(place: Place, other: str, ids: list[str]) -> Fault:
    """One id in two tables."""
    rule = f"有 {len(ids)} 个编号与“{other}”表相同（{listed(ids)}）"
    return place.error("shared-ids", rule, "三张表的编号不能相同，可加前缀，如 D1、O1、S1")


def segments_exceed_residents(place: Place, parts: float, residents: float) -> Fault:
    """More elderly, toddlers and children than people."""
    rule = f"老年人、3 岁以下与 3-6 岁合计 {parts:g} 人，超过居民数 {residents:g} 人"
    return place.error("segments-exceed-residents", rule, "核对该行的人数")


def segment_missing(place: Place) -> Fault:
    """A segment that this file does not count."""
    rule = "没有这一列（或整列为空），相应人群的覆盖无法从本文件计算，按 0 人处理"
    return place.warning("segment-missing", rule, "如有数据请补上该列")


def blank_cost(place: Place, blank: int, rows: int) -> Fault:
    """Costs left blank count as nothing."""
    return place.warning(
        "blank-cost", f"{rows} 行中有 {blank} 行没有填，按 0 元计算", "如有费用请补上，否则费用会被低估"
    )


# ---- distances.csv and costs.csv


def unknown_id(place: Place, table: str) -> Fault:
    """An id that no table holds."""
    return place.error("unknown-id", f"编号不在{table}表中", "改为表中已有的编号，或删去该行")


def duplicate_pair(place: Place, first_row: int) -> Fault:
    """One pair in two rows."""
    return place.error("duplicate-pair", f"与第 {first_row} 行是同一对（编号和业态都相同）", "只保留一行")


def more_of_the_same(place: Place, code: str, count: int) -> Fault:
    """The rest of a long run of one fault."""
    return place.error(code, f"还有 {count} 处同类错误，未逐一列出", "改正以上各处后重新检查")


# ---- circle.toml and catalogue.toml


def bad_toml(place: Place, reason: str) -> Fault:
    """Not TOML, or not UTF-8."""
    return place.error(
        "bad-toml", f"不是有效的 TOML 文件（{reason}）", "按提示的行列检查引号、等号和方括号，并保存为 UTF-8"
    )


def no_circle_file(place: Place, name: str) -> Fault:
    """No circle.toml: the folder's name stands in."""
    return place.warning(
        "no-circle-file",
        f"没有 circle.toml，编号和名称都用文件夹名“{name}”",
        "建立 circle.toml，写明 id、name 和 datum",
    )


def default_key(place: Place, default: str) -> Fault:
    """``id`` or ``name`` is not said."""
    return place.warning("default-key", f"没有写明，用“{default}”代替", "在 circle.toml 里写明")


def bad_circle_id(place: Place, limit: int) -> Fault:
    """A circle's id becomes the name of its results' folder."""
    rule = f'编号要作结果文件夹的名字，不能含 / \\ : * ? " < > |，不能以句点结尾，不超过 {limit} 个字符'
    return place.error("bad-id", rule, "换成简短的编号，如 C01")


def unknown_key(place: Place, nearest: str) -> Fault:
    """A key that means nothing here."""
    return place.error("unknown-key", "不认识的键", f"是否指 {nearest}" if nearest else "删去该键，或核对拼写")


def bad_value(place: Place, wanted: str) -> Fault:
    """A key's value has the wrong type or range."""
    return place.error("bad-value", f"应为{wanted}", "改正该值")
