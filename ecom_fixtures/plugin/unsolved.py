"""An unsolved trial in pytest's own words: a failed test of a category of its own, ``unsolved``.

It counts for --lf, -x, --maxfail and JUnit as any failure does. It is neither among FAILURES nor in the short summary,
since a benchmark has hundreds; our own section explains them. Who asks for failures by -r finds them listed.
"""

from __future__ import annotations

import pytest

from ecom_fixtures.plugin.explained import is_unsolved, reason_in

CATEGORY, LETTER, WORD = "unsolved", "U", "UNSOLVED"
# What pytest lists when nobody has asked for anything by -r.
_UNASKED = "fE"


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    return (CATEGORY, LETTER, (WORD, {"red": True})) if is_unsolved(report) else None


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reports = terminalreporter.stats.get(CATEGORY)
    if reports and terminalreporter.hasopt("f") and config.option.reportchars != _UNASKED:
        terminalreporter.write_sep("=", "unsolved", red=True)
        for report in reports:
            why = reason_in(report)
            terminalreporter.write_line(f"{WORD} {report.nodeid}" + (f" - {why}" if why else ""))
