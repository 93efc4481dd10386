"""Doors, entrances, cash machines, shops that have closed: points that are no shop of their own, told by rule."""

from __future__ import annotations

import re
import unicodedata

from siting.poi.record import Poi, Source

_SIDE = r"(?:[东南西北正侧后前大小中]{1,3}|[a-z0-9一二三四五六七八九十]{1,3}号?)"
_DOOR = rf"(?:{_SIDE}门|出入口|入口|出口|进出口|[a-z]\d?口)"
_APART = re.compile(rf"[-·\s(\[【]{_DOOR}[)\]】]?$")
_PLAIN = re.compile(rf".{{2,}}{_DOOR}$")
_CLOSED = re.compile("暂停营业|停止营业|停业|已关闭|已搬迁|歇业|暂未营业|已倒闭")
_ATTACHED = re.compile("(?<![a-z])atm(?![a-z])|自动取款机|自助银行|共享充电宝|充电宝|售货机|停车场(?:出入口|入口|出口)")
_DOOR_CODE = "99"
_DOOR_TAG = "出入口"


def closed(name: str) -> bool:
    """The name says that the shop has closed or moved away."""
    return bool(_CLOSED.search(_flat(name)))


def attached(name: str) -> bool:
    """A machine or a parking entrance that belongs to another point."""
    return bool(_ATTACHED.search(_flat(name)))


def classed_as_door(poi: Poi) -> bool:
    """The map's own class says door."""
    if poi.source is Source.AMAP:
        return bool(poi.codes) and all(code.startswith(_DOOR_CODE) for code in poi.codes)
    return any(text.split(";")[0] == _DOOR_TAG for text in poi.classes)


def named_as_door(name: str) -> bool:
    """The name ends with a door set apart: 锦绣花园(东南门), 锦绣花园-东门."""
    return bool(_APART.search(_flat(name)))


def perhaps_door(name: str) -> bool:
    """The name ends with a door that nothing sets apart; 老东门 may well be a restaurant."""
    return bool(_PLAIN.search(_flat(name)))


def _flat(name: str) -> str:
    return re.sub("[—－–]", "-", unicodedata.normalize("NFKC", name)).casefold().strip()
