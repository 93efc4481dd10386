"""Which pairs of site and business type the rules refuse, and the Chinese reason for each.

Rules are tried in the order of ``_RULES``; the first that refuses a pair is its reason. A blank cell never refuses:
what the survey does not say must be checked on site (``unknown_items``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.business_type import SITE_KIND_LABELS_ZH, BusinessType, SiteKind, SiteRules
from scenarios.schema import Scenario
from siting.bundle import Refusal
from siting.walks import SnapReport
from siting.workspace import Workspace

BoolArray = npt.NDArray[np.bool_]
_NO_RULES = SiteRules()


class _Survey:
    """The sites [j], a column each, for all types: a frame is slow to ask again and again."""

    def __init__(self, sites: pd.DataFrame) -> None:
        self.n = len(sites)
        self._sites = sites

    @cached_property
    def told(self) -> dict[str, list[Any]]:
        """The cells that reasons tell, by column."""
        return {column: self._sites[column].tolist() for column in ("id", "floor", "kind", "area_m2")}

    @cached_property
    def floor(self) -> npt.NDArray[np.float64]:
        """Storeys (1 = ground floor, -1 = first basement), NaN where blank."""
        return np.asarray(self._sites["floor"].astype("Float64").to_numpy(dtype=float, na_value=np.nan))

    @cached_property
    def area_m2(self) -> npt.NDArray[np.float64]:
        """Usable floor area."""
        return np.asarray(self._sites["area_m2"].to_numpy(dtype=float))

    @cached_property
    def lists(self) -> tuple[list[Any], list[Any]]:
        """Types that the survey allows (none: all), and that it forbids."""
        return self._sites["allowed_types"].tolist(), self._sites["forbidden_types"].tolist()

    @cached_property
    def lacks(self) -> dict[str, BoolArray]:
        """Where the cell says no; a blank cell does not."""
        return {column: _says_no(self._sites[column]) for column in ("elevator", "flue", "street_front")}

    def is_kind(self, kinds: Iterable[SiteKind]) -> BoolArray:
        """Sites of one of ``kinds``."""
        wanted = {kind.value for kind in kinds}
        return np.array([kind in wanted for kind in self.told["kind"]], dtype=bool)


def _says_no(cells: pd.Series[Any]) -> BoolArray:
    return np.asarray((cells.notna() & ~cells.fillna(True).astype(bool)).to_numpy(dtype=bool))


@dataclass(frozen=True)
class _Ask:
    """One type put to all sites."""

    kind: BusinessType
    rules: SiteRules
    sites: _Survey

    @property
    def told(self) -> dict[str, list[Any]]:
        """The cells that reasons tell."""
        return self.sites.told


@dataclass(frozen=True)
class _Rule:
    """``refuses`` marks the sites that may not host the type; ``reason`` tells it for one site row."""

    code: str
    refuses: Callable[[_Ask], BoolArray]
    reason: Callable[[_Ask, int], str]


def _basement(ask: _Ask) -> BoolArray:
    if ask.rules.basement_allowed:
        return np.zeros(ask.sites.n, dtype=bool)
    return np.asarray(ask.sites.is_kind([SiteKind.BASEMENT]) | (ask.sites.floor < 0), dtype=bool)


def _wrong_kind(ask: _Ask) -> BoolArray:
    refused = ask.sites.is_kind(ask.rules.forbidden_kinds)
    if ask.rules.allowed_kinds:
        refused |= ~ask.sites.is_kind(ask.rules.allowed_kinds)
    return refused


def _not_listed(ask: _Ask) -> BoolArray:
    return np.array([bool(allowed) and ask.kind.id not in allowed for allowed in ask.sites.lists[0]], dtype=bool)


def _forbidden(ask: _Ask) -> BoolArray:
    return np.array([ask.kind.id in forbidden for forbidden in ask.sites.lists[1]], dtype=bool)


def _above_ground(ask: _Ask) -> BoolArray:
    floor = ask.sites.floor
    return np.asarray((floor != 1) & ~np.isnan(floor) & ask.rules.ground_floor_only, dtype=bool)


def _above(ask: _Ask, limit: int | None) -> BoolArray:
    """Higher than ``limit``; a blank storey is not."""
    return np.asarray(ask.sites.floor > (np.inf if limit is None else limit), dtype=bool)


def _too_high(ask: _Ask) -> BoolArray:
    return _above(ask, ask.rules.max_floor)


def _too_low(ask: _Ask) -> BoolArray:
    limit = ask.rules.min_floor
    return np.asarray(ask.sites.floor < (-np.inf if limit is None else limit), dtype=bool)


def _no_lift(ask: _Ask) -> BoolArray:
    return _above(ask, ask.rules.elevator_above_floor) & ask.sites.lacks["elevator"]


def _too_small(ask: _Ask) -> BoolArray:
    return np.asarray(ask.sites.area_m2 < ask.kind.area_m2.value - 1e-9, dtype=bool)


def _floor_zh(ask: _Ask, row: int) -> str:
    floor = int(ask.told["floor"][row])
    return f"地下 {-floor} 层" if floor < 0 else f"{floor} 层"


def _kind_zh(ask: _Ask, row: int) -> str:
    return SITE_KIND_LABELS_ZH[SiteKind(ask.told["kind"][row])]


_RULES: tuple[_Rule, ...] = (
    _Rule(
        "not-sitable",
        lambda ask: np.full(ask.sites.n, not ask.kind.sitable.value),
        lambda ask, row: f"{ask.kind.name_zh}不通过存量用房选址：{ask.kind.sitable.source}",
    ),
    _Rule("forbidden-type", _forbidden, lambda ask, row: f"调查表“禁止业态”列明不得设{ask.kind.name_zh}"),
    _Rule("not-allowed-type", _not_listed, lambda ask, row: f"调查表“允许业态”未列{ask.kind.name_zh}"),
    _Rule(
        "basement",
        _basement,
        lambda ask, row: f"{ask.kind.name_zh}不得设在地下、半地下（{_rule_source(ask.kind)}）",
    ),
    _Rule("site-kind", _wrong_kind, lambda ask, row: f"{ask.kind.name_zh}不宜设在{_kind_zh(ask, row)}"),
    _Rule(
        "ground-floor", _above_ground, lambda ask, row: f"{ask.kind.name_zh}应设在首层，该点位在{_floor_zh(ask, row)}"
    ),
    _Rule(
        "max-floor",
        _too_high,
        lambda ask, row: f"{ask.kind.name_zh}不得高于 {ask.rules.max_floor} 层，该点位在{_floor_zh(ask, row)}",
    ),
    _Rule(
        "min-floor",
        _too_low,
        lambda ask, row: f"{ask.kind.name_zh}不得低于 {ask.rules.min_floor} 层，该点位在{_floor_zh(ask, row)}",
    ),
    _Rule(
        "no-lift", _no_lift, lambda ask, row: f"该点位在{_floor_zh(ask, row)}且无电梯，{ask.kind.name_zh}须首层或有电梯"
    ),
    _Rule(
        "no-flue",
        lambda ask: ask.sites.lacks["flue"] & ask.rules.needs_flue,
        lambda ask, row: f"{ask.kind.name_zh}须有专用烟道，该点位没有",
    ),
    _Rule(
        "no-street-front",
        lambda ask: ask.sites.lacks["street_front"] & ask.rules.needs_street_front,
        lambda ask, row: f"{ask.kind.name_zh}须临街，该点位不临街",
    ),
    _Rule(
        "too-small",
        _too_small,
        lambda ask, row: (
            f"面积 {ask.told['area_m2'][row]:g} ㎡，{ask.kind.name_zh}需 {ask.kind.area_m2.value:g} ㎡，"
            f"差 {ask.kind.area_m2.value - ask.told['area_m2'][row]:g} ㎡"
        ),
    ),
)


def _rule_source(kind: BusinessType) -> str:
    return kind.site_rules.source if kind.site_rules is not None else "目录规定"


def _ask(kind: BusinessType, sites: _Survey) -> _Ask:
    return _Ask(kind, kind.site_rules.value if kind.site_rules else _NO_RULES, sites)


def survey_open(workspace: Workspace, kinds: tuple[BusinessType, ...]) -> BoolArray:
    """[j,k]: k may be an add-on service at j: what the survey lists, and what protects its users (storeys, lift).

    A counter needs no room, flue or street front of its own, but children climb no higher in a shop than in a nursery.
    """
    sites = _Survey(workspace.sites)
    open_ = np.ones((sites.n, len(kinds)), dtype=bool)
    for k, kind in enumerate(kinds):
        ask = _ask(kind, sites)
        open_[:, k] = ~(_forbidden(ask) | _not_listed(ask) | _basement(ask) | _too_high(ask) | _no_lift(ask))
    return open_


def pair_refusals(workspace: Workspace, kinds: tuple[BusinessType, ...]) -> tuple[BoolArray, list[Refusal]]:
    """(eligible [j,k], the refused pairs with their reasons) by the rules of the types and of the survey."""
    sites = _Survey(workspace.sites)
    eligible = np.ones((sites.n, len(kinds)), dtype=bool)
    refused: list[Refusal] = []
    for k, kind in enumerate(kinds):
        ask = _ask(kind, sites)
        open_ = np.ones(sites.n, dtype=bool)
        for rule in _RULES:
            hit = open_ & rule.refuses(ask)
            refused += [
                Refusal(str(ask.told["id"][row]), kind.id, rule.code, rule.reason(ask, int(row)))
                for row in np.flatnonzero(hit)
            ]
            open_ &= ~hit
        eligible[:, k] = open_
    return eligible, refused


def site_refusals(workspace: Workspace, scenario: Scenario, snap: SnapReport | None, seed: int) -> dict[int, Refusal]:
    """Sites that take no part at all, by row: withdrawn or of a forbidden kind (scenario), or cut off from streets."""
    sites = workspace.sites
    cut_off = snap.cut_off if snap is not None else {}
    withdrawn = withdrawn_rows(workspace, scenario, seed)
    forbidden = {kind.value for kind in scenario.sites.forbidden_kinds}
    found: dict[int, Refusal] = {}
    for row, (site_id, kind) in enumerate(zip(sites["id"], sites["kind"], strict=True)):
        if row in withdrawn:
            found[row] = Refusal(site_id, "", "withdrawn", "情景设定：产权人撤回，该点位不参与")
        elif kind in forbidden:
            label = SITE_KIND_LABELS_ZH[SiteKind(kind)]
            found[row] = Refusal(site_id, "", "kind-forbidden", f"情景设定：不使用{label}")
        elif site_id in cut_off:
            found[row] = Refusal(site_id, "", "cut-off", f"步行到不了：{cut_off[site_id]}")
    return found


def withdrawn_rows(workspace: Workspace, scenario: Scenario, seed: int) -> set[int]:
    """Rows withdrawn by ``sites.withdrawn_share``, drawn by the seed."""
    return set(drawn_rows([str(site) for site in workspace.sites["id"]], scenario.sites.withdrawn_share, str(seed)))


def drawn_rows(ids: Sequence[str], share: float, salt: str) -> list[int]:
    """Rows of the rounded ``share`` of ``ids`` with the smallest hash of (salt, id); order does not matter."""
    order = sorted(range(len(ids)), key=lambda row: (crc32(f"{salt}:{ids[row]}".encode()), ids[row]))
    return order[: round(share * len(ids))]


def addon_items(kind: BusinessType, at_outlet: bool, typical_m2: float | None) -> Iterator[str]:
    """What must be asked on site of an add-on service, as Chinese check items.

    Of an existing outlet the tables know neither the owner's will nor the storey; ``typical_m2`` is its type's usual
    area where its own is blank.
    """
    rules = kind.site_rules.value if kind.site_rules else _NO_RULES
    if at_outlet:
        yield "须征得现有网点经营者同意"
        if typical_m2 is not None:
            yield f"现有网点面积未登记，按同类通常面积 {typical_m2:g} ㎡ 估算可用面积，须现场核实"
        if not rules.basement_allowed:
            yield "不得设在地下，现有网点楼层须现场核实"
        if rules.max_floor is not None:
            yield f"不得高于 {rules.max_floor} 层，现有网点楼层须现场核实"
        if rules.elevator_above_floor is not None:
            yield f"{rules.elevator_above_floor} 层以上须有电梯，现有网点须现场核实"
    yield from rules.check_on_site


def unknown_items(site: pd.Series, kind: BusinessType) -> Iterator[str]:
    """What the survey leaves blank although a rule of the type asks for it, as Chinese check items."""
    rules = kind.site_rules.value if kind.site_rules else _NO_RULES
    limits = (rules.min_floor, rules.max_floor, rules.elevator_above_floor)
    by_floor = rules.ground_floor_only or any(limit is not None for limit in limits)
    if by_floor and pd.isna(site["floor"]):
        yield "楼层未登记，须现场核实"
    if rules.needs_flue and pd.isna(site["flue"]):
        yield "烟道未登记，须现场核实"
    if rules.needs_street_front and pd.isna(site["street_front"]):
        yield "是否临街未登记，须现场核实"
    needs_lift = rules.elevator_above_floor is not None and not pd.isna(site["floor"])
    if needs_lift and site["floor"] > (rules.elevator_above_floor or 0) and pd.isna(site["elevator"]):
        yield "电梯未登记，须现场核实"
