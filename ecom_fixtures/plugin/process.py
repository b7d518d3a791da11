"""The benchmark inside one process: dataset, world and running trials, each made when it is first needed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from typing import TYPE_CHECKING

from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.settings import Settings
from ecom_fixtures.trial.log import TrialLog, begin
from ecom_fixtures.trial.setup import Numbered, case_of, load_dataset, make_world

if TYPE_CHECKING:
    from ecom_fixtures.agents.protocol import Agent, Case
    from ecom_fixtures.customers.protocol import Customer
    from ecom_fixtures.trial.ahead import Ahead
    from ecom_fixtures.trial.record import Record
    from ecom_fixtures.trial.trial import World
    from ecom_fixtures.worlds.shop.toolbox import Toolbox


class Suite:
    """What fixtures and hooks of one process share."""

    def __init__(self, settings: Settings, concurrency: int, look_ahead: int | None) -> None:
        self.settings = settings
        self.on_done: Callable[[Record], None] = self._keep
        self._concurrency, self._look_ahead = concurrency, look_ahead
        self._unreported: dict[tuple[str, int], Record] = {}
        self._expected: Counter[tuple[str, int]] = Counter()
        self._shared: dict[tuple[str, int], Record] = {}
        self._logged: dict[tuple[str, int], list[str]] = {}
        self._log = TrialLog()
        self._ahead: Ahead | None = None

    @cached_property
    def dataset(self) -> Dataset:
        return load_dataset(self.settings)

    @cached_property
    def world(self) -> World:
        return make_world(self.settings, self.dataset)

    @property
    def ahead(self) -> Ahead:
        if self._ahead is None:
            self._ahead = self._start()
        return self._ahead

    def _start(self) -> Ahead:
        from ecom_fixtures.trial.ahead import Ahead

        # The world is built here, in the test's thread, where its errors belong.
        assert self.world
        logging.getLogger().addHandler(self._log)
        return Ahead(self._run, self._concurrency, self._look_ahead, self._done)

    async def _run(self, case: Case) -> Record:
        from ecom_fixtures.trial.trial import run_trial

        self._logged[case.task_id, case.trial] = begin()
        return await run_trial(self.world, case)

    def offer(self, cases: Iterable[Numbered]) -> None:
        """Let these trials run ahead of their tests."""
        self.ahead.offer(case_of(case, self.settings.seed) for case in cases)

    def expect(self, cases: Iterable[Numbered]) -> None:
        """Say which trials the session's tests will fetch, so that tests over the same trial share one dialogue."""
        self._expected.update((case.task.id, case.trial) for case in cases)

    def fetch(self, numbered: Numbered) -> Record:
        """Wait for a trial's record. It is kept for as many tests of this process as `expect` was told of."""
        key = (numbered.task.id, numbered.trial)
        record = self._shared.pop(key, None) or self.ahead.fetch(case_of(numbered, self.settings.seed))
        self._unreported.pop(key, None)
        self._expected[key] -= 1
        if self._expected[key] > 0:
            self._shared[key] = record
        return record

    def log_of(self, numbered: Numbered) -> str:
        """What was logged inside a trial that has been fetched; said once."""
        return "\n".join(self._logged.pop((numbered.task.id, numbered.trial), ()))

    def play(self, numbered: Numbered) -> Customer:
        """The case's customer, fresh."""
        return self.world.play(numbered.task, case_of(numbered, self.settings.seed).seed)

    def meet(self, numbered: Numbered, toolbox: Toolbox) -> AbstractAsyncContextManager[Agent]:
        """The agent, fresh, holding an MCP client session on ``toolbox``."""
        return self.world.meet(numbered.task, case_of(numbered, self.settings.seed), toolbox)

    def close(self) -> list[Record]:
        """Cancel what is in flight; return the records that finished but that no test has fetched."""
        if self._ahead:
            self._ahead.close()
            logging.getLogger().removeHandler(self._log)
        return list(self._unreported.values())

    def _done(self, record: Record) -> None:
        self.on_done(record)

    def _keep(self, record: Record) -> None:
        self._unreported[record.task, record.trial] = record
