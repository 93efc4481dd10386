"""Sets of futures 情形组: a library of them, and a planner's own file; every fault of a file told at once.

title = "…"
[[futures]]
name = "aging"            # unique in the file
title = "老龄化加快"
weight = 2                # relative; 1 where not given
population = { all = 1.0, elderly = 1.3 }
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenarios.faults import Fault, FaultError, FaultLog
from scenarios.future_schema import FutureSpec
from scenarios.layers import Layer, read_scenario_file
from scenarios.settings_check import fault_of

USUAL = "usual"
MOST_FUTURES = 30
_FOLDER = Path(__file__).parent / "data" / "futures"
_PLACE = "--futures"
_LISTED = ("closed_outlets", "withdrawn_sites")


@dataclass(frozen=True)
class FutureSet:
    """A checked set. ``file`` is what faults name; ``source`` the Chinese label kept with the results."""

    name: str
    title: str
    description: str
    file: str
    source: str
    futures: tuple[FutureSpec, ...]


def futures_for(text: str) -> FutureSet:
    """The set that ``--futures`` means: a library name, or the path of a TOML file.

    Raises:
        FaultError: ``unknown-futures`` with the nearest name, or every fault of the file.

    """
    if text in library():
        return library()[text]
    if text.lower().endswith(".toml") or "/" in text or "\\" in text:
        return read_futures(text)
    near = difflib.get_close_matches(text, tuple(library()), n=1, cutoff=0.5)
    hint = f"，最接近的是“{near[0]}”" if near else ""
    remedy = f"可用的情形组：{'、'.join(library())}；也可给出 .toml 文件的路径"
    raise FaultError((Fault("unknown-futures", _PLACE, f"没有这个情形组{hint}", remedy, value=text),))


@cache
def library() -> Mapping[str, FutureSet]:
    """The sets that come with the package, by name."""
    return {path.stem: read_futures(path, f"情形组 {path.stem}") for path in sorted(_FOLDER.glob("*.toml"))}


def read_futures(path: Path | str, source: str | None = None) -> FutureSet:
    """Read a file of futures.

    Raises:
        FaultError: the file cannot be read, or every fault in it: ``unknown-key``, ``bad-value``, ``no-futures``,
            ``duplicate-future``.

    """
    read = read_scenario_file(path, source)
    log = FaultLog()
    data = dict(read.layer.data)
    tables = data.pop("futures", None)
    for key in data:
        log.add(_unknown_top(key, read.layer.file))
    specs = _specs(tables, read.layer.file, log)
    log.raise_if_errors()
    return FutureSet(read.name, read.title or read.name, read.description, read.layer.file, read.layer.source, specs)


def layer_of(spec: FutureSpec, file: str) -> Layer:
    """What a future changes in the scenario, as a layer on top of it."""
    data: dict[str, Any] = {
        "walking": spec.walking.model_dump(exclude_none=True),
        "budget": spec.budget.model_dump(exclude_none=True),
        "types": {type_id: dict(table) for type_id, table in spec.types.items()},
    }
    label = f"情形“{spec.title_zh}”"
    return Layer({key: table for key, table in data.items() if table}, label, f"{file} {label}")


def _specs(tables: Any, file: str, log: FaultLog) -> tuple[FutureSpec, ...]:
    if not isinstance(tables, list) or not tables or not all(isinstance(table, Mapping) for table in tables):
        rule = "没有情形：每个情形写一段 [[futures]]，其下写 name 和要变的条件"
        log.add(Fault("no-futures", file, rule, "可参照文档 questions/robust.md 的例子", column="futures"))
        return ()
    if len(tables) > MOST_FUTURES:
        rule = f"情形最多 {MOST_FUTURES} 个，现有 {len(tables)} 个"
        log.add(Fault("bad-value", file, rule, "请合并相近的情形", column="futures"))
        return ()
    specs: list[FutureSpec] = []
    for n, table in enumerate(tables, start=1):
        spec = _spec(n, table, file, log)
        if spec is not None and spec.name in [known.name for known in specs]:
            log.add(Fault("duplicate-future", file, "情形名重复", "请改名", column="name", value=spec.name))
        elif spec is not None:
            specs.append(spec)
    return tuple(specs)


def _spec(n: int, table: Mapping[str, Any], file: str, log: FaultLog) -> FutureSpec | None:
    name = table.get("name")
    place = f"{file} 第 {n} 个情形" + (f"“{name}”" if isinstance(name, str) and name else "")
    listed = {key: {"ids": v} if key in _LISTED and isinstance(v, list) else v for key, v in table.items()}
    try:
        return FutureSpec.model_validate_json(json.dumps(listed, ensure_ascii=False, default=str), strict=True)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if detail["type"] == "missing":
                log.add(Fault("bad-value", place, "缺少必填的 name（情形名）", "请补上", column="name"))
            else:
                log.add(fault_of(detail, place, FutureSpec, "情形"))
        return None


def _unknown_top(key: str, file: str) -> Fault:
    known = ("title", "description", "name", "futures")
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    nearest = near[0] if near else "futures"
    rule = f"情形组文件里没有这个键，最接近的是“{nearest}”"
    return Fault("unknown-key", file, rule, f"请改为“{nearest}”或删去；可用的键：{'、'.join(known)}", column=key)
