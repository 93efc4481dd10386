"""The grid of a sweep, as ``--set`` gives it: ``lo:hi:step`` or ``a,b,c`` is swept, any other value is fixed.

A range counts lo, lo + step, … while not beyond hi, in decimals (0:1:0.1 has eleven values, none of them
0.30000000000000004); its values are integers where lo and step are. A list is cut at commas outside brackets and
quotes; each item is a TOML value as in ``--set key=value``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Any

from scenarios.faults import Fault, FaultError, FaultLog
from scenarios.layers import SET_LABEL, Layer, parse_set

SWEEP_LABEL = "扫描"
MOST_POINTS = 200
_MOST_AXES = 2
_TOO_LARGE = Decimal(10) ** 15
_PAIRS = {"]": "[", "}": "{"}


@dataclass(frozen=True)
class Axis:
    """A swept key (dotted) and its values, in the order given."""

    key: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Grid:
    """One or two axes, and the ``--set`` texts that stay fixed."""

    axes: tuple[Axis, ...]
    fixed: tuple[str, ...]

    @property
    def points(self) -> list[tuple[Any, ...]]:
        """One value for each axis; the last axis changes fastest."""
        return list(product(*(axis.values for axis in self.axes)))

    def layers(self, point: Sequence[Any]) -> tuple[Layer, ...]:
        """The layers that make a point of a scenario."""
        return tuple(layer_of(axis.key, value) for axis, value in zip(self.axes, point, strict=True))


def layer_of(key: str, value: Any) -> Layer:
    """The layer that sets a dotted key, as :func:`key_of` writes it."""
    data: Any = value
    for part in reversed(_split(key, ".")):
        data = {part.strip('"'): data}
    return Layer(data, SWEEP_LABEL, SET_LABEL)


def read_grid(texts: Sequence[str]) -> Grid:
    """The grid that the ``--set`` texts mean.

    Raises:
        FaultError: ``bad-set``, ``bad-range``, ``bad-list``, ``same-key-twice``, ``nothing-swept``, ``too-many-axes``,
            ``too-many-points``; all at once.
    """
    log = FaultLog()
    axes: list[Axis] = []
    fixed: list[str] = []
    seen: set[str] = set()
    for text in texts:
        try:
            key, values = _read(text)
        except FaultError as error:
            log.faults += error.faults
            continue
        if key in seen:
            log.add(_fault("same-key-twice", "同一个键给了两次", "请只给一次；几个值用逗号连写", text))
        seen.add(key)
        if values is None:
            fixed.append(text)
        else:
            axes.append(Axis(key, values))
    if not log.errors:
        _check_size(axes, log)
    log.raise_if_errors()
    return Grid(tuple(axes), tuple(fixed))


def _read(text: str) -> tuple[str, tuple[Any, ...] | None]:
    """Key and swept values of one text; None where the value is fixed."""
    head, _, tail = text.partition("=")
    value = tail.strip()
    pieces = _split(value, ",")
    if len(pieces) > 1:
        return _list(text, head, pieces)
    bounds = _split(value, ":")
    if len(bounds) in (2, 3):
        return key_of(parse_set(f"{head}=0")), _range(text, bounds)
    return key_of(parse_set(text)), None


def key_of(layer: Layer) -> str:
    """The dotted key of a layer that sets one value; a part that holds a dot is quoted."""
    parts: list[str] = []
    data: Any = layer.data
    while isinstance(data, dict) and len(data) == 1:
        part, data = next(iter(data.items()))
        parts.append(f'"{part}"' if "." in part else part)
    return ".".join(parts)


def _list(text: str, head: str, pieces: list[str]) -> tuple[str, tuple[Any, ...]]:
    if not all(piece.strip() for piece in pieces):
        raise FaultError([_fault("bad-list", "逗号之间缺少值", "例如 --set limits.max_sites=4,6,8", text)])
    layers = [parse_set(f"{head}={piece.strip()}") for piece in pieces]
    key = key_of(parse_set(f"{head}=0"))
    values = [_leaf(layer, key) for layer in layers]
    if any(_same(value, other) for n, value in enumerate(values) for other in values[:n]):
        raise FaultError([_fault("bad-list", "同一个值列了两次", "请每个值只列一次", text)])
    return key, tuple(values)


def _leaf(layer: Layer, key: str) -> Any:
    data: Any = layer.data
    for part in _split(key, "."):
        data = data[part.strip('"')]
    return data


def _same(a: Any, b: Any) -> bool:
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)


def _range(text: str, bounds: list[str]) -> tuple[Any, ...]:
    form = "范围要写成“起:止:步长”，三个都是数"
    example = "例如 --set budget.capital_cny=0:4000000:250000"
    try:
        low, high, step = (Decimal(part.strip().replace("_", "")) for part in bounds)
    except (InvalidOperation, ValueError):
        raise FaultError([_fault("bad-range", form, example, text)]) from None
    if not all(number.is_finite() and abs(number) < _TOO_LARGE for number in (low, high, step)):
        raise FaultError([_fault("bad-range", form, example, text)])
    if step <= 0:
        raise FaultError([_fault("bad-range", "步长须大于 0", example, text)])
    if high < low:
        raise FaultError([_fault("bad-range", "止值小于起值", "请把小的写在前面", text)])
    if (high - low) / step >= MOST_POINTS:
        raise FaultError([_too_many(int((high - low) / step) + 1, text)])
    values = [low + n * step for n in range(int((high - low) / step) + 1)]
    whole = all(number == number.to_integral_value() and int(number.as_tuple().exponent) >= 0 for number in (low, step))
    return tuple(int(value) if whole else float(value) for value in values)


def _check_size(axes: list[Axis], log: FaultLog) -> None:
    if not axes:
        rule = "没有给出要变的参数"
        remedy = "请用 --set 键=起:止:步长 或 --set 键=值1,值2 给出一个或两个"
        log.add(Fault("nothing-swept", SET_LABEL, rule, remedy))
    if len(axes) > _MOST_AXES:
        rule = f"最多两个参数同时变，这里给了 {len(axes)} 个"
        named = "、".join(axis.key for axis in axes)
        log.add(_fault("too-many-axes", rule, "请固定其余参数（只给一个值），分几次扫描", named))
    count = 1
    for axis in axes:
        count *= len(axis.values)
    if count > MOST_POINTS and len(axes) <= _MOST_AXES:
        log.add(_too_many(count, " × ".join(f"{axis.key}（{len(axis.values)}）" for axis in axes)))


def _too_many(count: int, value: str) -> Fault:
    rule = f"共 {count} 个点，超过上限 {MOST_POINTS}"
    remedy = "请加大步长，或先粗扫、再在感兴趣的一段细扫；确需更多时分段运行，用 --out 分开放"
    return _fault("too-many-points", rule, remedy, value)


def _fault(code: str, rule: str, remedy: str, value: str) -> Fault:
    return Fault(code, SET_LABEL, rule, remedy, value=value)


def _split(text: str, mark: str) -> list[str]:
    """Cut at ``mark`` outside brackets and quotes."""
    pieces, start, opened, quote = [], 0, 0, ""
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in _PAIRS.values():
            opened += 1
        elif char in _PAIRS:
            opened -= 1
        elif char == mark and opened <= 0:
            pieces.append(text[start:at])
            start = at + 1
    return [*pieces, text[start:]]
