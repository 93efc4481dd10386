"""Whole runs of small towns that overlap, lie apart, or are one alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support.plan_towns import TYPES, write_town

from models.solution import Termination
from scenarios.faults import FaultError
from siting.bundle import ResultBundle
from siting.city.run import CityRequest, run_city
from siting.outputs.run_json import run_data
from siting.outputs.writer import write_run
from siting.pipeline import RunRequest, run_circle

ONLY = f"catalogue.only={json.dumps(TYPES)}"
SETS = (ONLY, "budget.capital_cny=700000", "phases.2026=none")


def town(folder: Path, name: str, shift: float = 0.0, extra: str = "", district: str = "甲区") -> Path:
    """A town ``shift`` degrees east of the others, whose names then are its own."""
    made = write_town(folder / name, name, f"{name}街", district, extra)
    if shift:
        for file in ("demand.csv", "outlets.csv", "sites.csv"):
            path = made / file
            path.write_text(path.read_text(encoding="utf-8").replace("115.9", f"{115.9 + shift:.1f}"), encoding="utf-8")
    return made


def city(out: Path, *sources: Path, sets: tuple[str, ...] = ()) -> ResultBundle:
    run = RunRequest(sources[0], sets=(*SETS, *sets), out=out, mip_gap=0.0, time_limit_s=20)
    return run_city(CityRequest(sources, False, run))


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("towns")
    town(folder, "A")
    town(folder, "B")
    town(folder, "Far", 1.0, district="乙区")
    return folder


def test_one_circle_is_the_ordinary_run(towns: Path, tmp_path: Path):
    alone = run_circle(RunRequest(towns / "A", sets=SETS, out=tmp_path, mip_gap=0.0, ranking=False))
    one = city(tmp_path, towns / "A")
    assert [v.incumbent for v in one.levels] == [v.incumbent for v in alone.levels]
    assert {(p.site_id, p.type_id) for p in one.picks} == {(p.site_id, p.type_id) for p in alone.picks}
    assert one.totals == alone.totals
    assert one.gaps.rows == tuple(replace(row, agrees=None) for row in alone.gaps.rows)


def test_two_circles_on_one_spot_share_everything_and_residents_count_once(towns: Path, tmp_path: Path):
    one, both = city(tmp_path, towns / "A"), city(tmp_path, towns / "A", towns / "B")
    assert both.city is not None
    assert len(both.city.merges) == 6 + 6 + 2
    assert both.city.renamed == {}
    assert both.gaps.residents == one.gaps.residents
    assert both.city.capital_cny == 1_400_000
    assert both.totals.missing_types_total == 2 * one.totals.missing_types_total
    assert [c.missing_filled for c in both.city.circles] == [both.totals.missing_types_filled // 2] * 2
    assert both.totals.missing_types_filled == sum(c.missing_filled for c in both.city.circles)
    assert sum(c.money_cny for c in both.city.circles) == pytest.approx(both.totals.cost_cny)
    assert sum(c.residents_newly_covered for c in both.city.circles) == both.totals.residents_newly_covered


def test_circles_apart_keep_their_own_under_one_purse_and_beat_the_split(towns: Path, tmp_path: Path):
    both = city(tmp_path, towns / "A", towns / "Far", sets=("city.capital_cny=900000",))
    assert both.city is not None
    assert both.city.merges == ()
    assert both.city.renamed["Far:S1"] == "Far-S1"
    assert {c.district for c in both.city.circles} == {"甲区", "乙区"}
    assert both.termination is Termination.OPTIMAL
    assert both.totals.budget_cny <= 900_000
    ours = [v.city if v.sense == "max" else -v.city for v in both.city.split]
    split = [v.split if v.sense == "max" else -v.split for v in both.city.split]
    assert [round(v, 6) for v in ours] >= [round(v, 6) for v in split]
    assert sum(c.share_cny or 0.0 for c in both.city.circles) == pytest.approx(900_000)


def test_money_per_circle_and_district_shares(towns: Path, tmp_path: Path):
    shares = ("city.capital_per_circle_cny=400000", 'city.district_share={"乙区" = {least = 0.6, most = 0.7}}')
    both = city(tmp_path, towns / "A", towns / "Far", sets=shares)
    assert both.city is not None
    assert both.city.capital_cny == 800_000
    far = next(c for c in both.city.circles if c.id == "Far")
    assert 0.6 * both.totals.cost_cny - 0.01 <= far.money_cny <= 0.7 * 800_000 + 0.01


def test_locks_by_the_citys_ids_and_by_a_circles_own(tmp_path: Path):
    town(tmp_path, "A", extra='[scenario]\nlock.out = ["S1"]\n')
    town(tmp_path, "Far", 1.0)
    both = city(tmp_path, tmp_path / "A", tmp_path / "Far", sets=())
    assert not {p.site_id for p in both.picks} & {"A-S1"}
    locked = city(tmp_path, tmp_path / "Far", town(tmp_path, "C"), sets=('lock.in=["Far-S3"]',))
    assert "Far-S3" in {p.site_id for p in locked.picks}


@pytest.mark.parametrize(
    ("extra", "sets", "code"),
    [
        ("[scenario]\nwalking.adult_m_s = 1.0\n", (), "city-differs"),
        ("", ('city.district_share={"丙区" = {least = 0.1}}',), "unknown-district"),
        ("", ('lock.in=["S1"]',), "unknown-site"),
    ],
)
def test_what_cannot_be_one_model_is_told(tmp_path: Path, extra: str, sets: tuple[str, ...], code: str):
    town(tmp_path, "A")
    town(tmp_path, "Far", 1.0, extra)
    with pytest.raises(FaultError) as told:
        city(tmp_path, tmp_path / "A", tmp_path / "Far", sets=sets)
    assert code in {fault.code for fault in told.value.faults}


def test_faults_of_every_circle_at_once(tmp_path: Path):
    for name in ("A", "B"):
        (town(tmp_path, name) / "demand.csv").write_text("编号,名称\nD0,x\n", encoding="utf-8")
    with pytest.raises(FaultError) as told:
        city(tmp_path, tmp_path / "A", tmp_path / "B")
    assert {fault.file.split("/")[0] for fault in told.value.faults} == {"A", "B"}


def test_a_run_is_written_the_same_twice(towns: Path, tmp_path: Path):
    found = []
    for name in ("one", "two"):
        bundle = city(tmp_path, towns / "A", towns / "Far")
        write_run(bundle, tmp_path / name)
        data = run_data(bundle, tmp_path / "one")
        found.append((tmp_path / name / "result.xlsx").read_bytes())
        assert data["city"]["circles"][1]["id"] == "Far"
        assert "各圈" in _sheets(tmp_path / name / "result.xlsx")
    assert found[0] == found[1]


def _sheets(path: Path) -> list[str]:
    import openpyxl

    return openpyxl.load_workbook(path, read_only=True).sheetnames
