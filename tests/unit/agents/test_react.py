"""The built-in agent over real HTTP: tool calls, repairs, caps, and what it remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import mcp
import pytest
from bots import source_of
from local_endpoint import LocalEndpoint, client, fails, says, uses

from ecom_fixtures.agents.protocol import GREETING, Brief, Reply
from ecom_fixtures.agents.react import MODEL_CALLS_PER_TURN, ReactAgent
from ecom_fixtures.customers.protocol import Turn
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.errors import AgentFault, InfraError
from ecom_fixtures.models.endpoint import Endpoint
from ecom_fixtures.trajectory import Event, Message, Usage
from ecom_fixtures.trial.conversation import converse
from ecom_fixtures.trial.recorder import Recorder
from ecom_fixtures.worlds.shop.toolbox import SPECS

DATASET = Dataset.load(default_folder())
CONTEXT = {"platform": "mapleway", "shop_id": "S2001", "user_id": "U1001"}
PROFILE = ("get_user_info", {"user_id": "U1001"})


@pytest.fixture
async def recorder() -> AsyncIterator[Recorder]:
    source = source_of(DATASET)
    async with source.open(None) as world:
        yield Recorder(world, source.rules)


class Speaker:
    """The agent, spoken to line by line."""

    def __init__(self, agent: ReactAgent) -> None:
        self._agent = agent
        self._messages = [Message(role="agent", text=GREETING)]

    async def hear(self, text: str = "Hello?") -> Reply:
        self._messages.append(Message(role="customer", text=text))
        reply = await self._agent.reply(self._messages)
        self._messages.append(Message(role="agent", text=reply.text or "-"))
        return reply


async def ask(local: LocalEndpoint, recorder: Recorder, *texts: str) -> list[Reply]:
    """Speak to a fresh agent; the MCP session is entered and left here, in one coroutine."""
    async with client(local.url) as connection, mcp.Client(recorder.server()) as tools:
        speaker = Speaker(ReactAgent(Endpoint(connection, "my-model"), Brief(tools, "Be kind.", CONTEXT)))
        faults: list[Exception] = []
        replies = []
        try:
            for text in texts or ("Hello?",):
                replies.append(await speaker.hear(text))
        except (AgentFault, InfraError) as error:
            faults.append(error)
    if faults:
        raise faults[0]
    return replies


def results(request: dict[str, object]) -> list[str]:
    """What the tools have answered so far, as a request shows it."""
    messages = request["messages"]
    assert isinstance(messages, list)
    return [message["content"] for message in messages if message["role"] == "tool"]


async def test_a_plain_answer_is_the_reply(local: LocalEndpoint, recorder: Recorder) -> None:
    local.script = [says("Good morning.")]
    assert await ask(local, recorder) == [Reply("Good morning.", Usage(calls=1, input_tokens=100, output_tokens=7))]


async def test_the_model_is_given_policy_context_greeting_and_all_tools(
    local: LocalEndpoint, recorder: Recorder
) -> None:
    local.script = [says("Good morning.")]
    await ask(local, recorder, "Hi!")
    [request] = local.requests
    system, greeting, customer = request["messages"]
    assert system["content"].startswith("Be kind.")
    assert all(f"{name}: {value}" in system["content"] for name, value in CONTEXT.items())
    assert greeting == {"role": "assistant", "content": GREETING}
    assert customer == {"role": "user", "content": "Hi!"}
    assert {tool["function"]["name"] for tool in request["tools"]} == set(SPECS)


async def test_a_tools_result_goes_back_to_the_model(local: LocalEndpoint, recorder: Recorder) -> None:
    local.script = [uses(PROFILE), says("You are Marlene.")]
    await ask(local, recorder)
    assert local.requests[1]["messages"][-2]["tool_calls"][0]["function"]["name"] == "get_user_info"
    [result] = results(local.requests[1])
    assert "Marlene Osgood" in result


async def test_several_calls_of_one_message_are_all_made_in_order(local: LocalEndpoint, recorder: Recorder) -> None:
    orders = ("get_user_orders_info", CONTEXT)
    local.script = [uses(PROFILE, orders, PROFILE), says("Done.")]
    await ask(local, recorder)
    answers = [message for message in local.requests[1]["messages"] if message["role"] == "tool"]
    assert [answer["tool_call_id"] for answer in answers] == ["call_0", "call_1", "call_2"]
    assert "251112001011" in answers[1]["content"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ('{"user_id": "U1001"', "not valid JSON"),
        ("U1001", "not valid JSON"),
        ('["U1001"]', "one JSON object, got list"),
        ("null", "one JSON object, got NoneType"),
        ("{}", "needs user_id"),
        ('{"user": "U1001"}', "no argument 'user'"),
        ('{"user_id": "\\ud83d"}', "without broken characters"),
    ],
)
async def test_malformed_arguments_are_answered_and_can_be_repaired(
    local: LocalEndpoint, recorder: Recorder, arguments: str, told: str
) -> None:
    local.script = [uses(("get_user_info", arguments)), uses(PROFILE), says("You are Marlene.")]
    [reply] = await ask(local, recorder)
    first, second = results(local.requests[2])
    assert told in first
    assert "Marlene Osgood" in second
    assert reply.text == "You are Marlene."


async def test_a_tool_that_there_is_not_is_answered_with_those_there_are(
    local: LocalEndpoint, recorder: Recorder
) -> None:
    local.script = [uses(("get_weather", {})), says("Never mind.")]
    await ask(local, recorder)
    assert "There is no tool 'get_weather'" in results(local.requests[1])[0]


async def test_a_list_that_is_none_is_refused_by_the_tool_and_breaks_nothing(
    local: LocalEndpoint, recorder: Recorder
) -> None:
    order = {**CONTEXT, "action": "add", "payment": "wallet", "product_info_list": 5}
    local.script = [uses(("manage_order", order)), says("Never mind.")]
    await ask(local, recorder)
    assert "product_info_list must be a list" in results(local.requests[1])[0]


async def test_a_turn_may_take_many_calls(local: LocalEndpoint, recorder: Recorder) -> None:
    local.script = [*[uses(PROFILE)] * 13, says("Done.")]
    [reply] = await ask(local, recorder)
    assert reply.text == "Done."
    assert reply.usage.calls == 14


async def test_the_cap_itself_may_be_reached(local: LocalEndpoint, recorder: Recorder) -> None:
    local.script = [*[uses(PROFILE)] * (MODEL_CALLS_PER_TURN - 1), says("Done.")]
    [reply] = await ask(local, recorder)
    assert reply.usage.calls == MODEL_CALLS_PER_TURN


async def test_more_model_calls_than_the_cap_are_the_agents_fault(local: LocalEndpoint, recorder: Recorder) -> None:
    local.script = [uses(PROFILE)]
    with pytest.raises(AgentFault, match="more than 30 model calls in one turn"):
        await ask(local, recorder)
    assert len(local.requests) == MODEL_CALLS_PER_TURN


async def test_every_turn_has_the_whole_cap(local: LocalEndpoint, recorder: Recorder) -> None:
    local.script = [*[uses(PROFILE)] * 20, says("One."), *[uses(PROFILE)] * 20, says("Two.")]
    assert [reply.text for reply in await ask(local, recorder, "a", "b")] == ["One.", "Two."]


async def test_the_usage_of_a_turn_is_summed(local: LocalEndpoint, recorder: Recorder) -> None:
    local.script = [uses(PROFILE), says("One."), says("Two.")]
    first, second = await ask(local, recorder, "a", "b")
    assert first.usage == Usage(calls=2, input_tokens=200, output_tokens=14)
    assert second.usage == Usage(calls=1, input_tokens=100, output_tokens=7)


async def test_the_next_turn_still_holds_the_tool_calls_and_results_of_the_first(
    local: LocalEndpoint, recorder: Recorder
) -> None:
    local.script = [uses(PROFILE), says("You are Marlene."), says("Bye.")]
    await ask(local, recorder, "Who am I?", "Thanks.")
    roles = [message["role"] for message in local.requests[2]["messages"]]
    assert roles == ["system", "assistant", "user", "assistant", "tool", "assistant", "user"]
    assert "Marlene Osgood" in results(local.requests[2])[0]


async def test_a_passing_429_is_not_noticed(local: LocalEndpoint, recorder: Recorder) -> None:
    local.script = [fails(429), uses(PROFILE), fails(429), says("Done.")]
    [reply] = await ask(local, recorder)
    assert reply == Reply("Done.", Usage(calls=2, input_tokens=200, output_tokens=14))


async def test_a_lasting_500_is_an_infra_error(local: LocalEndpoint, recorder: Recorder) -> None:
    local.script = [uses(PROFILE), fails(500)]
    with pytest.raises(InfraError, match="500"):
        await ask(local, recorder)


async def test_a_full_context_in_mid_turn_is_the_agents_fault(local: LocalEndpoint, recorder: Recorder) -> None:
    local.script = [uses(PROFILE), fails(400, "context_length_exceeded")]
    with pytest.raises(AgentFault, match="no longer fits"):
        await ask(local, recorder)


async def test_neither_words_nor_calls_are_an_empty_answer(local: LocalEndpoint, recorder: Recorder) -> None:
    class Once:
        async def respond(self, events: Sequence[Event]) -> Turn:
            return Turn("Hello?")

    local.script = [says(None)]
    async with client(local.url) as connection, mcp.Client(recorder.server()) as tools:
        agent = ReactAgent(Endpoint(connection, "my-model"), Brief(tools, "Be kind.", CONTEXT))
        ending = await converse(recorder, Once(), agent)
    assert str(ending.fault) == "the agent gave an empty answer"


async def test_a_breakdown_of_the_shops_server_is_an_infra_error(
    local: LocalEndpoint, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(name: str, arguments: dict[str, object]) -> str:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(recorder, "call", broken)
    local.script = [uses(PROFILE), says("Done.")]
    with pytest.raises(InfraError, match="server failed in get_user_info"):
        await ask(local, recorder)
