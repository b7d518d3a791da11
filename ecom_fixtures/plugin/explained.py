"""What a report says of its trial: whether it is unsolved, why in a line, and all of it where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ecom_fixtures.dataset.tasks import Task
    from ecom_fixtures.trial.record import Record
    from ecom_fixtures.worlds.words import Words

REASON, UNSOLVED, UNJUDGED = "ecom_reason", "ecom_unsolved", "ecom_unjudged"


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


def mark(report: pytest.TestReport, *, unsolved: bool = False, unjudged: bool = False) -> None:
    """Say of a report whether an unsolved trial is why the test failed, or one that could not be judged."""
    setattr(report, UNSOLVED, unsolved)
    setattr(report, UNJUDGED, unjudged)


def is_unsolved(report: pytest.TestReport) -> bool:
    """What `mark` has said; false of any other report."""
    return getattr(report, UNSOLVED, False)


def is_unjudged(report: pytest.TestReport) -> bool:
    """Likewise."""
    return getattr(report, UNJUDGED, False)
