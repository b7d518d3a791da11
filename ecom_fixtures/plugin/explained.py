"""How a report of a trial explains itself: its reason where one line is shown, all of it where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecom_fixtures.plugin.html import TRIAL_ATTRIBUTE

if TYPE_CHECKING:
    from ecom_fixtures.dataset.tasks import Task
    from ecom_fixtures.trial.record import Record
    from ecom_fixtures.worlds.words import Words


def explain_report(
    report: pytest.TestReport, call: pytest.CallInfo[None], record: Record, words: Words, task: Task
) -> None:
    """Say in ``report`` which trial it is of and, where that is why it failed, why the trial was not solved.

    Short summary, JUnit's message and --tb=line then show the reason; the section and JUnit's text the explanation.
    """
    from ecom_fixtures.reporting.explain import explain, reason
    from ecom_fixtures.runs.files import clean

    why = clean(reason(record, words, task))
    setattr(report, TRIAL_ATTRIBUTE, {"key": record.case.key, "reason": why})
    if report.failed and call.excinfo and not record.passed:
        shown = call.excinfo.getrepr(style="native")
        [entry] = shown.reprtraceback.reprentries
        entry.lines = [clean(explain(record, words, task))]
        if shown.reprcrash:
            shown.reprcrash.message = why
        report.longrepr = shown
