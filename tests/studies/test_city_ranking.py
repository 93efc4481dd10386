"""The city's list: its order by hand, total, the same for any order of runs; real rows equal a recount of run.json."""

from __future__ import annotations

import itertools
import json
import random
import shutil
from collections import Counter
from pathlib import Path

import pytest
from audit.audit_town import put, tampered
from support.run_records import record, run_data, written

from scenarios.faults import FaultError
from siting.studies.citywide import rank_city, read_city, runs_under
from siting.studies.citywide.order import level_order, sort_key
from siting.studies.citywide.reading import CityRun, SiteSeen

LOSSES = dict.fromkeys(("missing_types", "basic_coverage", "cost"), 0.0)


def city_run(circle: str, scenario: str, costs: dict[str, float], losses: dict[str, dict], extra: int = 0) -> CityRun:
    """Sites S1, S2 … a kilometre apart for each circle; those with a cost are chosen (pharmacy)."""
    picks = tuple((site, "pharmacy", cost) for site, cost in costs.items())
    run = record(circle, scenario, picks, {s: LOSSES | lost for s, lost in losses.items()})
    number = int(circle[1:])
    names = [f"S{n}" for n in range(1, 5 + extra)]
    sites = tuple(SiteSeen(s, f"{circle}房{s}", "", "", 9.0, 116 + number, 36 + n / 100) for n, s in enumerate(names))
    return CityRun(run, sites)


def order_of(*runs: CityRun) -> list[str]:
    return [room.name for room in rank_city(runs).rooms]


def test_replacement_cost_decides_level_by_level():
    losses = {
        "S1": {"basic_coverage": 50.0},
        "S2": {"missing_types": 1.0},
        "S3": {"basic_coverage": 50.0, "cost": 3.0},
        "S4": {"basic_coverage": 60.0, "cost": -9.0},
    }
    run = city_run("C1", "base", dict.fromkeys(losses, 100.0), losses)
    assert order_of(run) == ["C1房S2", "C1房S4", "C1房S3", "C1房S1"]


def test_then_frequency_then_value_then_cost():
    first = city_run(
        "C1", "base", {"S1": 100.0, "S2": 100.0, "S3": 50.0, "S4": 100.0}, {s: {} for s in ("S1", "S2", "S3", "S4")}
    )
    second = city_run("C1", "tight", {"S2": 100.0}, {"S2": {}})
    ranking = rank_city([first, second])
    # S2 twice of two; S3 is worth more a 元; S1 before S4 by id
    assert [room.name for room in ranking.rooms] == ["C1房S2", "C1房S3", "C1房S1", "C1房S4"]
    assert [(room.chosen_runs, room.candidate_runs) for room in ranking.rooms] == [(2, 2), (1, 2), (1, 2), (1, 2)]
    texts = [room.reason_zh for room in ranking.rooms]
    assert "2 次结果中入选 2 次" in texts[0]
    assert "入选率较低" in texts[1]
    assert "每万元" in texts[2].split("；")[-1]
    assert "按区、生活圈与编号" in texts[3]


def test_the_largest_loss_leads_and_losses_are_never_added():
    one = city_run("C1", "base", {"S1": 100.0}, {"S1": {"basic_coverage": 40.0, "cost": 7.0}})
    two = city_run("C1", "tight", {"S1": 80.0}, {"S1": {"basic_coverage": 70.0}})
    (room,) = rank_city([one, two]).rooms
    assert dict(room.leading.losses) == LOSSES | {"basic_coverage": 70.0}
    assert room.leading.scenario == "tight"
    assert room.scenarios == ("base", "tight")
    assert "“基本保障类新增覆盖”，损失 70 人次（已证明）" in room.reason_zh


def test_what_cannot_be_done_without_comes_first_and_what_was_not_ranked_after():
    run = city_run("C1", "base", {"S1": 1.0, "S2": 1.0, "S3": 1.0}, {"S1": {"missing_types": 9.0}, "S2": {}})
    ranks = [r.model_copy(update={"feasible": r.site_id != "S2"}) for r in run.record.ranking]
    run = CityRun(run.record.model_copy(update={"ranking": tuple(ranks)}), run.sites)
    ranking = rank_city([run])
    assert [room.name for room in ranking.rooms] == ["C1房S2", "C1房S1", "C1房S3"]
    assert "没有它就找不到可行方案" in ranking.rooms[0].reason_zh
    assert "没有计算替代成本" in ranking.rooms[2].reason_zh


def test_filled_outlets_are_shared_between_picks_of_a_type():
    run = city_run("C1", "base", {"S1": 10_000.0, "S2": 20_000.0}, {"S1": {}, "S2": {}})
    by_name = {room.name: room for room in rank_city([run]).rooms}
    assert by_name["C1房S1"].leading.filled == by_name["C1房S2"].leading.filled == 0.5
    assert by_name["C1房S1"].filled_per_wan == 0.5
    assert by_name["C1房S2"].residents_per_wan == 50.0


