"""A dialogue that is over, as it is judged: its messages by number, its calls, and which matter each belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ecom_fixtures.trajectory import Event, Message, ToolCall


@dataclass(frozen=True)
class Placed:
    """A call and where it stands: ``place`` among the events, behind message number ``behind`` (from 1; 0: none)."""

    call: ToolCall
    place: int
    behind: int

    def __str__(self) -> str:
        return f"after message {self.behind}"


@dataclass(frozen=True)
class Dialogue:
    """What was said and done, in order."""

    events: tuple[Event, ...]

    @classmethod
    def of(cls, events: Sequence[Event]) -> Dialogue:
        return cls(tuple(events))

    @cached_property
    def calls(self) -> tuple[Placed, ...]:
        return tuple(self._calls())

    @property
    def changes(self) -> Iterator[Placed]:
        """The calls that changed something."""
        return (placed for placed in self.calls if placed.call.writes and placed.call.ok)

    @cached_property
    def messages(self) -> tuple[tuple[int, Message], ...]:
        """Every message and where it stands among the events; the first one is number 1."""
        return tuple((place, event) for place, event in enumerate(self.events) if isinstance(event, Message))

    @cached_property
    def raised(self) -> Mapping[str, int]:
        """Where among the events each intent was raised that some message belongs to."""
        places: dict[str, int] = {}
        for place, message in self.messages:
            if message.intent:
                places.setdefault(message.intent, place)
        return places

    def intent_at(self, place: int) -> str:
        """The intent that the customer was last at before ``place``, empty if no message says it."""
        marked = [message.intent for at, message in self.messages if at < place and message.intent]
        return marked[-1] if marked else ""

    def said(self, role: str) -> list[str]:
        """What one side said, in order."""
        return [message.text for _, message in self.messages if message.role == role]

    def _calls(self) -> Iterator[Placed]:
        behind = 0
        for place, event in enumerate(self.events):
            if isinstance(event, Message):
                behind += 1
            else:
                yield Placed(event, place, behind)
