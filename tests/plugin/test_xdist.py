"""The same records in any order and on any number of processes, and a worker that is killed."""

from __future__ import annotations

import re

import pytest

from ecom_fixtures.trial.record import Outcome

from .project import CUSTOMERS, TASKS, Project, Session

FIRST, SECOND, THIRD, FOURTH = TASKS
WAYS = {"one by one": ("--concurrency=1",), "two workers": ("-n2",)}
APPRENTICE = ("--agent=apprentice", "--count=3", "--seed=5")


@pytest.fixture(scope="module")
def apprentice(shared: Project) -> Session:
    return shared.pytest(*APPRENTICE)


@pytest.fixture(scope="module")
def killed(shared: Project) -> Session:
    """The first task's trial kills the only worker while two others hang in it; a new worker runs the last."""
    behaviour = {"*": "empty", CUSTOMERS[FIRST]: "kill", CUSTOMERS[SECOND]: "hang", CUSTOMERS[THIRD]: "hang"}
    return shared.bench("-n1", "--concurrency=3", behaviour=behaviour, timeout=30)


def test_the_apprentice_solves_some_trials_and_fails_others(apprentice: Session) -> None:
    assert len(apprentice.records) == 3 * len(TASKS)
    assert 0 < apprentice.outcomes["failed"] < 3 * len(TASKS)
    # Several trials per task: the unsolved ones are what is measured.
    assert apprentice.status == pytest.ExitCode.OK


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_the_records_hang_on_the_seed_alone(way: str, apprentice: Session, shared: Project) -> None:
    session = shared.pytest(*APPRENTICE, *WAYS[way])
    assert session.timeless() == apprentice.timeless()
    assert (session.outcomes, session.status) == (apprentice.outcomes, pytest.ExitCode.OK)


def test_a_selection_gives_the_same_records_as_the_whole(apprentice: Session, shared: Project) -> None:
    assert shared.pytest(*APPRENTICE, "-k", THIRD).timeless() == apprentice.timeless(THIRD)


@pytest.mark.slow
@pytest.mark.parametrize("dist", ["loadscope"])
def test_other_ways_of_distributing_tests_work_too(dist: str, shared: Project) -> None:
    session = shared.bench("-n2", f"--dist={dist}", behaviour={"*": "empty"})
    assert set(session.records) == {(task, 1) for task in TASKS}
    assert session.summary.judged == len(TASKS)


def test_stealing_work_is_refused_because_a_stolen_trial_would_run_twice(shared: Project) -> None:
    before = shared.runs
    session = shared.bench("-n2", "--dist=worksteal")
    assert session.status == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: --dist=worksteal would run stolen trials twice; use --dist=load" in session.output
    assert shared.runs == before


def test_a_killed_workers_trials_are_errors_and_the_run_goes_on(killed: Session) -> None:
    outcomes = {task: record.outcome for (task, _), record in killed.records.items()}
    assert outcomes == dict.fromkeys(TASKS, Outcome.INFRA_ERROR) | {FOURTH: Outcome.FAILED}
    assert killed.outcomes == {"failed": 1, "error": 3}
    assert "INTERNALERROR" not in killed.output


def test_a_killed_workers_trials_say_what_has_happened_to_them(killed: Session) -> None:
    assert "crashed while running" in killed.records[FIRST, 1].error
    assert "was killed while this trial was in flight" in killed.records[SECOND, 1].error
    for task in (FIRST, SECOND, THIRD):
        assert f"ERROR at setup of test_task[{task}]" in killed.output


def test_the_figures_count_a_killed_workers_trials_as_not_judged(killed: Session) -> None:
    summary = killed.summary
    assert (summary.planned, summary.judged, summary.missing) == (4, 1, 0)
    assert summary.outcomes[Outcome.INFRA_ERROR] == 3
    assert not summary.complete
    assert (summary.pass_k[0].value, summary.pass_k[0].worst, summary.pass_k[0].best) == (None, 0, 0.75)


def test_the_page_has_a_row_for_every_trial_that_its_worker_took_along(killed: Session) -> None:
    shown = re.findall(r'ecom-is-(\w+)" data-trial="([^"/]+)', killed.page)
    assert {task: outcome for outcome, task in shown} == dict.fromkeys(TASKS, "infra_error") | {FOURTH: "failed"}
