"""The same records in any order and on any number of processes."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from .project import TASKS, Project, Session

FIRST, _, THIRD, _ = TASKS
WAYS = {"one by one": ("--concurrency=1",), "two workers": ("-n2",)}
APPRENTICE = ("--agent=apprentice", "--count=3", "--seed=5")


@pytest.fixture(scope="module")
def apprentice(shared: Project) -> Session:
    return shared.pytest(*APPRENTICE)


def test_the_apprentice_solves_some_trials_and_fails_others(apprentice: Session) -> None:
    assert len(apprentice.records) == 3 * len(TASKS)
    assert 0 < apprentice.outcomes["unsolved"] < 3 * len(TASKS)
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


UNKNOWN_QUEUE = """\
import queue


def pytest_configure(config):
    for plugin in config.pluginmanager.get_plugins():
        if type(plugin).__name__ == "WorkerInteractor":
            plugin.torun = queue.SimpleQueue()
"""
ONE_BY_ONE = "each worker runs one trial at a time, whatever --concurrency says"


def test_a_queue_of_xdist_that_looks_different_is_warned_of_once(project: Project) -> None:
    project.write("conftest.py", UNKNOWN_QUEUE)
    session = project.bench("-n2", "-W", "default:this version:pytest.PytestWarning", behaviour={"*": "empty"})
    assert session.outcomes == {"unsolved": len(TASKS)}
    assert session.output.count(ONE_BY_ONE) == 1
    assert "1 warning" in session.output


def test_it_ends_the_run_where_warnings_are_errors(project: Project) -> None:
    project.write("conftest.py", UNKNOWN_QUEUE)
    session = project.bench("-n2")
    assert session.status == pytest.ExitCode.USAGE_ERROR
    assert re.search(f"^ERROR: .*{ONE_BY_ONE}$", session.output, re.MULTILINE)
    assert not session.runs


SPY = """\
import sys


def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        print("\\nIMPORTED", *sorted({"langgraph", "mcp", "openai"} & set(sys.modules)))
"""


def test_the_controlling_process_imports_nothing_that_only_agents_need(project: Project) -> None:
    project.write("conftest.py", SPY)
    session = subprocess.run(
        [sys.executable, "-m", "pytest", "-n1", "-k", FIRST],
        cwd=project.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert session.returncode == pytest.ExitCode.OK
    assert re.findall("^IMPORTED.*", session.stdout, re.MULTILINE) == ["IMPORTED"]
