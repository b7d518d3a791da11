"""What the controlling process decides of a run: what must fit before it, exit status and last line after it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ecom_fixtures.plugin.explained import is_unjudged, is_unsolved
from ecom_fixtures.plugin.process import SETTINGS

if TYPE_CHECKING:
    from ecom_fixtures.dataset.cases import Case
    from ecom_fixtures.gate.baseline import Baseline
    from ecom_fixtures.gate.outcome import Compared, Ended, Exit
    from ecom_fixtures.gate.session import Closing
    from ecom_fixtures.reporting.terminal import Line
    from ecom_fixtures.runs.figures import Figures
    from ecom_fixtures.runs.identity import Identity
    from ecom_fixtures.statistics.floors import FloorDecision


class Deciding:
    """Made before a run is opened, and registered once it is open, after every conftest and plugin: so its wrapper of
    the session's end is the outermost, and sees what all others have done to the exit status.

    Raises:
        SettingsError: what was asked for doesn't fit, or Markdown can't be written where it should.
    """

    def __init__(self, config: pytest.Config, cases: Sequence[Case]) -> None:
        from ecom_fixtures.gate.asked import check_asked
        from ecom_fixtures.gate.floors import Watch, floors_of
        from ecom_fixtures.plugin.markdown import MarkdownFile

        self._config, self._settings = config, config.stash[SETTINGS]
        check_asked(self._settings, cases)
        self._markdown = MarkdownFile.wanted(self._settings, config.invocation_params.dir)
        self._watch = Watch(floors_of(self._settings), cases) if self._settings.stop_when_decided else None
        self._unsolved = self._unjudged = 0
        self._folder: Path | None = None
        self._figures: Figures | None = None
        self._floors: tuple[FloorDecision, ...] = ()
        self._exit: Exit | None = None
        self._baseline: Baseline | None = None
        self._closing: Closing | None = None

    def check_baseline(self, customer: str, cases: Sequence[Case], identity: Identity) -> None:
        """Check what ``--baseline`` and ``--save-baseline`` name against the trials that are about to be run.

        Raises:
            EcomError: it can't be read, or compared with these trials, or they can't be saved.
        """
        from ecom_fixtures.gate.session import load_baseline

        self._baseline = load_baseline(self._settings, customer, cases, identity)

    # While trials run

    def take(self, record: str) -> bool:
        """Count a trial that has ended, a line of JSON; safe in any thread.

        True when by this one all is decided, and the trials that are left need not be run.
        """
        from ecom_fixtures.trial.record import Record

        return self._watch.take(Record.model_validate_json(record)) if self._watch else False

    @property
    def stopped(self) -> str:
        """Why trials were left out by ``--stop-when-decided``; empty when none was."""
        return self._watch.decided if self._watch else ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._unsolved += is_unsolved(report)
            self._unjudged += is_unjudged(report)

    # When it is over

    def decide(self, session: pytest.Session, folder: Path, figures: Figures) -> None:
        """Decide the exit status of a run that is closed, and set it."""
        from ecom_fixtures.gate.floors import decide_floors
        from ecom_fixtures.gate.outcome import Exit, decide_exit
        from ecom_fixtures.gate.session import close_session
        from ecom_fixtures.plugin.junit import add_suite_properties

        self._folder, self._figures = folder, figures
        self._floors = decide_floors(self._settings, figures)
        self._closing = close_session(self._settings, self._baseline, folder)
        ended = self._ended(session, folder)
        stopped = bool(self.stopped)
        self._exit = decide_exit(self._settings, figures, ended, self._floors, self._compared(), stopped=stopped)
        for problem in self._closing.problems:
            self._exit = Exit(self._exit.status or 1, f"{problem}; {self._exit.reason}")
        session.exitstatus = self._exit.status
        add_suite_properties(self._config, figures, self._exit)

    def _compared(self) -> Compared | None:
        """What the comparison with ``--baseline`` came to."""
        from ecom_fixtures.gate.outcome import Compared
        from ecom_fixtures.reporting.gate import headline

        comparison = self._closing and self._closing.comparison
        return Compared(comparison.ruling, headline(comparison)) if comparison else None

    def _ended(self, session: pytest.Session, folder: Path) -> Ended:
        from ecom_fixtures.gate.outcome import Ended

        started = self._config.invocation_params.dir
        run = folder.relative_to(started) if folder.is_relative_to(started) else folder
        return Ended(
            status=int(session.exitstatus),
            cut_short=str(session.shouldfail or session.shouldstop or ""),
            failed=session.testsfailed,
            unsolved=self._unsolved,
            unjudged=self._unjudged,
            run=run.as_posix(),
        )

    def lines(self, encoding: str | None = "utf-8") -> list[Line]:
        """What the floors and the gate say, for our section of the terminal."""
        from ecom_fixtures.gate.outcome import saved
        from ecom_fixtures.reporting.floors import floor_lines
        from ecom_fixtures.reporting.terminal import Line

        lines = floor_lines(self._floors)
        if self.stopped and self._figures and self._figures.missing:
            lines.insert(0, Line(f"{self.stopped}: {saved(self._figures)}", "bold"))
        return [*lines, *self._gate_lines(encoding)]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, Any, Any]:
        """Behind all that others do at the end of a session: write Markdown, and say the last line."""
        result = yield
        if self._exit and self._figures and self._folder:
            status = int(session.exitstatus)
            final = self._exit if status == self._exit.status else self._exit.overruled(status)
            if self._markdown:
                final = self._markdown.write(self._folder, self._figures, final, self._floors, self._gate_lines())
                session.exitstatus = final.status
            self._say(final)
        return result

    def _gate_lines(self, encoding: str | None = "utf-8") -> list[Line]:
        from ecom_fixtures.reporting.gate import closing_lines

        return closing_lines(self._closing, encoding=encoding) if self._closing else []

    def _say(self, final: Exit) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            encoding = getattr(reporter._tw._file, "encoding", None) or "ascii"
            reporter.ensure_newline()
            colour = "red" if final.status else "green"
            reporter.write_line(str(final).encode(encoding, "replace").decode(encoding), **{colour: True})
