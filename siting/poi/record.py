"""A point of interest as read, and what the rules made of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """The map that a file was taken from; its datum is the map's own unless a header says otherwise."""

    AMAP = "amap"
    BAIDU = "baidu"

    @property
    def label_zh(self) -> str:
        """The name shown to planners."""
        return {"amap": "高德", "baidu": "百度"}[self.value]

    @property
    def datum(self) -> str:
        """The datum that the map gives its coordinates in."""
        return {"amap": "gcj02", "baidu": "bd09"}[self.value]


class Outcome(StrEnum):
    """What becomes of a row."""

    OUTLET = "outlet"
    MERGED = "merged"
    REFERENCE = "reference"
    EXCLUDED = "excluded"
    OPEN = "open"

    @property
    def label_zh(self) -> str:
        """The word shown to planners."""
        words = {"outlet": "计为网点", "merged": "并入另一行", "reference": "参照，不计", "excluded": "不计入"}
        return words.get(self.value, "待人工归类")


RULES_ZH: dict[str, str] = {
    "no_name": "没有名称",
    "no_position": "没有可用的坐标",
    "same_id": "同一来源、同一编号重复",
    "closed": "名称写明已停业、搬迁",
    "far": "离中心太远",
    "door": "门、出入口",
    "attached": "附属设施（自动取款机等）",
    "excluded": "排除的分类",
    "by_name": "分类加名称",
    "ask": "须人工确认的分类",
    "direct": "分类直接对应",
    "reference": "参照的分类",
    "catch_all": "泛分类按名称",
    "outside": "与便民业态无关的大类",
    "unclassified": "没有规则的分类",
    "answer_row": "人工逐条归类",
    "answer_class": "人工按分类归类",
    "twin": "同一处重复（名称相近、距离近）",
}


@dataclass(frozen=True)
class Poi:
    """One row of an export. ``row`` is the Excel row, or the item's number in a JSON file.

    ``codes`` are Amap codes, ``classes`` type texts with their levels joined by ``;``. ``lon``, ``lat`` are degrees in
    ``datum`` (NaN where the row has no position that can be meant).
    """

    file: str
    row: int
    source: Source
    poi_id: str
    name: str
    address: str
    codes: tuple[str, ...]
    classes: tuple[str, ...]
    lon: float
    lat: float
    datum: str
    is_cut: bool = False

    @property
    def key(self) -> str:
        """What names this point in a list for a human: the map's own id, else a digest of what the row says."""
        if self.poi_id:
            return f"{self.source}:{self.poi_id}"
        said = "\n".join((self.name, self.address, f"{self.lon:.6f}", f"{self.lat:.6f}", self.class_key))
        return f"{self.source}#{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    @property
    def class_key(self) -> str:
        """What names this point's class: its codes, or its type texts where it has no code."""
        return f"{self.source}:{'|'.join(self.codes or self.classes)}"

    @property
    def class_zh(self) -> str:
        """The class as a planner reads it."""
        return " | ".join(self.classes or self.codes)


@dataclass(frozen=True)
class Verdict:
    """The rule that took a row, and its outcome.

    ``detail`` is what made the rule fire; ``suggestion`` holds type ids worth a human's look. A merged row names the
    kept row by its index among all rows, with the likeness of the names (0..1) and the metres between the two.
    """

    rule: str
    outcome: Outcome
    type_id: str = ""
    detail: str = ""
    suggestion: tuple[str, ...] = ()
    kept: int = -1
    likeness: float = 0.0
    metres: float = 0.0
