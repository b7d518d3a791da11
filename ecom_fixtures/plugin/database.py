"""A world that a test holds open, used without await, in async tests too."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.base import World, WorldSource
from ecom_fixtures.worlds.diff import Snapshot

T = TypeVar("T")


class Database:
    """A fresh world and its state. ``world`` is the world itself, for whoever awaits."""

    world: World

    def __init__(self, source: WorldSource) -> None:
        # In a thread of its own, because in an async test an event loop runs in the test's.
        self._thread = ThreadPoolExecutor(1)
        self._runner = asyncio.Runner()
        self._opened = source.open(None)

    def snapshot(self) -> Snapshot:
        """The state of everything that a call can change: {table: {key: {column: text}}}."""
        return self._wait(self.world.snapshot())

    def call(self, tool: str, arguments: dict[str, Any]) -> str:
        """What the tool answers.

        Raises:
            ToolError: the call is refused; one sentence says why, and nothing has changed.
        """
        answer = self._wait(self.world.call(tool, arguments))
        if answer.refused:
            raise ToolError(answer.text)
        return answer.text

    def __enter__(self) -> Self:
        self.world = self._wait(self._opened.__aenter__())
        return self

    def __exit__(self, *error: object) -> None:
        self._wait(self._opened.__aexit__(None, None, None))
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def _wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._thread.submit(self._runner.run, coroutine).result()
