"""Checks one layer against the schema and tells every mistake in Chinese, with the nearest key."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios.business_type import SITE_KIND_LABELS_ZH, SiteKind
from scenarios.faults import Fault, FaultLog
from scenarios.layers import Layer
from scenarios.schema import Scenario

_UNSET = {"none", "null", "不限", "无"}
_OPEN_TABLES = {("coverage_floor",), ("objective", "weights"), ("objective", "missing_weights"), ("phases",)}


def check_layer(layer: Layer, log: FaultLog) -> dict[str, Any]:
    """The layer's settings as plain data, ``none`` turned to None where a key may be unset; faults go to ``log``.

    A layer with faults comes back as far as it could be read.
    """
    data = _plain(layer.data)
    data = _unset(data, Scenario, ())
    checked = _without_removed(data)
    try:
        Scenario.model_validate_json(json.dumps(checked, ensure_ascii=False), strict=True)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            log.add(fault_of(detail, layer.file))
    return data


def _plain(value: Any) -> Any:
    """TOML data as JSON data: dates become text, site kinds their identifiers."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _unset(data: dict[str, Any], model: type[BaseModel], at: tuple[str, ...]) -> dict[str, Any]:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    result: dict[str, Any] = {}
    for key, value in data.items():
        inner = fields[key].annotation if key in fields else None
        if isinstance(value, dict) and isinstance(inner, type) and issubclass(inner, BaseModel):
            result[key] = _unset(value, inner, (*at, key))
        elif isinstance(value, dict) and (*at, key) in _OPEN_TABLES:
            result[key] = {k: None if _is_unset(v) else v for k, v in value.items()}
        else:
            result[key] = None if _is_unset(value) and type(None) in get_args(inner) else value
    return result


def _is_unset(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lower() in _UNSET


def _without_removed(data: dict[str, Any], at: tuple[str, ...] = ()) -> dict[str, Any]:
    result = {}
    for key, value in data.items():
        if isinstance(value, dict):
            removed = (*at, key) in _OPEN_TABLES
            kept = {k: v for k, v in value.items() if not (removed and v is None)}
            result[key] = _without_removed(kept, (*at, key))
        else:
            result[key] = value
    return result


def fault_of(detail: ErrorDetails, file: str, model: type[BaseModel] = Scenario, whole_zh: str = "场景") -> Fault:
    """One mistake that pydantic found in a table of ``model``, in Chinese; an unknown key names the nearest."""
    path = [part for part in detail["loc"] if isinstance(part, str) and part != "[key]"]
    key = ".".join(path)
    if detail["type"] == "extra_forbidden":
        return _unknown_key(path, file, model, whole_zh)
    place = next((f"第 {part + 1} 项" for part in reversed(detail["loc"]) if isinstance(part, int)), "")
    shown = detail["input"]
    value = "" if isinstance(shown, dict) else str(shown)
    return Fault("bad-value", file, place + _rule(detail, path), "请改正该值或删去该键", column=key, value=value)


def _rule(detail: ErrorDetails, path: list[str]) -> str:
    ctx = detail.get("ctx", {})
    rules = {
        "float_type": "应为数字",
        "int_type": "应为整数",
        "int_from_float": "应为整数",
        "int_parsing_size": "整数过大",
        "bool_type": "应为 true 或 false（不加引号）",
        "string_type": "应为文字（加英文引号）",
        "string_too_short": "不得为空文字",
        "tuple_type": '应为列表，如 ["a", "b"]',
        "model_type": "应为一张表，其下再写各键",
        "dict_type": "应为一张表，其下再写各键",
        "finite_number": "应为有限的数（不限时写 none 或删去）",
        "too_short": "不得为空列表",
        "greater_than": f"必须大于 {_number(ctx.get('gt'))}",
        "greater_than_equal": f"不得小于 {_number(ctx.get('ge'))}",
        "less_than": f"必须小于 {_number(ctx.get('lt'))}",
        "less_than_equal": f"不得大于 {_number(ctx.get('le'))}",
        "literal_error": f"只能取 {_choices(path, ctx)}",
        "enum": f"只能取 {_choices(path, ctx)}",
        "zh": detail["msg"],
    }
    return rules.get(detail["type"], "不合要求")


def _number(bound: Any) -> str:
    return f"{bound:g}" if isinstance(bound, int | float) else str(bound)


def _choices(path: list[str], ctx: Mapping[str, Any]) -> str:
    if path == ["sites", "forbidden_kinds"]:
        return "、".join(f"{kind}（{SITE_KIND_LABELS_ZH[kind]}）" for kind in SiteKind)
    return str(ctx.get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")


def _unknown_key(path: list[str], file: str, model: type[BaseModel], whole_zh: str) -> Fault:
    nearest = _nearest(path, model)
    siblings = "、".join(_tree(model).get(".".join(path[:-1]), ()))
    where = f"[{'.'.join(path[:-1])}] 下" if len(path) > 1 else f"{whole_zh}里"
    rule = f"{where}没有这个键，最接近的是“{nearest}”"
    return Fault("unknown-key", file, rule, f"请改为“{nearest}”或删去；可用的键：{siblings}", column=".".join(path))


def _nearest(path: list[str], model: type[BaseModel]) -> str:
    """The dotted key nearest to the one written: among its own table first, then everywhere."""
    tree = _tree(model)
    table = ".".join(path[:-1])
    own = difflib.get_close_matches(path[-1], tree.get(table, ()), n=1, cutoff=0.6)
    if own:
        return f"{table}.{own[0]}" if table else own[0]
    by_key = {f"{t}.{key}" if t else key: key for t, keys in tree.items() for key in keys}
    written = ".".join(path)

    def likeness(key: str) -> float:
        return max(
            difflib.SequenceMatcher(None, path[-1], by_key[key]).ratio(),
            difflib.SequenceMatcher(None, written, key).ratio(),
        )

    return max(by_key, key=likeness)


def _tree(model: type[BaseModel], at: str = "") -> dict[str, tuple[str, ...]]:
    """Table (dotted) → its keys."""
    fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    tree = {at: tuple(fields)}
    for key, inner in fields.items():
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            tree |= _tree(inner, f"{at}.{key}" if at else key)
    return tree
