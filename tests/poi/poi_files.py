"""An Amap export as people get it, a Baidu one that overlaps it, and the rows that must come of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from siting.datum import from_wgs84

LON, LAT = 115.98, 36.45
AMAP_HEADERS = ("id", "name", "type", "typecode", "address", "tel", "location")

# (name, type text, codes): what the rule and the outcome must be stands in the test that reads them
ODD: dict[str, tuple[str, str, str]] = {
    "several codes": ("万家福超市", "购物服务;超级市场;超市|购物服务;便民商店/便利店;便民商店/便利店", "060400|060400"),
    "codes by semicolon": ("利民大药房", "医疗保健服务;医药保健销售店;药房", "090601;090600"),
    "excluded and parent": ("屈臣氏(金鼎店)", "购物服务;超级市场;超市|购物服务;超级市场;屈臣氏", "060400|060411"),
    "fresh first": ("鲜丰水果", "购物服务;便民商店/便利店;便民商店/便利店", "060200"),
    "breakfast by name": ("老张胡辣汤", "餐饮服务;中餐厅;中餐厅", "050100"),
    "canteen by name": ("东关街幸福食堂", "餐饮服务;中餐厅;中餐厅", "050100"),
    "catch-all by name": ("好帮手家政", "生活服务;生活服务场所;生活服务场所", "070000"),
    "locker before parcel": ("丰巢快递柜", "生活服务;物流速递;物流速递", "070500"),
    "parcel": ("菜鸟驿站", "生活服务;物流速递;物流速递", "070500"),
    "freight": ("顺达货运", "生活服务;物流速递;物流速递", "070500"),
    "warehouse": ("某某物流园", "生活服务;物流速递;物流仓储场地", "070501"),
    "market unsure": ("小商品城", "购物服务;综合市场;综合市场", "060700"),
    "market sure": ("柳园农贸市场", "购物服务;综合市场;综合市场", "060700"),
    "milk tea": ("蜜雪冰城", "餐饮服务;冷饮店;冷饮店", "050700"),
    "two types": ("夫妻店", "购物服务;便民商店/便利店;便民商店/便利店|餐饮服务;中餐厅;中餐厅", "060200|050100"),
    "estate": ("锦绣花园", "商务住宅;住宅区;住宅小区", "120302"),
    "door by code": ("锦绣花园东门", "通行设施;临街院门;临街院正门", "991401"),
    "door by name": ("锦绣花园(东南门)", "商务住宅;住宅区;住宅小区", "120302"),
    "door of a shop": ("康复来大药房(东门)", "医疗保健服务;医药保健销售店;药房", "090601"),
    "door unmarked": ("锦绣花园北门", "地名地址信息;门牌信息;楼栋号", "190403"),
    "parking entrance": ("万达停车场入口", "交通设施服务;停车场;停车场入口", "150905"),
    "restaurant named door": ("老东门", "餐饮服务;中餐厅;中餐厅", "050100"),
    "cash machine": ("工商银行ATM", "金融保险服务;自动提款机;中国工商银行ATM", "160302"),
    "closed": ("顺发便利店(暂停营业)", "购物服务;便民商店/便利店;便民商店/便利店", "060200"),
    "outside": ("某某科技公司", "公司企业;公司;公司", "170200"),
    "no rule": ("柳园花店", "购物服务;专卖店;专卖店", "061203"),
    "kindergarten": ("实验幼儿园", "科教文化服务;学校;幼儿园", "141204"),
    "formula": ("=cmd|' /C calc'!A0", "购物服务;便民商店/便利店;便民商店/便利店", "060200"),
    "script": ("<script>alert(1)</script>", "购物服务;便民商店/便利店;便民商店/便利店", "060200"),
    "path": ("../../etc/passwd", "购物服务;便民商店/便利店;便民商店/便利店", "060200"),
    "newline": ("两行\n名字", "购物服务;便民商店/便利店;便民商店/便利店", "060200"),
    "emoji": ("笑脸😀便利店", "购物服务;便民商店/便利店;便民商店/便利店", "060200"),
    "long": ("长" * 4000, "购物服务;便民商店/便利店;便民商店/便利店", "060200"),
    "empty list": ("[]", "购物服务;便民商店/便利店;便民商店/便利店", "060200"),
}


def spot(n: int, datum: str = "gcj02") -> tuple[float, float]:
    """The ``n``-th of many places 200 m apart, in degrees of ``datum`` with the six decimals that maps give."""
    lon, lat = LON + 0.0025 * (n % 20), LAT + 0.002 * (n // 20)
    x, y = from_wgs84(datum, np.array([lon]), np.array([lat]))
    return round(float(x[0]), 6), round(float(y[0]), 6)


def amap_rows(plain: int = 180) -> list[dict[str, Any]]:
    """Odd rows, then ``plain`` pharmacies, all apart; one id twice; one row without, one with a turned position."""
    rows = []
    for n, (name, kind, code) in enumerate(ODD.values()):
        lon, lat = spot(n)
        rows.append(_row(f"B{n:05d}", name, kind, code, f"{lon},{lat}"))
    for n in range(plain):
        lon, lat = spot(len(ODD) + n)
        kind = "医疗保健服务;医药保健销售店;药房"
        rows.append(_row(f"P{n:05d}", f"{_chinese(n)}药房", kind, "090601", f"{lon},{lat}"))
    rows.append(dict(rows[-1]))
    rows.append(_row("N00001", "没有坐标的店", "购物服务;便民商店/便利店;便民商店/便利店", "060200", "[]"))
    lon, lat = spot(len(ODD) + plain)
    rows.append(_row("T00001", "写反坐标的店", "购物服务;便民商店/便利店;便民商店/便利店", "060200", f"{lat},{lon}"))
    return rows


def _row(poi_id: str, name: str, kind: str, code: str, location: str) -> dict[str, Any]:
    return dict(zip(AMAP_HEADERS, (poi_id, name, kind, code, "[]", "[]", location), strict=True))


def _chinese(n: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in f"{n:03d}")


def csv_bytes(rows: list[dict[str, Any]], encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding, errors="replace")


def write_amap(folder: Path, name: str = "高德.csv", plain: int = 180, encoding: str = "utf-8-sig") -> Path:
    path = folder / name
    path.write_bytes(csv_bytes(amap_rows(plain), encoding))
    return path


def baidu_rows() -> list[dict[str, Any]]:
    """The interface's own form: the first pharmacy of the Amap file again, 10 m off, a door, and shops of their own."""
    n = list(ODD).index("codes by semicolon")
    rows = [
        ("u1", "聊城利民大药房(柳园店)", "医疗;药店", spot(n, "bd09"), 0.0001),
        ("u2", "锦绣花园-东门", "出入口;门", spot(400, "bd09"), 0.0),
        ("u3", "洁丽雅干洗", "生活服务;洗衣店", spot(401, "bd09"), 0.0),
        ("u4", "好邻居", "购物;商铺", spot(402, "bd09"), 0.0),
    ]
    return [
        {"uid": uid, "name": name, "location": {"lat": lat, "lng": lon + off}, "detail_info": {"tag": tag}}
        for uid, name, tag, (lon, lat), off in rows
    ]


def write_baidu(folder: Path, name: str = "百度.json") -> Path:
    path = folder / name
    path.write_text(json.dumps({"status": 0, "results": baidu_rows()}, ensure_ascii=False), encoding="utf-8")
    return path
