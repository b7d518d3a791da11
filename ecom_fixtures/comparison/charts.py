"""The comparison's charts, by matplotlib: SVG and PNG for a paper, and SVG for the page, coloured by its style sheet."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import escape

from ecom_fixtures.comparison.compared import Comparison
from ecom_fixtures.comparison.runs import ComparisonError
from ecom_fixtures.comparison.words import SHORT, class_shares, percent, value
from ecom_fixtures.reporting.transcript import visible
from ecom_fixtures.runs.figures import DIMENSIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
STYLE = {
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


@dataclass(frozen=True)
class Chart:
    """One chart: the name of its file, its title, what it shows in words, and how it is drawn."""

    name: str
    title: str
    description: str
    draw: Callable[[], Figure]


def charts(comparison: Comparison) -> list[Chart]:
    """The charts of a comparison: pass^k by k, pass^1, failures by class, failures by dimension.

    Raises:
        ComparisonError: matplotlib isn't installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ComparisonError(
            "the charts of --out and --figures need matplotlib: pip install 'ecom-fixtures[compare]'. Without them, the "
            "comparison stands in the terminal and in --markdown."
        ) from error
    runs = comparison.runs
    tested = ", ".join(f"{run.name} {value(run.figures.pass_k[0])}" for run in runs)
    unsolved = "; ".join(
        f"{run.name}: {', '.join(f'{kind} {percent(share)}' for kind, share in class_shares(run) if share)}" for run in runs
    )
    found = [
        Chart("pass-1", "pass^1 by run", f"pass^1 with its 95 % interval. {tested}.", lambda: _pass_1(comparison)),
        Chart("failure-classes", "Failures by class", f"Share of judged trials. {unsolved}.", lambda: _classes(comparison)),
        Chart(
            "failure-dimensions",
            "Failures by dimension",
            "Share of judged trials in which the shop was left wrong, a look-up or an answer was missing.",
            lambda: _dimensions(comparison),
        ),
    ]
    if comparison.highest_k > 1 and comparison.tested:
        ends = "; ".join(
            f"{run.name}: {', '.join(percent(point.value) for point in run.figures.pass_k)}" for run in comparison.tested
        )
        found.insert(0, Chart("pass-k", "pass^k by k", f"pass^k for k from 1. {ends}.", lambda: _pass_k(comparison)))
    return found


def write_figures(comparison: Comparison, folder: Path) -> list[Path]:
    """Write each chart as SVG and as PNG (200 dots an inch, on white) into ``folder``, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for chart in charts(comparison):
        with _style(chart.name):
            figure = chart.draw()
            for kind in ("svg", "png"):
                paths.append(folder / f"{chart.name}.{kind}")
                details = {"Date": None} if kind == "svg" else None
                figure.savefig(paths[-1], format=kind, dpi=200, facecolor="white", metadata=details)
    return paths


def inline(chart: Chart) -> str:
    """The chart as an ``<svg>`` element with a text alternative, its colours the page's variables."""
    with _style(chart.name):
        text = io.StringIO()
        chart.draw().savefig(text, format="svg", transparent=True, metadata={"Date": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    # Names of groups that every chart has, and to which nothing refers.
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    for name, colour in COLOURS.items():
        svg = svg.replace(colour, f"var(--{name})")
    size = re.search(r'viewBox="[^"]*"', svg)
    assert size
    head = (
        f'<svg class="ecom-drawn" {size[0]} xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-labelledby="{chart.name}-title {chart.name}-text"><title id="{chart.name}-title">{escape(chart.title)}'
        f'</title><desc id="{chart.name}-text">{escape(visible(chart.description))}</desc>'
    )
    return head + svg[svg.index(">") + 1 :]


@contextmanager
def _style(salt: str) -> Iterator[None]:
    """matplotlib's settings for one chart; ``salt`` keeps what charts of one page refer to apart."""
    from matplotlib import rc_context

    with rc_context({**STYLE, "svg.hashsalt": salt}), warnings.catch_warnings():
        # A name in a script that the font lacks is a box in the PNG; the SVG holds the text itself.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def _pass_k(comparison: Comparison) -> Figure:
    runs = comparison.tested
    figure, axes = _figure(max(3.4, 1.2 + 0.24 * len(runs)))
    ends = []
    for at, run in enumerate(runs):
        values = [point.value or 0.0 for point in run.figures.pass_k]
        colour, dashed = RUN_COLOURS[at % 6], at >= 6
        axes.plot(
            range(1, len(values) + 1), values, color=colour, linestyle="--" if dashed else "-", linewidth=1.8,
            marker=MARKERS[at % 6], markersize=5, markerfacecolor=COLOURS["card"] if dashed else colour,
        )  # fmt: skip
        ends.append((values[-1], len(values), colour, run.name))
    highest = max(max(point.value or 0 for point in run.figures.pass_k) for run in runs)
    top = min(1.02, highest + 0.08) if highest else 0.1
    axes.set(xlabel="k, trials that must all succeed", ylabel="pass^k", ylim=(-0.01 * top, top))
    axes.set_xticks(range(1, comparison.highest_k + 1))
    axes.grid(axis="x", visible=False)
    _percents(axes.yaxis)
    gap = 0.24 / figure.get_figheight() / 0.72 * top
    for (end, k, colour, name), y in zip(*_apart(sorted(ends, key=lambda one: -one[0]), gap, top), strict=True):
        axes.annotate(
            _short(name), (k, end), (1.05, y), textcoords=axes.get_yaxis_transform(), color=colour, va="center",
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 2, "shrinkB": 4},
        )  # fmt: skip
    return figure


def _apart(
    ends: list[tuple[float, int, str, str]], gap: float, top: float
) -> tuple[list[tuple[float, int, str, str]], list[float]]:
    """Where labels stand, from above, so that none covers another."""
    places: list[float] = []
    for number, end in enumerate(ends):
        # Never so low that those below it no longer fit.
        lowest = gap * (len(ends) - 1 - number)
        limit = places[-1] - gap if places else top
        places.append(min(max(end[0], lowest), limit))
    return ends, places


def _pass_1(comparison: Comparison) -> Figure:
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


def _classes(comparison: Comparison) -> Figure:
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


def _dimensions(comparison: Comparison) -> Figure:
    runs = comparison.runs
    figure, axes = _rows([run.name for run in runs], legend=True)
    highest = 0.0
    for at, name in enumerate(DIMENSIONS):
        rates = [run.figures.failures[name].rate or 0.0 for run in runs]
        if any(rates):
            axes.plot(
                rates, range(len(runs)), color=RUN_COLOURS[at], marker=MARKERS[at], markersize=7, linestyle="none",
                label=SHORT[name],
            )  # fmt: skip
            highest = max(highest, *rates)
    axes.grid(axis="y", visible=True)
    axes.set(xlim=(-0.01, min(1.01, highest + 0.08) or 1), xlabel="of judged trials")
    _percents(axes.xaxis)
    if highest:
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
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, handlelength=1, columnspacing=1.4, borderaxespad=0.2)


def _percents(axis: Mapping[str, object] | object) -> None:
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1, 0, " %"))  # type: ignore[attr-defined]


def _short(name: str) -> str:
    """A name that leaves room for the chart; its middle goes."""
    name = visible(name).replace("\n", " ")
    half = LONGEST_NAME // 2 - 1
    return name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[-half:]}"
