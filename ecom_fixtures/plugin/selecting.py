"""Which of the selected tests a session keeps: those of its shard, or of the trials that a resumed run still needs."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from ecom_fixtures.plugin.items import trial_at
from ecom_fixtures.plugin.process import SETTINGS

if TYPE_CHECKING:
    from ecom_fixtures.dataset.cases import Case
    from ecom_fixtures.runs.resume import Earlier
    from ecom_fixtures.settings import Settings

# The run that is resumed; only the controlling process has read it.
EARLIER: pytest.StashKey[Earlier] = pytest.StashKey()
# The trials that it still needs.
LEFT: pytest.StashKey[frozenset[Case]] = pytest.StashKey()
# Of a shard, what tells the trials before they were divided from any others; see `Manifest`.
SELECTED: pytest.StashKey[str] = pytest.StashKey()


def take_up_run(config: pytest.Config, settings: Settings, given: Mapping[str, Any]) -> Settings:
    """The settings with which the run of ``--resume`` goes on; ``given`` are the options of the command line.

    Raises:
        pytest.UsageError: there is no such run, or an option asks for another one.
    """
    from ecom_fixtures.errors import EcomError
    from ecom_fixtures.runs.resume import Earlier

    try:
        earlier = Earlier.find(settings)
        config.stash[EARLIER], config.stash[LEFT] = earlier, earlier.left
        return earlier.settings(settings, given)
    except EcomError as error:
        raise pytest.UsageError(str(error)) from error


class Selecting:
    """Deselects tests of trials that are none of this session's. Tests without a trial are left alone."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, None, None]:
        yield
        trials = [trial_at(item) for item in items]
        kept = self._kept({case for case in trials if case})
        if kept is None:
            return
        dropped = [item for item, case in zip(items, trials, strict=True) if case and case not in kept]
        items[:] = [item for item, case in zip(items, trials, strict=True) if not case or case in kept]
        if dropped:
            self._config.hook.pytest_deselected(items=dropped)

    def _kept(self, cases: Collection[Case]) -> Collection[Case] | None:
        """Those of ``cases`` that are this session's; None where all are."""
        left, shard = self._config.stash.get(LEFT, None), self._config.stash[SETTINGS].shard
        if left is not None or not (cases and shard):
            return left
        from ecom_fixtures.dataset.cases import digest_of, shard_of

        self._config.stash[SELECTED] = digest_of(cases)
        return set(shard_of(cases, shard))
