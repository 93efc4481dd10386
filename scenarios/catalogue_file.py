"""A workspace's ``catalogue.toml``: the planner's changes to business types, as plain tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.faults import Fault, FaultError, FaultLog

_LINE = re.compile(r"at line (\d+)")


def read_catalogue_file(path: Path) -> dict[str, dict[str, Any]]:
    """Overrides by type, from ``[types.X]`` and plain ``[X]`` tables (a field in both is a fault). UTF-8, BOM or not.

    Only the form is checked here; :meth:`~scenarios.catalogue.Catalogue.with_overrides` checks types and fields.

    Raises:
        FaultError: codes ``unreadable-file``, ``not-utf8``, ``toml-syntax``, ``not-a-table``, ``duplicate-field``.

    """
    document = _parse(_text(path), path.name)
    nested = document.pop("types", {})
    log = FaultLog()
    if not isinstance(nested, Mapping):
        log.add(_not_a_table("types", nested, path.name))
        nested = {}
    merged: dict[str, dict[str, Any]] = {}
    for name, table in [*nested.items(), *document.items()]:
        if not isinstance(table, Mapping):
            log.add(_not_a_table(name, table, path.name))
            continue
        fields = merged.setdefault(name, {})
        for key in sorted(fields.keys() & table.keys()):
            log.add(_duplicate(name, key, path.name))
        fields.update(table)
    log.raise_if_errors()
    return merged


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        rule, remedy = "文件读不出来", "确认文件存在且没有被别的程序占用"
        raise FaultError([Fault("unreadable-file", path.name, rule, remedy, value=reason)]) from error
    except UnicodeDecodeError as error:
        rule, remedy = "文件不是 UTF-8 编码", "用记事本等编辑器另存为 UTF-8 编码"
        raise FaultError([Fault("not-utf8", path.name, rule, remedy)]) from error


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        row = int(line[1]) if line else None
        rule = "不符合 TOML 语法"
        remedy = "检查这一行：每行写“字段 = 值”，文字加英文双引号，小节写 [业态编号]"
        raise FaultError([Fault("toml-syntax", file, rule, remedy, row=row, value=str(error))]) from error


def _not_a_table(name: str, value: object, file: str) -> Fault:
    rule = "这一项不在任何业态的小节里"
    return Fault("not-a-table", file, rule, "先写小节名，例如 [types.pharmacy]", column=name, value=str(value))


def _duplicate(name: str, key: str, file: str) -> Fault:
    rule = f"[types.{name}] 和 [{name}] 都给了这个字段"
    return Fault("duplicate-field", file, rule, "只保留一处", column=f"{name}.{key}")
