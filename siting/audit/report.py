"""What an audit says: one Chinese line for every check, and the few phrases that the checks share."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from scenarios.faults import shorten

_SHOWN = 3
_LONGEST = 400


@dataclass(frozen=True)
class AuditReport:
    """``ok`` only where every check holds; ``lines_zh`` one line for each check: 通过, 不符 or 未查."""

    ok: bool
    lines_zh: tuple[str, ...]


@dataclass
class Protocol:
    """Collects the lines of an audit."""

    lines: list[str] = field(default_factory=list)
    ok: bool = True

    def tell(self, name: str, findings: Iterable[str], about: str = "") -> bool:
        """One check: 通过 where there are no findings, else 不符 with the first of them; True where it holds."""
        found = list(findings)
        if not found:
            self.lines.append(f"通过 {name}" + (f"：{about}" if about else ""))
            return True
        self.ok = False
        shown = "；".join(shorten(text, _LONGEST) for text in found[:_SHOWN])
        more = f"……共 {len(found)} 处" if len(found) > _SHOWN else ""
        self.lines.append(f"不符 {name}：{shown}{more}")
        return False

    def skip(self, name: str, why: str) -> None:
        """A check that could not be made; the run is then not verified."""
        self.ok = False
        self.lines.append(f"未查 {name}：{why}")

    def report(self) -> AuditReport:
        """The report so far."""
        return AuditReport(self.ok, tuple(self.lines))


def number_zh(value: float | None) -> str:
    """A number as it is read, to a thousandth: ``1,234.5``; 无 where there is none, 无穷 where it is infinite."""
    if value is None or math.isnan(value):
        return "无"
    if math.isinf(value):
        return "无穷"
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def same(wanted: float | None, found: float | None, absolute: float = 1e-6, relative: float = 1e-9) -> bool:
    """Whether two numbers agree but for rounding; None agrees with None and with infinity only."""
    wanted, found = (None if v is None or not math.isfinite(v) else v for v in (wanted, found))
    if wanted is None or found is None:
        return wanted is found
    return math.isclose(wanted, found, abs_tol=absolute, rel_tol=relative)


def differs(what: str, wanted: float | None, found: float | None, unit: str = "") -> str:
    """What is told of a number that does not agree: what it is, what it should be, what the run says."""
    after = f" {unit}" if unit else ""
    text = f"{what}复算为 {number_zh(wanted)}{after}，结果记为 {number_zh(found)}{after}"
    near = wanted is not None and found is not None and number_zh(wanted) == number_zh(found)
    return f"{text}（差 {wanted - found:.3g}）" if near and wanted is not None and found is not None else text


def money_same(wanted: float, found: float | None) -> bool:
    """Whether two sums of 元 agree to the fen."""
    return same(wanted, found, absolute=0.01, relative=1e-9)
