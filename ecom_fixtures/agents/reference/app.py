"""A chat endpoint whose answers come from a policy: an ASGI app that a real client talks to, without a socket."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

from ecom_fixtures.agents.reference.history import History

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Say:
    """Answer the customer."""

    text: str


@dataclass(frozen=True)
class Use:
    """Call one tool."""

    tool: str
    arguments: dict[str, Any]


class Policy(Protocol):
    """What a reference agent does next. A function of the history alone, so it needs no memory of its own."""

    def move(self, history: History) -> Say | Use | list[Use]: ...


class ReferenceApp:
    """``POST /v1/chat/completions`` for one trial."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "an endpoint for plain HTTP requests"
        body, more = b"", True
        while more:
            part = await receive()
            body += part.get("body", b"")
            more = part.get("more_body", False)
        request = json.loads(body)
        move = self._policy.move(History.of(request["messages"]))
        answer = json.dumps(_completion(move, request, len(body))).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


def _completion(move: Say | Use | list[Use], request: dict[str, Any], size: int) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if isinstance(move, Say):
        message["content"] = move.text
    else:
        uses = move if isinstance(move, list) else [move]
        turn = len(request["messages"])
        message["tool_calls"] = [
            {
                "id": f"call_{turn}_{number}",
                "type": "function",
                "function": {"name": use.tool, "arguments": json.dumps(use.arguments, ensure_ascii=False)},
            }
            for number, use in enumerate(uses)
        ]
    spoken = len(json.dumps(message))
    return {
        "id": f"reference-{len(request['messages'])}",
        "object": "chat.completion",
        "created": 0,
        "model": request["model"],
        "choices": [
            {"index": 0, "message": message, "finish_reason": "stop" if isinstance(move, Say) else "tool_calls"}
        ],
        # Four characters a token: an estimate, so that the columns of a report have something to show.
        "usage": {
            "prompt_tokens": size // 4,
            "completion_tokens": spoken // 4,
            "total_tokens": size // 4 + spoken // 4,
        },
    }
