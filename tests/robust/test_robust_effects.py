"""A future laid on a circle says the same as a circle that was surveyed so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.faults import FaultError
from scenarios.futures import futures_for, read_futures
from siting.formulation import build
from siting.prepare import CircleInputs
from siting.studies.robust.variants import Variant, Variants, variants_of

SIX_DECIMALS = 1e-6


@pytest.fixture
def made(inputs: CircleInputs, futures_file: Path) -> Variants:
    return variants_of(inputs, futures_for(str(futures_file)), 0)


def only(inputs: CircleInputs, folder: Path, text: str) -> Variant:
    path = folder / "one.toml"
    path.write_text(f'[[futures]]\nname = "one"\n{text}\n', encoding="utf-8")
    return variants_of(inputs, read_futures(path), 0).futures[0]


def test_nothing_changes_in_the_future_that_changes_nothing(made: Variants):
    today, same = made.built.instance, made.futures[0].built.instance
    for name in ("segment_residents", "covered", "eligible", "open_cost_cny", "site_cost_cny", "missing_outlets"):
        assert np.array_equal(getattr(today, name), getattr(same, name)), name


def test_residents_times_factors(made: Variants, inputs: CircleInputs):
    demand = inputs.workspace.demand
    changed = made.futures[1].effects.workspace.demand
    assert changed["residents"].to_numpy(float) == pytest.approx(demand["residents"].to_numpy(float) * 0.9)
    wanted = np.minimum(demand["elderly"].to_numpy(float) * 1.2, demand["residents"].to_numpy(float) * 0.9)
    assert changed["elderly"].to_numpy(float) == pytest.approx(wanted)
    assert changed["toddlers"].to_numpy(float) == pytest.approx(demand["toddlers"].to_numpy(float) * 0.9)


def test_prices_times_factors(made: Variants):
    today, dear = made.built, made.futures[1].built
    assert dear.instance.open_cost_cny == pytest.approx(today.instance.open_cost_cny * 1.1, abs=0.01)
    works = today.money.opening_cny + today.money.renovation_cny
    assert dear.instance.site_cost_cny == pytest.approx(works * 1.1 + today.money.rent_cny * 1.25, abs=0.01)
    assert np.array_equal(dear.instance.site_budget_cny, dear.instance.site_cost_cny)


def test_a_closed_outlet_is_as_if_it_had_never_been_surveyed(made: Variants, inputs: CircleInputs):
    """The row stays for the walks; covered, rivals and missing outlets are those of a survey without it."""
    shut = made.futures[2]
    outlets = inputs.workspace.outlets
    closed = set(shut.effects.closed)
    assert closed
    assert set(outlets.loc[outlets["id"].isin(closed), "type_id"]) <= {"pharmacy", "supermarket"}
    kept = outlets[~outlets["id"].isin(closed)].reset_index(drop=True)
    ready = replace(inputs, workspace=replace(inputs.workspace, outlets=kept), _walks={}).prepared()
    surveyed = build(ready.workspace, ready.catalogue, ready.scenario, ready.walks, ready.gaps, 0).instance
    found = shut.built.instance
    for name in ("covered", "rivals", "missing_outlets", "host_ids"):
        assert np.array_equal(getattr(surveyed, name), getattr(found, name)), name
    assert not np.array_equal(made.built.instance.rivals, found.rivals)


def test_the_largest_of_a_type_closes(made: Variants, inputs: CircleInputs):
    outlets = inputs.workspace.outlets
    own = outlets[outlets["type_id"] == "pharmacy"]
    largest = own.loc[own["area_m2"].astype(float).idxmax(), "id"]
    assert largest in made.futures[2].effects.closed


def test_a_share_of_the_rooms_is_withdrawn_by_the_seed(made: Variants, inputs: CircleInputs, futures_file: Path):
    n = len(inputs.workspace.sites)
    gone = made.futures[2].effects.withdrawn
    assert len(gone) == round(0.25 * n)
    again = variants_of(inputs, futures_for(str(futures_file)), 0).futures[2].effects.withdrawn
    others = [variants_of(inputs, futures_for(str(futures_file)), seed).futures[2].effects.withdrawn for seed in (1, 2)]
    assert gone == again
    assert any(other != gone for other in others)


def test_a_types_area_changes_who_is_eligible(made: Variants):
    k = made.built.instance.type_ids.index("pharmacy")
    assert made.futures[2].built.instance.area_m2[k] == 70
    assert made.built.instance.area_m2[k] != 70


def test_slower_walking_reaches_no_further(inputs: CircleInputs, tmp_path: Path):
    slow = only(inputs, tmp_path, "walking = { adult_m_s = 0.9, elderly_m_s = 0.5 }").built.instance
    today = variants_of(inputs, futures_for("usual"), 0).built.instance
    reached = [(slow.reach[k].sum(), today.reach[k].sum()) for k in range(today.n_type)]
    assert all(a <= b for a, b in reached)
    assert any(a < b for a, b in reached)


def test_faults_of_all_futures_at_once(inputs: CircleInputs, tmp_path: Path):
    path = tmp_path / "bad.toml"
    path.write_text(
        '[[futures]]\nname = "a"\nclosed_outlets = ["E9999"]\nwithdrawn_sites = ["S01"]\n'
        '[[futures]]\nname = "b"\nclosed_outlets = { largest_of = ["药典"] }\n'
        '[[futures]]\nname = "c"\ntypes = { pharmcy = { area_m2 = 3 } }\n'
        '[[futures]]\nname = "d"\ntypes = { pharmacy = { area_m2 = "x" } }\n',
        encoding="utf-8",
    )
    with pytest.raises(FaultError) as caught:
        variants_of(inputs, read_futures(path), 0)
    codes = [fault.code for fault in caught.value.faults]
    assert codes.count("unknown-place") == 2
    assert codes.count("unknown-type") == 2
    assert "bad-value" in codes
    assert all("情形“" in str(fault) for fault in caught.value.faults)


def test_a_plan_by_years_is_refused(inputs: CircleInputs):
    from scenarios.layers import Layer

    layer = Layer({"phases": {"2025": 1_000_000.0}}, "test", "test")
    with pytest.raises(FaultError, match="暂不支持分年度"):
        variants_of(replace(inputs, layers=(*inputs.layers, layer)), futures_for("usual"), 0)
