"""What a corrected cost means, to the fen: own cost = corrected total - share of the room."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support.plan_towns import Desk, data_of, workspace_of

from scenarios.catalogue import load_catalogue
from siting.committed.commit import Committed, commit

MONEY = {part: f"投资额：{part}（万元）" for part in ("装修", "设备", "租金", "合计")}


def committed_by(home: Path, plan: Path) -> Committed:
    return commit(plan, workspace_of(home / "town"), load_catalogue())


@pytest.mark.parametrize(
    ("edits", "change_cny"),
    [
        ({"合计": 3.0}, 30_000),
        ({"合计": -1.0}, -10_000),
        ({"装修": 1.25}, 12_500),
        ({"设备": 0.5}, 5_000),
        ({"租金": 0.3}, 3_000),
        ({"装修": 1.0, "设备": -0.5}, 5_000),
        ({"装修": 2.0, "合计": 2.0}, 20_000),
    ],
)
def test_own_cost_is_the_corrected_total_less_the_share(
    home: Path, plan: Path, edits: dict[str, float], change_cny: float
):
    desk = Desk(plan)
    row = desk.row_of("S1", "家政服务点")
    for part, change in edits.items():
        desk.at(row, MONEY[part]).value += change
    desk.save()
    pick = next(p for p in data_of(home / "run")["picks"] if (p["site"], p["type"]) == ("S1", "housekeeping"))
    share = pick["cost"] - pick["own_cost"]
    (entry,) = [e for e in committed_by(home, plan).entries if e.own_cny is not None]
    assert entry.total_cny == pytest.approx(pick["cost"] + change_cny, abs=0.02)
    assert entry.own_cny == pytest.approx(entry.total_cny - share, abs=0.02)
    assert entry.own_cny == pytest.approx(pick["own_cost"] + change_cny, abs=0.02)


def test_a_correction_takes_the_place_of_a_quote(home: Path, plan: Path):
    desk = Desk(plan)
    desk.at(desk.row_of("S1", "家政服务点"), MONEY["合计"]).value += 1
    desk.save()
    plan_now = committed_by(home, plan)
    quotes = pd.DataFrame({"site_id": ["S1", "S1"], "type_id": ["housekeeping", "laundry"], "cny": [1.0, 123_456.0]})
    both = plan_now.repriced(quotes)
    assert both is not None
    prices = {(row.site_id, row.type_id): row.cny for row in both.itertuples()}
    assert prices == {("S1", "laundry"): 123_456.0, ("S1", "housekeeping"): pytest.approx(43_000)}
    assert len(quotes) == 2
    alone = plan_now.repriced(None)
    assert alone is not None
    assert list(alone["type_id"]) == ["housekeeping"]


def test_nothing_corrected_leaves_the_quotes_alone(home: Path, plan: Path):
    quotes = pd.DataFrame({"site_id": ["S1"], "type_id": ["laundry"], "cny": [5.0]})
    assert committed_by(home, plan).repriced(quotes) is quotes
    assert committed_by(home, plan).repriced(None) is None


def test_a_lone_total_of_an_added_row_is_not_used(home: Path, plan: Path):
    desk = Desk(plan)
    row = desk.rows()[-1] + 1
    desk.at(row, "点位编号").value, desk.at(row, "业态").value, desk.at(row, MONEY["合计"]).value = "S3", "药店", 9
    desk.save()
    added = committed_by(home, plan).entries[-1]
    assert added.own_cny is None
    assert "未采用" in added.note_zh
