"""What a chat endpoint can see of a dialogue: the messages of a request, taken apart."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ecom_fixtures.trajectory import ToolCall

_LINK = re.compile(r"https?://\S+\.png")


@dataclass(frozen=True)
class History:
    """One request's dialogue. ``customer`` and ``agent`` hold what was said, ``calls`` what was looked up or done."""

    system: str
    customer: tuple[str, ...]
    agent: tuple[str, ...]
    calls: tuple[ToolCall, ...]

    @classmethod
    def of(cls, messages: Sequence[dict[str, Any]]) -> History:
        open_calls: dict[str, dict[str, Any]] = {}
        customer, agent, calls, system = [], [], [], ""
        for message in messages:
            match message["role"]:
                case "system":
                    system = message["content"]
                case "user":
                    customer.append(message["content"])
                case "assistant":
                    if message.get("content"):
                        agent.append(message["content"])
                    open_calls |= {call["id"]: call["function"] for call in message.get("tool_calls", ())}
                case "tool":
                    calls.append(_call(open_calls[message["tool_call_id"]], message["content"]))
        return cls(system, tuple(customer), tuple(agent), tuple(calls))

    @cached_property
    def seen(self) -> str:
        """Everything that the agent has been told, in the form of `fold`."""
        return fold("\n".join([self.system, *self.customer, *(call.result for call in self.calls)]))

    @property
    def links(self) -> list[str]:
        """The pictures that the customer has sent, in order."""
        return list(dict.fromkeys(link for text in self.customer for link in _LINK.findall(text)))

    def called(self, tool: str, **arguments: Any) -> bool:
        """Whether the tool has been called with these arguments among others, successfully or not."""
        return any(
            call.tool == tool and all(call.arguments.get(name) == value for name, value in arguments.items())
            for call in self.calls
        )

    def found(self, key: str) -> list[str]:
        """Every value that stands under ``key``, alone or in a list, in any result so far, in order."""
        return list(dict.fromkeys(value for call in self.calls if call.ok for value in _under(key, call.result)))


def fold(text: str) -> str:
    """``text`` without case, width, underscores and runs of blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("_", " ").split())


def _call(function: dict[str, Any], result: str) -> ToolCall:
    try:
        json.loads(result)
        ok = True
    except ValueError:
        ok = False
    arguments = json.loads(function["arguments"])
    return ToolCall(tool=function["name"], arguments=arguments, result=result, ok=ok, writes=False)


def _under(key: str, result: str) -> Iterator[str]:
    def walk(value: Any, name: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            for inner, child in value.items():
                yield from walk(child, inner)
        elif isinstance(value, list):
            for child in value:
                yield from walk(child, name)
        elif name in (key, f"{key}s") and isinstance(value, str):
            yield value

    yield from walk(json.loads(result))
