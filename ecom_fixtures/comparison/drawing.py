"""How the charts of a comparison are drawn, with matplotlib, which is imported only where something is drawn."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ecom_fixtures.comparison.compared import Comparison
from ecom_fixtures.comparison.tables import class_shares, dimension_shares
from ecom_fixtures.reporting.words import value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

# The page's variable for each colour that is drawn with. Each colour stands for one variable only.
COLOURS = {
    "ink": "#1c2024",
    "muted": "#646c75",
    "line": "#e3e5e8",
    "card": "#fffffe",
    "accent": "#3d55b8",
    "quiet": "#aab2bd",
    "run-1": "#3d55b9",
    "run-2": "#b8502a",
    "run-3": "#1f7a54",
    "run-4": "#8b3fa0",
    "run-5": "#8a6a00",
    "run-6": "#0f7487",
    "class-1": "#8fa3ea",
    "class-2": "#f0b58f",
    "class-3": "#a5d3ba",
    "class-4": "#d5d8dd",
}
RUN_COLOURS = [COLOURS[f"run-{n}"] for n in range(1, 7)]
MARKERS = "osD^vP"
STYLE: dict[RcKeyType, Any] = {
    "font.size": 11.5,
    "text.parse_math": False,
    "text.color": COLOURS["ink"],
    "axes.edgecolor": COLOURS["line"],
    "axes.labelcolor": COLOURS["muted"],
    "axes.labelsize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "xtick.color": COLOURS["muted"],
    "ytick.color": COLOURS["muted"],
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": COLOURS["line"],
    "axes.grid": True,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 10.5,
    "svg.fonttype": "none",
}
WIDTH = 7.4
LONGEST_NAME = 26


@contextmanager
def style(salt: str) -> Iterator[None]:
    """matplotlib's settings for one chart; ``salt`` keeps what charts of one page refer to apart."""
    from matplotlib import rc_context

    with rc_context({**STYLE, "svg.hashsalt": salt}), warnings.catch_warnings():
        # A name in a script that the font lacks is a box in the PNG; the SVG holds the text itself.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def pass_k(comparison: Comparison) -> Figure:
    """A curve for each complete run, named at its left end, where all of them have a point."""
    runs = comparison.tested
    figure, axes = _figure(max(3.4, 1.2 + 0.24 * len(runs)))
    for at, run in enumerate(runs):
        values = [point.value or 0.0 for point in run.figures.pass_k]
        colour, again = RUN_COLOURS[at % 6], at >= 6
        axes.plot(
            range(1, len(values) + 1), values, color=colour, linestyle="--" if again else "-", linewidth=1.8,
            marker=MARKERS[at % 6], markersize=5, markerfacecolor=COLOURS["card"] if again else colour,
        )  # fmt: skip
    starts = [run.figures.pass_k[0].value or 0.0 for run in runs]
    top = min(1.02, 1.1 * max(starts)) or 0.1
    axes.set(xlabel="k, trials that must all succeed", ylim=(-0.01 * top, top))
    axes.set_xlim(0.9, comparison.highest_k + 0.1)
    axes.set_xticks(range(1, comparison.highest_k + 1))
    axes.grid(axis="x", visible=False)
    axes.yaxis.tick_right()
    axes.yaxis.set_label_position("right")
    axes.set_ylabel("pass^k")
    _percents(axes.yaxis)
    for at, (run, y) in enumerate(zip(runs, _apart(starts, top * 0.29 / figure.get_figheight(), top), strict=True)):
        colour = RUN_COLOURS[at % 6]
        axes.annotate(
            _short(run.name), (1, starts[at]), (-0.1, y), textcoords=axes.get_yaxis_transform(), color=colour,
            va="center", ha="right",
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 2, "shrinkB": 4},
        )  # fmt: skip
    return figure


def _apart(heights: list[float], gap: float, top: float) -> list[float]:
    """Where labels stand, from above, so that none covers another: near their heights, which fall."""
    places: list[float] = []
    for number, height in enumerate(heights):
        # Never so low that those below it no longer fit.
        lowest = gap * (len(heights) - 1 - number)
        places.append(min(max(height, lowest), places[-1] - gap if places else top))
    return places