def test_a_room_that_costs_nothing_has_no_ratio_and_comes_before():
    run = city_run("C1", "base", {"S1": 10.0, "S2": 0.0}, {"S1": {}, "S2": {}})
    rooms = rank_city([run]).rooms
    assert (rooms[0].name, rooms[0].residents_per_wan) == ("C1房S2", None)
    assert "不花钱" in rooms[0].reason_zh


def test_the_level_order_is_that_of_most_runs():
    usual, other = record(), record(scenario="other")
    levels = [other.levels[n] for n in (1, 0, 2)]
    other = other.model_copy(update={"levels": tuple(levels)})
    assert level_order([usual, other, usual]) == ("missing_types", "basic_coverage", "cost")
    assert level_order([other, other, usual]) == ("basic_coverage", "missing_types", "cost")
    assert level_order([usual, other]) == level_order([other, usual]) == ("basic_coverage", "missing_types", "cost")


@pytest.mark.parametrize("seed", range(5))
def test_the_order_is_total_and_of_no_order_of_runs(seed: int):
    rng = random.Random(seed)
    runs = []
    for circle, scenario in itertools.product(("C1", "C2"), ("base", "tight", "wide")):
        chosen = rng.sample(["S1", "S2", "S3", "S4"], 3)
        losses = {s: {"basic_coverage": float(rng.choice([0, 0, 5]))} for s in chosen}
        runs.append(city_run(circle, scenario, {s: float(rng.choice([10, 10, 20])) for s in chosen}, losses))
    ranking = rank_city(runs)
    keys = [sort_key(room, ranking.level_order) for room in ranking.rooms]
    assert keys == sorted(keys)
    assert len(set(map(str, keys))) == len(keys)
    rng.shuffle(runs)
    assert rank_city(runs).rooms == ranking.rooms
    assert [room.rank for room in ranking.rooms] == list(range(1, len(keys) + 1))


def test_real_runs_equal_a_recount(street_runs: dict[str, Path]):
    ranking = rank_city(read_city(runs_under([street_runs["wide"].parent])))
    data = {name: json.loads((folder / "run.json").read_text("utf-8")) for name, folder in street_runs.items()}
    outlets = {"O1", "O2"}
    chosen = Counter(s for d in data.values() for s in {p["site"] for p in d["picks"]} - outlets)
    assert {room.site_ids[0].split(":")[1]: room.chosen_runs for room in ranking.rooms} == dict(chosen)
    assert {room.candidate_runs for room in ranking.rooms} == {3}
    for room in ranking.rooms:
        site = room.leading.site_id
        source = next(
            d
            for d in data.values()
            if any(r["site_id"] == site and r["losses"] == room.leading.losses for r in d["ranking"])
        )
        spent = sum(p["cost"] for p in source["picks"] if p["site"] == site)
        gained = sum(s["residents"] for s in source["served"] if s["site_id"] == site)
        assert room.leading.cost_cny == pytest.approx(spent)
        assert room.residents_per_wan == pytest.approx(gained / spent * 10_000)
        mine = tuple(-room.leading.losses[level] for level in ranking.level_order)
        for d in data.values():
            for other in d["ranking"]:
                if other["site_id"] == site:
                    assert mine <= tuple(-round(other["losses"][level], 6) + 1e-6 for level in ranking.level_order)


def test_a_room_in_two_circles_stands_once(tmp_path: Path, street_runs: dict[str, Path]):
    shutil.copytree(street_runs["wide"], tmp_path / "T9")
    other = tampered(tmp_path / "T9", put("circle", "id", to="T8"), "T8")
    one, both = (rank_city(read_city(folders)) for folders in ([tmp_path / "T9"], [tmp_path / "T9", other]))
    assert [room.name for room in both.rooms] == [room.name for room in one.rooms]
    assert {room.circles for room in both.rooms} == {("T8", "T9")}
    assert {(room.chosen_runs, room.candidate_runs) for room in both.rooms} == {(2, 2)}
    assert both.candidates == one.candidates


def test_all_faults_at_once(tmp_path: Path, street_runs: dict[str, Path]):
    no_map = written(tmp_path / "base" / "C01", run_data())
    old = written(tmp_path / "base" / "C02", {"schema_version": 9})
    assert runs_under([tmp_path, no_map]) == (no_map, old)
    with pytest.raises(FaultError) as caught:
        read_city([no_map, street_runs["wide"], old])
    assert [fault.code for fault in caught.value.faults] == ["unreadable-file", "other-schema-version"]
    with pytest.raises(FaultError) as caught:
        runs_under([tmp_path / "none", street_runs["wide"], tmp_path / "base" / "C01" / "x"])
    assert [fault.code for fault in caught.value.faults] == ["no-run", "no-run"]
