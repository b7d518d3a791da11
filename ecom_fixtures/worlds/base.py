"""What a world is: the place that an agent acts in, fresh for every trial, and what is known of calls without one.

A source is made once per process, a world once per trial. What only some worlds can say is a protocol of its own;
whoever asks for it says what holds without. How this was held against other worlds stands in docs/concepts/worlds.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from ecom_fixtures.agents.protocol import AgentSpec
from ecom_fixtures.agents.reference.mistake import Mistake
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.pictures import PictureReader
from ecom_fixtures.worlds.words import Words

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Tool:
    """A tool as the agent sees it; ``schema`` is the JSON schema of its arguments."""

    name: str
    description: str
    schema: Mapping[str, Any]
    only_reads: bool = False


@dataclass(frozen=True)
class Answer:
    """What a tool said. ``refused``: the call changed nothing, and ``text`` says why."""

    text: str
    refused: bool = False


class CallRules(Protocol):
    """What is known about calls while no world is open. Pure.

    What takes a tool's name raises ToolError when there is no such tool, or when the arguments would be refused
    by their form.
    """

    @property
    def tools(self) -> Mapping[str, Tool]: ...

    def complete(self, call: Call, context: Mapping[str, str]) -> dict[str, Any]:
        """The call's arguments with what the task's ``context`` has for those it doesn't name."""
        ...

    def normalise(self, tool: str, arguments: Arguments, *, partial: bool = False) -> dict[str, Any]:
        """The arguments in the one form in which calls are compared. ``partial``: only those given are looked at."""
        ...

    def writes(self, tool: str, arguments: Arguments) -> bool:
        """Whether such a call, as an agent sends it, changes the world when it succeeds. Never raises."""
        ...

    def ends(self, tool: str, arguments: Arguments) -> bool:
        """Whether such a call, when it succeeds, hands the customer over and so ends the dialogue. Never raises."""
        ...

    def aim(self, tool: str, arguments: Arguments) -> Hashable:
        """What a call with a wrong argument shares with the right one: tool, operation and object. Never raises."""
        ...


class World(Protocol):
    """One trial's own copy."""

    async def call(self, tool: str, arguments: Arguments) -> Answer:
        """Make one call. Whatever it raises is the world's own breakdown, never the agent's doing."""
        ...

    async def snapshot(self) -> Snapshot:
        """The state of everything that a call can change, in canonical text."""
        ...


class WorldSource(Protocol):
    """What the trials of a process share."""

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str:
        """What tells this world from any other, in hexadecimal: its data and whatever else decides its answers."""
        ...

    @property
    def rules(self) -> CallRules: ...

    @property
    def words(self) -> Words: ...

    def open(self, task: Task | None) -> AbstractAsyncContextManager[World]:
        """A fresh world for one trial of ``task``; for none in particular where it is None."""
        ...


@runtime_checkable
class Policed(Protocol):
    """A world that can tell what the policy forbids in its present state."""

    async def forbidden(self, tool: str, arguments: Arguments) -> str | None:
        """Why the policy forbids this change now, or None. Asked before the call is made."""
        ...


@runtime_checkable
class Pictured(Protocol):
    """Rules of a world in which customers send pictures: how one is named in a message."""

    def link(self, picture: str) -> str:
        """How a customer writes the picture of that file name."""
        ...

    def links_in(self, text: str) -> Sequence[str]:
        """The links in ``text``, of whatever kind, each once, in their order."""
        ...


@runtime_checkable
class Recording(Protocol):
    """Rules of a world that can say what a look-up told, so that it doesn't matter which tool told it."""

    def records(self, tool: str, arguments: Arguments, result: str) -> frozenset[str]:
        """What a successful look-up returned, as ids and names of fields, never values: those change. Never raises.

        Empty where nobody can say; then the look-up goes by its arguments.
        """
        ...


@runtime_checkable
class Meaning(Protocol):
    """Rules of a world whose states may be spelled in several ways."""

    def same(self, state: Snapshot) -> Snapshot:
        """The one form of all states that mean what ``state`` does. Pure."""
        ...


@runtime_checkable
class Private(Protocol):
    """Rules of a world in which some records are one customer's own."""

    def whose(self, tool: str, arguments: Arguments) -> str | None:
        """The id of the customer whose records such a look-up returns, None if they are nobody's own. Never raises."""
        ...


@runtime_checkable
class Revealing(Protocol):
    """A source that can say what an agent finds out about a customer whatever their task asks for."""

    def reads_about(self, task: Task) -> Iterable[Call]:
        """The look-ups that tell who the task's customer is and what they have bought."""
        ...


class ProvableSource(WorldSource, Protocol):
    """A source that can prove its datasets: it has agents that know the truth, and knows every way to go wrong."""

    @property
    def size(self) -> Mapping[str, int]:
        """How many there are of what: {"customers": 28, "orders": 70}."""
        ...

    def reference_agents(self) -> Mapping[str, AgentSpec]:
        """By name; the one that solves every task comes first."""
        ...

    def mistakes(self, task: Task, plan: Task) -> Iterable[Mistake]:
        """Every single mistake about ``plan``, ``task``'s own truth or a copy with a mistake in it already."""
        ...

    def reads(self) -> Iterable[Call]:
        """Every look-up that can be made."""
        ...

    async def house_rules(self) -> Iterable[tuple[str, bool]]:
        """What no dataset of this world may contradict: (what doesn't hold when it doesn't, whether it holds)."""
        ...

    def customs(self) -> Iterable[tuple[str, bool]]:
        """What only the built-in dataset keeps to: how it writes things, and that it makes use of all there is."""
        ...

    def showing(self, pictures: PictureReader) -> WorldSource:
        """The same world, whose pictures are read by another reader."""
        ...
