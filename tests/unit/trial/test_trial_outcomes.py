"""The four outcomes of a trial, never mixed: whose doing it was that it went wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from bots import CASE, Bot, Person, Sleeper, own, setup_of, silent_endpoint, warm_setup

from ecom_fixtures.agents.choice import ModelAgent
from ecom_fixtures.agents.protocol import Brief, Reply
from ecom_fixtures.customers.choice import ByModel
from ecom_fixtures.customers.protocol import Turn
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.errors import CustomerFault, InfraError
from ecom_fixtures.models.presets import chat_model
from ecom_fixtures.trajectory import Message, ToolCall
from ecom_fixtures.trial.record import Outcome
from ecom_fixtures.trial.setup import Setup
from ecom_fixtures.trial.trial import run_trial


@pytest.fixture
async def setup() -> Setup:
    return await warm_setup()


class Crasher(Bot):
    async def reply(self, messages: Sequence[Message]) -> Reply | str:
        raise ZeroDivisionError("oh no")


async def test_a_crash_of_the_agent_is_a_failure_with_its_name_and_a_verdict(setup: Setup) -> None:
    record = await run_trial(replace(setup, agent=own(Crasher)), CASE)
    assert (record.outcome, record.ended_by) == (Outcome.FAILED, "agent")
    assert record.error == "the agent crashed with ZeroDivisionError: oh no"
    assert record.verdict is not None
    assert record.events[-1].kind == "message"


def broken(brief: Brief) -> Bot:
    raise LookupError("no licence")


@asynccontextmanager
async def broken_at_the_start(brief: Brief) -> AsyncIterator[Bot]:
    raise LookupError("no licence")
    yield Bot(brief)


@asynccontextmanager
async def broken_at_the_end(brief: Brief) -> AsyncIterator[Bot]:
    yield Bot(brief)
    raise LookupError("no licence")


@pytest.mark.parametrize("factory", [broken, broken_at_the_start, broken_at_the_end])
async def test_a_crash_while_the_agent_is_made_or_ended_is_a_failure_too(setup: Setup, factory: Any) -> None:
    record = await run_trial(replace(setup, agent=own(factory)), CASE)
    assert record.outcome is Outcome.FAILED
    assert record.error == "the agent crashed with LookupError: no licence"


async def test_a_factory_that_gives_no_agent_is_a_failure(setup: Setup) -> None:
    record = await run_trial(replace(setup, agent=own(lambda brief: None)), CASE)
    assert record.outcome is Outcome.FAILED
    assert "async def reply" in record.error


async def test_too_many_turns_are_a_failure_with_a_verdict(setup: Setup) -> None:
    record = await run_trial(replace(setup, max_turns=2), CASE)
    assert (record.outcome, record.ended_by, record.turns) == (Outcome.FAILED, "turns", 2)
    assert record.verdict is not None


async def test_a_transfer_ends_the_trial_and_is_judged(setup: Setup) -> None:
    record = await run_trial(replace(setup, agent=setup_of("transfer").agent), CASE)
    assert (record.outcome, record.ended_by) == (Outcome.FAILED, "transfer")


async def test_an_endpoint_that_is_down_is_an_infra_error_without_a_verdict(setup: Setup) -> None:
    model = chat_model("openai:m@http://127.0.0.1:9/v1", {})
    assert model is not None
    endpoint = model.endpoint("agent")
    endpoint.client.max_retries = 0
    record = await run_trial(replace(setup, agent=ModelAgent(model)), CASE)
    await endpoint.client.close()
    assert (record.outcome, record.ended_by) == (Outcome.INFRA_ERROR, "infra")
    assert "http://127.0.0.1:9/v1" in record.error
    assert record.verdict is None


async def test_a_silent_endpoint_of_the_agent_is_an_infra_error(setup: Setup) -> None:
    async with silent_endpoint() as model:
        record = await run_trial(replace(setup, agent=ModelAgent(model), time_limit=1.5), CASE)
    assert (record.outcome, record.ended_by) == (Outcome.INFRA_ERROR, "time")
    assert "model call had been unanswered" in record.error


async def test_a_silent_endpoint_of_the_customer_is_an_infra_error(setup: Setup) -> None:
    async with silent_endpoint() as model:
        record = await run_trial(replace(setup, customer=ByModel("m", model), time_limit=1.0), CASE)
    assert (record.outcome, record.ended_by) == (Outcome.INFRA_ERROR, "time")
    assert "the customer was speaking" in record.error


class Retrying(ModelAgent):
    """The built-in agent, whose own code swallows a failed model call and hangs after it."""

    @asynccontextmanager
    async def open(self, brief: Brief, case: Case) -> AsyncIterator[Bot]:
        endpoint = self.model.endpoint("agent")

        class Hangs(Bot):
            async def reply(self, messages: Sequence[Message]) -> Reply | str:
                with suppress(InfraError):
                    await endpoint.complete([])
                await asyncio.sleep(60)
                return ""

        yield Hangs(brief)


async def test_an_agent_that_hangs_after_a_failed_model_call_is_itself_at_fault(setup: Setup) -> None:
    model = chat_model("openai:m@http://127.0.0.1:9/v1", {})
    assert model is not None
    client = model.endpoint("agent").client
    client.max_retries = 0
    record = await run_trial(replace(setup, agent=Retrying(model), time_limit=1.0), CASE)
    await client.close()
    assert (record.outcome, record.ended_by, record.error) == (
        Outcome.FAILED, "time", "the trial took longer than 1 s",
    )  # fmt: skip
    assert [(call.role, call.finish) for call in record.calls] == [("agent", "InfraError")]


async def sleepy(brief: Brief) -> Bot:
    await asyncio.sleep(60)
    return Bot(brief)


@pytest.mark.parametrize("factory", [Sleeper, sleepy])
async def test_an_own_agent_that_takes_too_long_fails(setup: Setup, factory: Any) -> None:
    started = time.perf_counter()
    record = await run_trial(replace(setup, agent=own(factory), time_limit=0.3), CASE)
    assert (record.outcome, record.ended_by) == (Outcome.FAILED, "time")
    assert record.error == "the trial took longer than 0.3 s"
    assert time.perf_counter() - started < 10


class Refused(Bot):
    async def reply(self, messages: Sequence[Message]) -> Reply | str:
        raise ConnectionRefusedError("no route")


async def test_a_refused_connection_of_an_own_agent_is_an_infra_error(setup: Setup) -> None:
    record = await run_trial(replace(setup, agent=own(Refused)), CASE)
    assert record.outcome is Outcome.INFRA_ERROR


async def test_a_customer_who_breaks_the_rules_is_a_customer_fault_without_a_verdict(setup: Setup) -> None:
    async def stop() -> Turn:
        return Turn("Bye.", stop=True, through=False)

    record = await run_trial(replace(setup, customer=Person(stop)), CASE)
    assert (record.outcome, record.ended_by) == (Outcome.CUSTOMER_FAULT, "customer")
    assert record.customer_notes
    assert record.verdict is None


@pytest.mark.parametrize(
    ("error", "outcome"), [(CustomerFault("x"), Outcome.CUSTOMER_FAULT), (InfraError("x"), Outcome.INFRA_ERROR)]
)
async def test_a_fault_of_the_customer_is_not_the_agents(setup: Setup, error: Exception, outcome: Outcome) -> None:
    async def fail() -> Turn:
        raise error

    record = await run_trial(replace(setup, customer=Person(fail)), CASE)
    assert (record.outcome, record.error) == (outcome, "x")


async def test_a_bug_of_the_suites_own_customer_is_not_hidden_in_a_record(setup: Setup) -> None:
    async def fail() -> Turn:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_trial(replace(setup, customer=Person(fail)), CASE)


class Clumsy(Bot):
    async def reply(self, messages: Sequence[Message]) -> Reply | str:
        order = {**self.brief.context, "action": "add", "payment": "wallet", "product_info_list": 5}
        await self.brief.tools.call_tool("manage_order", order)
        return "That didn't work."


async def test_arguments_of_the_wrong_shape_are_the_agents_doing(setup: Setup) -> None:
    record = await run_trial(replace(setup, agent=own(Clumsy)), CASE)
    assert record.outcome is Outcome.FAILED
    [call, *_] = [event for event in record.events if isinstance(event, ToolCall)]
    assert not call.ok
    assert "must be a list" in call.result
