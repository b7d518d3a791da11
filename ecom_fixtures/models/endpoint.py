"""OpenAI-compatible chat endpoints: one call, its usage, and who is to blame when it fails."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecom_fixtures.errors import AgentFault, InfraError
from ecom_fixtures.trajectory import Usage

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

CALL_TIMEOUT = 120.0
RETRIES = 4
TEMPERATURE = 0.3
_OVERFLOW = ("context_length", "context length", "maximum context", "too many tokens", "input is too long")


@dataclass
class Waiting:
    """Since when a trial has been waiting for one model call (monotonic seconds); None between calls.

    Tells a slow endpoint from a slow agent when a trial's time is up.
    """

    since: float | None = None


waiting: ContextVar[Waiting] = ContextVar("waiting")


class ContextOverflow(AgentFault):
    """The conversation no longer fits the model's context."""


@dataclass(frozen=True)
class Endpoint:
    """A chat model behind an OpenAI-compatible URL. ``client`` is shared by all trials of a process."""

    client: AsyncOpenAI
    model: str
    temperature: float = TEMPERATURE

    async def complete(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] = ()
    ) -> tuple[dict[str, Any], Usage]:
        """Return the assistant's message as a plain dict, and the tokens that it took.

        Raises:
            ContextOverflow: the endpoint says that the input is too long.
            InfraError: any other failure, after the client's bounded retries (429, 5xx, timeouts).
        """
        import openai
        from openai.types.chat import ChatCompletion

        body: dict[str, Any] = {"model": self.model, "messages": list(messages), "temperature": self.temperature}
        if tools:
            body["tools"] = list(tools)
        clock = waiting.get(None) or Waiting()
        clock.since = time.monotonic()
        try:
            # The generic call takes the body as it is; `chat.completions.create` would walk all 21 schemas each time.
            answer = await self.client.post("/chat/completions", body=body, cast_to=ChatCompletion)
        except openai.APIError as error:
            if overflows(error):
                raise ContextOverflow(f"the conversation no longer fits the context of {self.model}") from error
            raise InfraError(f"{self.model} at {self.client.base_url}: {describe(error)}") from error
        except json.JSONDecodeError as error:
            raise InfraError(f"{self.model} at {self.client.base_url}: an answer that is no JSON") from error
        clock.since = None
        # A gateway's own page comes back as text.
        if not isinstance(answer, ChatCompletion) or not answer.choices:
            raise InfraError(f"{self.model} at {self.client.base_url}: an answer without choices")
        message = answer.choices[0].message
        usage = answer.usage
        return _plain(message), Usage(
            calls=1,
            input_tokens=usage.prompt_tokens if usage else 0,
            output_tokens=usage.completion_tokens if usage else 0,
        )


def connect(base_url: str, api_key: str, transport: httpx2.AsyncBaseTransport | None = None) -> AsyncOpenAI:
    """A client with bounded retries; ``transport`` replaces the network (the reference agents' endpoint)."""
    import httpx2
    from openai import AsyncOpenAI

    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=64)
    http = httpx2.AsyncClient(transport=transport, timeout=CALL_TIMEOUT, limits=limits)
    return AsyncOpenAI(base_url=base_url, api_key=api_key, max_retries=RETRIES, timeout=CALL_TIMEOUT, http_client=http)


def overflows(error: Exception) -> bool:
    """Whether an API error says that the input is too long for the model."""
    return any(sign in str(error).lower() for sign in _OVERFLOW)


def describe(error: BaseException) -> str:
    """An API error in one line: class, status, and the first 300 characters of what it says."""
    status = getattr(error, "status_code", None)
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}{f' {status}' if status else ''}: {text}"


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
