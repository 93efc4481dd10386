"""Sheet 参数与来源: every parameter with its source, every scenario value with its origin, every input's sha256."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from siting.bundle import ResultBundle
from siting.outputs.place import type_name
from siting.outputs.run_json import PROGRAM, version, versions
from siting.outputs.workbook.book import Book
from siting.outputs.workbook.parameters import parameters, plain_facts
from siting.outputs.workbook.sheet import Cell, Column, Kind, Row, Sheet

_COLUMNS = (
    Column("部分", wide=14),
    Column("对象", wide=24),
    Column("参数", wide=34),
    Column("值", wide=40),
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
    names = {type_id: type_name(bundle, type_id) for type_id in bundle.catalogue.types}
    for business in bundle.catalogue.types.values():
        who = f"{business.name_zh}（{business.id}）"
        yield ("业态参数", who, "类别", business.tier.label_zh, "", "")
        for label, value in plain_facts(business):
            source = business.department_source_zh if "部门" in label else ""
            yield ("业态参数", who, label, value, source, "")
        for item in parameters(business, names):
            tint = _STANDING_TINT.get(item.standing, "")
            value = Cell(item.value, tint, _number_kind(item.value))
            yield ("业态参数", who, item.label_zh, value, item.source, Cell(item.standing_zh, tint))
        for note in business.notes_zh:
            yield ("业态参数", who, "说明", note, "", "")


def _scenario(bundle: ResultBundle) -> Iterator[Row]:
    origin = bundle.scenario.origin
    yield ("情景", bundle.scenario.name, "情景名称", bundle.scenario.name, "", "")
    for key, value in flat(bundle.scenario.as_dict()):
        source = _origin(key, origin)
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


def _origin(key: str, origin: Mapping[str, str]) -> str:
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
