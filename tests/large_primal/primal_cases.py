"""Random cores of every kind, and every rule of them again in plain numpy, by sets and loops."""

import itertools

import numpy as np

from models.large.pairs import Pairs


def random_pairs(seed: int, n_place: int = 4, n_type: int = 3, most: int = 9) -> Pairs:
    rng = np.random.default_rng(seed)
    every = [(p, k) for p in range(n_place) for k in range(n_type)]
    picked = sorted(rng.permutation(len(every))[:most])
    place, type_ = np.array([every[n] for n in picked]).T
    n = len(place)
    used = np.where(np.arange(n_place) == n_place - 1, -1, np.arange(n_place)) if seed % 3 == 0 else np.arange(n_place)
    n_group = n_type * 5
    reach = [np.flatnonzero(rng.random(5) < 0.5) + 5 * k for k in type_]
    n_fill = 2 if seed % 2 else 0
    fills = [np.flatnonzero(np.arange(n_fill) == k) for k in type_]
    rows = [(a, b) for a, b in itertools.combinations(range(n), 2) if rng.random() < 0.08]
    pack = [np.array([r for r, row in enumerate(rows) if c in row], dtype=int) for c in range(n)]
    room = np.ones(len(rows))
    if seed % 4 == 0:
        pack, room = [np.append(entries, len(rows)) for entries in pack], np.append(room, 4.0)
    budget = rng.integers(1, 9, n).astype(float)
    fixed = np.where(used >= 0, rng.integers(0, 9, n_place), 0).astype(float)
    return Pairs(
        column=np.arange(n),
        place=place.astype(np.int32),
        area_m2=rng.integers(10, 60, n).astype(float),
        budget_cny=budget,
        forbidden=rng.random(n) < 0.05,
        forced=np.zeros(n, dtype=bool),
        room_m2=rng.integers(40, 120, n_place).astype(float),
        fixed_cny=fixed,
        used=used,
        must_use=np.zeros(n_place, dtype=bool),
        capital_cny=np.inf if seed % 7 == 0 else float(rng.integers(8, 30)),
        max_sites=2 if seed % 5 == 0 else -1,
        cover_start=_start(reach),
        cover_group=_joined(reach),
        weight=rng.integers(1, 50, n_group).astype(float),
        fill_start=_start(fills),
        fill_entry=_joined(fills),
        missing=rng.integers(1, 3, n_fill).astype(float),
        fill_weight=np.full(n_fill, 20.0),
        pack_start=_start(pack),
        pack_row=_joined(pack),
        pack_amount=np.ones(sum(map(len, pack))),
        pack_room=room,
        floor_weight=np.zeros((0, n_group)),
        floor_at_least=np.zeros(0),
        held_fill_weight=np.ones(n_fill),
        held_fill=1.0 if n_fill else -np.inf,
        needs_host=np.zeros(n, dtype=bool),
    )


def _start(lists):
    return np.concatenate([[0], np.cumsum([len(entries) for entries in lists])]).astype(np.int64)


def _joined(lists):
    return np.concatenate([np.zeros(0), *lists]).astype(np.int32)


def lawful(pairs: Pairs, chosen) -> bool:
    picks = [int(c) for c in np.flatnonzero(chosen)]
    spent, sites = 0.0, 0
    for p in range(pairs.n_place):
        mine = [c for c in picks if pairs.place[c] == p]
        if sum(pairs.area_m2[c] for c in mine) > pairs.room_m2[p]:
            return False
        spent += sum(pairs.budget_cny[c] for c in mine) + (pairs.fixed_cny[p] if mine else 0)
        sites += bool(mine) and pairs.used[p] >= 0
    taken = np.zeros(len(pairs.pack_room))
    for c in picks:
        where = slice(pairs.pack_start[c], pairs.pack_start[c + 1])
        taken[pairs.pack_row[where]] += pairs.pack_amount[where]
    counted = pairs.max_sites < 0 or sites <= pairs.max_sites
    within = spent <= pairs.capital_cny and counted and bool((taken <= pairs.pack_room).all())
    return within and not any(pairs.forbidden[picks]) and all(chosen[pairs.forced])


def filled(pairs: Pairs, chosen):
    counts = np.zeros(len(pairs.missing))
    for c in np.flatnonzero(chosen):
        counts[pairs.fill_entry[pairs.fill_start[c] : pairs.fill_start[c + 1]]] += 1
    return np.minimum(counts, pairs.missing)


def value(pairs: Pairs, chosen) -> float:
    covered = set()
    for c in np.flatnonzero(chosen):
        covered |= set(pairs.cover_group[pairs.cover_start[c] : pairs.cover_start[c + 1]].tolist())
    return float(pairs.weight[sorted(covered)].sum() + pairs.fill_weight @ filled(pairs, chosen))


def best_value(pairs: Pairs) -> float:
    plans = itertools.product([False, True], repeat=pairs.n)
    return max(value(pairs, np.array(plan)) for plan in plans if lawful(pairs, np.array(plan)))
