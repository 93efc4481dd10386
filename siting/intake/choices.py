"""Lists to choose from, on a hidden sheet of their own, and the rules that Excel checks while a planner types."""

from __future__ import annotations

from typing import Any

from scenarios.business_type import SITE_KIND_LABELS_ZH
from scenarios.catalogue import Catalogue
from siting.inputs.columns import Column
from siting.inputs.declared_datum import AS_CIRCLE
from siting.inputs.position_messages import DATUM_LABELS_ZH
from siting.intake.form_fields import FormField

CHOICES_SHEET = "选项"
_YES_NO = ("是", "否")
_LON_RANGE, _LAT_RANGE = (72.0, 138.0), (0.0, 56.0)
_LARGEST = 1e9


class Choices:
    """The hidden sheet; ``reference`` is where a list stands, for a validation or a formula."""

    def __init__(self, workbook: Any, lists: dict[str, tuple[str, ...]]) -> None:
        self._lists = lists
        self._columns = {name: index for index, name in enumerate(lists)}
        sheet = workbook.add_worksheet(CHOICES_SHEET)
        for name, index in self._columns.items():
            sheet.write_string(0, index, name)
            for row, word in enumerate(lists[name], 1):
                sheet.write_string(row, index, word)
        sheet.hide()

    def reference(self, name: str) -> str:
        """``='选项'!$A$2:$A$38``."""
        letter = chr(ord("A") + self._columns[name])
        return f"='{CHOICES_SHEET}'!${letter}$2:${letter}${len(self._lists[name]) + 1}"


def survey_lists(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Business types, kinds of site, yes and no, datums; a datum's word begins with its identifier."""
    return {
        "业态": tuple(kind.name_zh for kind in catalogue.types.values()),
        "类型": tuple(SITE_KIND_LABELS_ZH.values()),
        "是否": _YES_NO,
        "坐标基准": (AS_CIRCLE, *(f"{name} {label}" for name, label in DATUM_LABELS_ZH.items())),
    }


def validation(field: FormField, choices: Choices) -> dict[str, Any]:
    """What Excel checks in a column, with the rule shown beside the cell; free text is only explained."""
    told = {
        "input_title": field.header.rstrip("*")[:32],
        "input_message": field.note_zh[:255],
        "error_title": "请检查",
        "error_message": f"{field.header.rstrip('*')}：{field.note_zh}"[:255],
        "ignore_blank": True,
    }
    return _rule(field.column, choices) | told


def _rule(column: Column, choices: Choices) -> dict[str, Any]:
    lists = {"type": "业态", "types": "业态", "kind": "类型", "boolean": "是否"}
    if column.parser in lists:
        # Aliases and several types in one cell are as good as a word of the list, so those are offered, not forced.
        forced = column.parser in ("kind", "boolean")
        return {"validate": "list", "source": choices.reference(lists[column.parser]), "show_error": forced}
    if column.parser == "number":
        return _number(column)
    if column.parser == "year":
        return {"validate": "integer", "criteria": "between", "minimum": 2000, "maximum": 2100}
    if column.parser == "id":
        return {"validate": "length", "criteria": "between", "minimum": 1, "maximum": 200}
    return {"validate": "any"}


def _number(column: Column) -> dict[str, Any]:
    if column.positive:
        return {"validate": "decimal", "criteria": ">", "value": column.minimum}
    least = -_LARGEST if column.minimum is None else column.minimum
    low, high = {"lon": _LON_RANGE, "lat": _LAT_RANGE}.get(column.id, (least, _LARGEST))
    return {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
