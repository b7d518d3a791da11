"""Tests of one's own: dialogues that they drive themselves, and what they may ask of a finished trial."""

from __future__ import annotations

import pytest

from ecom_fixtures.trial.record import Outcome

from .project import TASKS, Project

DRIVEN = """\
import pytest
from ecom_fixtures.agents.protocol import GREETING
from ecom_fixtures.errors import ToolError
from ecom_fixtures.trajectory import Message


async def test_dialogue(task, database, tools, customer, agent):
    events = [Message(role="agent", text=GREETING)]
    async with agent as it:
        for _ in range(2):
            turn = await customer.respond(tuple(events))
            events.append(Message(role="customer", text=turn.text))
            reply = await it.reply([event for event in events])
            events.append(Message(role="agent", text=reply.text))
    said = " ".join(event.text for event in events if event.role == "customer")
    assert any(wording in said for wording in task.intents[0].say)
    assert tools("get_user_info", user_id=task.user_id)["user_id"] == task.user_id


async def test_the_agent_works_in_the_tests_own_database(task, database, tools, agent):
    async with agent as it:
        before = database.snapshot()
        tools("transfer_to_specialist", **task.context)
        assert database.snapshot() != before


def test_tools_change_the_tests_own_database(task, database, tools):
    before = database.snapshot()
    tools("transfer_to_specialist", **task.context)
    assert database.snapshot() != before


def test_the_next_database_is_fresh(task, tools, database):
    assert not [table for table, rows in database.snapshot().items() if "transfer" in table and rows]


def test_a_refused_call_is_a_tool_error(task, tools):
    with pytest.raises(ToolError, match="U9999"):
        tools("get_user_info", user_id="U9999")
"""
CONDUCT = """\
def test_every_change_was_confirmed(trial):
    assert not trial.conduct.unconfirmed

def test_it_is_quick(trial):
    assert trial.turns < 1, "too many turns"
"""
WITH_A_PARAMETER = """\
import pytest

@pytest.mark.parametrize("language", ["en", "nl"])
def test_task(trial, language):
    assert trial.judged
"""


def test_a_test_may_drive_the_dialogue_itself(project: Project) -> None:
    project.write("test_own.py", DRIVEN)
    session = project.pytest("test_own.py", "-k", TASKS[1])
    assert {name: count for name, count in session.outcomes.items() if name != "deselected"} == {"passed": 5}
    assert session.status == pytest.ExitCode.OK


def test_a_session_without_trials_makes_no_run(project: Project) -> None:
    project.write("test_own.py", "def test_it(task, database):\n    assert task.id\n")
    session = project.pytest("test_own.py")
    assert session.outcomes == {"passed": len(TASKS)}
    assert not session.runs


def test_a_test_may_ask_for_more_than_the_verdict(project: Project) -> None:
    project.write("test_own.py", CONDUCT)
    session = project.pytest("test_own.py", "-k", TASKS[1])
    assert (session.outcomes["passed"], session.outcomes["failed"]) == (1, 1)
    assert "AssertionError: too many turns" in session.output
    assert "UNSOLVED" not in session.output
    assert session.status == pytest.ExitCode.TESTS_FAILED
    # The two tests share one trial.
    assert list(session.records) == [(TASKS[1], 1)]
    assert session.summary.outcomes[Outcome.PASSED] == 1


def test_a_test_may_have_parameters_of_its_own(project: Project) -> None:
    project.write("test_bench.py", WITH_A_PARAMETER)
    session = project.bench("-k", TASKS[0], "--count=2", "-n2")
    assert session.outcomes["passed"] == 4
    assert sorted(session.records) == [(TASKS[0], 1), (TASKS[0], 2)]


def test_a_skipped_test_starts_no_trial(project: Project) -> None:
    project.write("test_bench.py", "import pytest\n\n@pytest.mark.skip\ndef test_task(trial): pass\n")
    session = project.bench()
    assert session.outcomes == {"skipped": len(TASKS)}
    assert not session.runs
    assert not project.begun


COUNT_RECORDS = """\
import gc


def pytest_sessionfinish():
    from ecom_fixtures.trial.record import Record

    gc.collect()
    print("\\nRECORDS", sum(isinstance(it, Record) for it in gc.get_objects()))
"""


def test_no_record_is_kept_once_its_test_is_reported(project: Project) -> None:
    project.write("conftest.py", COUNT_RECORDS)
    session = project.pytest()
    assert session.outcomes == {"passed": len(TASKS)}
    assert "RECORDS 0" in session.lines
