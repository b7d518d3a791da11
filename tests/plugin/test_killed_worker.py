"""A worker that is killed takes along what it had in flight, and nothing else."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from ecom_fixtures.trial.record import Outcome

from .project import CUSTOMERS, TASKS, Project, Session

FIRST, SECOND, THIRD, FOURTH = TASKS
TRIALS = 3


@pytest.fixture(scope="module")
def killed(shared: Project) -> Session:
    """The first of two workers is killed while two trials are in flight, one has ended, and one has not begun."""
    behaviour = {
        "*": "empty",
        CUSTOMERS[FIRST]: "gw0: kill when the third has begun",
        CUSTOMERS[THIRD]: "gw0: hang",
    }
    return shared.bench("-n2", "--concurrency=2", f"--count={TRIALS}", behaviour=behaviour)


def lost(session: Session) -> dict[str, int]:
    """The trials that could not be judged, by task. Which the first worker was given hangs on which came first."""
    return dict(key for key, record in session.records.items() if record.outcome is Outcome.INFRA_ERROR)


def test_what_was_in_flight_is_an_infra_error_and_all_else_is_judged(killed: Session) -> None:
    assert lost(killed).keys() == {FIRST, THIRD}
    assert len(set(lost(killed).values())) == 1
    assert len(killed.records) == TRIALS * len(TASKS)
    assert killed.outcomes == {"unsolved": TRIALS * len(TASKS) - 2, "error": 2}
    assert "INTERNALERROR" not in killed.output


def test_every_trial_ran_exactly_once(killed: Session, shared: Project) -> None:
    # Each of three workers, one of which takes the place of the killed one, has tried the agent out for the first.
    begun = {CUSTOMERS[task]: TRIALS for task in TASKS} | {CUSTOMERS[FIRST]: TRIALS + 3}
    assert Counter(shared.begun) == begun


def test_the_lost_trials_say_what_has_happened_to_them(killed: Session) -> None:
    for task, trial in lost(killed).items():
        error = killed.records[task, trial].error
        assert error == "worker 'gw0' was killed while this trial was in flight"
        assert f"ERROR at setup of test_task[{task}-t{trial:02}]" in killed.output
    assert "worker 'gw0' crashed while running" in killed.output


def test_the_figures_count_them_as_not_judged(killed: Session) -> None:
    summary = killed.summary
    assert (summary.planned, summary.judged, summary.missing) == (TRIALS * len(TASKS), TRIALS * len(TASKS) - 2, 0)
    assert summary.outcomes[Outcome.INFRA_ERROR] == 2
    assert not summary.complete


def test_the_page_has_a_square_for_every_trial(killed: Session) -> None:
    shown = Counter(re.findall(r'ecom-is-(\w+)" data-trial="([^"/]+)', killed.page))
    for task in TASKS:
        errors = 1 if task in (FIRST, THIRD) else 0
        assert (shown["failed", task], shown["infra_error", task]) == (TRIALS - errors, errors)
