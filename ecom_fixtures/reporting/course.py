"""The course of a dialogue: which intents the customer brought up, and where.

The customer's messages say which intent they belong to. Those of older journals don't, so it is read from the words:
where the customer was a model, that is an estimate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from ecom_fixtures.dataset.tasks import Call, Intent, Task
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.worlds.diff import Change

_WORD = re.compile(r"[\w-]{3,}")
# Of an intent's own words, as much as must stand in a message that brings it up.
_ENOUGH = 0.3


@dataclass(frozen=True)
class Course:
    """``raised`` are the numbers of the events that brought up the intents, in their order; it may end early."""

    task: Task
    raised: tuple[int, ...]

    @property
    def reached(self) -> int:
        """How many intents were brought up, at least one: whoever says anything is at the first."""
        return max(1, len(self.raised))

    @property
    def unreached(self) -> frozenset[str]:
        """The ids of the intents that were never brought up."""
        return frozenset(intent.id for intent in self.task.intents[self.reached :])

    def start(self, intent_id: str) -> int | None:
        """The number of the event that brought the intent up."""
        ids = [intent.id for intent in self.task.intents[: len(self.raised)]]
        return self.raised[ids.index(intent_id)] if intent_id in ids else None

    def is_reached(self, change: Change) -> bool:
        """Whether a difference in the final state is about an intent that was brought up, or about none."""
        told = f"{change.key} {change.expected}"
        about = {intent.id: sum(value in told for value in _values(intent)) for intent in self.task.intents}
        most = max(about.values())
        return not most or any(
            about[intent.id] == most for intent in self.task.intents if intent.id not in self.unreached
        )


def course_of(task: Task, events: Sequence[Event]) -> Course:
    """Follow the customer of ``task`` through a dialogue: an intent comes up by its words, or by its change."""
    if marked := _marked(task, events):
        return Course(task, marked)
    weights = [_weights(task, intent) for intent in task.intents]
    raised: list[int] = []
    last = 0
    for number, event in enumerate(events):
        if isinstance(event, ToolCall):
            called = _called(task, event)
            raised += [last] * (called + 1 - len(raised))
        elif event.role == "customer":
            last = number
            if len(raised) < len(weights) and _share(weights[len(raised)], event) >= _ENOUGH:
                raised.append(number)
    return Course(task, tuple(raised))


def _marked(task: Task, events: Sequence[Event]) -> tuple[int, ...]:
    """Where the intents came up, as the customer's messages say; one that was passed over at the next one's place."""
    first = Dialogue.of(events).raised
    ids = [intent.id for intent in task.intents]
    last = max((ids.index(each) for each in first if each in ids), default=-1)
    places: list[int] = []
    for each in reversed(ids[: last + 1]):
        places.append(first.get(each, places[-1] if places else 0))
    return tuple(reversed(places))


def _weights(task: Task, intent: Intent) -> dict[str, float]:
    """The words of an intent; one that other intents have too counts less. They sum up to 1."""
    spread = Counter(word for one in task.intents for word in _words(one.say[0]))
    weights = {word: 1 / spread[word] for word in _words(intent.say[0])}
    whole = sum(weights.values()) or 1.0
    return {word: weight / whole for word, weight in weights.items()}


def _share(weights: dict[str, float], message: Message) -> float:
    said = _words(message.text)
    return sum(weight for word, weight in weights.items() if word in said)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _called(task: Task, event: ToolCall) -> int:
    """The number of the first intent whose truth names just this change; -1 if none does."""
    numbers = (n for n, intent in enumerate(task.intents) if any(_is(call, event) for call in intent.actions))
    return next(numbers, -1) if event.ok else -1


def _is(call: Call, event: ToolCall) -> bool:
    given = {name: str(value) for name, value in event.arguments.items()}
    return call.tool == event.tool and all(given.get(name) == str(value) for name, value in call.arguments.items())


def _values(intent: Intent) -> frozenset[str]:
    """What an intent's changes are about: the values in their arguments."""
    values = (str(value) for call in chain(*intent.accepted) for value in call.arguments.values())
    return frozenset(value for value in values if len(value) > 3)
