"""The same records in any order and on any number of processes, and a worker that is killed."""

from __future__ import annotations

import signal
import time

import pytest

from ecom_fixtures.evaluation.record import Outcome

from .project import CUSTOMERS, OWN_AGENT, TASKS, Project, Session, rows

FIRST, SECOND, THIRD, FOURTH = TASKS
WAYS = {"one by one": ("--concurrency=1",), "all at once": ("--concurrency=32",), "two workers": ("-n2",)}
APPRENTICE = ("--agent=apprentice", "--count=4", "--seed=5")


@pytest.fixture(scope="module")
def oracle(shared: Project) -> Session:
    return shared.pytest("--count=2")


@pytest.fixture(scope="module")
def apprentice(shared: Project) -> Session:
    return shared.pytest(*APPRENTICE)


@pytest.fixture(scope="module")
def killed(shared: Project) -> Session:
    """The first task's trial kills the only worker while two others hang in it; a new worker runs the last."""
    behaviour = {"*": "empty", CUSTOMERS[FIRST]: "kill", CUSTOMERS[SECOND]: "hang", CUSTOMERS[THIRD]: "hang"}
    return shared.bench("-n1", "--concurrency=3", behaviour=behaviour, timeout=30)


def test_the_oracle_solves_every_trial(oracle: Session) -> None:
    assert oracle.outcomes == {"passed": 2 * len(TASKS)}
    assert oracle.status == pytest.ExitCode.OK


@pytest.mark.parametrize("way", WAYS)
def test_the_oracles_records_are_the_same_in_whatever_way_they_are_run(
    way: str, oracle: Session, shared: Project
) -> None:
    session = shared.pytest("--count=2", *WAYS[way])
    assert session.outcomes == oracle.outcomes
    assert session.timeless() == oracle.timeless()


def test_the_apprentice_solves_some_trials_and_fails_others(apprentice: Session) -> None:
    assert len(apprentice.records) == 4 * len(TASKS)
    assert 0 < apprentice.outcomes["failed"] < 4 * len(TASKS)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["one by one", "two workers"])
def test_the_apprentices_mistakes_hang_on_the_seed_alone(way: str, apprentice: Session, shared: Project) -> None:
    assert shared.pytest(*APPRENTICE, *WAYS[way]).timeless() == apprentice.timeless()


def test_a_selection_gives_the_same_records_as_the_whole(apprentice: Session, shared: Project) -> None:
    assert shared.pytest(*APPRENTICE, "-k", THIRD).timeless() == apprentice.timeless(THIRD)


def test_another_seed_gives_other_records(apprentice: Session, shared: Project) -> None:
    other = shared.pytest(*APPRENTICE, "--seed=6")
    assert [record.outcome for record in other.records.values()] != [
        record.outcome for record in apprentice.records.values()
    ]


@pytest.mark.slow
@pytest.mark.parametrize("dist", ["loadscope", "each"])
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


def test_every_worker_has_as_many_trials_in_flight_as_it_may(project: Project) -> None:
    process = project.start(*OWN_AGENT, "-n2", "--concurrency=4", "--count=4", behaviour={"*": "hang"})
    begun = project.folder / "replies.txt"
    deadline = time.monotonic() + 40
    # One is the preflight's.
    while (not begun.exists() or begun.read_text("utf-8").count("\n") < 1 + 2 * 4) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    project.finish(process, set())
    assert begun.read_text("utf-8").count("\n") == 1 + 2 * 4


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
    shown = {task: result for result, text in rows(killed) for task in TASKS if task in text}
    assert shown == dict.fromkeys(TASKS, "Error") | {FOURTH: "Failed"}
