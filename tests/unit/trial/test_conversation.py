"""The loop between customer and agent: its order, its limits, and who is to blame for its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
import openai
import pytest

from ecom_fixtures.agents.protocol import GREETING, Agent, Reply
from ecom_fixtures.customers.protocol import Turn
from ecom_fixtures.errors import AgentFault, CustomerFault, EcomError, InfraError
from ecom_fixtures.trajectory import Event, Message, ToolCall, Usage
from ecom_fixtures.trial.conversation import Ending, converse
from ecom_fixtures.trial.recorder import Recorder
from ecom_fixtures.worlds.base import Answer, Arguments
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.shop.rules import RULES

STOP = Turn("Bye.", stop=True)


class Lines:
    """A customer who says the given turns."""

    def __init__(self, *turns: Turn | str) -> None:
        self._turns = [Turn(turn) if isinstance(turn, str) else turn for turn in turns]
        self.heard: list[tuple[Event, ...]] = []

    async def respond(self, events: Sequence[Event]) -> Turn:
        self.heard.append(tuple(events))
        return self._turns.pop(0)


class Does:
    """An agent that answers by a function of the messages."""

    def __init__(self, answer: Callable[[Sequence[Message]], Any] = lambda messages: "Very well.") -> None:
        self._answer = answer
        self.heard: list[list[Message]] = []

    async def reply(self, messages: Sequence[Message]) -> Reply | str:
        self.heard.append(list(messages))
        answer: Reply | str = self._answer(messages)
        return answer


def raises(error: BaseException) -> Agent:
    def answer(messages: Sequence[Message]) -> str:
        raise error

    return Does(answer)


def tool(name: str, ok: bool = True) -> ToolCall:
    return ToolCall(tool=name, arguments={}, result="{}", ok=ok, writes=True)


class Nowhere:
    """A world in which nothing is ever called."""

    async def call(self, tool: str, arguments: Arguments) -> Answer:
        raise AssertionError

    async def snapshot(self) -> Snapshot:
        return {}


def recorder() -> Recorder:
    return Recorder(Nowhere(), RULES)


def texts(dialogue: Recorder) -> list[str]:
    return [f"{message.role}: {message.text}" for message in dialogue.messages]


async def test_the_agent_opens_and_the_two_take_turns() -> None:
    dialogue = recorder()
    ending = await converse(dialogue, Lines("Hi.", "More.", STOP), Does())
    assert texts(dialogue) == [
        f"agent: {GREETING}",
        "customer: Hi.",
        "agent: Very well.",
        "customer: More.",
        "agent: Very well.",
        "customer: Bye.",
    ]
    assert ending == Ending("stop")
    assert dialogue.turns == 2


async def test_the_agent_is_given_messages_only_greeting_first() -> None:
    dialogue, agent = recorder(), Does()
    dialogue.events.append(tool("get_user_info"))
    await converse(dialogue, Lines("Hi.", STOP), agent)
    assert [[(message.role, message.text) for message in heard] for heard in agent.heard] == [
        [("agent", GREETING), ("customer", "Hi.")]
    ]


async def test_the_customer_sees_what_happens_in_the_shop() -> None:
    dialogue = recorder()
    customer = Lines("Hi.", STOP)

    def act(messages: Sequence[Message]) -> str:
        dialogue.events.append(tool("manage_urgent"))
        return "Done."

    await converse(dialogue, customer, Does(act))
    assert tool("manage_urgent") in customer.heard[1]


async def test_the_usage_of_both_sides_is_summed() -> None:
    dialogue = recorder()
    spent = Usage(calls=1, input_tokens=5, output_tokens=2)
    turns = Turn("Hi.", usage=spent), Turn("More.", usage=spent), STOP
    await converse(dialogue, Lines(*turns), Does(lambda messages: Reply("Ok.", spent + spent)))
    assert dialogue.transcript().customer_usage == spent + spent
    assert dialogue.transcript().agent_usage == spent + spent + spent + spent


async def test_a_stop_without_words_says_nothing() -> None:
    dialogue = recorder()
    await converse(dialogue, Lines("Hi.", Turn("", stop=True)), Does())
    assert texts(dialogue)[-1] == "agent: Very well."


async def test_too_many_turns_are_the_agents_fault() -> None:
    dialogue = recorder()
    ending = await converse(dialogue, Lines(*"abcdef"), Does(), max_turns=3)
    assert (ending.by, str(ending.fault)) == ("turns", "the customer was not through after 3 turns")
    assert isinstance(ending.fault, AgentFault)
    assert dialogue.turns == 3


async def test_the_customer_may_end_the_dialogue_right_after_the_last_turn() -> None:
    dialogue = recorder()
    ending = await converse(dialogue, Lines("a", "b", "c", STOP), Does(), max_turns=3)
    assert ending == Ending("stop")


@pytest.mark.parametrize("answer", ["", "  \n", Reply(""), Reply(" ")])
async def test_an_empty_answer_is_the_agents_fault(answer: Reply | str) -> None:
    ending = await converse(recorder(), Lines("Hi."), Does(lambda messages: answer))
    assert isinstance(ending.fault, AgentFault)
    assert re.search("empty answer", str(ending.fault))


@pytest.mark.parametrize("answer", [None, 3, {"text": "Hi"}, Message(role="agent", text="Hi")])
async def test_an_answer_of_the_wrong_type_is_the_agents_fault(answer: object) -> None:
    ending = await converse(recorder(), Lines("Hi."), Does(lambda messages: answer))
    assert isinstance(ending.fault, AgentFault)
    assert re.search(f"must be a str or a Reply, got {type(answer).__name__}", str(ending.fault))


@pytest.mark.parametrize("error", [ValueError("oh no"), KeyError("x"), AssertionError(), SystemExit(1)])
async def test_a_crash_is_the_agents_fault_and_named(error: BaseException) -> None:
    ending = await converse(recorder(), Lines("Hi."), raises(error))
    assert isinstance(ending.fault, AgentFault)
    assert re.search(f"crashed with {type(error).__name__}", str(ending.fault))


REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1")


def status(code: int, text: str) -> openai.APIStatusError:
    return openai.APIStatusError(text, response=httpx2.Response(code, request=REQUEST), body=None)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        openai.APIConnectionError(request=REQUEST),
        status(500, "down"),
        status(429, "too many requests"),
        httpx2.ConnectError("refused"),
    ],
)
async def test_a_failing_endpoint_of_an_own_agent_is_an_infra_error(error: Exception) -> None:
    ending = await converse(recorder(), Lines("Hi."), raises(error))
    assert isinstance(ending.fault, InfraError)
    assert re.search(f"endpoint: {type(error).__name__}", str(ending.fault))


async def test_a_full_context_of_an_own_agent_is_its_own_fault() -> None:
    ending = await converse(
        recorder(), Lines("Hi."), raises(status(400, "This model's maximum context length is 8192"))
    )
    assert isinstance(ending.fault, AgentFault)
    assert re.search("no longer fits", str(ending.fault))


@pytest.mark.parametrize("error", [AgentFault("a"), InfraError("b")])
async def test_a_fault_that_is_named_already_passes_unchanged(error: EcomError) -> None:
    ending = await converse(recorder(), Lines("Hi."), raises(error))
    assert isinstance(ending.fault, type(error))
    assert re.search(f"^{error}$", str(ending.fault))


async def test_what_was_said_before_a_crash_is_kept() -> None:
    dialogue = recorder()
    await converse(dialogue, Lines("Hi."), raises(ValueError()))
    assert texts(dialogue) == [f"agent: {GREETING}", "customer: Hi."]


async def test_a_transfer_ends_the_dialogue_after_the_agents_words() -> None:
    dialogue = recorder()

    def hand_over(messages: Sequence[Message]) -> str:
        dialogue.events.append(tool("transfer_to_specialist"))
        return "A colleague takes over."

    ending = await converse(dialogue, Lines("Hi."), Does(hand_over))
    assert ending == Ending("transfer")
    assert texts(dialogue)[-1] == "agent: A colleague takes over."


async def test_a_refused_transfer_ends_nothing() -> None:
    dialogue = recorder()

    def try_it(messages: Sequence[Message]) -> str:
        dialogue.events.append(tool("transfer_to_specialist", ok=False))
        return "It didn't work."

    ending = await converse(dialogue, Lines("Hi.", STOP), Does(try_it))
    assert ending == Ending("stop")


async def test_a_stop_too_early_is_the_customers_fault_and_marked() -> None:
    dialogue = recorder()
    ending = await converse(dialogue, Lines("Hi.", Turn("Bye.", stop=True, through=False)), Does())
    assert isinstance(ending.fault, CustomerFault)
    assert re.search("before every intent was through", str(ending.fault))
    assert not ending.through
    assert texts(dialogue)[-1] == "customer: Bye."


async def test_a_customer_who_says_nothing_is_at_fault() -> None:
    ending = await converse(recorder(), Lines(""), Does())
    assert isinstance(ending.fault, CustomerFault)
    assert re.search("said nothing", str(ending.fault))
