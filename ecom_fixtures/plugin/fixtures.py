"""The fixtures: the parts of a trial, fresh for every test, and the finished trial itself.

A test that asks for ``trial`` gets a dialogue that was run for it and judged. A test that drives the
dialogue itself takes the parts: ``task``, ``database``, ``tools``, ``customer``, ``agent``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import pytest

from ecom_fixtures.plugin.junit import trial_properties
from ecom_fixtures.plugin.process import process_of

if TYPE_CHECKING:
    from ecom_fixtures.agents.protocol import Agent
    from ecom_fixtures.customers.protocol import Customer
    from ecom_fixtures.dataset.cases import Case
    from ecom_fixtures.dataset.tasks import Task
    from ecom_fixtures.plugin.database import Database
    from ecom_fixtures.trial.record import Record
    from ecom_fixtures.trial.setup import Setup

RECORD: pytest.StashKey[Record] = pytest.StashKey()


class Tools:
    """The world's tools as plain calls: ``tools("get_user_info", user_id="U1001")`` gives the result as a dict.

    Every call changes or reads the test's own ``database``. A refused call raises ToolError. Works in async tests too.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        result: dict[str, Any] = json.loads(self._database.call(name, arguments))
        return result


@pytest.fixture
def ecom_case(request: pytest.FixtureRequest) -> Case:
    """The task and the number of the trial; parametrized with every case of the dataset."""
    case: Case = request.param
    return case


@pytest.fixture
def task(request: pytest.FixtureRequest, ecom_case: Case) -> Task:
    """The task: the customer's intents and what solving them takes."""
    return process_of(request.config).dataset.task(ecom_case.task_id)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh copy of the shop's database: ``database.snapshot()``."""
    from ecom_fixtures.plugin.database import Database

    with Database(_setup(request).source) as database:
        yield database


@pytest.fixture
def tools(database: Database) -> Tools:
    """The shop's tools on ``database``, without MCP in between."""
    return Tools(database)


@pytest.fixture
def customer(request: pytest.FixtureRequest, ecom_case: Case) -> Customer:
    """The task's simulated customer: ``await customer.respond(events)``."""
    setup = _setup(request)
    return setup.play(ecom_case, asyncio.run(setup.truth(setup.dataset.task(ecom_case.task_id))))


@pytest.fixture
def agent(request: pytest.FixtureRequest, ecom_case: Case, database: Database) -> AbstractAsyncContextManager[Agent]:
    """The agent under test, connected to ``database`` over MCP: ``async with agent as it: await it.reply(messages)``.

    It is opened inside the test's own coroutine, because an MCP session can't be left in another task.
    """
    from ecom_fixtures.trial.recorder import Recorder

    setup = _setup(request)
    return setup.meet(ecom_case, Recorder(database.world, setup.source.rules))


@pytest.fixture
def trial(request: pytest.FixtureRequest, ecom_case: Case) -> Record:
    """The finished trial. One that says nothing about the agent (infra error, customer fault) is an error here."""
    process = process_of(request.config)
    try:
        record = process.fetch(ecom_case)
    except CancelledError:
        if process.stopped:
            pytest.skip(process.stopped)
        raise
    request.node.stash[RECORD] = record
    request.node.user_properties += trial_properties(
        record, process.setup.source.words, process.dataset.task(record.task)
    )
    if logged := process.log_of(ecom_case):
        request.node.add_report_section("setup", "log of the trial", logged)
    if not record.judged:
        pytest.fail(record.error, pytrace=False)
    return record


def _setup(request: pytest.FixtureRequest) -> Setup:
    """The process's setup; what keeps it from being made is said in one line, without a traceback."""
    from ecom_fixtures.errors import EcomError

    try:
        return process_of(request.config).setup
    except EcomError as error:
        pytest.fail(str(error), pytrace=False)
