"""Sheet 参数与来源: every parameter with its source, every scenario value with its origin, every input's sha256."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scenarios.business_type import Separation
from scenarios.parameters import FIELD_LABELS_ZH, parameters_of, value_text_zh
from siting.bundle import ResultBundle
from siting.outputs.place import type_name
from siting.outputs.run_json import PROGRAM, version, versions
from siting.outputs.words import SEGMENTS_ZH
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet

_COLUMNS = (
    Column("部分", wide=14),
    Column("对象", wide=34),
    Column("参数", wide=34),
    Column("值", wide=36),
    Column("来源", wide=60),
    Column("性质", wide=14),
)

_STANDING_TINT = {"assumption": "warn", "user": "good"}


def sources_sheet(book: Book, bundle: ResultBundle) -> None:
    """Write the sheet."""
    sheet = Sheet(book, "参数与来源", "参数与来源", len(_COLUMNS))
    sheet.line("黄色为假定值，请按本地实际核定；绿色为用户设定。", "subtitle", height=18)
    sheet.table(_COLUMNS, [*_scenario(bundle), *_catalogue(bundle), *_inputs(bundle), *_run(bundle)])


def _catalogue(bundle: ResultBundle) -> Iterator[Row]:
    for business in bundle.catalogue.types.values():
        who = f"{business.name_zh}（{business.id}）"
        departments = "、".join(d for d in (business.responsible_zh, *business.cooperating_zh) if d)
        yield ("业态参数", who, FIELD_LABELS_ZH["tier"], business.tier.label_zh, "", "")
        yield ("业态参数", who, FIELD_LABELS_ZH["segment"], SEGMENTS_ZH[business.segment], "", "")
        yield ("业态参数", who, "责任、配合单位", departments, business.department_source_zh, "")
        for item in parameters_of(business):
            tint = _STANDING_TINT.get(str(item.standing), "")
            shown = readable(item.value, bundle)
            value = Cell(shown, tint, _number_kind(shown))
            yield ("业态参数", who, item.label_zh, value, item.source, Cell(item.standing.label_zh, tint))
        for note in business.notes_zh:
            yield ("业态参数", who, FIELD_LABELS_ZH["notes_zh"], note, "", "")


def readable(value: Any, bundle: ResultBundle) -> str | float:
    """A catalogue value as a cell shows it: numbers stay numbers, types get their Chinese names."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, tuple):
        return "、".join(_item(v, bundle) for v in value) or value_text_zh(value)
    return value_text_zh(value)


def _item(value: Any, bundle: ResultBundle) -> str:
    if isinstance(value, Separation):
        return f"{type_name(bundle, value.type_id)} {value.metres:g} 米"
    return type_name(bundle, str(value))


def _scenario(bundle: ResultBundle) -> Iterator[Row]:
    origin = bundle.scenario.origin
    yield ("情景", bundle.scenario.name, "情景名称", bundle.scenario.name, "", "")
    for key, value in flat(bundle.scenario.as_dict()):
        source = origin_of(key, origin)
        tint = "good" if "--set" in source else ""
        yield ("情景", bundle.scenario.name, key, Cell(_scalar(value), tint, _number_kind(value)), source, "")


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested mappings as (dotted key, value) pairs; an empty mapping is a value."""
    for key, value in values.items():
        dotted = f'{prefix}"{key}"' if "." in key else f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{dotted}.")
        else:
            yield (dotted, value)


def origin_of(key: str, origin: Mapping[str, str]) -> str:
    """The label of the key or of the nearest table that holds it."""
    while key:
        if key in origin:
            return origin[key]
        key = key.rpartition(".")[0]
    return "默认值"


def _scalar(value: Any) -> str | float:
    if value is None:
        return "不限"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, Mapping):
        return "（无）" if not value else str(dict(value))
    if isinstance(value, list | tuple):
        return "、".join(str(v) for v in value) or "（无）"
    return str(value)


def _number_kind(value: Any) -> Kind:
    return "general" if isinstance(value, float) and value != int(value) else "int"


def _inputs(bundle: ResultBundle) -> Iterator[Row]:
    for item in bundle.workspace.inputs:
        yield ("输入文件", item.path, "sha256", item.sha256, "", "")


def _run(bundle: ResultBundle) -> Iterator[Row]:
    yield ("运行", PROGRAM, "程序版本", version(PROGRAM), "", "")
    for name, number in versions().items():
        yield ("运行", name, "版本", number, "", "")
    yield ("运行", "求解", "求解器", bundle.solver, "", "")
    yield ("运行", "求解", "随机种子", bundle.seed, "", "")
    yield ("运行", "数据", "坐标系", bundle.workspace.crs, "", "")
