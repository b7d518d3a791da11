"""A small OpenAI-compatible server on the loopback address, with scripted answers."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from openai import AsyncOpenAI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ecom_fixtures.models.endpoint import RETRIES, connect

Answer = dict[str, Any] | Response


def says(text: str | None, **more: Any) -> dict[str, Any]:
    """An assistant's message in words."""
    return {"role": "assistant", "content": text, **more}


def uses(*calls: tuple[str, object]) -> dict[str, Any]:
    """An assistant's message with tool calls; arguments that are text are sent as they are."""
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": _raw(arguments)}}
            for number, (name, arguments) in enumerate(calls)
        ],
    }


def fails(status: int, message: str = "", **headers: str) -> Response:
    """An error of the endpoint."""
    return JSONResponse({"error": {"message": message}}, status, headers={"retry-after-ms": "1", **headers})


class LocalEndpoint:
    """Gives the answers in ``script`` one after the other, the last one for ever; ``requests`` are what it was sent."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.script: list[Answer] = []
        self.requests: list[dict[str, Any]] = []

    async def answer(self, request: Request) -> Response:
        self.requests.append(await request.json())
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, Response):
            return answer
        return JSONResponse(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": "local",
                "choices": [{"index": 0, "message": answer, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 7, "total_tokens": 107},
            }
        )


@contextmanager
def serve() -> Iterator[LocalEndpoint]:
    """The server in a thread of its own, on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    endpoint = LocalEndpoint(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
    app = Starlette(routes=[Route("/v1/chat/completions", endpoint.answer, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield endpoint
    server.should_exit = True
    thread.join()
    listener.close()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def client(url: str) -> AsyncOpenAI:
    """The package's own client, which doesn't wait between its retries."""
    made = connect(url, "none")
    assert made.max_retries == RETRIES
    made._calculate_retry_timeout = lambda *arguments, **named: 0.0  # type: ignore[method-assign]
    return made


def _raw(arguments: object) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)
