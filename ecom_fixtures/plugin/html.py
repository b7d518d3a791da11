"""pytest-html, told where to write and what to show: hooks that hand its page our summary, cells and transcripts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ecom_fixtures.runs.folder import Run


class PageHooks:
    """The hooks of pytest-html that make its page the run's report."""

    def __init__(self, run: Run, images: Path) -> None:
        self._run, self._images = run, images

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:
        from ecom_fixtures.reporting.page import report_title

        report.title = report_title(self._run.manifest)
        report.data["renderCollapsed"] = ["all"]

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        from ecom_fixtures.reporting.page import table_header

        cells[:] = table_header(cells)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        from ecom_fixtures.reporting.page import other_cells

        # pytest-html's script needs its own first three cells; the page hides them.
        cells[3:3] = getattr(report, "ecom_cells", None) or other_cells(cells)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str], postfix: list[str]) -> None:
        from ecom_fixtures.reporting.page import summary_html, transcripts_html
        from ecom_fixtures.runs.figures import figures_of
        from ecom_fixtures.runs.journal import JOURNAL, read_journal

        figures = figures_of(self._run.folder)
        prefix.append(summary_html(figures, self._run.manifest))
        postfix.append(transcripts_html(read_journal(self._run.folder / JOURNAL), self._pictures()))

    def _pictures(self) -> Mapping[str, bytes]:
        from ecom_fixtures.dataset.files import read_bytes
        from ecom_fixtures.worlds.shop.pictures import HOST

        return {f"{HOST}{path.name}": read_bytes(path) for path in sorted(self._images.glob("[!.]*.png"))}


def start_pytest_html(session: pytest.Session, folder: Path) -> Path | None:
    """Switch pytest-html on in a session that has begun, and return the page's path; None when it is blocked.

    Only now is it known that there are trials to report; a session without any must write nothing. With ``--html``,
    the user's file is begun anew, since its table was laid out before our hooks were there.
    """
    config = session.config
    html = config.pluginmanager.get_plugin("html")
    if html is None:
        return None
    for plugin in config.pluginmanager.get_plugins():
        if type(plugin).__module__.startswith("pytest_html."):
            config.pluginmanager.unregister(plugin)
    if not config.option.htmlpath:
        config.option.htmlpath, config.option.self_contained_html = str(folder / "report.html"), True
    before = set(config.pluginmanager.get_plugins())
    html.pytest_configure(config)
    # The hooks that the page has missed are called for it alone.
    old = before & set(config.pluginmanager.get_plugins())
    config.pluginmanager.subset_hook_caller("pytest_sessionstart", old)(session=session)
    config.pluginmanager.subset_hook_caller("pytest_collection_finish", old)(session=session)
    return Path(os.path.expandvars(config.option.htmlpath)).expanduser().absolute()
