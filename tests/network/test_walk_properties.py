"""Properties that hold on any streets, and a comparison with Floyd–Warshall."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from network_cases import as_dict, grid, workspace
from shapely.geometry import LineString, box

from siting.network import dijkstra, walking_distances


def scattered(seed: int, n_demand: int = 30, n_sites: int = 15, barriers=None, missing=0.3):
    """Points scattered over a grid with a share of its blocks' streets ``missing``."""
    rng = np.random.default_rng(seed)
    pieces = [
        LineString(pair)
        for line in grid(7, 6, 100)
        for pair in zip(line.coords[:-1], line.coords[1:], strict=True)
        if rng.random() > missing
    ]
    low, high = (-40, -40), (640, 540)
    return workspace(
        rng.uniform(low, high, (n_demand, 2)),
        rng.uniform(low, high, (n_sites, 2)),
        pieces,
        outlets=rng.uniform(low, high, (10, 2)),
        barriers=barriers,
    )


WALLS = [LineString([(150, -50), (150, 320)]), box(330, 220, 470, 260)]


def floyd_warshall(n: int, edges: list[tuple[int, int, float]]) -> np.ndarray:
    best = np.full((n, n), np.inf)
    np.fill_diagonal(best, 0.0)
    for u, v, metres in edges:
        best[u, v] = best[v, u] = min(best[u, v], metres)
    for k in range(n):
        best = np.minimum(best, best[:, [k]] + best[[k], :])
    return best


@settings(max_examples=60, deadline=None)
@given(
    nodes=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=9, unique=True),
    links=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=16),
    cutoff=st.sampled_from([40.0, 90.0, 400.0]),
)
def test_agrees_with_floyd_warshall(nodes, links, cutoff):
    """Nodes on a 37 m lattice, shifted so that no node lies on a foreign edge; every node is a home and a place."""
    xy = np.array(nodes, dtype=float) * 37 + np.array([[0.61 * n * n, 0.37 * n**3 % 7] for n in range(len(nodes))])
    xy = np.round(xy, 2)
    links = [(u % len(nodes), v % len(nodes)) for u, v in links]
    links = [(u, v) for u, v in links if u != v]
    lines = [LineString([xy[u], xy[v]]) for u, v in links]
    used = sorted({n for link in links for n in link})
    apart = [xy[[n for n in used if n not in link]] for link in links]
    gaps = [line.distance(shapely.MultiPoint(others)) for line, others in zip(lines, apart, strict=True) if len(others)]
    assume(lines and min(gaps, default=1.0) > 0.51)
    walks = walking_distances(workspace(xy[used], xy[used], lines), cutoff, 0.0)
    truth = floyd_warshall(len(nodes), [(u, v, np.hypot(*(xy[u] - xy[v]))) for u, v in links])[np.ix_(used, used)]
    expected = {(i, j): truth[i, j] for i in range(len(used)) for j in range(len(used)) if truth[i, j] <= cutoff + 1e-6}
    assert as_dict(walks.general) == pytest.approx(expected, abs=1e-5)


def oracle(w, cutoff: float) -> dict[tuple[int, int], float]:
    """Every pair by plain loops: nearest point on any street, Floyd–Warshall between corners, the short hop rule."""
    streets = list(w.streets.geometry)
    corners = sorted({xy for line in streets for xy in line.coords})
    number = {xy: n for n, xy in enumerate(corners)}
    ends = [(number[line.coords[0]], number[line.coords[-1]]) for line in streets]
    apart = floyd_warshall(len(corners), [(u, v, s.length) for (u, v), s in zip(ends, streets, strict=True)])

    def foot(xy):
        point = shapely.Point(xy)
        leg = min(s.distance(point) for s in streets)
        nearest = {n for n, s in enumerate(streets) if s.distance(point) <= leg + 1e-9}
        k = min(nearest)
        along = streets[k].project(point)
        return point, nearest, leg, {ends[k][0]: along, ends[k][1]: streets[k].length - along}, along

    found = {}
    places = [*w.sites[["x", "y"]].to_numpy(), *w.outlets[["x", "y"]].to_numpy()]
    for i, home in enumerate(w.demand[["x", "y"]].to_numpy()):
        a, streets_a, leg_a, to_a, along_a = foot(home)
        for p, place in enumerate(places):
            b, streets_b, leg_b, to_b, along_b = foot(place)
            walked = min(to_a[u] + apart[u, v] + to_b[v] for u in to_a for v in to_b)
            if min(streets_a) == min(streets_b):
                walked = min(walked, abs(along_a - along_b))
            total = leg_a + walked + leg_b
            straight = a.distance(b)
            crosses = any(s.crosses(LineString([a, b])) for s in streets)
            if streets_a & streets_b and straight <= 50 and straight < leg_a + leg_b and not crosses:
                total = min(total, straight)
            if total <= cutoff:
                found[i, p] = total
    return found


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_snapped_points_agree_with_plain_loops(seed):
    w = scattered(seed, n_demand=25, n_sites=30, missing=0.15)
    walks = walking_distances(w, 600.0, 150.0)
    assert walks.snap.cut_off == {}
    expected = oracle(w, 600.0)
    assert len(expected) > 200
    assert as_dict(walks.general) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("barriers", [None, WALLS])
