"""Runs that are cut short keep what was paid for."""

from __future__ import annotations

import os
import signal
import time

import pytest

from .project import CUSTOMERS, OWN_AGENT, TASKS, Project, Session

FIRST, SECOND, THIRD, FOURTH = TASKS


def journaled(project: Project) -> int:
    """How many lines the journal of the project's only run has by now."""
    return sum(path.read_bytes().count(b"\n") for path in project.folder.glob("reports/*/journal.jsonl"))


def interrupt(project: Project, *arguments: str, hanging: str, after: int, group: bool = False) -> Session:
    """Send Ctrl-C to a session in which a task hangs, as soon as ``after`` trials are in the journal."""
    process = project.start(*OWN_AGENT, *arguments, behaviour={"*": "empty", CUSTOMERS[hanging]: "hang"})
    deadline = time.monotonic() + 40
    while journaled(project) < after and process.running and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.2)
    if group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        os.kill(process.pid, signal.SIGINT)
    try:
        return project.finish(process, set(), timeout=20)
    except TimeoutError as error:
        raise AssertionError("Ctrl-C did not end the session") from error


def assert_cut_short(session: Session) -> None:
    """Unsolved trials of a run with several per task don't make it fail, but that it was cut short does."""
    assert session.status != pytest.ExitCode.OK
    assert session.summary.interrupted
    assert session.manifest.interrupted
    assert "The run was interrupted." in session.page


def test_the_first_failure_keeps_the_trials_that_finished_beyond_it(project: Project) -> None:
    behaviour = {"*": "empty", CUSTOMERS[FIRST]: "slow"}
    session = project.bench("-x", "--count=2", "--concurrency=3", behaviour=behaviour)
    assert session.outcomes == {"unsolved": 1}
    assert set(session.records) >= {(FIRST, 1), (SECOND, 1), (THIRD, 1)}
    assert_cut_short(session)


def test_the_first_failure_keeps_what_finished_in_the_workers(project: Project) -> None:
    session = project.bench("-x", "-n2", "--count=4", "--concurrency=3", behaviour={"*": "slow"})
    assert len(session.records) > session.outcomes["unsolved"]
    assert session.summary.judged == len(session.records)
    assert_cut_short(session)


def test_the_first_failure_leaves_few_trials_begun_beyond_it(project: Project) -> None:
    project.bench("-x", "--count=5", "--concurrency=2", behaviour={"*": "slow"})
    # One to try it out; the trial that failed; and the look-ahead, once more after the first was fetched.
    assert len(project.begun) <= 1 + 1 + 2


def assert_interrupted(session: Session) -> None:
    assert session.status == pytest.ExitCode.INTERRUPTED, session.output
    assert session.seconds < 15
    assert "KeyboardInterrupt" in session.output
    assert "INTERNALERROR" not in session.output
    assert session.summary.interrupted
    assert session.manifest.interrupted
    assert "The run was interrupted." in session.page
    assert "The run was interrupted." in session.output


def test_ctrl_c_keeps_every_trial_that_has_finished(project: Project) -> None:
    session = interrupt(project, hanging=SECOND, after=3)
    assert_interrupted(session)
    assert set(session.records) == {(FIRST, 1), (THIRD, 1), (FOURTH, 1)}


@pytest.mark.slow
def test_ctrl_c_at_the_terminal_keeps_every_trial_that_the_workers_reported(project: Project) -> None:
    session = interrupt(project, "-n2", hanging=FOURTH, after=2, group=True)
    assert_interrupted(session)
    assert {(FIRST, 1)} < set(session.records) <= {(FIRST, 1), (SECOND, 1), (THIRD, 1)}
    with pytest.raises(ProcessLookupError):
        os.killpg(session.pid, 0)


@pytest.mark.slow
def test_a_signal_ends_the_workers_too_in_each_of_which_as_many_trials_as_may_are_in_flight(project: Project) -> None:
    process = project.start(*OWN_AGENT, "-n2", "--concurrency=4", "--count=4", behaviour={"*": "hang"})
    deadline = time.monotonic() + 40
    # Each worker has tried the agent out.
    while len(project.begun) < 2 * (1 + 4) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGINT)
    session = project.finish(process, set(), timeout=20)
    assert len(project.begun) == 2 * (1 + 4)
    assert_interrupted(session)
    with pytest.raises(ProcessLookupError):
        os.killpg(session.pid, 0)


# Sends Ctrl-C from a hook: a wrapper of the old style, whose exceptions pluggy has a warning for, or inside one.
IN_A_HOOK = """\
import os, signal, time

import pytest


def ctrl_c():
    if os.environ.get("PYTEST_XDIST_WORKER") == {worker!r}:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

"""
IN_A_WRAPPER = (
    IN_A_HOOK
    + """\
@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def {hook}:
    yield
    ctrl_c()
"""
)
IN_ANOTHERS_WRAPPER = (
    IN_A_HOOK
    + """\
def {hook}:
    ctrl_c()
"""
)
HOOKS = {
    "pytest_runtest_setup(item)": IN_A_WRAPPER,
    "pytest_runtest_call(item)": IN_A_WRAPPER,
    "pytest_runtest_makereport(item, call)": IN_ANOTHERS_WRAPPER,
    "pytest_runtest_logreport(report)": IN_A_WRAPPER,
    "pytest_report_teststatus(report)": IN_A_WRAPPER,
}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.partition("(")[0])
def test_ctrl_c_in_a_hook_of_another_plugin_is_an_interruption_where_warnings_are_errors(
    hook: str, project: Project
) -> None:
    project.write("conftest.py", HOOKS[hook].format(hook=hook, worker=None))
    # What the command line says goes before the ini file.
    errors = ("-W", "error::pluggy.PluggyTeardownRaisedWarning")
    assert_interrupted(project.bench(*errors, behaviour={"*": "empty"}))


@pytest.mark.slow
@pytest.mark.parametrize("worker", [None, "gw0"], ids=["controller", "worker"])
@pytest.mark.parametrize("hook", list(HOOKS)[-2:], ids=lambda hook: hook.partition("(")[0])
def test_it_is_so_with_workers_too(hook: str, worker: str | None, project: Project) -> None:
    project.write("conftest.py", HOOKS[hook].format(hook=hook, worker=worker))
    session = project.bench("-n1", behaviour={"*": "empty"})
    assert session.status == pytest.ExitCode.INTERRUPTED, session.output
    assert "INTERNALERROR" not in session.output
    assert session.manifest.interrupted
