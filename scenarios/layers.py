"""Layers of settings: a scenario file, a ``--set`` of the command line. Nothing is checked here but the form."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.faults import Fault, FaultError, FaultLog

SET_LABEL = "--set"
_ABOUT = ("name", "title", "description")
_SAFE_NAME = re.compile(r"\w[\w.+\-]{0,59}(?<!\.)")
_KEY = re.compile(r'\s*(?:"([^"]+)"|([^\s."=\[\]]+))\s*(\.|$)')
_BARE_WORD = re.compile(r"[^\s\[\]{}\"',=#][^\[\]{}\"',=#]*")
_WHERE = re.compile(r"\(at line (\d+), column (\d+)\)")
_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Layer:
    """Some settings and where they come from.

    ``data`` is a nested mapping as TOML gives it; ``source`` is the Chinese label kept with the run (默认值,
    场景 tight_budget, 文件 my.toml, circle.toml, --set); ``file`` is what faults name as their file.
    """

    data: Mapping[str, Any]
    source: str
    file: str


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario file as read: its layer, and the texts that are not settings."""

    layer: Layer
    name: str
    title: str = ""
    description: str = ""


def load_scenario_file(path: Path | str) -> Layer:
    """The settings of a scenario file. Raises FaultError, see :func:`read_scenario_file`."""
    return read_scenario_file(path).layer


def read_scenario_file(path: Path | str, source: str | None = None) -> ScenarioFile:
    """Read a TOML scenario: UTF-8 (a byte order mark is accepted), UTF-16 with its mark, or GBK.

    ``name`` defaults to the file's stem. ``source`` overrides the label ``文件 <name>``. Raises FaultError with
    codes ``file-not-found``, ``file-unreadable``, ``bad-encoding``, ``bad-toml`` or ``bad-value``.
    """
    path = Path(path)
    data = _parse(_text(path), path.name)
    log = FaultLog()
    about = {key: _about(data.pop(key, ""), key, path.name, log) for key in _ABOUT}
    log.raise_if_errors()
    layer = Layer(data, source or f"文件 {path.name}", path.name)
    return ScenarioFile(layer, about["name"] or safe_name(path.stem), about["title"], about["description"])


def safe_name(text: str) -> str:
    """``text`` as a scenario's name, which becomes a folder's name: other characters become ``_``."""
    name = re.sub(r"[^\w.+\-]", "_", text)[:60].rstrip(".")
    return name if _SAFE_NAME.fullmatch(name) else f"_{name.lstrip('.+-')}"[:60]


def parse_set(text: str) -> Layer:
    """The layer of one ``--set key=value``, e.g. ``budget.capital_cny=500000``, ``objective.levels=["cost"]``.

    The value is a TOML value; a bare word is a string, also inside a list (a shell may have eaten the quotes).
    A key's part that holds a dot is quoted. Raises FaultError ``bad-set``.
    """
    key, equals, value = text.partition("=")
    parts = _key_parts(key)
    if not equals or not parts or not value.strip() or "\n" in text or "\r" in text:
        raise _bad_set(text, "应写成“键=值”，键为英文名并以点分级")
    try:
        data: Any = _value(value.strip())
    except (ValueError, RecursionError):
        raise _bad_set(text, "等号右边不是合法的值") from None
    for part in reversed(parts):
        data = {part: data}
    return Layer(data, SET_LABEL, SET_LABEL)


def _key_parts(key: str) -> list[str]:
    parts, at = [], 0
    while match := _KEY.match(key, at):
        parts.append(match[1] or match[2])
        at = match.end()
        if not match[3]:
            return parts
    return []


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"v = {text}")["v"]
    except tomllib.TOMLDecodeError:
        if _BARE_WORD.fullmatch(text):
            return text
        if text.startswith("[") and text.endswith("]"):
            return [_value(item.strip()) for item in text[1:-1].split(",") if item.strip()]
        raise


def _bad_set(text: str, rule: str) -> FaultError:
    remedy = '例如 --set budget.capital_cny=500000，或 --set objective.levels=["cost"]'
    return FaultError((Fault("bad-set", SET_LABEL, rule, remedy, value=text),))


def _text(path: Path) -> str:
    try:
        if path.is_file() and path.stat().st_size > _MAX_BYTES:
            raise FaultError((Fault("file-unreadable", path.name, "场景文件超过 1 MB", "请检查是否选错了文件"),))
        raw = path.read_bytes()
    except FileNotFoundError:
        fault = Fault("file-not-found", path.name, "找不到场景文件", "请检查路径", value=str(path))
        raise FaultError((fault,)) from None
    except (OSError, ValueError):
        fault = Fault(
            "file-unreadable", path.name, "无法读取场景文件", "请检查它是否为文件、有无读取权限", value=str(path)
        )
        raise FaultError((fault,)) from None
    encodings = ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FaultError((Fault("bad-encoding", path.name, "文字编码无法识别", "请另存为 UTF-8 编码的文本文件"),))


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _WHERE.search(str(error))
        row = int(where[1]) if where else None
        lines = text.splitlines()
        line = lines[row - 1].strip() if row and row <= len(lines) else ""
        at = f"（第 {where[2]} 个字符处）" if where else ""
        fault = Fault(
            "bad-toml", file, f"不合 TOML 语法{at}：{_reason(str(error))}", _remedy(line), row=row, value=line
        )
    except (ValueError, RecursionError):
        fault = Fault("bad-toml", file, "不合 TOML 语法：数字过长或嵌套过深", "请改正后重试")
    raise FaultError((fault,)) from None


_REASONS = {
    "Cannot overwrite a value": "同一个键写了两次",
    "Cannot declare": "同一张表写了两次",
    "Cannot mutate": "同一张表写了两次",
    "Cannot redefine": "同一张表写了两次",
    "Expected '=' after": "键后面缺等号",
    "Expected newline or end of document": "一行只能写一项",
    "Unclosed array": "列表缺右方括号",
    "Unclosed inline table": "行内表缺右花括号",
    "Unterminated string": "文字缺右引号",
    "Expected ']'": "表名缺右方括号",
    "Invalid value": "等号右边不是合法的值（文字要加英文引号）",
    "Invalid initial character for a key part": "键名不合法（中文键名要加英文引号）",
    "Invalid statement": "无法识别这一行（中文键名要加英文引号）",
    "Illegal character": "含有不可用的字符",
}


def _reason(message: str) -> str:
    return next((reason for start, reason in _REASONS.items() if message.startswith(start)), "写法有误")


def _remedy(line: str) -> str:
    if any(mark in line for mark in "“”‘’＝，［］"):
        return "请把中文标点（引号、等号、逗号、方括号）改成英文标点"
    return "请改正该行后重试"


def _about(value: Any, key: str, file: str, log: FaultLog) -> str:
    if not isinstance(value, str):
        log.add(Fault("bad-value", file, "应为文字（加英文引号）", "请改成文字或删去", column=key, value=str(value)))
        return ""
    if key == "name" and value and not _SAFE_NAME.fullmatch(value):
        rule = "场景名只能由文字、数字和 _ - . + 组成，不超过 60 个字符，不以点结尾"
        log.add(Fault("bad-value", file, rule, "请改名（说明文字可写在 title 里）", column=key, value=value))
    return value
