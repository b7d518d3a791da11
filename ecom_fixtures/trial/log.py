"""Log lines of trials: kept apart by trial, since they arise in the background while some other test is waiting."""

from __future__ import annotations

import logging
from contextvars import ContextVar

MOST_LINES = 500
FORMAT = "%(levelname)-8s %(name)s: %(message)s"

_lines: ContextVar[list[str]] = ContextVar("trial_log_lines")


class TrialLog(logging.Handler):
    """Collects what is logged inside a trial; belongs on the root logger."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter(FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        lines = _lines.get(None)
        if lines is not None and len(lines) < MOST_LINES:
            lines.append(self.format(record))


def begin() -> list[str]:
    """Start collecting in this context (a trial's task); the list fills while the trial runs."""
    lines: list[str] = []
    _lines.set(lines)
    return lines


def outside_trials(record: logging.LogRecord) -> bool:
    """A filter for handlers that should see only what the test itself logs."""
    return _lines.get(None) is None
