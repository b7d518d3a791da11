"""What is said and done in a dialogue: messages, tool calls, and the tokens that they take."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from ecom_fixtures.values import Model


class Message(Model):
    """What one side said. Pictures are links; the text keeps them where they were said."""

    kind: Literal["message"] = "message"
    role: Literal["customer", "agent"]
    text: str
    pictures: tuple[str, ...] = ()


class ToolCall(Model):
    """One call that reached the shop's server, with what it answered.

    ``arguments`` are as the agent sent them; ``ok`` is false for an MCP tool error; ``writes`` marks
    a call that changes the database when it succeeds.
    """

    kind: Literal["tool"] = "tool"
    tool: str
    arguments: dict[str, Any]
    result: str
    ok: bool
    writes: bool


Event = Annotated[Message | ToolCall, Field(discriminator="kind")]


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
