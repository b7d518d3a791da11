"""The charts of a comparison: as files for a paper, and as a part of the page, coloured by its style sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import escape

from ecom_fixtures.comparison import drawing
from ecom_fixtures.comparison.compared import Comparison
from ecom_fixtures.comparison.drawing import COLOURS, style
from ecom_fixtures.comparison.runs import ComparisonError
from ecom_fixtures.comparison.tables import class_shares, dimension_shares
from ecom_fixtures.reporting.transcript import visible
from ecom_fixtures.reporting.words import percent, value

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Chart:
    """One chart: the name of its file, its title, what it shows in words, and how it is drawn."""

    name: str
    title: str
    description: str
    draw: Callable[[], Figure]


def charts(comparison: Comparison) -> list[Chart]:
    """The charts of a comparison: pass^1, pass^k by k (with more than one trial a task), failures by class, and by
    dimension.

    Raises:
        ComparisonError: matplotlib isn't installed.
    """
    _check_library()
    runs, tested = comparison.runs, comparison.tested
    found = [
        Chart(
            "pass-1",
            "pass^1 by run",
            _told("pass^1 with its 95 % interval", {run.name: [value(run.figures.pass_k[0])] for run in runs}),
            lambda: drawing.pass_1(comparison),
        ),
        Chart(
            "failure-classes",
            "Failures by class",
            _told("Share of judged trials", {run.name: _shares(class_shares(run)) for run in runs}),
            lambda: drawing.classes(comparison),
        ),
        Chart(
            "failure-dimensions",
            "Failures by dimension",
            _told("Share of judged trials", {run.name: _shares(dimension_shares(run)) for run in runs}),
            lambda: drawing.dimensions(comparison),
        ),
    ]
    if comparison.highest_k > 1 and tested:
        curves = {run.name: [percent(point.value) for point in run.figures.pass_k] for run in tested}
        told = _told("pass^k for k from 1", curves)
        found.insert(1, Chart("pass-k", "pass^k by k", told, lambda: drawing.pass_k(comparison)))
    return found


def write_figures(comparison: Comparison, folder: Path) -> list[Path]:
    """Write each chart as SVG and as PNG (200 dots an inch, on white) into ``folder``, and return their paths."""
    paths, found = [], charts(comparison)
    folder.mkdir(parents=True, exist_ok=True)
    for chart in found:
        with style(chart.name):
            figure = chart.draw()
            for kind in ("svg", "png"):
                paths.append(folder / f"{chart.name}.{kind}")
                details = {"Date": None} if kind == "svg" else None
                figure.savefig(paths[-1], format=kind, dpi=200, facecolor="white", metadata=details)
    return paths


def inline(chart: Chart) -> str:
    """The chart as an ``<svg>`` element with a text alternative, its colours the page's variables."""
    with style(chart.name):
        text = io.StringIO()
        chart.draw().savefig(text, format="svg", transparent=True, metadata={"Date": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    # Names of groups that every chart has, and to which nothing refers.
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r'style="[^"]*"', lambda found: _themed(found[0]), svg)
    size = re.search(r'viewBox="[^"]*"', svg)
    assert size
    head = (
        f'<svg class="ecom-drawn" {size[0]} xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-labelledby="{chart.name}-title {chart.name}-text"><title id="{chart.name}-title">{escape(chart.title)}'
        f'</title><desc id="{chart.name}-text">{escape(visible(chart.description))}</desc>'
    )
    return head + svg[svg.index(">") + 1 :]


def _check_library() -> None:
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ComparisonError(
            "the charts of --out and --figures need matplotlib: pip install 'ecom-fixtures[compare]'. "
            "Without them, the comparison stands in the terminal and in --markdown."
        ) from error


def _told(what: str, runs: Mapping[str, Sequence[str]]) -> str:
    """A chart in words, for a screen reader."""
    return f"{what}. " + "; ".join(f"{name}: {', '.join(told)}" for name, told in runs.items()) + "."


def _shares(shares: Sequence[tuple[str, float]]) -> list[str]:
    return [f"{what} {percent(share)}" for what, share in shares if share] or ["none"]


def _themed(looks: str) -> str:
    for name, colour in COLOURS.items():
        looks = looks.replace(colour, f"var(--{name})")
    return looks
