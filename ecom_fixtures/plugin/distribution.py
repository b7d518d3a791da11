"""Running with pytest-xdist, seen from the controlling process: who may take part, and what a killed worker leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

from ecom_fixtures.plugin import wire
from ecom_fixtures.plugin.controller import Controller
from ecom_fixtures.plugin.explained import mark
from ecom_fixtures.plugin.process import SETTINGS
from ecom_fixtures.plugin.selecting import LEFT

if TYPE_CHECKING:
    from execnet import Channel
    from xdist.workermanage import WorkerController

    from ecom_fixtures.dataset.cases import Case
    from ecom_fixtures.plugin.scheduling import AheadScheduling

ONE_BY_ONE = (
    "this version of pytest-xdist keeps its queue in a way that is unknown to ecom-fixtures: each worker runs "
    "one trial at a time, whatever --concurrency says"
)


@dataclass
class _Worker:
    """What is known of one worker. ``open`` are its trials that have begun and not ended, ``begun`` all that have."""

    channel: Channel
    readiness: wire.Ready | wire.Unfit | None = None
    admitted: bool = False
    begun: set[Case] = field(default_factory=set)
    open: set[Case] = field(default_factory=set)


class Distribution:
    """Hooks of the controlling process that pytest-xdist calls. Without trials, xdist works as it would alone."""

    def __init__(self, config: pytest.Config, controller: Controller) -> None:
        self._config, self._controller = config, controller
        self._workers: dict[str, _Worker] = {}
        self._collected: set[str] = set()
        # What the first worker that was ready has told.
        self._ready: wire.Ready | None = None
        self._one_by_one = False
        # The records of trials that have ended and of which a test is still to be reported; and how many are.
        self._untold: dict[Case, str] = {}
        self._tests: Counter[Case] = Counter()
        # Those that killed workers have left to others.
        self._left: dict[Case, str] = {}
        self._crashed: set[str] = set()
        self._failure: Exception | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: WorkerController) -> None:
        settings = asdict(self._config.stash[SETTINGS])
        del settings["root"]
        worker = _Worker(node.gateway.newchannel())
        worker.channel.setcallback(lambda data: self._hear(worker, data))
        self._workers[node.gateway.id] = worker
        left = self._config.stash.get(LEFT, None)
        plain = None if left is None else tuple(map(astuple, sorted(left)))
        wire.greet(node.workerinput, settings, worker.channel, plain)

    def _hear(self, worker: _Worker, data: Any) -> None:
        """Take in a message, in the thread that receives it; an error is kept for the main thread."""
        try:
            self._take(worker, wire.received(data))
        except Exception as error:
            self._failure = self._failure or error

    def _take(self, worker: _Worker, message: wire.Message) -> None:
        from ecom_fixtures.dataset.cases import Case

        match message:
            case wire.Ready() | wire.Unfit():
                worker.readiness = message
            case wire.Started(plain):
                worker.begun.add(Case(*plain))
                worker.open.add(Case(*plain))
            case wire.Ended(plain, record):
                self._keep(Case(*plain), record)
                worker.open.discard(Case(*plain))

    def _keep(self, case: Case, record: str) -> None:
        decided = self._controller.take(record)
        self._untold[case] = record
        if decided:
            for worker in list(self._workers.values()):
                self._stop(worker)

    def _stop(self, worker: _Worker) -> None:
        """Tell a worker to run no more trials, if that has been decided."""
        if self._controller.stopped and worker.admitted:
            # One that is gone runs none anyway.
            with suppress(OSError):
                wire.send(worker.channel, wire.Stop(self._controller.stopped))

    # Before there is work

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: WorkerController) -> None:
        """Open the run when each worker has said that it is ready for its trials, or say why one isn't."""
        self._raise_what_went_wrong()
        self._collected.add(node.gateway.id)
        worker = self._workers[node.gateway.id]
        if worker.readiness:
            self._admit(node.gateway.id, worker, worker.readiness)
        if self._controller.trials:
            # It takes the place of a killed one.
            _settle(worker, self._left)
            self._stop(worker)
        elif self._ready and len(self._collected) >= node.workerinput["workercount"]:
            self._open(self._ready, node.workerinput["workercount"])

    def _admit(self, name: str, worker: _Worker, readiness: wire.Ready | wire.Unfit) -> None:
        from ecom_fixtures.errors import EcomError

        if self._config.getoption("dist") == "worksteal":
            raise pytest.UsageError("--dist=worksteal would run stolen trials twice; use --dist=load, as -n does")
        try:
            # What is wrong everywhere is no worker's fault.
            here = self._fingerprint
        except EcomError as error:
            raise pytest.UsageError(str(error)) from error
        if isinstance(readiness, wire.Unfit):
            raise pytest.UsageError(f"worker {name} {readiness.why}")
        there = readiness.fingerprint
        others = [f"{what} ({there.get(what)}, here {here[what]})" for what in here if there.get(what) != here[what]]
        if others:
            raise pytest.UsageError(f"worker {name} would measure something else, since it has another {_all(others)}")
        self._one_by_one |= not readiness.runs_ahead
        worker.admitted, worker.readiness = True, None
        self._ready = self._ready or readiness

    @cached_property
    def _fingerprint(self) -> dict[str, str]:
        from ecom_fixtures.trial.fingerprint import fingerprint

        return fingerprint(self._controller.process.setup)

    def _open(self, ready: wire.Ready, workers: int) -> None:
        from ecom_fixtures.dataset.cases import Case

        if self._one_by_one:
            self._warn(ONE_BY_ONE)
        trials = {name: Case(*plain) for name, plain in ready.trials.items()}
        self._tests.update(trials.values())
        self._controller.open(trials, workers, ready.selected)
        # The trials that a resumed run carries over may have decided all.
        for worker in list(self._workers.values()):
            self._stop(worker)

    def _warn(self, text: str) -> None:
        warning = pytest.PytestWarning(text)
        try:
            self._config.issue_config_time_warning(warning, stacklevel=2)
        except pytest.PytestWarning as error:
            raise pytest.UsageError(text) from error

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> AheadScheduling | None:
        if config.getoption("dist") != "load":
            return None
        from ecom_fixtures.plugin.scheduling import AheadScheduling

        # Ended trials wait for the test of an earlier one: as many again as are in flight.
        deep = 2 * config.stash[SETTINGS].concurrency
        return AheadScheduling(config, log, lambda: deep if self._controller.trials else 0)

    # While trials run

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, None, None]:
        self._raise_what_went_wrong()
        yield
        case = self._controller.trials.get(report.nodeid)
        if case and report.when == "teardown":
            self._tests[case] -= 1
            if self._tests[case] <= 0:
                self._untold.pop(case, None)
        if report.nodeid in self._crashed:
            self._crashed.remove(report.nodeid)
            self._finish(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: WorkerController, error: object | None) -> None:
        """Settle the trials that a killed worker had begun, before xdist gives their tests to others."""
        # A worker that was interrupted goes down twice, first in order: then it has closed its trials itself.
        worker = self._workers.pop(node.gateway.id, None)
        if worker and error:
            for case in worker.open:
                self._lose(case, f"worker {node.gateway.id!r} was killed while this trial was in flight")
            left = {case: self._untold[case] for case in worker.begun if case in self._untold}
            self._left |= left
            for other in self._workers.values():
                if other.admitted:
                    _settle(other, left)

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport) -> None:
        """The test that a killed worker was waiting for: an error, and a row in the page."""
        from ecom_fixtures.trial.record import Record

        if case := self._controller.trials.get(crashitem):
            report.when, report.location = "setup", _place(crashitem)
            self._crashed.add(crashitem)
            self._lose(case, str(report.longrepr))
            mark(report, unjudged=not Record.model_validate_json(self._untold[case]).judged)

    def _lose(self, case: Case, why: str) -> None:
        """Journal a trial of which nothing is known but ``why`` it got lost, unless it has ended before."""
        from ecom_fixtures.runs.journal import dump_record
        from ecom_fixtures.trial.trial import lost_trial

        if case not in self._untold:
            self._keep(case, dump_record(lost_trial(self._controller.process.setup, case, why)))

    def _finish(self, name: str) -> None:
        """pytest-html shows a test when its teardown is reported, which a killed worker can't do any more."""
        done = pytest.TestReport(
            nodeid=name, location=_place(name), keywords={}, outcome="passed", longrepr=None, when="teardown"
        )
        self._config.hook.pytest_runtest_logreport(report=done)

    def _raise_what_went_wrong(self) -> None:
        if self._failure:
            raise self._failure


def _settle(worker: _Worker, records: Mapping[Case, str]) -> None:
    # One that is gone too is about to be reported by xdist.
    with suppress(OSError):
        for case, record in records.items():
            wire.send(worker.channel, wire.Settled(astuple(case), record))


def _all(parts: Sequence[str]) -> str:
    """The parts as they stand in a sentence."""
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else parts[0]


def _place(name: str) -> tuple[str, None, str]:
    """File and test, as far as a test's id tells them: what pytest heads a report with."""
    path, _, test = name.partition("::")
    return path, None, test.replace("::", ".")