@pytest.mark.parametrize("seed", [1, 2])
def test_swapping_homes_and_sites_transposes_the_table(seed, barriers):
    there = scattered(seed, barriers=barriers)
    back = dataclasses.replace(there, demand=there.sites, sites=there.demand, outlets=there.outlets.iloc[:0])
    there = dataclasses.replace(there, outlets=there.outlets.iloc[:0])
    forward = as_dict(walking_distances(there, 600.0, 60.0).general)
    backward = as_dict(walking_distances(back, 600.0, 60.0).general)
    assert len(forward) > 50
    assert {(p, d): m for (d, p), m in forward.items()} == pytest.approx(backward, abs=2e-6)


@pytest.mark.parametrize("seed", [3, 4])
def test_the_order_of_rows_changes_nothing(seed):
    first = scattered(seed, barriers=WALLS)
    shuffled = dataclasses.replace(
        first,
        demand=first.demand.sample(frac=1, random_state=seed).reset_index(drop=True),
        sites=first.sites.sample(frac=1, random_state=seed).reset_index(drop=True),
        streets=first.streets.sample(frac=1, random_state=seed).reset_index(drop=True),
        barriers=first.barriers.iloc[::-1].reset_index(drop=True),
    )

    def named(w):
        walks = walking_distances(w, 700.0, 45.0)
        ids = [*w.sites["id"], *w.outlets["id"]]
        return {(w.demand["id"][d], ids[p]): m for (d, p), m in as_dict(walks.general).items()}, walks.snap

    pairs, snap = named(first)
    pairs_again, snap_again = named(shuffled)
    assert pairs_again == pytest.approx(pairs, abs=2e-6)
    assert snap_again.cut_off == snap.cut_off
    assert snap_again.access_m == pytest.approx(snap.access_m)


def test_a_larger_cutoff_only_adds_pairs():
    w = scattered(5)
    small, large = (as_dict(walking_distances(w, cutoff, 60.0).general) for cutoff in (350.0, 800.0))
    assert small == {pair: m for pair, m in large.items() if m <= 350.0}
    assert len(small) < len(large)


def test_walking_is_never_shorter_than_the_straight_line():
    w = scattered(6, barriers=WALLS)
    rows = walking_distances(w, 2000.0, 60.0).general
    places = np.r_[w.sites[["x", "y"]].to_numpy(), w.outlets[["x", "y"]].to_numpy()]
    straight = np.hypot(*(w.demand[["x", "y"]].to_numpy()[rows.demand] - places[rows.place]).T)
    assert (rows.metres >= straight - 0.02).all()
    assert (np.diff(rows.demand.astype(int) * rows.n_place + rows.place) > 0).all()


def test_triangle_on_points_that_lie_on_the_street():
    rng = np.random.default_rng(7)
    xy = np.column_stack([rng.uniform(0, 400, 12), 100.0 * rng.integers(0, 5, 12)])
    rows = walking_distances(workspace(xy, xy, grid(5, 5, 100)), 9000.0, 1.0).general
    d = rows.metres.reshape(12, 12)
    assert (d[:, None, :] <= d[:, :, None] + d[None, :, :] + 1e-5).all()
    assert np.allclose(d, d.T, atol=2e-6)
    assert np.allclose(np.diag(d), 0.0)


def test_barriers_never_shorten_a_walk():
    free, walled = (as_dict(walking_distances(scattered(8, barriers=b), 900.0, 60.0).general) for b in (None, WALLS))
    assert set(walled) < set(free)
    assert all(walled[pair] >= free[pair] - 0.2 for pair in walled)


def test_chunks_change_nothing(monkeypatch):
    w = scattered(9)
    whole = as_dict(walking_distances(w, 900.0, 60.0).general)
    monkeypatch.setattr(dijkstra, "CHUNK_BYTES", 4000)
    assert as_dict(walking_distances(w, 900.0, 60.0).general) == whole
