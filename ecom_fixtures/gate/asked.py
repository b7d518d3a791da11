"""What is asked of the gate fits together, and the trials that were selected can answer it; said before any is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.errors import SettingsError
from ecom_fixtures.gate.floors import floors_of, option
from ecom_fixtures.settings import Settings


def check_asked(settings: Settings, cases: Iterable[Case]) -> None:
    """Check the options that decide about a run of these trials.

    Raises:
        SettingsError: they contradict each other, or a floor needs more trials of a task; says what to do.
    """
    if settings.fails_on == "gate" and not (settings.baseline or settings.min_pass):
        raise SettingsError("--fail-on=gate has nothing to decide by: add --min-pass or --baseline")
    if settings.stop_when_decided:
        _check_stop(settings)
    planned = Counter((case.task_id, case.variant) for case in cases)
    for floor in floors_of(settings):
        for (task, group), count in planned.items():
            if count < floor.k:
                what = f"{task} with {group}" if group else task
                raise SettingsError(
                    f"{option(floor)} needs {floor.k} trials of each task, and {count} of {what} "
                    f"{'is' if count == 1 else 'are'} selected: raise --count, or lower the k of pass^k"
                )


def _check_stop(settings: Settings) -> None:
    if not settings.min_pass:
        raise SettingsError("--stop-when-decided needs a floor that can be decided: add --min-pass")
    for name, given in (("baseline", settings.baseline), ("save-baseline", settings.save_baseline)):
        if given:
            raise SettingsError(f"--stop-when-decided can't stand beside --{name}, which needs every trial")
    if settings.fails_on != "gate":
        raise SettingsError(
            f"--stop-when-decided can't stand beside --fail-on={settings.fails_on}, which needs every trial"
        )
