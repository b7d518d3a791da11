"""How a report of a trial explains itself: its reason where one line is shown, all of it where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ecom_fixtures.dataset.tasks import Task
    from ecom_fixtures.trial.record import Record
    from ecom_fixtures.worlds.words import Words

REASON = "ecom_reason"


def explain_report(
    report: pytest.TestReport, call: pytest.CallInfo[None], record: Record, words: Words, task: Task
) -> None:
    """Say in the report of a test that failed by its trial why the trial was not solved.

    Short summary, JUnit's message and --tb=line then show the reason; the section and JUnit's text the explanation.
    """
    from ecom_fixtures.reporting.explain import explain, reason
    from ecom_fixtures.runs.files import clean

    if record.passed or not report.failed or not call.excinfo:
        return
    why = clean(reason(record, words, task))
    shown = call.excinfo.getrepr(style="native")
    [entry] = shown.reprtraceback.reprentries
    entry.lines = [clean(explain(record, words, task))]
    if shown.reprcrash:
        shown.reprcrash.message = why
    report.longrepr = shown
    setattr(report, REASON, why)


def reason_in(report: pytest.TestReport) -> str:
    """The reason that the report was given, also in a worker; empty where it explains no trial."""
    why: str = getattr(report, REASON, "")
    return why
