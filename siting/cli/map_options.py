"""Options of ``siting new`` about a map."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FromOsm = Annotated[
    Path | None, typer.Option("--from-osm", metavar="文件", help="OpenStreetMap 地图（.osm.pbf），如全省的一份。")
]
North = Annotated[str, typer.Option("--north", metavar="路名", help="生活圈北边的路或河。")]
East = Annotated[str, typer.Option("--east", metavar="路名", help="东边的路或河。")]
South = Annotated[str, typer.Option("--south", metavar="路名", help="南边的路或河。")]
West = Annotated[str, typer.Option("--west", metavar="路名", help="西边的路或河。")]
Side = Annotated[
    list[str] | None, typer.Option("--side", metavar="路名", help="不是四边时，按绕圈的次序逐边给出；可重复。")
]
Crossing = Annotated[str, typer.Option("--crossing", metavar="路名,路名", help="以两条路的路口为中心，配 --area。")]
Area = Annotated[str, typer.Option("--area", metavar="平方千米", help="路口周围的面积。")]
PlaceName = Annotated[str, typer.Option("--place", metavar="地名", help="以一处地名为中心，配 --radius。")]
At = Annotated[str, typer.Option("--at", metavar="经度,纬度", help="以一点（WGS84）为中心，配 --radius。")]
Radius = Annotated[str, typer.Option("--radius", metavar="米", help="半径。")]
Near = Annotated[str, typer.Option("--near", metavar="经度,纬度", help="几处同名时，取靠近这一点的。")]
Population = Annotated[str, typer.Option("--population", metavar="人", help="圈内人口，按住宅建筑面积分到楼。")]
Pilot = Annotated[
    str, typer.Option("--pilot", metavar="生活圈", help="按方案原文的四至或路口裁出试点生活圈，如 光岳社区。")
]
