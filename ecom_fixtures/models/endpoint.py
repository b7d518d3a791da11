"""OpenAI-compatible chat endpoints: one call, its usage, and what is raised when it fails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecom_fixtures.errors import ContextOverflow, InfraError
from ecom_fixtures.models.calls import Answer, log_call
from ecom_fixtures.models.faults import describe, overflows
from ecom_fixtures.trajectory import Role, Usage

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletion

CALL_TIMEOUT = 120.0
RETRIES = 4
TEMPERATURE = 0.3


@dataclass(frozen=True)
class Endpoint:
    """A chat model behind an OpenAI-compatible URL. ``client`` is shared by all trials of a process."""

    client: AsyncOpenAI
    model: str
    temperature: float = TEMPERATURE
    role: Role = "agent"

    async def complete(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] = ()
    ) -> tuple[dict[str, Any], Usage]:
        """Return the assistant's message as a plain dict, and the tokens that it took.

        Raises:
            ContextOverflow: the endpoint says that the input is too long.
            InfraError: any other failure, after the client's bounded retries (429, 5xx, timeouts).
        """
        body: dict[str, Any] = {"model": self.model, "messages": list(messages), "temperature": self.temperature}
        if tools:
            body["tools"] = list(tools)
        with log_call(self.role, self.model) as call:
            answer = await self._post(body)
            # A gateway's own page comes back as text.
            if answer is None or not answer.choices:
                raise InfraError(f"{self.model} at {self.client.base_url}: an answer without choices")
            _take_down(answer, call)
        return _plain(answer.choices[0].message), call.usage

    async def _post(self, body: dict[str, Any]) -> ChatCompletion | None:
        import openai
        from openai.types.chat import ChatCompletion

        try:
            # The generic call takes the body as it is; `chat.completions.create` would walk all 21 schemas each time.
            answer = await self.client.post("/chat/completions", body=body, cast_to=ChatCompletion)
        except openai.APIError as error:
            if overflows(error):
                raise ContextOverflow(f"the conversation no longer fits the context of {self.model}") from error
            raise InfraError(f"{self.model} at {self.client.base_url}: {describe(error)}") from error
        except json.JSONDecodeError as error:
            raise InfraError(f"{self.model} at {self.client.base_url}: an answer that is no JSON") from error
        return answer if isinstance(answer, ChatCompletion) else None


def connect(base_url: str, api_key: str, transport: httpx2.AsyncBaseTransport | None = None) -> AsyncOpenAI:
    """A client with bounded retries; ``transport`` replaces the network (the reference agents' endpoint)."""
    import httpx2
    from openai import AsyncOpenAI

    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=64)
    http = httpx2.AsyncClient(transport=transport, timeout=CALL_TIMEOUT, limits=limits)
    return AsyncOpenAI(base_url=base_url, api_key=api_key, max_retries=RETRIES, timeout=CALL_TIMEOUT, http_client=http)


def _take_down(answer: ChatCompletion, call: Answer) -> None:
    call.finish = answer.choices[0].finish_reason or ""
    if usage := answer.usage:
        details = usage.prompt_tokens_details
        call.input_tokens, call.output_tokens = usage.prompt_tokens, usage.completion_tokens
        call.cached_tokens = details.cached_tokens if details else None


def _plain(message: Any) -> dict[str, Any]:
    """The parts of an assistant message that may be sent back to any endpoint."""
    # A broken character (half an emoji) could not be sent back.
    content = (message.content or message.refusal or "").encode("utf-8", "replace").decode()
    plain: dict[str, Any] = {"role": "assistant", "content": content}
    if message.tool_calls:
        plain["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.function.name, "arguments": call.function.arguments or "{}"},
            }
            for call in message.tool_calls
            if call.type == "function"
        ]
    return plain
