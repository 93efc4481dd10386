"""``circle.toml`` of a new circle, every key explained in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from siting.generator.toml_text import toml_text

DATUM_ZH = "wgs84、cgcs2000、gcj02（高德、腾讯）、bd09（百度），或 epsg:4548 一类的投影坐标"


@dataclass(frozen=True)
class CircleWords:
    """What is known of a new circle; ``datum`` is empty where the planner has still to say it.

    ``plan`` holds the facts of the city's plan, where the circle is one of its pilots.
    """

    id: str
    name: str
    district: str = ""
    street_office: str = ""
    datum: str = ""
    plan: Mapping[str, Any] = field(default_factory=dict)


def circle_text(words: CircleWords, unknown_types: tuple[str, ...] = (), unknown_note: str = "") -> str:
    """The file's text; ``unknown_types`` are names that the catalogue knows."""
    datum_note = "" if words.datum else "   # 必填：引号里写坐标基准"
    return f"""\
# 一个生活圈的基本情况。# 后面是说明，程序不读。文件请保存为 UTF-8。

# 编号，也是结果文件夹的名字：不能含 / \\ : * ? " < > |，不超过 60 个字符
{_line("id", words.id)}
# 社区或生活圈的名称
{_line("name", words.name)}
# 所在区、街道（可留空）
{_line("district", words.district)}
{_line("street_office", words.street_office)}

# 坐标基准：{DATUM_ZH}
# 写错会偏几百米；程序会拿道路和边界对照，发现不合会提醒
{_line("datum", words.datum)}{datum_note}

# 个别文件的坐标基准与上面不同时，逐个写明（去掉行首的 # 才生效）。GIS 文件自带坐标系的，以自带的为准，不必写；
# 但照高德、百度地图描的道路，GIS 软件会标成 WGS84，必须写明：
# [datums]
# "streets.gpkg" = "gcj02"

# 规划文件的数字，都可不写；floor_area_m2 用来核对“商业和综合服务设施占比不低于 10%”
{_plan(words.plan)}
# 只对本圈有效的情景值，键与 scenario.toml 相同
# [scenario.budget]
# capital_cny = 3_000_000   # 投资预算，元
{_unknown(unknown_types, unknown_note)}"""


_PLAN_FORM = """\
# [plan]
# population = 12000        # 规划人口，人
# households = 4000         # 户数，户
# estates = 8               # 小区数，个
# area_km2 = 0.9            # 面积，平方千米
# floor_area_m2 = 400000    # 社区总建筑面积，平方米
"""


def _plan(facts: Mapping[str, Any]) -> str:
    return toml_text({"plan": facts}) if facts else _PLAN_FORM


def _unknown(types: tuple[str, ...], note: str) -> str:
    head = "\n# 数据里反映不出来的业态：数量不足时，缺口表写“未知”而不写“缺失”，求解时也不作缺口去补。\n"
    if not types:
        return f'{head}# [unknown]\n# types = ["家政服务点"]\n# note = "没有实地核查"\n'
    named = "".join(f"  {_value(name)},\n" for name in types)
    head += "# 实地核实一个，就把网点补进“现有网点”表，并从这里删去一个。\n"
    return f"{head}[unknown]\ntypes = [\n{named}]\n{_line('note', note)}\n"


def _line(key: str, value: str) -> str:
    return toml_text({key: value}).strip()


def _value(value: str) -> str:
    return _line("x", value).removeprefix("x = ")
