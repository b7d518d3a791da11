"""The customer by rules hears what an agent does, whatever its words, and checks what it proposes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from stage import SOURCE
from twelve import WHOLE

from ecom_fixtures.customers.agenda import AgendaCustomer
from ecom_fixtures.customers.knowing import Checked, Knowledge, proposed
from ecom_fixtures.customers.protocol import Role
from ecom_fixtures.dataset.tasks import Intent, Task
from ecom_fixtures.language.acts import hear
from ecom_fixtures.language.consent import consent
from ecom_fixtures.trajectory import Event, Message
from ecom_fixtures.worlds.naming import catalogue_of, deeds_of
from ecom_fixtures.worlds.shop.reference.voice import Voice
from ecom_fixtures.worlds.shop.rules import RULES
from ecom_fixtures.worlds.shop.words import shop_words

PHRASES = yaml.safe_load((Path(__file__).parents[1] / "language" / "acts.yaml").read_text(encoding="utf-8"))
TASKS = {task.id: task for task in WHOLE.tasks}
REPAIR = TASKS["expedite-dishwasher-and-repair-leaking-washer"]
HOOD = TASKS["swap-strong-hood-and-return-cooker"]


class Talk:
    """A dialogue with the customer of a task, begun at one of its intents."""

    def __init__(self, task: Task, intent: str) -> None:
        place = [each.id for each in task.intents].index(intent)
        task = task.model_copy(update={"intents": task.intents[place : place + 1]})
        deeds = {each.id: deeds_of(SOURCE, task, sum(each.accepted, ())) for each in task.intents}
        role = Role(task, WHOLE.personas["calm-patient-clear"], "", RULES, 1, catalogue_of(SOURCE, task), deeds)
        self.customer, self.intent = AgendaCustomer(role), task.intents[0]
        self.events: list[Event] = []

    async def hear(self, text: str) -> str:
        self.events.append(Message(role="agent", text=text))
        turn = await self.customer.respond(tuple(self.events))
        self.events.append(Message(role="customer", text=turn.text, intent=turn.intent, acts=turn.acts))
        return turn.text


async def talk(task: Task, intent: str) -> Talk:
    begun = Talk(task, intent)
    await begun.hear("Hello! How can I help you?")
    return begun


# One of the phrases is about another thing, and so is objected to.
WAITING = [phrase for phrase in PHRASES["proposes"] if "hood" not in phrase]


@pytest.mark.parametrize("phrase", [*WAITING, "I have everything that I need now.", "Hm."])
async def test_an_agent_that_waits_for_a_yes_gets_it_in_two_messages_whatever_its_words(phrase: str) -> None:
    begun = await talk(REPAIR, "book-the-repair")
    answers = [await begun.hear(phrase) for _ in range(2)]
    assert any(consent(answer).agrees for answer in answers)


@pytest.mark.parametrize("phrase", PHRASES["open"])
async def test_an_open_question_is_answered_with_the_wish_and_with_no_yes(phrase: str) -> None:
    answer = await (await talk(REPAIR, "book-the-repair")).hear(phrase)
    assert answer == "Please book the repair of the washing machine for Tuesday."


async def test_a_choice_is_answered_with_the_choice() -> None:
    answer = await (await talk(HOOD, "return-the-cooker")).hear("Which of the two orders should I return?")
    assert "The one from this month." in answer
    assert not answer.startswith("Yes")


async def test_a_question_of_day_is_answered_by_what_was_said() -> None:
    assert "Tuesday" in await (await talk(REPAIR, "book-the-repair")).hear("What day should the technician come?")


async def test_what_the_customer_cannot_know_is_said_as_a_person_would() -> None:
    answer = await (await talk(REPAIR, "book-the-repair")).hear("What is the energy class of it?")
    assert "your system" in answer or "look it up" in answer


@pytest.mark.parametrize("request_", PHRASES["picture"])
async def test_a_picture_that_is_asked_for_is_sent_in_whatever_form(request_: str) -> None:
    begun = await talk(TASKS["bench-review-pays-cashback"], "send-the-proof")
    assert "shot-u1101-1.png" in await begun.hear(request_)


async def test_a_wrong_day_is_corrected_and_the_right_one_then_agreed_to() -> None:
    begun = await talk(REPAIR, "book-the-repair")
    first = await begun.hear("I'd book the repair of your washing machine for Monday. Shall I go ahead?")
    assert not consent(first).agrees
    assert "Tuesday" in first
    assert consent(await begun.hear("Sorry! The repair of your washing machine on Tuesday, then. Okay?")).agrees


async def test_a_wrong_product_is_corrected_without_giving_anything_away() -> None:
    begun = await talk(HOOD, "return-the-cooker")
    answer = await begun.hear("I'd take back the Corran wardrobe and refund it. Is that right?")
    assert not consent(answer).agrees
    assert "251105004012" not in answer


async def test_at_most_two_objections_are_raised() -> None:
    begun = await talk(REPAIR, "book-the-repair")
    wrong = "I'd book the repair of your washing machine for Monday. Shall I go ahead?"
    answers = [await begun.hear(wrong) for _ in range(3)]
    assert ["Tuesday" in answer for answer in answers] == [True, True, False]
    assert not any(consent(answer).agrees for answer in answers[:2])


async def test_an_order_number_gets_a_yes_with_a_condition() -> None:
    begun = await talk(TASKS["mixer-review-and-cooker-for-parents"], "hand-in-the-review")
    answer = await begun.hear("I would register the cashback for order 251028006182. Shall I go ahead?")
    assert answer == "If that is the order with the mixer, then yes, kindly do so."


def knowledge(task: Task, intent: Intent) -> Knowledge:
    words = "\n".join([intent.say[0], intent.consent, intent.objection, *(fact.tell for fact in task.facts)])
    deeds = deeds_of(SOURCE, task, sum(intent.accepted, ()))
    return Knowledge(catalogue_of(SOURCE, task), deeds, words, task.about)


def proposal(task: Task, intent: Intent) -> str:
    calls = [(call.tool, RULES.complete(call, task.context)) for call in intent.actions]
    return proposed(hear(Voice().proposal([shop_words().phrase(*call) for call in calls])))


def wrong_proposals() -> Iterator[tuple[str, Checked]]:
    """Every wrong argument that can be proposed in any task, and what the customer makes of it."""
    for task in WHOLE.tasks:
        for mistake in SOURCE.mistakes(task, task):
            changed = [
                (right, wrong)
                for right, wrong in zip(task.intents, mistake.plan.intents, strict=True)
                if " instead of " in mistake.what and right.actions != wrong.actions
            ]
            for right, wrong in changed:
                argument = mistake.what.partition(" with ")[2].partition("=")[0]
                yield argument, knowledge(task, right).check(proposal(task, wrong))


def test_no_wrong_proposal_is_taken_for_right_and_days_and_products_are_always_noticed() -> None:
    found = list(wrong_proposals())
    assert len(found) > 300
    taken = [argument for argument, checked in found if checked in (Checked.RIGHT, Checked.BARE)]
    # One of two quantities in one order, where the other number is that of another line.
    assert len(taken) <= 2
    assert {checked for argument, checked in found if argument == "service_time"} == {Checked.WRONG}
    noticed = [checked is Checked.WRONG for argument, checked in found if argument in ("product_id", "payment")]
    assert sum(noticed) > 0.75 * len(noticed)


@pytest.mark.parametrize("task", WHOLE.tasks, ids=lambda task: task.id)
def test_no_right_proposal_is_objected_to(task: Task) -> None:
    for intent in (intent for intent in task.intents if intent.actions):
        assert knowledge(task, intent).check(proposal(task, intent)) is not Checked.WRONG
