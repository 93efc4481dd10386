"""TOML files of a workspace: read as data, with Chinese faults for bad syntax and bad values."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from scenarios.faults import FaultLog
from siting.inputs import messages
from siting.inputs.folder import InputFolder
from siting.inputs.place import Place

_WANTED_ZH = {
    "string_type": "文字",
    "float_type": "数字",
    "float_parsing": "数字",
    "int_type": "整数",
    "int_parsing": "整数",
    "int_from_float": "整数",
    "bool_type": "true 或 false",
    "dict_type": "一张表（[…]）",
    "model_type": "一张表（[…]）",
    "tuple_type": "一个列表（[…, …]）",
    "list_type": "一个列表（[…, …]）",
    "missing": "必须写明的值",
    "finite_number": "有限的数字",
}


def read_toml(folder: InputFolder, name: str, log: FaultLog) -> dict[str, Any] | None:
    """The contents of a TOML file; None, with a fault, if it cannot be read."""
    data = folder.read(name)
    if data is None:
        return None
    try:
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        log.add(messages.bad_toml(Place(name), "编码不是 UTF-8"))
    except tomllib.TOMLDecodeError as error:
        log.add(messages.bad_toml(Place(name), str(error)))
    return None


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like ``word``; empty if none is near."""
    found = get_close_matches(word.casefold(), list(known), n=1, cutoff=0.5)
    return found[0] if found else ""


def check_with_model(model: type[BaseModel], values: dict[str, Any], place: Place, prefix: str, log: FaultLog) -> None:
    """Validate a table with a pydantic model; each error becomes a fault with the dotted key as its column."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            column = ".".join([prefix, *(str(part) for part in detail["loc"])])
            if detail["type"] == "extra_forbidden":
                known = _fields_at(model, detail["loc"][:-1])
                log.add(messages.unknown_key(place.at(column=column), nearest(str(detail["loc"][-1]), known)))
            else:
                shown = "" if detail["type"] == "missing" else detail["input"]
                log.add(messages.bad_value(place.at(column=column, value=shown), _wanted(detail)))


def _wanted(detail: Any) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in ("greater_than", "greater_than_equal"):
        return f"大于{'' if kind == 'greater_than' else '或等于'} {next(iter(context.values()))} 的数"
    if kind in ("less_than", "less_than_equal"):
        return f"小于{'' if kind == 'less_than' else '或等于'} {next(iter(context.values()))} 的数"
    if kind == "literal_error":
        return f"其中之一：{context['expected'].replace(' or ', ', ')}"
    return _WANTED_ZH.get(kind, "合乎格式的值")


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Field names of the (nested) model at ``location``; list positions are skipped."""
    current: type[BaseModel] = model
    for part in location:
        if isinstance(part, str) and part in current.model_fields:
            inner = [
                arg
                for arg in getattr(current.model_fields[part].annotation, "__args__", ())
                if isinstance(arg, type) and issubclass(arg, BaseModel)
            ]
            current = inner[0] if inner else current
    return list(current.model_fields)
