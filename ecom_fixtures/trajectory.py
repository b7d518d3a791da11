"""What is said and done in a dialogue: messages, tool calls, calls of models, and the tokens that they take."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from ecom_fixtures.values import Model

Role = Literal["agent", "customer", "vision"]


class Span(TypedDict):
    """When something began and how long it took, both in seconds."""

    start: float
    duration: float


class Clock:
    """Seconds since a trial began."""

    def __init__(self) -> None:
        self._zero = time.perf_counter()

    @property
    def now(self) -> float:
        return time.perf_counter() - self._zero

    def span(self, start: float) -> Span:
        """From ``start`` until now, to 0.1 s."""
        return {"start": round(start, 1), "duration": round(self.now - start, 1)}


class Timed(Model):
    """Something that took time: ``start`` in seconds since the trial began, ``duration`` in seconds, both to 0.1 s.

    None in journals of schema 1, which kept no times.
    """

    start: float | None = None
    duration: float | None = None


class Message(Timed):
    """What one side said. ``pictures`` are the links of those pictures among them; the text keeps them too.

    Of the customer's, ``intent`` is the id of the intent that it belongs to, and ``acts`` what it does for it.
    """

    kind: Literal["message"] = "message"
    role: Literal["customer", "agent"]
    text: str
    pictures: tuple[str, ...] = ()
    intent: str = ""
    acts: tuple[str, ...] = ()


class ToolCall(Timed):
    """One call that reached the world, with what it answered.

    ``arguments`` are as the agent sent them; ``ok`` is false for a refused call; ``writes`` marks
    a call that changes the world when it succeeds.
    """

    kind: Literal["tool"] = "tool"
    tool: str
    arguments: dict[str, Any]
    result: str
    ok: bool
    writes: bool


Event = Annotated[Message | ToolCall, Field(discriminator="kind")]


def last_said(events: Sequence[Event]) -> str:
    """The last message's text; empty before the first."""
    return next((event.text for event in reversed(events) if isinstance(event, Message)), "")


def calls_in(events: Sequence[Event]) -> list[ToolCall]:
    """The calls among ``events``, in order."""
    return [event for event in events if isinstance(event, ToolCall)]


class ModelCall(Timed):
    """One call of a model that came to an end: ``finish`` is the endpoint's own reason, or the error's class.

    ``cached_tokens`` are those of ``input_tokens`` that the endpoint had cached. None where it didn't say.
    """

    role: Role
    model: str
    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    finish: str = ""


class Usage(Model):
    """Tokens and model calls of one side of the dialogue."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )
