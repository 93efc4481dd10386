"""Neutral names for estates. None is meant to be a real place."""

from __future__ import annotations

import numpy as np

from siting.generator.spec import make_rng

# fmt: off
_FIRST = (
    "春晖", "安和", "明德", "康宁", "和悦", "景和", "瑞祥", "福园", "锦绣", "清泉",
    "翠庭", "望岳", "惠民", "永安", "向阳", "立新", "华泰", "丽景", "书香", "同心",
    "金桂", "银杏", "海棠", "玉兰", "丁香", "紫薇", "青松", "碧桐", "听雨", "朝晖",
    "晨曦", "嘉和", "怡景", "颐和", "祥云", "润泽", "宏图", "建业", "长青", "致远",
)
# fmt: on
_DIGITS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
_GATED = ("花园", "家园", "佳苑", "华庭", "名邸")
_OPEN = ("小区", "新村", "里", "宿舍区", "老街坊")


def estate_names(circle_id: str, gated: np.ndarray, seed: int) -> list[str]:
    """One name per estate, all different; old open communities sound like it.

    ``gated`` is boolean (n,). Beyond 200 of a kind the names are numbered on (…二区 as 2区).
    """
    rng = make_rng(seed, circle_id, "names")
    names: list[str] = [""] * len(gated)
    for kind, endings in ((True, _GATED), (False, _OPEN)):
        pool = [first + ending for ending in endings for first in rng.permutation(_FIRST).tolist()]
        for rank, estate in enumerate(np.flatnonzero(np.asarray(gated) == kind)):
            phase, at = divmod(rank, len(pool))
            names[estate] = pool[at] + (f"{phase + 1}区" if phase else "")
    return names


def street_along(name: str) -> str:
    """A street's name where the plan names a river or lake as the boundary: the street along its bank."""
    return f"{name}沿岸路" if name.endswith(("河", "湖", "湖南岸", "湖北岸")) else name


def street_name(number: int, runs_north: bool) -> str:
    """A schematic street's name by its number from the west or south: 纵三路, 横十二街."""
    return f"纵{_numeral(number)}路" if runs_north else f"横{_numeral(number)}街"


def _numeral(number: int) -> str:
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + _DIGITS[ones]
