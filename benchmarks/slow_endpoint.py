"""A model endpoint over HTTP that takes a fixed time for every answer, with dialogues of different lengths."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from types import TracebackType
from typing import Any, Self
from zlib import crc32

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

# Model calls in a turn: 2 to 8, mostly about 5. The oracle's dialogues, 8 to 25 calls, vary as much about their mean of
# 15; these are shorter, so that a measurement is over soon.
SHORTEST, SIDES = 2, 4


class SlowEndpoint:
    """Answers after ``latency`` seconds, in a thread of its own while it is entered; counts ``calls``.

    It looks the customer up until the turn is as long as that customer's turns are, then says something.
    """

    def __init__(self, latency: float) -> None:
        self.latency, self.calls = latency, 0
        self._first, self._last = 0.0, 0.0
        self._listener = socket.create_server(("127.0.0.1", 0))
        app = Starlette(routes=[Route("/v1/chat/completions", self._answer, methods=["POST"])])
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    @property
    def span(self) -> float:
        """Seconds from the first request to the last answer."""
        return self._last - self._first

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    async def _answer(self, request: Request) -> JSONResponse:
        self._first = self._first or time.perf_counter()
        self.calls += 1
        due = asyncio.create_task(asyncio.sleep(self.latency))
        message = _move((await request.json())["messages"])
        await due
        self._last = time.perf_counter()
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if "tool_calls" in message else "stop"}
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        head = {"id": "1", "object": "chat.completion", "created": 0, "model": "slow"}
        return JSONResponse(head | {"choices": [choice], "usage": usage})


def _move(messages: list[dict[str, Any]]) -> dict[str, Any]:
    found = re.search(r"user_id: (\w+)", messages[0]["content"])
    assert found, "the system prompt names the customer"
    first, second = divmod(crc32(found[1].encode()) % SIDES**2, SIDES)
    roles = [message["role"] for message in messages]
    if roles[::-1].index("user") // 2 + 1 >= SHORTEST + first + second:
        return {"role": "assistant", "content": "That is all I can do. Is there anything else?"}
    call = {"name": "get_user_info", "arguments": f'{{"user_id": "{found[1]}"}}'}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": f"call_{len(roles)}", "type": "function", "function": call}],
    }
