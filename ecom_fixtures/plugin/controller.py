"""What the controlling process does: opens the run, journals every trial, writes summary, page and exit status."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ecom_fixtures.plugin.items import trial_at
from ecom_fixtures.settings import Settings

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

    from ecom_fixtures.dataset.cases import Case
    from ecom_fixtures.plugin.process import Process
    from ecom_fixtures.plugin.scheduling import AheadScheduling
    from ecom_fixtures.runs.figures import Figures
    from ecom_fixtures.runs.folder import Run
    from ecom_fixtures.trial.record import Record


class Controller:
    """Hooks that must run once per session. Does nothing until the first sign of a benchmark test."""

    def __init__(
        self, config: pytest.Config, settings: Settings, process_of: Callable[[pytest.Config], Process]
    ) -> None:
        self._config, self._settings, self._process_of = config, settings, process_of
        self._run: Run | None = None
        self._figures: Figures | None = None
        self._session: pytest.Session | None = None
        self._unsolved = 0
        self._trials: dict[str, Case] = {}
        self._page: Path | None = None
        self._killed: set[str] = set()
        self._crashed: set[str] = set()

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._session = session

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: WorkerController) -> None:
        node.workerinput["ecom_count"] = self._settings.count

    # Opening the run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        self._trials = {item.nodeid: case for item in session.items if (case := trial_at(item))}
        planned = list(self._trials.values())
        failed = session.testsfailed and not self._config.option.continue_on_collection_errors
        if planned and not self._config.option.collectonly and not failed:
            self._open(planned)
            process = self._process_of(self._config)
            process.on_done = self._journal
            process.ahead.offer(planned)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if broken := getattr(report, "ecom_broken", None):
            raise pytest.UsageError(broken)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: WorkerController, ids: Sequence[str]) -> None:
        """Workers collect, the controller doesn't; it must know of trials before they are started and paid for."""
        if self._run is None and any("[" in name for name in ids):
            from ecom_fixtures.dataset.cases import find
            from ecom_fixtures.plugin.scheduling import takers_of_trials

            takers = takers_of_trials(self._config.rootpath, ids)
            names = self._names() if takers else {}
            parameters = {name: name.rpartition("[")[2].removesuffix("]") for name in takers}
            self._trials = {name: case for name in takers if (case := find(parameters[name], names))}
            if self._trials:
                self._open(list(self._trials.values()))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> AheadScheduling | None:
        if config.getoption("dist") != "load":
            return None
        from ecom_fixtures.plugin.scheduling import AheadScheduling

        return AheadScheduling(config, log, self._settings.concurrency, self._lost)

    def _open(self, cases: Sequence[Case]) -> None:
        from ecom_fixtures.errors import EcomError
        from ecom_fixtures.plugin.scheduling import processes
        from ecom_fixtures.reporting.words import counted
        from ecom_fixtures.runs.folder import Run
        from ecom_fixtures.trial.setup import preflight

        if self._config.getoption("dist", default="no") == "worksteal":
            raise pytest.UsageError("--dist=worksteal would run stolen trials twice; use --dist=load, as -n does")
        process, settings = self._process_of(self._config), self._settings
        wanted = {case.task_id for case in cases}
        try:
            tasks = [task for task in process.dataset.tasks if task.id in wanted]
            preflight(process.setup, tasks)
            self._run = Run(process.setup, settings, cases, processes=processes(self._config))
        except EcomError as error:
            raise pytest.UsageError(str(error)) from error
        self._start_page()
        self._say(
            f"ecom-bench: agent {process.setup.agent.name}, customer {process.setup.customer.name}, "
            f"{counted(len(tasks), 'task')}, {counted(len(cases), 'trial')}, seed {settings.seed}"
        )

    def _start_page(self) -> None:
        """Let pytest-html's file, where the user has asked for one, say something of trials too."""
        from ecom_fixtures.plugin.html import HtmlHooks
        from ecom_fixtures.reporting.page import PAGE

        assert self._run
        hooks = HtmlHooks(
            self._config, self._run.folder / PAGE, lambda name: self._trials.get(name), lambda: self._figures
        )
        self._config.pluginmanager.register(hooks, "ecom_html")

    # Taking in records

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, None, None]:
        self._take_in(report)
        yield
        if report.nodeid in self._crashed:
            self._crashed.remove(report.nodeid)
            self._finish(report.nodeid)

    def _take_in(self, report: pytest.TestReport) -> None:
        planned = report.__dict__.pop("ecom_plan", None)
        if planned:
            self._plan(json.loads(planned))
        text = report.__dict__.pop("ecom_record", None)
        if text and self._run:
            self._run.journal.append(text)
        if getattr(report, "ecom_unsolved", False):
            self._unsolved += 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        if getattr(report, "ecom_unsolved", False):
            return "failed", "U", ("UNSOLVED", {"red": True})
        return None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: WorkerController, error: object | None) -> None:
        if error:
            self._killed.add(node.gateway.id)
        if self._run:
            for text in getattr(node, "workeroutput", {}).get("ecom_records", ()):
                self._run.journal.append(text)

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport) -> None:
        """The test that a killed worker was waiting for: an error, and a row in the page."""
        case = self._trials.get(crashitem)
        if case:
            report.when, report.location = "setup", _place(crashitem)
            self._crashed.add(crashitem)
            self._attach(report, case)

    def _lost(self, worker: WorkerController, names: Sequence[str]) -> list[str]:
        """Report the trials that a killed worker had in flight; return the ids of those that were reported."""
        if worker.gateway.id not in self._killed:
            return []
        lost = [(name, case) for name in names if (case := self._trials.get(name))]
        for name, case in lost:
            report = pytest.TestReport(
                nodeid=name,
                location=_place(name),
                keywords={},
                outcome="failed",
                longrepr=f"worker {worker.gateway.id!r} was killed while this trial was in flight",
                when="setup",
            )
            self._attach(report, case)
            self._config.hook.pytest_runtest_logreport(report=report)
            self._finish(name)
        return [name for name, _ in lost]

    def _attach(self, report: pytest.TestReport, case: Case) -> None:
        from ecom_fixtures.runs.journal import dump_record
        from ecom_fixtures.trial.trial import lost_trial

        record = lost_trial(self._process_of(self._config).setup, case, str(report.longrepr))
        report.ecom_record = dump_record(record)  # type: ignore[attr-defined]

    def _finish(self, name: str) -> None:
        """pytest-html shows a test when its teardown is reported, which a killed worker can't do any more."""
        done = pytest.TestReport(
            nodeid=name, location=_place(name), keywords={}, outcome="passed", longrepr=None, when="teardown"
        )
        self._config.hook.pytest_runtest_logreport(report=done)

    def _plan(self, planned: dict[str, tuple[str, str, int, int]]) -> None:
        """Take over what a worker's first report tells: which of its tests run trials, and of what."""
        from ecom_fixtures.dataset.cases import Case

        self._trials = {name: Case(*case) for name, case in planned.items()}
        if self._run:
            self._run.plan(list(self._trials.values()))
        else:
            self._open(list(self._trials.values()))

    def _names(self) -> dict[str, Case]:
        from ecom_fixtures.dataset.cases import plan

        count, dataset = self._settings.count, self._process_of(self._config).dataset
        return {case.name(count): case for case in plan(dataset.tasks, count, self._settings.seed)}

    def _journal(self, record: Record) -> None:
        from ecom_fixtures.runs.journal import dump_record

        assert self._run
        self._run.journal.append(dump_record(record))

    # Closing the run

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Any:
        if self._run:
            from ecom_fixtures.reporting.page import write_page

            self._process_of(self._config).close()
            cut_short = bool(session.shouldstop or session.shouldfail) or exitstatus not in (0, 1)
            self._figures = self._run.close(interrupted=cut_short)
            self._page = write_page(self._run.folder, self._figures)
            if session.exitstatus == pytest.ExitCode.TESTS_FAILED and not cut_short and self._is_softened(session):
                session.exitstatus = pytest.ExitCode.OK
        return (yield)

    def _is_softened(self, session: pytest.Session) -> bool:
        """Whether unsolved trials are all that failed, and they don't decide the exit status."""
        return not self._settings.fails_on_trials and session.testsfailed == self._unsolved

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._figures is None or self._run is None:
            return
        from ecom_fixtures.reporting.terminal import report_lines

        writer = terminalreporter._tw
        terminalreporter.write_sep("=", "ecom-bench")
        encoding = getattr(writer._file, "encoding", None)
        for line in report_lines(self._run.folder, encoding=encoding, figures=self._figures):
            terminalreporter.write_line(line.text, **({line.style: True} if line.style else {}))
        terminalreporter.write_line("")
        if self._page:
            terminalreporter.write_line(f"report: {self._page.as_uri()}")

    def _say(self, text: str) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.ensure_newline()
            reporter.write_line(text, bold=True)


def _place(name: str) -> tuple[str, None, str]:
    """File and test, as far as a test's id tells them: what pytest heads a report with."""
    path, _, test = name.partition("::")
    return path, None, test.replace("::", ".")
