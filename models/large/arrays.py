"""``Pairs`` as compiled loops of the greedy and the search read them: one tuple, with the way from groups to pairs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from models.grouping import owner
from models.instance import BoolArray, FloatArray, Int32Array, IntArray
from models.large.pairs import Pairs

_WIDE_SHARE = 0.2


class Arrays(NamedTuple):
    """c pair, p place, g group, f fill entry, r pack row, h floor. CSR cut by ``*_start``; money 元.

    ``toll`` [c] and ``entry_toll`` [p] are what a pair and the use of a place take of the limits that all share (money,
    sites, wide pack rows), each limit taken as 1. ``is_site`` [p]: 1 where a use counts as a site. ``frozen`` [c]:
    stays if chosen. A gain up to ``dust`` is rounding.
    """

    place: IntArray
    area_m2: FloatArray
    budget_cny: FloatArray
    toll: FloatArray
    room_m2: FloatArray
    fixed_cny: FloatArray
    entry_toll: FloatArray
    is_site: IntArray
    place_start: IntArray
    place_pairs: IntArray
    group_start: IntArray
    groups: Int32Array
    reached_start: IntArray
    reached_by: Int32Array
    weight: FloatArray
    fill_start: IntArray
    fills: Int32Array
    missing: IntArray
    fill_weight: FloatArray
    held_weight: FloatArray
    pack_start: IntArray
    pack_row: Int32Array
    pack_amount: FloatArray
    pack_room: FloatArray
    floor_weight: FloatArray
    forbidden: BoolArray
    frozen: BoolArray
    capital_cny: float
    max_sites: int
    dust: float


def arrays_of(pairs: Pairs, frozen: BoolArray) -> Arrays:
    """Add-ons at a site are never added, since their hosts may go."""
    place_start, place_pairs = _turned(np.arange(pairs.n + 1), pairs.place, pairs.n_place)
    reached_start, reached_by = _turned(pairs.cover_start, pairs.cover_group, len(pairs.weight))
    is_site = (pairs.used >= 0).astype(np.int64)
    money = 1 / max(pairs.capital_cny, 1.0)
    entry = pairs.fixed_cny * money + (is_site / max(pairs.max_sites, 1) if pairs.max_sites >= 0 else 0.0)
    return Arrays(
        place=pairs.place.astype(np.int64),
        area_m2=pairs.area_m2,
        budget_cny=pairs.budget_cny,
        toll=pairs.budget_cny * money + _taken(pairs),
        room_m2=pairs.room_m2,
        fixed_cny=pairs.fixed_cny,
        entry_toll=entry,
        is_site=is_site,
        place_start=place_start,
        place_pairs=place_pairs.astype(np.int64),
        group_start=pairs.cover_start,
        groups=pairs.cover_group,
        reached_start=reached_start,
        reached_by=reached_by,
        weight=pairs.weight,
        fill_start=pairs.fill_start,
        fills=pairs.fill_entry,
        missing=np.floor(pairs.missing + 0.5).astype(np.int64),
        fill_weight=pairs.fill_weight,
        held_weight=pairs.held_fill_weight,
        pack_start=pairs.pack_start,
        pack_row=pairs.pack_row,
        pack_amount=pairs.pack_amount,
        pack_room=pairs.pack_room,
        floor_weight=pairs.floor_weight,
        forbidden=pairs.forbidden | pairs.needs_host,
        frozen=frozen,
        capital_cny=float(pairs.capital_cny),
        max_sites=pairs.max_sites if pairs.max_sites >= 0 else pairs.n_place,
        dust=1e-9 * float(np.abs(pairs.weight).max(initial=0.0)),
    )


def wide_rows(pairs: Pairs) -> IntArray:
    """Pack rows that many pairs share, such as the number of outlets."""
    users = np.bincount(pairs.pack_row, minlength=len(pairs.pack_room))
    return np.flatnonzero(users >= max(_WIDE_SHARE * pairs.n, 3)).astype(np.int64)


def _taken(pairs: Pairs) -> FloatArray:
    """[c]: what a pair takes of the wide rows, each taken as 1."""
    part = np.zeros(len(pairs.pack_room))
    wide = wide_rows(pairs)
    part[wide] = 1 / np.maximum(pairs.pack_room[wide], 1e-9)
    pair = owner(pairs.pack_start)
    used = pairs.pack_amount * part[pairs.pack_row]
    return np.bincount(pair, weights=used, minlength=pairs.n).astype(np.float64)


def _turned(start: IntArray, entry: Int32Array, n: int) -> tuple[IntArray, Int32Array]:
    """The same relation from the other side, CSR."""
    rows = len(start) - 1
    there = sparse.csr_array((np.ones(len(entry), dtype=np.int8), entry, start), shape=(rows, n)).tocsc()
    return there.indptr.astype(np.int64), there.indices.astype(np.int32)