def pass_1(comparison: Comparison) -> Figure:
    """A bar for each run, those that could be best coloured; of an incomplete run only its bounds."""
    runs = comparison.runs
    figure, axes = _rows([run.name for run in runs])
    for y, run in enumerate(runs):
        point = run.figures.pass_k[0]
        best = run.complete and run.name in comparison.best
        low, high = (point.low, point.high) if point.value is not None else (point.worst, point.best)
        colour = COLOURS["accent"] if best else COLOURS["quiet"]
        if point.value is not None:
            axes.barh(y, point.value, height=0.58, color=colour)
        if low is not None and high is not None:
            axes.plot([low, high], [y, y], color=COLOURS["ink"], linewidth=1.3, linestyle="-" if run.complete else ":")
        axes.text((high or point.best) + 0.012, y, value(point), va="center", fontweight="bold" if best else "normal")
    reach = max((run.figures.pass_k[0].high or run.figures.pass_k[0].best) for run in runs)
    axes.set(xlim=(0, min(1.0, reach) + 0.16), xlabel="pass^1, with its 95 % interval")
    axes.set_xticks([tick for tick in (0, 0.2, 0.4, 0.6, 0.8, 1.0) if tick <= reach + 0.1])
    _percents(axes.xaxis)
    return figure


def classes(comparison: Comparison) -> Figure:
    """A stacked bar for each run."""
    runs = comparison.runs
    figure, axes = _rows([run.name for run in runs], legend=True)
    lefts = [0.0] * len(runs)
    shares = [class_shares(run) for run in runs]
    for number, (kind, _) in enumerate(shares[0]):
        widths = [one[number][1] for one in shares]
        if not any(widths):
            continue
        axes.barh(range(len(runs)), widths, 0.62, lefts, color=COLOURS[f"class-{number + 1}"], label=kind)
        for y, width in enumerate(widths):
            if width >= 0.07:
                axes.text(lefts[y] + width / 2, y, f"{100 * width:.0f}", ha="center", va="center", fontsize=10.5)
        lefts = [left + width for left, width in zip(lefts, widths, strict=True)]
    axes.set(xlim=(0, 1), xlabel="of judged trials")
    _percents(axes.xaxis)
    _legend(axes)
    return figure


def dimensions(comparison: Comparison) -> Figure:
    """A row of dots for each run, one for each dimension in which any run fails."""
    runs = comparison.runs
    figure, axes = _rows([run.name for run in runs], legend=True)
    shares = [dimension_shares(run) for run in runs]
    for at, (name, _) in enumerate(shares[0]):
        rates = [one[at][1] for one in shares]
        if any(rates):
            axes.plot(rates, range(len(runs)), MARKERS[at], color=RUN_COLOURS[at], markersize=7, label=name)
    highest = max(share for one in shares for _, share in one)
    axes.grid(axis="y", visible=True)
    axes.set(xlim=(-0.01, min(1.01, highest + 0.08)), xlabel="of judged trials")
    _percents(axes.xaxis)
    _legend(axes)
    return figure


def _rows(names: list[str], legend: bool = False) -> tuple[Figure, Axes]:
    """A chart with a row for each run, the first at the top."""
    figure, axes = _figure(0.75 + 0.36 * len(names) + 0.35 * legend)
    axes.set_yticks(range(len(names)), [_short(name) for name in names], color=COLOURS["ink"])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    return figure, axes


def _figure(height: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure((WIDTH, height), layout="constrained")
    return figure, figure.add_subplot()


def _legend(axes: Axes) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=4, handlelength=1, columnspacing=1.4, borderaxespad=0.2
        )


def _percents(axis: Axis) -> None:
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1, 0, " %"))


def _short(name: str) -> str:
    """A name that leaves room for the chart; its middle goes."""
    half = LONGEST_NAME // 2 - 1
    return name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[-half:]}"
