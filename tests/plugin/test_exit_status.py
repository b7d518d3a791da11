"""What the exit status is, by what went wrong and by --fail-on; other modules look at that of their own sessions."""

from __future__ import annotations

import pytest

from .project import TASKS, Project

ONE = ("-k", TASKS[0])
EMPTY = {"*": "empty"}


def test_fail_on_trial_lets_them_fail_it(shared: Project) -> None:
    session = shared.bench(*ONE, "--count=2", "--fail-on=trial", behaviour=EMPTY)
    assert session.status == pytest.ExitCode.TESTS_FAILED


def test_fail_on_error_lets_an_unsolved_trial_pass(shared: Project) -> None:
    assert shared.bench(*ONE, "--fail-on=error", behaviour=EMPTY).status == pytest.ExitCode.OK


def test_a_failing_ordinary_test_fails_the_run(project: Project) -> None:
    project.write("test_ordinary.py", "def test_ordinary():\n    assert not 'ready'\n")
    session = project.bench("--count=2", "-k", f"{TASKS[0]} or ordinary", behaviour=EMPTY)
    assert (session.outcomes["unsolved"], session.outcomes["failed"]) == (2, 1)
    assert session.status == pytest.ExitCode.TESTS_FAILED


def test_a_test_that_fails_on_a_solved_trial_fails_the_run(project: Project) -> None:
    project.write("test_bench.py", "def test_task(trial):\n    assert trial.turns > 100\n")
    session = project.pytest("--count=2", *ONE)
    assert session.summary.pass_k[0].value == 1
    assert session.status == pytest.ExitCode.TESTS_FAILED


def test_a_collection_error_beside_unsolved_trials_is_not_softened(project: Project) -> None:
    project.write("test_broken.py", "import no_such_module\n")
    session = project.bench("--count=2", "--continue-on-collection-errors", *ONE, behaviour=EMPTY)
    assert (session.outcomes["unsolved"], session.outcomes["error"]) == (2, 1)
    assert session.status == pytest.ExitCode.TESTS_FAILED
