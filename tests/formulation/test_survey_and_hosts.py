"""From the survey to the instance: where an add-on service may be carried."""

from __future__ import annotations

from pathlib import Path

from siting.formulation import Built, build
from siting.prepare import RunRequest, prepare

FILES = {
    "circle.toml": 'id = "T1"\nname = "试验圈"\n',
    "demand.csv": "id,residents\nD0,100\n",
    "sites.csv": "id,kind,area_m2,forbidden_types,allowed_types\n"
    "S0,vacant_room,900,laundry,\nS1,vacant_room,900,,\nS2,basement,900,,\nS3,vacant_room,900,,pharmacy\n",
    "distances.csv": "from_id,to_id,metres\nD0,S0,10\nD0,S1,10\nD0,S2,10\nD0,S3,10\n",
}


def built(folder: Path, *sets: str) -> Built:
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    chosen = ('catalogue.only=["pharmacy","laundry"]', 'types.laundry.hosts=["pharmacy"]', "hosts.new=true", *sets)
    ready = prepare(RunRequest(folder, "base", chosen, folder.parent))
    return build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps)


def may_carry_laundry(case: Built) -> list[bool]:
    column = case.instance.type_ids.index("laundry")
    return [bool(flag) for flag in case.instance.addon_eligible[:, column]]


def test_a_service_needs_no_more_of_a_room_than_that_the_survey_allows_it(tmp_path):
    case = built(tmp_path / "T1")
    assert may_carry_laundry(case) == [False, True, True, False]


def test_a_type_refused_for_another_reason_first_is_still_forbidden_as_a_service(tmp_path):
    case = built(tmp_path / "T1", "types.laundry.sitable=false")
    assert {r.code for r in case.refusals if r.type_id == "laundry"} == {"not-sitable"}
    assert may_carry_laundry(case) == [False, True, True, False]


def test_a_site_that_takes_no_part_carries_nothing(tmp_path):
    case = built(tmp_path / "T1", 'sites.forbidden_kinds=["basement"]')
    assert may_carry_laundry(case) == [False, True, False, False]
    assert [r.code for r in case.refusals if r.site_id == "S2"] == ["kind-forbidden"]
