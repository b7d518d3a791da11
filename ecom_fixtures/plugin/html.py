"""What pytest-html's file, if the user asks for one with --html, says of trials: pass^k, reasons, links."""

from __future__ import annotations

import os
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from ecom_fixtures.plugin.explained import reason_in

if TYPE_CHECKING:
    from ecom_fixtures.dataset.cases import Case
    from ecom_fixtures.runs.figures import Figures


class HtmlHooks:
    """Registered when a run is opened; does nothing in a session without --html.

    ``page`` is the run's own page, ``trial_at`` gives the trial of a test by its id, ``figures`` the run's figures once
    it is closed.
    """

    def __init__(
        self,
        config: pytest.Config,
        page: Path,
        trial_at: Callable[[str], Case | None],
        figures: Callable[[], Figures | None],
    ) -> None:
        file = config.getoption("htmlpath", default=None)
        self._trial_at, self._figures = trial_at, figures
        self._link = _link(page, Path(os.path.expandvars(file)).expanduser().absolute()) if file else ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Give the row of a trial a link to its transcript."""
        case = self._trial_at(report.nodeid) if self._link else None
        if case and (report.when == "call" or report.failed):
            from pytest_html import extras

            link = extras.url(f"{self._link}#trial={quote(case.key)}", name="transcript")
            report.extras = [*getattr(report, "extras", ()), link]  # type: ignore[attr-defined]

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_html(self, report: pytest.TestReport, data: list[str]) -> None:
        """Show the reason instead of all that the run's own page tells better."""
        if reason := reason_in(report):
            data[0] = escape(reason)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        figures = self._figures()
        if figures:
            from ecom_fixtures.reporting.page import passk_table

            prefix.append(passk_table(figures, self._link))


def _link(page: Path, file: Path) -> str:
    """The way from a file to the run's page, as it stands in a link."""
    return quote(Path(os.path.relpath(page, file.parent)).as_posix())
