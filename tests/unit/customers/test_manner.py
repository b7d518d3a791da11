"""How a persona shows in the agenda customer's words, and that the words of the task stay what they are."""

from __future__ import annotations

from random import Random
from typing import Any, get_args

import pytest
from twelve import TWELVE, WHOLE

from ecom_fixtures.agents.protocol import GREETING
from ecom_fixtures.customers.agenda import AgendaCustomer
from ecom_fixtures.customers.manner import EXTRA_TURNS, Manner
from ecom_fixtures.customers.protocol import Role
from ecom_fixtures.dataset.tasks import Persona, Task
from ecom_fixtures.trajectory import Event, Message
from ecom_fixtures.worlds.shop.rules import RULES

PERSONAS = tuple(WHOLE.personas.values())
PLAIN = WHOLE.personas["calm-patient-clear"]
SAY = "My kettle is broken. Please take it back! Can you?"


def spoken(persona: Persona, task: Task, seed: int) -> list[list[str]]:
    """The messages of each of the task's intents."""
    manner = Manner(persona, Random(seed))
    return [manner.messages(intent.say[0], first=place == 0) for place, intent in enumerate(task.intents)]


def faults(persona: Persona, task: Task, seed: int) -> list[str]:
    """Where the persona's words are not the task's with a few others around them."""
    found, extra = [], 0
    for intent, messages in zip(task.intents, spoken(persona, task, seed), strict=True):
        around = " ".join(messages).split(intent.say[0])
        if len(around) != 2:
            found.append(f"{persona.id}, {task.id}, {intent.id}: not said unbroken")
        if any(letter.isdigit() for letter in "".join(around)):
            found.append(f"{persona.id}, {task.id}, {intent.id}: a number of their own")
        if not all(messages):
            found.append(f"{persona.id}, {task.id}, {intent.id}: an empty message")
        extra += len(messages) - 1
    return found if extra <= EXTRA_TURNS else [*found, f"{persona.id}, {task.id}: {extra} extra turns"]


def test_every_persona_says_what_the_task_says_unbroken_and_at_little_cost() -> None:
    assert [each for persona in PERSONAS for task in TWELVE.tasks for each in faults(persona, task, task.number)] == []


def test_every_task_is_said_so_by_its_own_persona() -> None:
    tasks = WHOLE.tasks
    assert [
        each for task in tasks for seed in range(5) for each in faults(WHOLE.personas[task.persona], task, seed)
    ] == []


def test_the_extra_turns_are_used() -> None:
    most = PLAIN.model_copy(update={"asking": "vague", "pace": "several messages"})
    assert max(sum(map(len, spoken(most, task, 1))) - len(task.intents) for task in TWELVE.tasks) == EXTRA_TURNS == 2


def words_of(**dimension: Any) -> str:
    """All that a plain persona with that dimension says in some dialogues."""
    said = []
    for seed in range(8):
        manner = Manner(PLAIN.model_copy(update=dimension), Random(seed))
        said += [manner.messages(SAY, first=place == 0) for place in range(4)]
        said += [[*manner.reminders, manner.farewell]]
    return str(said)


def test_a_plain_persona_adds_nothing() -> None:
    manner = Manner(PLAIN, Random(1))
    assert [manner.messages(SAY, first=first) for first in (True, False)] == [[SAY], [SAY]]


# A short persona says no more than a plain one: neither adds anything.
@pytest.mark.parametrize(
    ("dimension", "alike"), [("emotion", 0), ("patience", 0), ("asking", 0), ("pace", 0), ("speech", 1)]
)
def test_every_dimension_shows(dimension: str, alike: int) -> None:
    values = get_args(Persona.model_fields[dimension].annotation)
    assert len({words_of(**{dimension: value}) for value in values}) == len(values) - alike


@pytest.mark.parametrize("asking", ["vague", "roundabout"])
def test_who_is_cross_does_not_open_like_who_is_friendly(asking: str) -> None:
    def openers(emotion: str) -> set[str]:
        persona = PLAIN.model_copy(update={"emotion": emotion, "asking": asking})
        return {Manner(persona, Random(seed)).messages(SAY, first=True)[0] for seed in range(20)}

    assert len(openers("calm")) == len(openers("angry")) == 2
    assert not openers("calm") & openers("angry")


def test_nothing_is_said_twice() -> None:
    persona = PLAIN.model_copy(update={"emotion": "angry", "speech": "wordy", "pace": "several messages"})
    manner = Manner(persona, Random(3))
    around = [" ".join(manner.messages(SAY, first=place == 0)).replace(SAY, "|") for place in range(20)]
    added = [part.strip() for text in around for part in text.split("|") if part.strip()]
    assert len(added) == len(set(added)) == 6


def test_the_seed_alone_decides() -> None:
    persona = PLAIN.model_copy(update={"emotion": "anxious", "asking": "vague", "speech": "wordy"})
    task = TWELVE.tasks[0]
    assert spoken(persona, task, 1) == spoken(persona, task, 1)
    assert len({str(spoken(persona, task, seed)) for seed in range(10)}) > 5


async def test_the_customer_sends_the_parts_one_by_one_and_the_picture_with_the_last() -> None:
    persona = PLAIN.model_copy(update={"asking": "vague", "pace": "several messages"})
    intent = TWELVE.tasks[0].intents[0].model_copy(update={"say": (SAY,), "picture": "kettle.png"})
    task = TWELVE.tasks[0].model_copy(update={"intents": (intent,)})
    customer = AgendaCustomer(Role(task, persona, TWELVE.customer_guide, RULES, seed=1))
    events: list[Event] = []
    said = []
    for text in (GREETING, "Which order is it?", "Yes?"):
        events.append(Message(role="agent", text=text))
        said.append((await customer.respond(tuple(events))).text)
    assert said[1] == "My kettle is broken."
    assert said[2].startswith("Please take it back! Can you?")
    assert ["kettle.png" in text for text in said] == [False, False, True]
