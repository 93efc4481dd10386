"""Which demands collide: irreducible infeasible sets by deletion, and the smallest sets that meet all of them.

An irreducible infeasible set (IIS): no plan keeps all its demands, but dropping any one of them makes a plan possible.
The deletion filter drops demands, large parts first and then one by one, as long as the rest stays proven infeasible
(Chinneck 2008, chapter 6). Whatever is dropped to make a plan possible must contain a demand of every IIS: it is a
hitting set of them, and the smallest hitting set of the known ones bounds the number of demands to drop from below.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def irreducible(colliding: Sequence[T], possible: Callable[[Sequence[T]], bool | None]) -> tuple[tuple[T, ...], bool]:
    """A subset that is still infeasible, and whether no demand of it can be spared (proven).

    ``colliding`` is proven infeasible. ``possible`` says whether a plan keeps the given demands: None where it was not
    answered; the demand asked for then stays, and the set is not proven irreducible.
    """
    kept = list(colliding)
    size = len(kept) // 2 if len(kept) > 4 else 1
    while True:
        minimal = True
        at = 0
        while at < len(kept):
            rest = kept[:at] + kept[at + size :]
            answer = possible(rest)
            minimal &= answer is not None
            if answer is False:
                kept = rest
            else:
                at += size
        if size == 1:
            return tuple(kept), minimal
        size = max(1, size // 2)


def smallest_hitting_set(sets: Iterable[frozenset[T]], order: Sequence[T]) -> tuple[T, ...]:
    """The fewest elements of ``order`` that meet every set; among these the first in the order of ``order``."""
    wanted = sorted(set(sets), key=lambda s: (len(s), sorted(map(order.index, s))))
    size = 0
    while True:
        found = _hit(wanted, order, (), size)
        if found is not None:
            return tuple(sorted(found, key=order.index))
        size += 1


def _hit(sets: Sequence[frozenset[T]], order: Sequence[T], taken: tuple[T, ...], left: int) -> tuple[T, ...] | None:
    missed = [s for s in sets if not s.intersection(taken)]
    if not missed:
        return taken
    if _disjoint(missed) > left:
        return None
    for element in sorted(missed[0], key=order.index):
        found = _hit(missed, order, (*taken, element), left - 1)
        if found is not None:
            return found
    return None


def _disjoint(sets: Sequence[frozenset[T]]) -> int:
    """How many of ``sets``, taken greedily, share no element: so many elements at least are needed to meet them."""
    seen: set[T] = set()
    count = 0
    for one in sets:
        if seen.isdisjoint(one):
            seen |= one
            count += 1
    return count
