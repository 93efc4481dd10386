"""Every fault that an annual plan can have when it is read back."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from scenarios.faults import Fault
from siting.committed.form import STATUSES
from siting.inputs.place import Place, listed

_WRITE_AGAIN = "请用 siting plan 重新写出年度计划，再在其上修改"
_LOCK_HINT = "不建请划去整行，或把状态改为取消"


def no_file(place: Place, path: str, error: Exception) -> Fault:
    """The file is not there, or cannot be read."""
    if isinstance(error, FileNotFoundError | ValueError):
        return place.at(value=path).error("file-not-found", "找不到年度计划文件", "请检查路径")
    return place.at(value=path).error("file-unreadable", "年度计划文件读不出来", "请检查有无被别的程序占用")


def broken_file(place: Place) -> Fault:
    """Not a workbook."""
    return place.error("unreadable-file", "文件无法读取（不是有效的 .xlsx 工作簿）", "用原来的软件打开并重新保存")


def not_our_plan(place: Place) -> Fault:
    """A workbook, but none that ``siting plan`` wrote."""
    return place.error("not-a-plan", "不是本程序写出的年度计划（没有记录表）", _WRITE_AGAIN)


def damaged(place: Place) -> Fault:
    """The hidden sheet was changed, or written by a program of another version."""
    return place.error("damaged-plan", "年度计划的隐藏记录表已损坏或被改动，无法辨认修改", _WRITE_AGAIN)


def no_plan_sheet(place: Place) -> Fault:
    """No sheet has the header of a plan."""
    rule = "没有项目表（表头须有点位编号、业态、状态、项目编码）"
    return place.error("no-plan-sheet", rule, "请恢复年度表的表头")


def formula_without_value(place: Place) -> Fault:
    """A formula that no program has computed yet."""
    return place.error("formula-without-value", "公式没有计算结果", "用 Excel 或 WPS 打开并保存一次，或直接填数")


def other_circle(place: Place, circle: str, there: Sequence[str]) -> Fault:
    """A plan of other circles only."""
    rule = f"这份年度计划里没有生活圈 {circle}（只有 {listed(list(there)) or '无'}）"
    return place.error("other-circle", rule, "请换成含有该生活圈的年度计划，或只运行计划里的生活圈")


def twice_coded(place: Place, first: Place) -> Fault:
    """A code that two rows carry: a row was copied."""
    rule = f"项目编码与 {where(first)} 重复"
    return place.error("duplicate-code", rule, "新增的行请把项目编码留空；多余的行请删除")


def unknown_code(place: Place) -> Fault:
    """A code that was never written."""
    return place.error("unknown-code", "没有这个项目编码", "项目编码请勿改动；新增的行请留空")


def changed_circle(place: Place, wanted: str) -> Fault:
    """A project moved to another circle."""
    return place.error("changed-circle", f"项目不能改到别的生活圈（原为 {wanted}）", "请恢复原值；另建请加一行")


def unknown_circle(place: Place, known: Sequence[str]) -> Fault:
    """A row added by hand for a circle that the plan does not know."""
    rule = "新增的行须写明生活圈" if not place.value else "年度计划里没有这个生活圈"
    return place.error("unknown-circle", f"{rule}（有：{listed(list(known))}）", "请写生活圈的编号或名称")


def unknown_site(place: Place, sites: Sequence[str]) -> Fault:
    """No such candidate site."""
    if not place.value:
        return place.error("unknown-site", "点位编号为空", f"请填候选点编号；{_LOCK_HINT}")
    near = difflib.get_close_matches(place.value, list(sites), n=3, cutoff=0.4)
    rule = "没有这个候选点" + (f"，最接近的是 {'、'.join(near)}" if near else "")
    return place.error("unknown-site", rule, "请写候选点表里的编号")


def unknown_type(place: Place, near: Sequence[str]) -> Fault:
    """No such business type."""
    if not place.value:
        return place.error("unknown-type", "业态为空", f"请填业态名称；{_LOCK_HINT}")
    rule = "没有这个业态" + (f"，最接近的是 {'、'.join(near)}" if near else "")
    return place.error("unknown-type", rule, "请写业态标识、中文名或别名")


def refused(place: Place, reason: str) -> Fault:
    """The rules refuse the pair."""
    return place.error("lock-refused", f"该点位不能设该业态：{reason}", "请换点位或业态，或先更正调查表")


def same_pair(place: Place, pair: str, first: Place) -> Fault:
    """Two rows for one site and type."""
    return place.error("duplicate-pair", f"{pair} 与 {where(first)} 是同一点位的同一业态", "两行只留一行，或另换点位")


def struck_and_wanted(place: Place, pair: str, first: Place) -> Fault:
    """One row strikes what another wants."""
    return place.error("struck-and-wanted", f"{pair} 已在 {where(first)} 取消", "两处只留一处")


def half_struck(place: Place) -> Fault:
    """Some of the cells that matter are struck through, some are not."""
    rule = "项目名称、业态、点位编号只划去了一部分，看不出是否取消"
    return place.error("half-struck", rule, "取消请划去整行或把状态改为取消；不取消请去掉删除线")


def bad_status(place: Place) -> Fault:
    """A word that is no status."""
    return place.error("bad-status", f"状态只能是{'、'.join(STATUSES)}", "请从下拉列表里选")


def bad_number(place: Place) -> Fault:
    """A cost that is no number."""
    return place.error("not-a-number", "投资额应为不小于 0 的数（万元）", "请改成数字，不带单位")


def costs_disagree(place: Place, parts_wan: float) -> Fault:
    """Parts and total were both corrected and do not add up."""
    rule = f"合计与装修、设备、租金之和（{parts_wan:,.2f} 万元）不一致"
    return place.error("costs-disagree", rule, "只改合计，或只改分项，或改到相符")


def below_share(place: Place, share_wan: float) -> Fault:
    """The corrected total leaves nothing for the type itself."""
    rule = f"低于该项目分摊的房屋费用（开办、改造、租金，{share_wan:,.2f} 万元）"
    return place.error("below-share", rule, "房屋费用请在候选点表里改；这里的合计不能低于它")


def bad_year(place: Place) -> Fault:
    """No year."""
    return place.error("bad-year", "年度应为四位年份", "请改成四位年份，如 2026")


def two_years(place: Place, sheet_year: int) -> Fault:
    """The row's year and its sheet's year were both changed, differently."""
    return place.error("two-years", f"该行已移到 {sheet_year} 年的表里，年度却是另一年", "请把年度改成与所在表一致")


def year_not_planned(place: Place, years: Sequence[str]) -> Fault:
    """A work fixed to a year that the scenario does not plan."""
    rule = f"本次分期的年度是 {'、'.join(years)}，没有这一年"
    return place.error("year-not-planned", rule, "请改年度，或在情景 [phases] 里加上这一年的额度")


def where(place: Place) -> str:
    """``2025年 第 6 行``."""
    return f"工作表“{place.sheet}”第 {place.row} 行"
