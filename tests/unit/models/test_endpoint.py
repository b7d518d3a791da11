"""One chat call over real HTTP: what comes back, what is tried again, and who is to blame when it fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from local_endpoint import LocalEndpoint, client, fails, free_port, says, uses
from starlette.responses import HTMLResponse, JSONResponse, Response

from ecom_fixtures.errors import AgentFault, ContextOverflow, InfraError
from ecom_fixtures.models.calls import CallLog, call_log
from ecom_fixtures.models.endpoint import RETRIES, Endpoint
from ecom_fixtures.trajectory import Usage

HELLO = [{"role": "user", "content": "Hello"}]


@pytest.fixture
async def endpoint(local: LocalEndpoint) -> AsyncIterator[Endpoint]:
    async with client(local.url) as connection:
        yield Endpoint(connection, "my-model")


async def test_an_answer_comes_back_as_a_plain_message_with_its_usage(local: LocalEndpoint, endpoint: Endpoint) -> None:
    local.script = [says("Hi there.")]
    message, usage = await endpoint.complete(HELLO)
    assert message == {"role": "assistant", "content": "Hi there."}
    assert usage == Usage(calls=1, input_tokens=100, output_tokens=7)


async def test_the_request_names_model_temperature_and_tools(local: LocalEndpoint, endpoint: Endpoint) -> None:
    local.script = [says("Hi.")]
    tools = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    await endpoint.complete(HELLO, tools)
    assert local.requests == [{"model": "my-model", "messages": HELLO, "temperature": 0.3, "tools": tools}]


async def test_no_tools_are_sent_when_there_are_none(local: LocalEndpoint, endpoint: Endpoint) -> None:
    local.script = [says("Hi.")]
    await endpoint.complete(HELLO)
    assert "tools" not in local.requests[0]


async def test_tool_calls_come_back_with_nothing_that_an_endpoint_would_not_take_again(
    local: LocalEndpoint, endpoint: Endpoint
) -> None:
    answer = uses(("get_user_info", {"user_id": "U1"}))
    local.script = [{**answer, "reasoning_content": "hm", "annotations": []}]
    message, _ = await endpoint.complete(HELLO)
    assert message == {**answer, "content": ""}


async def test_missing_arguments_are_an_empty_object(local: LocalEndpoint, endpoint: Endpoint) -> None:
    local.script = [uses(("get_user_info", ""))]
    message, _ = await endpoint.complete(HELLO)
    assert message["tool_calls"][0]["function"]["arguments"] == "{}"


async def test_no_content_is_empty_text(local: LocalEndpoint, endpoint: Endpoint) -> None:
    local.script = [says(None)]
    assert (await endpoint.complete(HELLO))[0] == {"role": "assistant", "content": ""}


async def test_a_refusal_is_what_the_model_says(local: LocalEndpoint, endpoint: Endpoint) -> None:
    local.script = [says(None, refusal="I won't.")]
    assert (await endpoint.complete(HELLO))[0]["content"] == "I won't."


async def test_half_an_emoji_can_be_sent_back(local: LocalEndpoint, endpoint: Endpoint) -> None:
    broken = b'{"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi \\ud83d"}}]}'
    local.script = [Response(broken, media_type="application/json"), says("Fine.")]
    message, usage = await endpoint.complete(HELLO)
    assert usage == Usage(calls=1)
    await endpoint.complete([*HELLO, message])
    assert local.requests[1]["messages"][1]["content"] == "Hi ?"


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_passing_failure_is_tried_again(local: LocalEndpoint, endpoint: Endpoint, status: int) -> None:
    local.script = [fails(status), fails(status), says("Hi.")]
    message, usage = await endpoint.complete(HELLO)
    assert message["content"] == "Hi."
    assert usage.calls == 1
    assert len(local.requests) == 3


@pytest.mark.parametrize("status", [429, 500])
async def test_a_lasting_failure_is_an_infra_error_after_bounded_retries(
    local: LocalEndpoint, endpoint: Endpoint, status: int
) -> None:
    local.script = [fails(status, "no luck")]
    with pytest.raises(InfraError, match=rf"my-model at {local.url}/: \w+ {status}: .*no luck"):
        await endpoint.complete(HELLO)
    assert len(local.requests) == 1 + RETRIES


async def test_a_wrong_key_is_an_infra_error_at_once(local: LocalEndpoint, endpoint: Endpoint) -> None:
    local.script = [fails(401, "bad key")]
    with pytest.raises(InfraError, match="AuthenticationError 401"):
        await endpoint.complete(HELLO)
    assert len(local.requests) == 1


async def test_a_refused_connection_is_an_infra_error() -> None:
    async with client(f"http://127.0.0.1:{free_port()}/v1") as connection:
        with pytest.raises(InfraError, match="APIConnectionError"):
            await Endpoint(connection, "my-model").complete(HELLO)


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 8192 tokens.",
        "context_length_exceeded",
        "Range of input length: the input is too long",
    ],
)
async def test_a_full_context_is_the_agents_fault(local: LocalEndpoint, endpoint: Endpoint, message: str) -> None:
    local.script = [fails(400, message)]
    with pytest.raises(ContextOverflow, match="no longer fits the context of my-model") as caught:
        await endpoint.complete(HELLO)
    assert isinstance(caught.value, AgentFault)


@pytest.mark.parametrize(
    "answer",
    [
        JSONResponse({"choices": []}),
        JSONResponse({"error": {"message": "boom"}}),
        JSONResponse(None),
        HTMLResponse("<h1>Gateway</h1>"),
        Response("{", media_type="application/json"),
    ],
    ids=["no choices", "an error", "null", "a page", "broken JSON"],
)
async def test_an_answer_that_is_no_completion_is_an_infra_error(
    local: LocalEndpoint, endpoint: Endpoint, answer: Response
) -> None:
    local.script = [answer]
    with pytest.raises(InfraError, match="an answer"):
        await endpoint.complete(HELLO)


@pytest.fixture
def log() -> Iterator[CallLog]:
    log = CallLog()
    token = call_log.set(log)
    yield log
    call_log.reset(token)


async def test_a_call_is_logged_with_what_it_took(local: LocalEndpoint, endpoint: Endpoint, log: CallLog) -> None:
    local.script = [says("Hi.")]
    await endpoint.complete(HELLO)
    [call] = log.calls
    assert (call.role, call.model, call.finish) == ("agent", "my-model", "stop")
    assert (call.input_tokens, call.cached_tokens, call.output_tokens) == (100, None, 7)
    assert log.unanswered(log.clock.now) == 0


async def test_a_failed_call_is_logged_and_no_longer_open(
    local: LocalEndpoint, endpoint: Endpoint, log: CallLog
) -> None:
    local.script = [fails(401)]
    with pytest.raises(InfraError):
        await endpoint.complete(HELLO)
    assert [(call.finish, call.input_tokens) for call in log.calls] == [("InfraError", None)]
    assert log.unanswered(log.clock.now) == 0
