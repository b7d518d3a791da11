"""What the controlling process does: opens the run, takes in every trial, writes summary, page and exit status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ecom_fixtures.plugin.items import trials_of
from ecom_fixtures.plugin.process import SETTINGS, Process, process_of
from ecom_fixtures.plugin.selecting import EARLIER, SELECTED

if TYPE_CHECKING:
    from ecom_fixtures.dataset.cases import Case
    from ecom_fixtures.plugin.deciding import Deciding
    from ecom_fixtures.runs.figures import Figures
    from ecom_fixtures.runs.folder import Run
    from ecom_fixtures.runs.identity import Identity
    from ecom_fixtures.runs.manifest import Manifest
    from ecom_fixtures.runs.resume import Earlier
    from ecom_fixtures.trial.record import Record
    from ecom_fixtures.trial.setup import Setup


class Controller:
    """Holds the session's run. Does nothing until it is known that there are trials.

    ``trials`` are those of the run's tests, by test id; none before the run is open.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._earlier: Earlier | None = None
        self._run: Run | None = None
        self._figures: Figures | None = None
        self._deciding: Deciding | None = None
        self._page: Path | None = None
        self.trials: Mapping[str, Case] = {}

    # Opening the run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Without workers: open the run and let its trials run ahead."""
        trials = trials_of(session.items)
        failed = session.testsfailed and not self._config.option.continue_on_collection_errors
        if self._config.option.collectonly or failed:
            return
        self._take_up()
        if trials:
            self.open(trials, workers=0, selected=self._config.stash.get(SELECTED, ""))
            self.process.on_end = self._ended
            if self.stopped:
                self.process.stop(self.stopped)
            self.process.offer(trials.values())

    def _take_up(self) -> None:
        """Make sure that the run of ``--resume`` can be gone on with; one that lacks nothing is opened at once."""
        self._earlier = self._config.stash.get(EARLIER, None)
        if self._earlier is None:
            return
        from ecom_fixtures.errors import EcomError
        from ecom_fixtures.runs.folder import manifest_of

        try:
            self._earlier.check(manifest_of(self.process.setup, self._config.stash[SETTINGS]))
        except EcomError as error:
            raise pytest.UsageError(str(error)) from error
        if not self._earlier.left:
            self.open({}, workers=0, selected="")

    def open(self, trials: Mapping[str, Case], workers: int, selected: str) -> None:
        """Open the run of these trials, by test id; with ``workers``, each of them has said that it is ready.

        ``selected``, of a shard, see `Manifest`. A run that takes up another one is of all of that run's trials.

        Raises:
            pytest.UsageError: what keeps the trials from being run, in one sentence; nothing was paid for.
        """
        from ecom_fixtures.errors import EcomError
        from ecom_fixtures.plugin.deciding import Deciding
        from ecom_fixtures.runs.folder import Run
        from ecom_fixtures.trial.setup import try_out

        process, planned, earlier = self.process, list(dict.fromkeys(trials.values())), self._earlier
        try:
            if earlier:
                planned, selected = list(earlier.manifest.cases), earlier.manifest.selected
            self._deciding = Deciding(self._config, planned)
            # With workers no trial is played here, which would need the states that solve the tasks.
            identity = self._identify(process.setup.apart() if workers else process.setup, planned)
            self._deciding.check_baseline(process.setup.customer.name, planned, identity)
            if trials and not workers:
                try_out(process.setup, next(iter(trials.values())))
            self._run = Run(
                process.setup,
                self._config.stash[SETTINGS],
                planned,
                identity,
                processes=workers or 1,
                selected=selected,
                earlier=earlier,
            )
        except EcomError as error:
            raise pytest.UsageError(str(error)) from error
        self.trials = trials
        self._start_page()
        self._start_deciding(self._deciding)
        self._say(self._headline(self._run.manifest))

    def _identify(self, setup: Setup, cases: Sequence[Case]) -> Identity:
        """What the trials are, whose tasks can be solved.

        Raises:
            DatasetError: one can't.
        """
        import asyncio

        from ecom_fixtures.runs.identity import identity_of
        from ecom_fixtures.trial.setup import check_tasks

        wanted = {case.task_id for case in cases}
        check_tasks(setup, [task for task in setup.dataset.tasks if task.id in wanted])
        return asyncio.run(identity_of(setup, cases))

    def _headline(self, plan: Manifest) -> str:
        """What is about to be run, in one line."""
        from ecom_fixtures.reporting.words import counted

        parts = [
            f"ecom-bench: agent {plan.agent}",
            f"customer {plan.customer}",
            counted(len(plan.tasks), "task"),
            counted(len(plan.cases), "trial"),
            f"seed {plan.settings['seed']}",
        ]
        if plan.settings["shard"]:
            parts.append(f"shard {plan.settings['shard']}")
        if self._earlier:
            carried = f"{self._earlier.carried:,} of {counted(len(plan.cases), 'trial')} carried over"
            parts += [f"resumes {plan.resumed}", carried + ("" if self._earlier.left else ", nothing is left to run")]
        return ", ".join(parts)

    @property
    def process(self) -> Process:
        """What this process holds of the benchmark."""
        return process_of(self._config)

    def _start_page(self) -> None:
        """Let pytest-html's file, where the user has asked for one, say something of trials too."""
        from ecom_fixtures.plugin.html import HtmlHooks
        from ecom_fixtures.reporting.page import PAGE

        assert self._run
        hooks = HtmlHooks(self._config, self._run.folder / PAGE, self.trials.get, lambda: self._figures)
        self._config.pluginmanager.register(hooks, "ecom_html")

    def _start_deciding(self, deciding: Deciding) -> None:
        """Count what was carried over, and let the decision come behind all that is registered by now."""
        for record in self._earlier.lines() if self._earlier else ():
            deciding.take(record)
        self._config.pluginmanager.register(deciding, "ecom_deciding")

    # Taking in records

    def take(self, record: str) -> bool:
        """Journal a trial that has ended, a line of JSON; safe in any thread. After the end of the run it is late.

        True when by this one all is decided: the trials that are left need not be run, see ``stopped``.

        Raises:
            OSError: it can't be written.
        """
        if self._run is None or self._figures or not self._run.journal.append(record):
            return False
        return self._deciding is not None and self._deciding.take(record)

    @property
    def stopped(self) -> str:
        """Why no more trials are to be run; empty while they are. Trials that are carried over may decide all."""
        return self._deciding.stopped if self._deciding else ""

    def _ended(self, record: Record) -> None:
        from ecom_fixtures.runs.journal import dump_record

        if self.take(dump_record(record)):
            self.process.stop(self.stopped)

    # Closing the run

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Any:
        if self._run and self._deciding:
            from ecom_fixtures.reporting.page import write_page

            self.process.close()
            # Without a test (5), another run's trials were all carried over.
            cut_short = bool(session.shouldstop or session.shouldfail) or exitstatus not in (0, 1, 5)
            self._figures = self._run.close(interrupted=cut_short, stopped=self.stopped)
            self._page = write_page(self._run.folder, self._figures)
            self._deciding.decide(session, self._run.folder, self._figures)
        return (yield)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
        if self._figures is None or self._run is None or self._deciding is None:
            if self._earlier and exitstatus != pytest.ExitCode.INTERRUPTED:
                terminalreporter.write_line(
                    f"ecom-bench: no run was made, since no selected test is of a trial that "
                    f"{self._earlier.manifest.run} lacks"
                )
            return
        from ecom_fixtures.reporting.terminal import report_lines

        writer = terminalreporter._tw
        terminalreporter.write_sep("=", "ecom-bench")
        encoding = getattr(writer._file, "encoding", None)
        lines = report_lines(self._run.folder, encoding=encoding, figures=self._figures)
        for line in [*lines, *self._deciding.lines(encoding)]:
            terminalreporter.write_line(line.text, **({line.style: True} if line.style else {}))
        terminalreporter.write_line("")
        if self._page:
            terminalreporter.write_line(f"report: {self._page.as_uri()}")

    def _say(self, text: str) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.ensure_newline()
            reporter.write_line(text, bold=True)
