"""The comparison as one page that needs no network and runs no script."""

from __future__ import annotations

from markupsafe import Markup

from ecom_fixtures.comparison import tables, words
from ecom_fixtures.comparison.charts import charts, inline
from ecom_fixtures.comparison.compared import LEVEL, Comparison
from ecom_fixtures.reporting.page import asset, template


def render(comparison: Comparison, with_paper: bool) -> str:
    """The page. All text of a run is escaped.

    Raises:
        ComparisonError: matplotlib isn't installed.
    """
    drawn = {chart.name: Markup(inline(chart)) for chart in charts(comparison)}
    return template("comparison.html.j2").render(
        comparison=comparison,
        say=words,
        tables=tables,
        charts=drawn,
        level=LEVEL,
        wide=len(comparison.runs) > 4,
        paper=tables.paper_table() if with_paper else None,
        css=Markup(asset("page.css") + asset("comparison.css")),
    )
