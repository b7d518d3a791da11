"""Takes one trial down as it happens: what is said, what is called, what it takes, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from ecom_fixtures.models.calls import CallLog
from ecom_fixtures.trajectory import Event, Message, ModelCall, ToolCall, Usage
from ecom_fixtures.worlds.base import Answer, CallRules, Pictured, Policed, World
from ecom_fixtures.worlds.mcp_server import build_server

if TYPE_CHECKING:
    from mcp.server import Server


@dataclass(frozen=True)
class Transcript:
    """What a trial came to; see `ecom_fixtures.trial.record.Record` for the fields of the same names."""

    events: tuple[Event, ...] = ()
    calls: tuple[ModelCall, ...] = ()
    turns: int = 0
    agent_usage: Usage = Usage()
    customer_usage: Usage = Usage()
    started: str = ""
    seconds: float = 0.0


class Recorder:
    """Stands between the agent and the world, whatever world it is, as an MCP server of its own.

    ``speaking`` is whose answer is being waited for, ``turns`` counts the customer's messages, ``forbidden`` collects
    the changes that the policy forbids in the state in which they were made.
    """

    def __init__(self, world: World, rules: CallRules, log: CallLog | None = None) -> None:
        self._world, self._rules, self._log = world, rules, log or CallLog()
        self._started = datetime.now(UTC)
        self.events: list[Event] = []
        self.forbidden: list[str] = []
        self.speaking: Literal["agent", "customer"] = "agent"
        self.turns = 0
        self._usage = {"agent": Usage(), "customer": Usage()}

    @property
    def now(self) -> float:
        """Seconds since the trial began."""
        return self._log.clock.now

    @property
    def messages(self) -> list[Message]:
        """What was said so far, without tool calls."""
        return [event for event in self.events if isinstance(event, Message)]

    def say(
        self,
        role: Literal["agent", "customer"],
        text: str,
        start: float,
        intent: str = "",
        acts: tuple[str, ...] = (),
    ) -> None:
        """Take down a message that was begun at ``start``, in seconds since the trial began."""
        pictures = tuple(self._rules.links_in(text)) if isinstance(self._rules, Pictured) else ()
        span = self._log.clock.span(start)
        self.events.append(Message(role=role, text=text, pictures=pictures, intent=intent, acts=acts, **span))

    def spend(self, role: Literal["agent", "customer"], usage: Usage) -> None:
        """Take down what an answer took."""
        self._usage[role] += usage

    def server(self) -> Server[Any]:
        """The world's tools for the agent; every call that reaches them is taken down."""
        return build_server("ecom", self._rules, self.call)

    async def call(self, tool: str, arguments: dict[str, Any]) -> Answer:
        """Make one call on the world."""
        start, writes, finding = self.now, self._rules.writes(tool, arguments), None
        if writes and isinstance(self._world, Policed):
            finding = await self._world.forbidden(tool, arguments)
        answer = await self._world.call(tool, arguments)
        if finding and not answer.refused:
            self.forbidden.append(finding)
        self.events.append(
            ToolCall(
                tool=tool,
                arguments=arguments,
                result=answer.text,
                ok=not answer.refused,
                writes=writes,
                **self._log.clock.span(start),
            )
        )
        return answer

    def handed_over(self, since: int) -> bool:
        """Whether, from the event number ``since`` on, the agent has handed the customer over."""
        calls = (event for event in self.events[since:] if isinstance(event, ToolCall) and event.ok)
        return any(self._rules.ends(call.tool, call.arguments) for call in calls)

    def transcript(self) -> Transcript:
        """All of it, as it stands now."""
        return Transcript(
            events=tuple(self.events),
            calls=tuple(self._log.calls),
            turns=self.turns,
            agent_usage=self._usage["agent"],
            customer_usage=self._usage["customer"],
            started=self._started.isoformat(timespec="seconds"),
            seconds=round(self.now, 3),
        )
