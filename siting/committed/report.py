"""What became of an annual plan in a run: every row of it, and the new plan against the old one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scenarios.catalogue import Catalogue
from siting.bundle import CommittedItem, CommittedReport, Pick, Totals
from siting.committed.commit import Committed
from siting.committed.edits import Entry, State
from siting.committed.form import CNY_PER_WAN


def committed_report(
    committed: Committed, picks: tuple[Pick, ...], totals: Totals, catalogue: Catalogue
) -> CommittedReport:
    """The rows of the plan, what the planner did to each, and whether the new plan has it."""
    type_names = {kind.id: kind.name_zh for kind in catalogue.types.values()}
    chosen = {(pick.site_id, pick.type_id) for pick in picks}
    items = tuple(_items(committed, chosen, type_names))
    old = {(row.site_id, row.type_id) for row in committed.written}
    return CommittedReport(
        file=committed.name,
        path=committed.path,
        sha256=committed.sha256,
        items=items,
        prices=dict(sorted(committed.prices.items())),
        new=tuple(sorted(chosen - old)),
        dropped=tuple(sorted(old - chosen)),
        projects=(len(committed.written), len(picks)),
        cost_cny=(committed.circle.cost_cny, totals.cost_cny),
        residents_newly_covered=(committed.circle.residents_newly_covered, totals.residents_newly_covered),
    )


def _items(
    committed: Committed, chosen: set[tuple[str, str]], type_names: Mapping[str, str]
) -> Iterator[CommittedItem]:
    for entry in committed.entries:
        place = entry.place
        yield CommittedItem(
            outcome=outcome(entry),
            code=entry.old.code if entry.old else "",
            sheet=place.sheet,
            row=place.row,
            site_id=entry.site_id,
            type_id=entry.type_id,
            year=entry.year,
            in_plan=entry.pair in chosen,
            own_cost_cny=entry.own_cny,
            text_zh="；".join(_told(entry, entry.pair in chosen, type_names)),
        )


def outcome(entry: Entry) -> str:
    """What became of a row, in the words of :class:`siting.bundle.CommittedItem`."""
    if entry.state is State.STRUCK:
        return "struck"
    if entry.state is State.ADD_ON:
        return "add_on"
    if entry.state is State.FREE:
        return "freed"
    if entry.old is None:
        return "added"
    return "moved" if entry.is_moved else "kept"


def _told(entry: Entry, in_plan: bool, type_names: Mapping[str, str]) -> Iterator[str]:
    old = entry.old
    if entry.state is State.STRUCK:
        yield "划去或取消，不再建"
    elif entry.state is State.ADD_ON:
        yield entry.note_zh
    elif entry.row is None:
        yield "行已删除，放开；" + ("新方案仍选它" if in_plan else "新方案未选它")
    elif entry.state is State.FREE:
        yield "可调整，放开；" + ("新方案仍选它" if in_plan else "新方案未选它")
    elif old is None:
        yield "手工新增，已锁定"
    elif entry.is_moved:
        now = type_names.get(entry.type_id, entry.type_id)
        yield f"由 {old.site_id} {old.type_zh} 改为 {entry.site_id} {now}，已锁定"
    else:
        yield "按计划锁定"
    if old is not None and entry.is_other_year and entry.state is State.FIXED:
        yield f"年度由 {old.year} 改为 {entry.year}"
    if entry.own_cny is not None and old is not None and entry.total_cny is not None:
        yield (
            f"投资由 {old.total_cny / CNY_PER_WAN:,.2f} 改为 {entry.total_cny / CNY_PER_WAN:,.2f} 万元，"
            f"业态自身造价按 {entry.own_cny / CNY_PER_WAN:,.2f} 万元计"
        )
    elif entry.own_cny is not None:
        yield f"业态自身造价按 {entry.own_cny / CNY_PER_WAN:,.2f} 万元计"
    elif old is None and entry.note_zh:
        yield entry.note_zh
