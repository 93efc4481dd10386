"""The law by which seconds grow with size, and its picture: least squares on logarithms, a small SVG by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Points = Sequence[tuple[float, float]]
_COLOURS = ("#0b6e99", "#c2410c", "#4d7c0f", "#7e22ce", "#525252")
_WIDTH, _HEIGHT, _LEFT, _TOP, _SPAN_X, _SPAN_Y = 640, 400, 70, 20, 400, 320


@dataclass(frozen=True)
class Law:
    """seconds = factor · size^exponent; ``error`` is the standard error of the exponent, ``scatter`` the factor by
    which a point lies off the law (standard deviation of the logarithms), both nan with fewer than three points.
    """

    exponent: float
    factor: float
    error: float
    scatter: float

    def __str__(self) -> str:
        """With its spread."""
        spread = "" if math.isnan(self.error) else f" ± {self.error:.2f}, points within a factor of {self.scatter:.2f}"
        return f"size^{self.exponent:.2f}{spread}"


def law_of(points: Points) -> Law | None:
    """Fitted to (size, seconds); None with fewer than two sizes."""
    x, y = (np.log([p[n] for p in points if min(p) > 0]) for n in (0, 1))
    if len(np.unique(x)) < 2:
        return None
    middle = x - x.mean()
    exponent = float(middle @ y / (middle @ middle))
    rest = y - y.mean() - exponent * middle
    free = len(x) - 2
    variance = float(rest @ rest / free) if free > 0 else math.nan
    factor = math.exp(float(y.mean() - exponent * x.mean()))
    return Law(exponent, factor, math.sqrt(variance / float(middle @ middle)), math.exp(math.sqrt(variance)))


def svg(title: str, series: Mapping[str, Points]) -> str:
    """Both axes in powers of ten; every series with its points and, where there is one, its law."""
    every = [point for points in series.values() for point in points if min(point) > 0]
    if not every:
        return ""
    low, high = (np.floor(np.log10(np.min(every, axis=0))), np.ceil(np.log10(np.max(every, axis=0)) + 1e-9))
    span = np.maximum(high - low, 1)

    def place(point: tuple[float, float]) -> tuple[float, float]:
        a, b = (np.log10(point) - low) / span
        return round(_LEFT + _SPAN_X * float(a), 1), round(_TOP + _SPAN_Y * (1 - float(b)), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
        f' font-size="11"><rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="14">{title}</text>',
    ]
    for axis in (0, 1):
        for power in range(int(low[axis]), int(low[axis] + span[axis]) + 1):
            at = [10 ** float(low[0]), 10 ** float(low[1])]
            at[axis] = 10.0**power
            x, y = place((at[0], at[1]))
            line = (x, _TOP, x, _TOP + _SPAN_Y) if axis == 0 else (_LEFT, y, _LEFT + _SPAN_X, y)
            text = (x - 8, _TOP + _SPAN_Y + 16) if axis == 0 else (_LEFT - 34, y + 4)
            parts.append('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="#ddd"/>'.format(*line))
            parts.append(f'<text x="{text[0]}" y="{text[1]}">1e{power}</text>')
    for n, (name, points) in enumerate(series.items()):
        colour, law = _COLOURS[n % len(_COLOURS)], law_of(points)
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in map(place, points)]
        if law is not None:
            ends = [(s, law.factor * s**law.exponent) for s in (min(p[0] for p in points), max(p[0] for p in points))]
            (a, b), (c, d) = map(place, ends)
            parts.append(f'<line x1="{a}" y1="{b}" x2="{c}" y2="{d}" stroke="{colour}"/>')
        label = name if law is None else f"{name}: size^{law.exponent:.2f}"
        parts.append(f'<text x="{_LEFT + _SPAN_X + 12}" y="{_TOP + 16 + 18 * n}" fill="{colour}">{label}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
