"""The 11 pilot living circles of the city's plan, as data, in the plan's order."""

from __future__ import annotations

import difflib
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from scenarios.faults import Fault, FaultError
from scenarios.plan_facts import PlanFacts, Says, TypeStatement

_FOLDER = Path(__file__).parent / "data" / "circles"
_SUFFIXES = ("一刻钟便民生活圈", "便民生活圈", "一刻钟生活圈", "生活圈")
_PLACE = "命令行"


class PilotCircle(BaseModel):
    """One pilot circle: ``id`` (``C01`` … ``C11``), the plan's ``name``, and what the plan says of it.

    ``street_office`` is empty where the plan does not name it. The layout that ships for a pilot is schematic: only
    what stands here is the plan's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^C\d\d$")
    name: str
    district: str
    street_office: str = ""
    facts: PlanFacts


class _StatementGroup(BaseModel):
    """One sentence of the plan and the types of which it says the same: type id → the plan's word for it.

    ``inferred`` maps those that we conclude to the ground; ``notes`` adds remarks to the others. A word that the
    sentence lacks says that its list leaves the type out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: Says
    quote: str
    types: dict[str, str]
    inferred: dict[str, str] = {}
    notes: dict[str, str] = {}

    def statements(self) -> list[TypeStatement]:
        return [
            TypeStatement(
                type_id=type_id,
                says=self.says,
                quote=self.quote,
                inferred=type_id in self.inferred,
                note=self._note(type_id, word),
            )
            for type_id, word in self.types.items()
        ]

    def _note(self, type_id: str, word: str) -> str:
        remark = self.inferred.get(type_id) or self.notes.get(type_id, "")
        wording = f"原文作“{word}”" if word in self.quote else ""
        return "；".join(part for part in (wording, remark) if part)


@cache
def load_circles() -> tuple[PilotCircle, ...]:
    """All 11 pilot circles, in the plan's order."""
    return tuple(_circle(path) for path in sorted(_FOLDER.glob("C*.toml")))


def _circle(path: Path) -> PilotCircle:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    facts = data.pop("plan")
    groups = [_StatementGroup.model_validate(group) for group in facts.pop("statements", ())]
    statements = [statement for group in groups for statement in group.statements()]
    return PilotCircle.model_validate({**data, "facts": {**facts, "statements": statements}})


def find_circle(text: str) -> PilotCircle:
    """The circle with this id (any case), this name, or a name of which ``text`` is an unambiguous part (光明 → C10).

    Raises FaultError ``unknown-circle`` that lists the candidates, if no circle or more than one fits.
    """
    wanted = _plain(text)
    circles = load_circles()
    exact = [c for c in circles if wanted in (c.id, c.name) or _local_name(wanted, c) in (c.name, _stem(c.name))]
    found = exact or [c for c in circles if wanted and wanted in c.name]
    if len(found) == 1:
        return found[0]
    if found:
        rule, candidates = "可指的试点生活圈不止一个", found
    else:
        rule, candidates = "没有这个试点生活圈", _nearest(wanted) or list(circles)
    remedy = f"请写编号或全名：{'、'.join(f'{c.id} {c.name}' for c in candidates)}"
    raise FaultError((Fault("unknown-circle", _PLACE, rule, remedy, value=text or "（空）"),))


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    for suffix in _SUFFIXES:
        plain = plain.removesuffix(suffix)
    return plain.upper()


def _local_name(wanted: str, circle: PilotCircle) -> str:
    """``wanted`` without the city, district and street office of ``circle`` before it and 社区 behind it."""
    for prefix in ("聊城市", circle.district, circle.street_office):
        wanted = wanted.removeprefix(prefix)
    return _stem(wanted)


def _stem(name: str) -> str:
    return name.removesuffix("社区")


def _nearest(wanted: str) -> list[PilotCircle]:
    keys = {key: c for c in load_circles() for key in (c.id, c.name, _stem(c.name))}
    near = difflib.get_close_matches(wanted, keys, n=3, cutoff=0.5)
    return list({keys[key].id: keys[key] for key in near}.values())
