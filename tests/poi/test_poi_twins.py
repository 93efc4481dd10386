"""One place in several rows: merged, with the decision kept; two places stay two."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.catalogue import load_catalogue
from siting.datum import from_wgs84
from siting.poi.record import Outcome, Poi, Source, Verdict
from siting.poi.sorting import sort_out
from siting.poi.twins import NEAR_M, alike, core, merge_twins

_METRE_LAT = 1 / 111_320


def poi(name: str, source: Source = Source.AMAP, metres: float = 0.0, code: str = "090601") -> Poi:
    lonlat = from_wgs84(source.datum, np.array([115.98]), np.array([36.45 + metres * _METRE_LAT]))
    codes, classes = ((code,), ()) if source is Source.AMAP else ((), (code,))
    return Poi("f", 2, source, "", name, "", codes, classes, float(lonlat[0][0]), float(lonlat[1][0]), source.datum)


def merged(*pois: Poi) -> list[Verdict]:
    return merge_twins(pois, sort_out(pois, load_catalogue()))


def test_one_shop_on_two_maps() -> None:
    first, second = merged(poi("利民大药房"), poi("聊城利民大药房(柳园店)", Source.BAIDU, 20, "医疗;药店"))
    assert first.outcome is Outcome.OUTLET
    assert (second.rule, second.outcome, second.kept) == ("twin", Outcome.MERGED, 0)
    assert second.likeness >= 0.8
    assert second.metres == pytest.approx(20, abs=0.1)


@pytest.mark.parametrize(
    "other",
    [
        poi("康复来药店", Source.BAIDU, 5, "医疗;药店"),
        poi("利民大药房", Source.BAIDU, NEAR_M + 2, "医疗;药店"),
        poi("利民便利店", Source.BAIDU, 5, "购物;便利店"),
        poi("利民新大药房", Source.AMAP, 5),
    ],
    ids=["another name", "too far", "another type", "one map, not the same name"],
)
def test_two_shops_stay_two(other: Poi) -> None:
    assert [v.outcome for v in merged(poi("利民大药房"), other)] == [Outcome.OUTLET] * 2


def test_an_open_row_joins_the_outlet_whatever_comes_first() -> None:
    unsure, sure = merged(poi("利民大药房", Source.BAIDU, 5, "购物;商铺"), poi("利民大药房"))
    assert (unsure.outcome, unsure.kept) == (Outcome.MERGED, 1)
    assert sure.outcome is Outcome.OUTLET


def test_no_chains() -> None:
    rows = [poi("利民大药房", source, 40 * n, "090601" if source is Source.AMAP else "医疗;药店")
            for n, source in enumerate([Source.AMAP, Source.BAIDU, Source.AMAP])]  # fmt: skip
    found = merged(*rows)
    assert [v.outcome for v in found] == [Outcome.OUTLET, Outcome.MERGED, Outcome.OUTLET]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("利民大药房(东昌路店)", "利民大药房", True),
        ("美宜佳", "美宜佳便利店", True),
        ("便利店", "美宜佳便利店", False),
        ("永和豆浆", "永和大王", False),
        ("光明药店", "光明路百姓药店", False),
        ("利民药店", "聊城利民药店", True),
    ],
)
def test_likeness(a: str, b: str, same: bool) -> None:
    assert (alike(core(a), core(b)) >= 0.8) is same
    assert alike(core(a), core(b)) == alike(core(b), core(a))
