"""The benchmark inside one process: dataset, setup and running trials, each made when it is first needed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.folder import Dataset, load_dataset
from ecom_fixtures.settings import Settings
from ecom_fixtures.trial.log import TrialLog, begin

if TYPE_CHECKING:
    from ecom_fixtures.trial.ahead import Ahead
    from ecom_fixtures.trial.record import Record
    from ecom_fixtures.trial.setup import Setup


class Process:
    """What fixtures and hooks of one process share."""

    def __init__(self, settings: Settings, look_ahead: int | None) -> None:
        self.settings = settings
        self.on_done: Callable[[Record], None] = self._keep
        self._look_ahead = look_ahead
        self._unreported: dict[Case, Record] = {}
        self._expected: Counter[Case] = Counter()
        self._shared: dict[Case, Record] = {}
        self._logged: dict[Case, list[str]] = {}
        self._log = TrialLog()
        self._ahead: Ahead | None = None

    @cached_property
    def dataset(self) -> Dataset:
        return load_dataset(self.settings)

    @cached_property
    def setup(self) -> Setup:
        from ecom_fixtures.trial.setup import set_up

        return set_up(self.settings, self.dataset)

    @property
    def ahead(self) -> Ahead:
        if self._ahead is None:
            self._ahead = self._start()
        return self._ahead

    def _start(self) -> Ahead:
        from ecom_fixtures.trial.ahead import Ahead

        # Built here, in the test's thread, where its errors belong.
        assert self.setup
        logging.getLogger().addHandler(self._log)
        return Ahead(self._run, self.settings.concurrency, self._look_ahead, self._done)

    async def _run(self, case: Case) -> Record:
        from ecom_fixtures.trial.trial import run_trial

        self._logged[case] = begin()
        return await run_trial(self.setup, case)

    def expect(self, cases: Iterable[Case]) -> None:
        """Say which trials the session's tests will fetch, so that tests over the same trial share one dialogue."""
        self._expected.update(cases)

    def fetch(self, case: Case) -> Record:
        """Wait for a trial's record. It is kept for as many tests of this process as `expect` was told of."""
        record = self._shared.pop(case, None) or self.ahead.fetch(case)
        self._unreported.pop(case, None)
        self._expected[case] -= 1
        if self._expected[case] > 0:
            self._shared[case] = record
        return record

    def log_of(self, case: Case) -> str:
        """What was logged inside a trial that has been fetched; said once."""
        return "\n".join(self._logged.pop(case, ()))

    def close(self) -> list[Record]:
        """Cancel what is in flight; return the records that finished but that no test has fetched."""
        if self._ahead:
            self._ahead.close()
            logging.getLogger().removeHandler(self._log)
        return list(self._unreported.values())

    def _done(self, record: Record) -> None:
        self.on_done(record)

    def _keep(self, record: Record) -> None:
        self._unreported[record.case] = record
