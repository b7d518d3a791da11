"""What a worker of pytest-xdist does: says whether it is ready, runs trials ahead, tells what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import pytest

from ecom_fixtures import __version__
from ecom_fixtures.plugin import wire
from ecom_fixtures.plugin.items import trial_at, trials_of
from ecom_fixtures.plugin.process import BROKEN, PROCESS, process_of
from ecom_fixtures.plugin.selecting import LEFT, SELECTED
from ecom_fixtures.settings import OPTIONS, Settings

if TYPE_CHECKING:
    from ecom_fixtures.dataset.cases import Case
    from ecom_fixtures.trial.record import Record


class Worker:
    """The hooks of a worker. ``settings`` are the controlling process's, as far as this version knows them."""

    def __init__(self, config: pytest.Config, greeting: wire.Greeting) -> None:
        self._config, self._greeting = config, greeting
        self._fits = greeting.version == __version__
        defaults = {option.field: option.unset for option in OPTIONS}
        known = {name: greeting.settings.get(name, default) for name, default in defaults.items()}
        self.settings = Settings(**known, root=config.rootpath)
        if greeting.left is not None:
            from ecom_fixtures.dataset.cases import Case

            config.stash[LEFT] = frozenset(Case(*plain) for plain in greeting.left)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Before xdist tells that all is collected: whether the trials that were found can run here."""
        trials = trials_of(session.items)
        if broken := self._config.stash.get(BROKEN, None):
            self._tell(wire.Unfit(f"can't read the dataset: {broken}"))
        elif trials and not self._fits:
            self._tell(wire.Unfit(f"has another ecom-fixtures ({__version__}, here {self._greeting.version})"))
        elif trials:
            self._tell(self._prepare(trials))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Let the trials of the tests that this worker has been given so far run ahead."""
        if trial_at(item):
            given = [item, *_queued(item.session)]
            process_of(self._config).offer(case for each in given if (case := trial_at(each)))

    def pytest_sessionfinish(self) -> None:
        if self._config.stash.get(PROCESS, None):
            process_of(self._config).close()

    def _prepare(self, trials: Mapping[str, Case]) -> wire.Ready | wire.Unfit:
        from ecom_fixtures.errors import EcomError
        from ecom_fixtures.trial.fingerprint import fingerprint
        from ecom_fixtures.trial.setup import try_out

        process = process_of(self._config)
        try:
            try_out(process.setup, next(iter(trials.values())))
        except (EcomError, ImportError) as error:
            return wire.Unfit(f"can't set up: {error}")
        process.on_start, process.on_end = self._started, self._ended
        self._greeting.channel.setcallback(self._take)
        return wire.Ready(
            trials={name: astuple(case) for name, case in trials.items()},
            selected=self._config.stash.get(SELECTED, ""),
            fingerprint=fingerprint(process.setup),
            runs_ahead=_queue(self._config) is not None,
        )

    def _take(self, data: Any) -> None:
        from ecom_fixtures.dataset.cases import Case

        match wire.received(data):
            case wire.Settled(plain, record):
                process_of(self._config).settle(Case(*plain), record)
            case wire.Stop(why):
                process_of(self._config).stop(why)

    def _started(self, case: Case) -> None:
        self._tell(wire.Started(astuple(case)))

    def _ended(self, record: Record) -> None:
        from ecom_fixtures.runs.journal import dump_record

        self._tell(wire.Ended(astuple(record.case), dump_record(record)))

    def _tell(self, message: wire.Message) -> None:
        wire.send(self._greeting.channel, message)


def _queue(config: pytest.Config) -> Any:
    """xdist's own object that holds the queue of this worker's tests; None where it looks different from what we know.

    It is private to xdist, so that without it nothing runs ahead, and all still works.
    """
    plugins = config.pluginmanager.get_plugins()
    interactor = next((plugin for plugin in plugins if type(plugin).__name__ == "WorkerInteractor"), None)
    known = hasattr(getattr(interactor, "torun", None), "lock") and hasattr(interactor, "nextitem_index")
    return interactor if known else None


def _queued(session: pytest.Session) -> list[pytest.Item]:
    """The tests that this worker has been given and not begun, in their order."""
    interactor = _queue(session.config)
    if interactor is None:
        return []
    with interactor.torun.lock() as waiting:
        indices = [index for index in (interactor.nextitem_index, *waiting) if isinstance(index, int)]
    return [session.items[index] for index in indices]
