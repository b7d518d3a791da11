"""Ctrl-C ends a run as interrupted wherever it falls, also into another plugin's hook.

Where warnings are errors, pluggy's warning that an old-style hook wrapper has raised takes the place of the
KeyboardInterrupt that it raised: pytest would report an internal error, or a failure of the test, and go on.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest
from pluggy import PluggyTeardownRaisedWarning

from ecom_fixtures.plugin.process import PROCESS


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    try:
        return (yield)
    except PluggyTeardownRaisedWarning as warning:
        _interrupt(warning, session.config)
        raise


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    if call.excinfo:
        _interrupt(call.excinfo.value, item.config)


def _interrupt(error: BaseException | None, config: pytest.Config) -> None:
    """Raise the Ctrl-C that ``error`` stands for, if it does; ordinary sessions are none of our business."""
    cause = error
    while isinstance(cause, PluggyTeardownRaisedWarning):
        cause = cause.__context__
    if cause is not error and isinstance(cause, KeyboardInterrupt) and PROCESS in config.stash:
        raise cause
