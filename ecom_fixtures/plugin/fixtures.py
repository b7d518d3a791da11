"""The fixtures: the parts of a trial, fresh for every test, and the finished trial itself.

A test that asks for ``trial`` gets a dialogue that was run for it and judged. A test that drives the
dialogue itself takes the parts: ``task``, ``database``, ``tools``, ``customer``, ``agent``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import pytest

from ecom_fixtures.settings import Settings

if TYPE_CHECKING:
    from ecom_fixtures.agents.protocol import Agent
    from ecom_fixtures.customers.protocol import Customer
    from ecom_fixtures.dataset.tasks import Task
    from ecom_fixtures.plugin.process import Suite
    from ecom_fixtures.trial.record import Record
    from ecom_fixtures.trial.setup import Numbered
    from ecom_fixtures.trial.trial import World
    from ecom_fixtures.worlds.shop.database import Database
    from ecom_fixtures.worlds.shop.toolbox import Toolbox

SETTINGS: pytest.StashKey[Settings] = pytest.StashKey()
SUITE: pytest.StashKey[Suite] = pytest.StashKey()
RECORD: pytest.StashKey[Record] = pytest.StashKey()


class Tools:
    """The shop's 21 tools as plain calls: ``tools("get_user_info", user_id="U1001")`` gives the result as a dict.

    Every call changes or reads the test's own ``database``. A refused call raises ToolError. Works in async tests too.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self.toolbox = toolbox

    def __call__(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        # In a thread of its own, because in an async test an event loop runs in this one.
        with ThreadPoolExecutor(1) as thread:
            text = thread.submit(asyncio.run, self.toolbox.call(name, arguments)).result()
        result: dict[str, Any] = json.loads(text)
        return result


@pytest.fixture
def ecom_case(request: pytest.FixtureRequest) -> Numbered:
    """The task and the number of the trial; parametrized with every case of the dataset."""
    case: Numbered = request.param
    return case


@pytest.fixture
def task(ecom_case: Numbered) -> Task:
    """The task: the customer's intents and what solving them takes."""
    return ecom_case.task


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh copy of the shop's database."""
    database = _world(request).template.copy()
    yield database
    database.close()


@pytest.fixture
def tools(request: pytest.FixtureRequest, database: Database) -> Tools:
    """The shop's tools on ``database``, without MCP in between."""
    from ecom_fixtures.worlds.shop.toolbox import Toolbox

    return Tools(Toolbox(database, _world(request).pictures))


@pytest.fixture
def customer(request: pytest.FixtureRequest, ecom_case: Numbered) -> Customer:
    """The task's simulated customer: ``await customer.respond(events)``."""
    return suite_of(request.config).play(ecom_case)


@pytest.fixture
def agent(request: pytest.FixtureRequest, ecom_case: Numbered, tools: Tools) -> AbstractAsyncContextManager[Agent]:
    """The agent under test, connected to ``tools`` over MCP: ``async with agent as it: await it.reply(messages)``.

    It is opened inside the test's own coroutine, because an MCP session can't be left in another task.
    """
    return suite_of(request.config).meet(ecom_case, tools.toolbox)


@pytest.fixture
def trial(request: pytest.FixtureRequest, ecom_case: Numbered) -> Record:
    """The finished trial. One that says nothing about the agent (infra error, customer fault) is an error here."""
    from ecom_fixtures.reporting.explain import explain

    suite = suite_of(request.config)
    record = suite.fetch(ecom_case)
    request.node.stash[RECORD] = record
    if logged := suite.log_of(ecom_case):
        request.node.add_report_section("setup", "log of the trial", logged)
    if not record.judged:
        pytest.fail(explain(record), pytrace=False)
    return record


def _world(request: pytest.FixtureRequest) -> World:
    """The process's world; what keeps it from being made is said in one line, without a traceback."""
    from ecom_fixtures.errors import EcomError

    try:
        return suite_of(request.config).world
    except EcomError as error:
        pytest.fail(str(error), pytrace=False)


def suite_of(config: pytest.Config) -> Suite:
    """The process's suite, made at the first call: the first sign of a benchmark test."""
    if SUITE not in config.stash:
        from ecom_fixtures.plugin.process import Suite

        settings = config.stash[SETTINGS]
        look_ahead = settings.concurrency if config.getoption("maxfail") else None
        config.stash[SUITE] = Suite(settings, settings.concurrency, look_ahead)
        _keep_trials_out_of_captured_logs(config)
    return config.stash[SUITE]


def _keep_trials_out_of_captured_logs(config: pytest.Config) -> None:
    """A trial's log lines belong to its own test, not to the one that happens to be waiting."""
    from ecom_fixtures.trial.log import outside_trials

    logging_plugin = config.pluginmanager.get_plugin("logging-plugin")
    for name in ("caplog_handler", "report_handler"):
        if handler := getattr(logging_plugin, name, None):
            handler.addFilter(outside_trials)
