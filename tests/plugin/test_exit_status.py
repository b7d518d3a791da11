"""What the exit status is, by what went wrong and by --fail-on; other modules look at that of their own sessions."""

from __future__ import annotations

import re

import pytest

from .project import CUSTOMERS, TASKS, Project, Session

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


# The last line of a run says which status it ends with, and why.


def assert_ends(session: Session, line: str) -> None:
    """The session ends with the status and the words of ``line``, behind all that pytest says."""
    assert session.lines[-1] == line, session.output
    assert session.status == int(line.split()[1].strip(":"))


RULE = (
    "unsolved trials don't count with --count above 1 (--fail-on). "
    "Add --min-pass or --baseline to make this run decide."
)


@pytest.mark.parametrize(
    "more", [(), ("-q",), ("-qq",), ("-n2",), ("--html=page.html",), ("-v", "--color=no")], ids=str
)
def test_the_last_line_says_why_red_tests_end_with_0(more: tuple[str, ...], shared: Project) -> None:
    session = shared.bench(*ONE, "--count=2", *more, behaviour=EMPTY)
    assert_ends(session, f"exit 0: every trial was judged; {RULE}")
    assert session.output.count("exit 0") == 1


def test_the_last_line_has_the_colour_of_the_status(shared: Project) -> None:
    green, red = (
        shared.bench(*ONE, "--color=yes", f"--fail-on={what}", behaviour=EMPTY) for what in ("error", "trial")
    )
    assert green.lines[-1].startswith("\x1b[32mexit 0: every trial was judged;")
    assert red.lines[-1].startswith("\x1b[31mexit 1: 1 of 1 trial is unsolved (--fail-on=trial)")


def test_a_session_that_runs_no_trial_has_no_such_line(project: Project) -> None:
    assert "exit 0" not in project.pytest("--collect-only").output
    project.write("test_bench.py", "def test_ordinary():\n    assert True\n")
    assert "exit 0" not in project.pytest("--fail-on=gate").output


# In a folder of its own, so that it is loaded after all else; both kinds of wrapper want to be the first.
CHANGES = """\
import pytest

@pytest.hookimpl({how})
def pytest_sessionfinish(session):
    {before}session.exitstatus = 9
"""
HOOKS = {
    "a hook": CHANGES.format(how="", before=""),
    "a hook that comes last": CHANGES.format(how="trylast=True", before=""),
    "the first wrapper": CHANGES.format(how="wrapper=True, tryfirst=True", before="yield\n    "),
}


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_another_plugin_that_changes_the_status_is_seen(hook: str, project: Project) -> None:
    (project.folder / "sub").mkdir()
    project.write("sub/conftest.py", hook)
    project.write("sub/test_more.py", "def test_ordinary():\n    assert True\n")
    session = project.bench("-k", f"{TASKS[0]} or ordinary", behaviour=EMPTY)
    assert_ends(
        session,
        "exit 9: set by pytest or another plugin; of the trials it would be 1: 1 of 1 trial is unsolved "
        "(--fail-on=trial, the default with one trial a task)",
    )


def test_warnings_that_are_too_many_are_seen(project: Project) -> None:
    warn = "import warnings\ndef test_ordinary():\n    warnings.warn('so so')\n"
    project.write("test_ordinary.py", warn)
    session = project.pytest("-k", f"{TASKS[0]} or ordinary", "--max-warnings=0", "-W", "always")
    assert session.lines[-1].startswith("exit 6: set by pytest or another plugin; of the trials it would be 0: ")


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["one process", "workers"])
def test_trials_that_could_not_be_judged_are_counted(workers: tuple[str, ...], shared: Project) -> None:
    session = shared.bench("--count=2", *workers, behaviour={"*": "empty", CUSTOMERS[TASKS[1]]: "network"})
    assert_ends(session, "exit 1: 2 of 8 trials were not judged")


def test_a_killed_worker_is_no_ordinary_test(project: Project) -> None:
    session = project.bench(*ONE, "-n1", "--min-pass=0.5", behaviour={"*": "gw0: kill"})
    assert session.lines[-1].startswith("exit 1: can't tell: pass^1 is between 0.0 % and 100.0 %, and --min-pass=0.5")
    assert "by something else" not in session.lines[-1]


def test_a_run_that_was_cut_short_says_how_to_go_on(project: Project) -> None:
    session = project.bench("-x", "--concurrency=1", "--count=2", behaviour=EMPTY)
    run = session.run.relative_to(project.folder).as_posix()
    told = rf"exit 1: cut short after \d of 8 trials \(stopping after 1 failures\); pytest --resume={run} runs the rest"
    assert re.fullmatch(told, session.lines[-1])
    assert session.status == pytest.ExitCode.TESTS_FAILED
