"""What an agent under test is given and what it must do: bring your own by ``--agent=module:factory``.

A factory takes a `Brief` and returns an object with ``async reply(messages)``, or an async context
manager that gives one. It is called once per trial, inside the trial's own coroutine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.trajectory import Message, Usage

if TYPE_CHECKING:
    import mcp

GREETING = "Hello, and welcome! How can I help you today?"


@dataclass(frozen=True)
class Brief:
    """All that an agent may know at the start; nothing of the ground truth is reachable from it.

    ``tools`` is a connected MCP client (``list_tools``, ``call_tool``, ``session``). ``policy`` is the text of the
    agent's policy document. ``context`` holds the task's public facts: platform, shop_id, user_id.
    """

    tools: mcp.Client
    policy: str
    context: Mapping[str, str]

    @property
    def instructions(self) -> str:
        """The system prompt of the built-in agent: policy and public context."""
        facts = "\n".join(f"- {name}: {value}" for name, value in self.context.items())
        return f"{self.policy.strip()}\n\n# This conversation\n\nThe customer contacts you on:\n{facts}\n"


@dataclass(frozen=True)
class Reply:
    """An agent's answer to the customer and what it cost."""

    text: str
    usage: Usage = Usage()


@runtime_checkable
class Agent(Protocol):
    """The agent under test."""

    async def reply(self, messages: Sequence[Message]) -> Reply | str:
        """Answer the last of ``messages``: the dialogue so far, without tool calls, greeting first."""
        ...


class AgentSpec(Protocol):
    """An agent as chosen on the command line: checked once, opened for every trial."""

    @property
    def name(self) -> str: ...

    def check(self) -> None:
        """Raise SettingsError when the agent can't run: a missing key, a factory that can't be imported."""
        ...

    def open(self, brief: Brief, case: Case) -> AbstractAsyncContextManager[Agent]:
        """One agent for one trial."""
        ...
