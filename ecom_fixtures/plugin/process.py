"""The benchmark inside one process: dataset, setup and running trials, each made when it is first needed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from ecom_fixtures.settings import Settings

if TYPE_CHECKING:
    from ecom_fixtures.dataset.cases import Case
    from ecom_fixtures.dataset.folder import Dataset
    from ecom_fixtures.trial.ahead import Ahead
    from ecom_fixtures.trial.record import Record
    from ecom_fixtures.trial.setup import Setup

SETTINGS: pytest.StashKey[Settings] = pytest.StashKey()
BROKEN: pytest.StashKey[str] = pytest.StashKey()
PROCESS: pytest.StashKey[Process] = pytest.StashKey()


def process_of(config: pytest.Config) -> Process:
    """What this process holds, made at the first call: the first sign of a benchmark test."""
    if PROCESS not in config.stash:
        settings = config.stash[SETTINGS]
        look_ahead = settings.concurrency if config.getoption("maxfail") else None
        config.stash[PROCESS] = Process(settings, look_ahead)
        _keep_trials_out_of_captured_logs(config)
    return config.stash[PROCESS]


class Process:
    """What fixtures and hooks of one process share.

    ``on_start`` and ``on_end`` are told, in the trials' thread, of every trial that begins and of every record.
    ``stopped`` says why no more trials are run, if they aren't.
    """

    def __init__(self, settings: Settings, look_ahead: int | None) -> None:
        from ecom_fixtures.trial.log import TrialLog

        self.settings = settings
        self.on_start: Callable[[Case], None] = lambda case: None
        self.on_end: Callable[[Record], None] = lambda record: None
        self.stopped = ""
        self._look_ahead = look_ahead
        self._expected: Counter[Case] = Counter()
        self._shared: dict[Case, Record] = {}
        self._settled: dict[Case, str] = {}
        self._logged: dict[Case, list[str]] = {}
        self._log = TrialLog()
        self._ahead: Ahead | None = None

    @cached_property
    def dataset(self) -> Dataset:
        from ecom_fixtures.dataset.folder import load_dataset

        return load_dataset(self.settings)

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """The groups of an ablation with their traits, by id; none in any other run."""
        from ecom_fixtures.dataset.ablation import ablation_groups

        return ablation_groups(self.dataset) if self.settings.persona == "ablation" else {}

    def words_of(self, case: Case) -> frozenset[str]:
        """What ``-k`` and ``-m`` know a case by: its task's tags, and the traits of its group."""
        return self.dataset.task(case.task_id).words.union(self.groups.get(case.variant, ()))

    @cached_property
    def setup(self) -> Setup:
        from ecom_fixtures.trial.setup import set_up

        return set_up(self.settings, self.dataset)

    def expect(self, cases: Iterable[Case]) -> None:
        """Say which trials the session's tests will fetch, so that tests over the same trial share one dialogue."""
        self._expected.update(cases)

    def offer(self, cases: Iterable[Case]) -> None:
        """Let the trials run ahead of their tests."""
        self._running.offer(case for case in cases if case not in self._settled)

    def settle(self, case: Case, record: str) -> None:
        """Take the record, a line of JSON, for the trial's; it isn't run here. Safe in any thread."""
        self._settled[case] = record

    def fetch(self, case: Case) -> Record:
        """Wait for a trial's record. It is kept for as many tests of this process as `expect` was told of."""
        record = self._shared.pop(case, None) or self._settled_record(case) or self._running.fetch(case)
        self._expected[case] -= 1
        if self._expected[case] > 0:
            self._shared[case] = record
        return record

    def log_of(self, case: Case) -> str:
        """What was logged inside a trial that has been fetched; said once."""
        return "\n".join(self._logged.pop(case, ()))

    def stop(self, why: str) -> None:
        """Cancel what is in flight and run no more trials: `fetch` of one that hasn't ended raises CancelledError.

        Safe in any thread, and returns at once.
        """
        self.stopped = why
        if self._ahead:
            self._ahead.stop()

    def close(self) -> None:
        """Cancel what is in flight."""
        if self._ahead:
            self._ahead.close()
            logging.getLogger().removeHandler(self._log)

    @property
    def _running(self) -> Ahead:
        if self._ahead is None:
            from ecom_fixtures.trial.ahead import Ahead

            # Built here, in the test's thread, where its errors belong.
            assert self.setup
            logging.getLogger().addHandler(self._log)
            self._ahead = Ahead(self._run, self.settings.concurrency, self._look_ahead, lambda it: self.on_end(it))
            if self.stopped:
                self._ahead.stop()
        return self._ahead

    async def _run(self, case: Case) -> Record:
        from ecom_fixtures.trial.log import begin
        from ecom_fixtures.trial.trial import run_trial

        self.on_start(case)
        self._logged[case] = begin()
        return await run_trial(self.setup, case)

    def _settled_record(self, case: Case) -> Record | None:
        from ecom_fixtures.trial.record import Record

        text = self._settled.pop(case, None)
        return Record.model_validate_json(text) if text else None


def _keep_trials_out_of_captured_logs(config: pytest.Config) -> None:
    """A trial's log lines belong to its own test, not to the one that happens to be waiting."""
    from ecom_fixtures.trial.log import outside_trials

    logging_plugin = config.pluginmanager.get_plugin("logging-plugin")
    for name in ("caplog_handler", "report_handler"):
        if handler := getattr(logging_plugin, name, None):
            handler.addFilter(outside_trials)
