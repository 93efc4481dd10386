"""A value with its source and its standing, so that an assumption stays visible to the planner."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Standing(StrEnum):
    """How firm a catalogue value is, from firm to weak."""

    STANDARD = "standard"
    CITY_DOCUMENT = "city_document"
    ASSUMPTION = "assumption"
    USER = "user"

    @property
    def label_zh(self) -> str:
        """The Chinese word shown to planners."""
        return _LABELS_ZH[self]


_LABELS_ZH = {
    Standing.STANDARD: "标准规范",
    Standing.CITY_DOCUMENT: "城市文件",
    Standing.ASSUMPTION: "假定值",
    Standing.USER: "用户设定",
}


class Sourced(BaseModel, Generic[T]):
    """``value`` with the document it comes from (``source``, Chinese) and its ``standing``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: T
    source: str
    standing: Standing
