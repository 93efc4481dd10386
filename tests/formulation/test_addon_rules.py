"""What protects the users of a service holds at a counter too; what nobody has surveyed is put on the check list."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.solution import Decision
from siting.explain import picks
from siting.formulation import Built, build
from siting.prepare import Prepared, RunRequest, prepare

FILES = {
    "circle.toml": 'id = "T1"\nname = "试验圈"\n',
    "demand.csv": "id,residents,toddlers\nD0,900,90\n",
    "sites.csv": "id,kind,area_m2,floor,elevator\n"
    "S1,vacant_room,900,1,\nS3,vacant_room,900,3,是\nS4,vacant_room,900,4,是\nS2,vacant_room,900,2,否\nSX,vacant_room,900,,\n",
    "outlets.csv": "id,type,area_m2\nK1,kindergarten,\nK2,kindergarten,3000\nK3,kindergarten,1000\n",
}
PLACES = ("S1", "S3", "S4", "S2", "SX", "K1", "K2", "K3")


@pytest.fixture(scope="module")
def circle(tmp_path_factory: pytest.TempPathFactory) -> tuple[Prepared, Built]:
    folder = tmp_path_factory.mktemp("addon") / "T1"
    folder.mkdir()
    ways = "".join(f"D0,{place},10\n" for place in PLACES)
    for name, text in {**FILES, "distances.csv": f"from_id,to_id,metres\n{ways}"}.items():
        (folder / name).write_text(text, encoding="utf-8")
    chosen = (
        'catalogue.only=["kindergarten","childcare","elderly_day_care"]',
        "hosts.new=true",
        "hosts.existing=true",
        "types.elderly_day_care.hosts=[kindergarten]",
        "types.elderly_day_care.site_rules.elevator_above_floor=1",
    )
    ready = prepare(RunRequest(folder, "base", chosen, folder.parent))
    return ready, build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps)


def may_carry(built: Built, type_id: str) -> list[str]:
    column = built.instance.type_ids.index(type_id)
    places = (*built.instance.site_ids, *built.instance.host_ids)
    return [place for place, flag in zip(places, built.instance.addon_eligible[:, column], strict=True) if flag]


def test_children_climb_no_higher_in_another_service_than_in_their_own(circle: tuple[Prepared, Built]):
    _, built = circle
    assert may_carry(built, "childcare") == ["S1", "S3", "S2", "SX", "K1", "K2", "K3"]


def test_a_service_that_needs_a_lift_needs_it_at_a_counter_too(circle: tuple[Prepared, Built]):
    _, built = circle
    assert may_carry(built, "elderly_day_care") == ["S1", "S3", "S4", "SX", "K1", "K2", "K3"]


def test_the_room_of_an_existing_host_is_its_share_of_its_own_or_the_usual_area(circle: tuple[Prepared, Built]):
    _, built = circle
    assert built.instance.host_area_m2.tolist() == pytest.approx([315.0, 300.0, 100.0])


def test_what_nobody_has_surveyed_is_on_the_check_list(circle: tuple[Prepared, Built]):
    ready, built = circle
    decision = Decision.empty(built.instance)
    k = built.instance.type_ids.index("childcare")
    for place in ("S1", "SX", "K1", "K2"):
        decision.addon[PLACES.index(place), k] = True
    day_care = built.instance.type_ids.index("elderly_day_care")
    decision.open[[0, 4], day_care] = True
    lines = {p.site_id: p for p in picks(built, ready.workspace, decision, ()) if p.type_id == "childcare"}
    assert (lines["K1"].host, lines["S1"].host) == ("K1", "elderly_day_care")
    assert "须征得现有网点经营者同意" in lines["K1"].check_on_site
    assert any("面积未登记，按同类通常面积 3150 ㎡" in text for text in lines["K1"].check_on_site)
    assert any("不得高于 3 层" in text for text in lines["K2"].check_on_site)
    assert not any("面积未登记" in text for text in lines["K2"].check_on_site)
    assert "楼层未登记，须现场核实" in lines["SX"].check_on_site
    assert "楼层未登记，须现场核实" not in lines["S1"].check_on_site
    rules = ready.catalogue.types["childcare"].site_rules
    assert rules is not None
    for line in lines.values():
        assert set(rules.value.check_on_site) <= set(line.check_on_site)


def apart_circle(folder: Path) -> Built:
    """S1, S2, the wet market E1 and, far off, S3, the wet market E2 and the recycling point R1, 20 m from it."""
    folder.mkdir()
    files = {
        "circle.toml": 'id = "T2"\nname = "试验圈"\ndatum = "epsg:4548"\n',
        "demand.csv": "id,residents,x,y\nD0,900,500000,4000000\n",
        "sites.csv": "id,kind,area_m2,x,y\nS1,vacant_room,900,500000,4000000\nS2,vacant_room,900,500010,4000000\n"
        "S3,vacant_room,900,500400,4000000\n",
        "outlets.csv": "id,type,area_m2,x,y\nE1,wet_market,1000,500030,4000000\nE2,wet_market,1000,500420,4000000\n"
        "R1,recycling_point,30,500440,4000000\n",
        "distances.csv": "from_id,to_id,metres\n"
        + "".join(f"D0,{p},10\n" for p in ("S1", "S2", "S3", "E1", "E2", "R1")),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    chosen = (
        'catalogue.only=["wet_market","recycling_point","fresh_grocery","convenience_store"]',
        "hosts.new=true",
        "hosts.existing=true",
        'types.recycling_point.separations=[{type_id = "fresh_grocery", metres = 25}]',
        "types.wet_market.separations=[]",
    )
    ready = prepare(RunRequest(folder, "base", chosen, folder.parent))
    return build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps)


def test_a_food_counter_is_as_near_to_the_recycling_point_as_a_food_shop(tmp_path: Path):
    built = apart_circle(tmp_path / "T2")
    i = built.instance
    places, types = (*i.site_ids, *i.host_ids), i.type_ids
    pairs = {(places[a], types[k], places[b], types[m]) for a, k, b, m in i.separation}
    named = {frozenset(((p, k), (q, m))) for p, k, q, m in pairs}
    for food, waste, told in (
        (("S1", "fresh_grocery"), ("S1", "recycling_point"), True),
        (("S1", "fresh_grocery"), ("S2", "recycling_point"), True),
        (("E1", "fresh_grocery"), ("S2", "recycling_point"), True),
        (("E1", "fresh_grocery"), ("S1", "recycling_point"), False),
        (("E1", "fresh_grocery"), ("S3", "recycling_point"), False),
    ):
        assert (frozenset((food, waste)) in named) == told, (food, waste)
    grocery = types.index("fresh_grocery")
    assert [places[p] for p in range(i.n_place) if i.addon_eligible[p, grocery]] == ["S1", "S2", "S3", "E1"]
