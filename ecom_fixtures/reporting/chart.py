"""The pass^k curve as inline SVG: no library, no script, colours from the page's style sheet."""

from __future__ import annotations

from collections.abc import Sequence

from ecom_fixtures.reporting.words import percent
from ecom_fixtures.statistics.table import PassK

WIDTH, HEIGHT = 480, 270
LEFT, RIGHT, TOP, BOTTOM = 56, 18, 24, 46
GRID = (0.0, 0.25, 0.5, 0.75, 1.0)


def passk_svg(points: Sequence[PassK]) -> str:
    """Draw pass^k over k as one ``<svg>``; empty for no points.

    A complete run shows its values on a line, in the band of their intervals where there are any. An
    incomplete run has no values: it shows the area between the worst and the best that may come out.
    """
    if not points:
        return ""
    ordered = sorted(points, key=lambda point: point.k)
    parts = [
        f'<svg class="ecom-chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="ecom-chart-title">',
        f'<title id="ecom-chart-title">{_summary(ordered)}</title>',
        *_axes(ordered),
        *_areas(ordered),
        *_curve(ordered),
        "</svg>",
    ]
    return "\n".join(parts)


def _summary(points: Sequence[PassK]) -> str:
    """The curve in words, for a screen reader."""
    words = []
    for point in points:
        if point.value is None:
            words.append(f"k={point.k}: {percent(point.worst)} to {percent(point.best)}")
        else:
            words.append(f"k={point.k}: {percent(point.value)}")
    return "pass^k by number of trials k. " + ", ".join(words)


def _axes(points: Sequence[PassK]) -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = []
    for share in GRID:
        y = _y(share)
        parts.append(f'<line class="ecom-grid-line" x1="{LEFT}" x2="{right}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="ecom-tick" x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{share:.0%}</text>')
    step = -(-len(points) // 12)
    for point in points[::step]:
        x = _x(point.k, points)
        parts.append(f'<text class="ecom-tick" x="{x}" y="{bottom + 18}" text-anchor="middle">{point.k}</text>')
    middle = (LEFT + right) / 2
    parts.append(
        f'<text class="ecom-axis" x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">'
        "k, trials that must all succeed</text>"
    )
    parts.append(
        f'<text class="ecom-axis" x="14" y="{(TOP + bottom) / 2}" text-anchor="middle"'
        f' transform="rotate(-90 14 {(TOP + bottom) / 2})">pass^k</text>'
    )
    return parts


def _areas(points: Sequence[PassK]) -> list[str]:
    band = [(point.k, point.low, point.high) for point in points if point.low is not None and point.high is not None]
    bounds = [(point.k, point.worst, point.best) for point in points if point.value is None]
    parts = []
    for name, spans in (("ecom-band", band), ("ecom-bounds", bounds)):
        if len(spans) > 1:
            upper = [f"{_x(k, points)},{_y(high)}" for k, _, high in spans]
            lower = [f"{_x(k, points)},{_y(low)}" for k, low, _ in reversed(spans)]
            parts.append(f'<polygon class="{name}" points="{" ".join(upper + lower)}"/>')
        elif spans:
            [(k, low, high)] = spans
            x = _x(k, points)
            parts.append(f'<line class="{name}-line" x1="{x}" x2="{x}" y1="{_y(low)}" y2="{_y(high)}"/>')
    return parts


def _curve(points: Sequence[PassK]) -> list[str]:
    known = [(_x(point.k, points), _y(point.value), point) for point in points if point.value is not None]
    parts = []
    if len(known) > 1:
        parts.append(f'<polyline class="ecom-curve" points="{" ".join(f"{x},{y}" for x, y, _ in known)}"/>')
    for x, y, point in known:
        parts.append(f'<circle class="ecom-dot" cx="{x}" cy="{y}" r="4"><title>{_words(point)}</title></circle>')
    for x, y, point in {known[0], known[-1]} if known else ():
        parts.append(
            f'<text class="ecom-value" x="{x}" y="{y - 11}" text-anchor="middle">{percent(point.value or 0)}</text>'
        )
    return parts


def _words(point: PassK) -> str:
    interval = "" if point.low is None else f" (interval {percent(point.low)} to {percent(point.high)})"
    return f"pass^{point.k} = {percent(point.value)}{interval}"


def _x(k: int, points: Sequence[PassK]) -> float:
    first, last = points[0].k, points[-1].k
    share = 0.5 if first == last else (k - first) / (last - first)
    inset = 22
    return round(LEFT + inset + share * (WIDTH - LEFT - RIGHT - 2 * inset), 1)


def _y(share: float) -> float:
    return round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM), 1)
