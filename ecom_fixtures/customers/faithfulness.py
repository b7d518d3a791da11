"""Whether a simulated customer kept to the task: what an LLM customer's dialogue is checked for, and the agenda's.

Each finding is one line that begins with its kind: *leak* (a withheld fact told unasked), *ungrounded value*
(a number or id that neither the task nor the agent has given), *front-loading* (a later intent's words or
picture in the first message), *repetition*, *early stop*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ecom_fixtures.dataset.tasks import Fact, Task
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.worlds.base import CallRules, Pictured

# Values as they can be invented: numbers of three digits and more, with what is glued to them.
_TOKEN = re.compile(r"[\w-]+(?:[.,]\d{2}\b)?")
_TELLING = re.compile(r"\d{3}|^\d+[.,]\d{2}$")


def customer_faults(rules: CallRules, task: Task, events: Sequence[Event], *, through: bool = True) -> tuple[str, ...]:
    """What the customer of ``task`` did that a customer must not do, in the order of the dialogue."""
    found = [
        *_leaks(task, events),
        *_ungrounded(rules, task, events),
        *_front_loading(task, events),
        *_repetition(events),
    ]
    early = () if through else ("early stop: the customer stopped before every intent was through",)
    return (*found, *early)


def _leaks(task: Task, events: Sequence[Event]) -> Iterator[str]:
    """A fact's literal value, said though the agent has neither asked for it nor named it."""
    heard = ""
    for event in events:
        if isinstance(event, Message) and event.role == "customer":
            for fact in task.facts:
                for value in fact.values:
                    if value.casefold() in event.text.casefold() and not _asked(fact, value, heard):
                        yield f"leak: {fact.about} ({value}) was told unasked"
        elif isinstance(event, Message):
            heard += "\n" + event.text


def _asked(fact: Fact, value: str, heard: str) -> bool:
    words = [value, *fact.asked_by]
    return any(re.search(rf"\b{re.escape(word)}", heard, re.I) for word in words)


def _ungrounded(rules: CallRules, task: Task, events: Sequence[Event]) -> Iterator[str]:
    known = task.model_dump_json()
    for event in events:
        if isinstance(event, ToolCall):
            continue
        if event.role == "agent":
            known += "\n" + event.text
            continue
        text = event.text
        for link in rules.links_in(text) if isinstance(rules, Pictured) else ():
            text = text.replace(link, " ")
            if link.rpartition("/")[2] not in task.pictures:
                yield f"ungrounded value: the picture {link}"
        for value in _TOKEN.findall(text):
            if _TELLING.search(value) and value.strip("-") not in known:
                yield f"ungrounded value: {value}"


def _front_loading(task: Task, events: Sequence[Event]) -> Iterator[str]:
    said = [event.text for event in events if isinstance(event, Message) and event.role == "customer"]
    if not said:
        return
    for intent in task.intents[1:]:
        if intent.picture and intent.picture in said[0] and intent.picture != task.intents[0].picture:
            yield f"front-loading: the picture of intent {intent.id} in the first message"
        first = " ".join(said[0].casefold().split())
        if any(" ".join(wording.casefold().split()) in first for wording in intent.say):
            yield f"front-loading: intent {intent.id} in the first message"


def _repetition(events: Sequence[Event]) -> Iterator[str]:
    said = [event.text for event in events if isinstance(event, Message) and event.role == "customer"]
    for number, (before, now) in enumerate(pairwise(said), start=2):
        if before.casefold().split() == now.casefold().split():
            yield f"repetition: message {number} is the one before it"
