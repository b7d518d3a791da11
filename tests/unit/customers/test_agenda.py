"""The customer without a language model: intents in order, facts when asked, consent, patience, the end."""

from __future__ import annotations

from typing import Any

import pytest

from ecom_fixtures.agents.protocol import GREETING
from ecom_fixtures.customers.agenda import AgendaCustomer
from ecom_fixtures.customers.protocol import Role, Turn
from ecom_fixtures.customers.telling import phrases
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.dataset.tasks import Call, Fact, Intent, Persona, Task
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.worlds.shop.rules import RULES

DATASET = Dataset.load(default_folder())
PLAIN = DATASET.personas["calm-patient-clear"]
CANCEL = Call(tool="manage_order", arguments={"action": "cancel", "order_id": "251100000001"})
FACTS = (
    Fact(about="order", asked_by=("which order", "order number"), tell="It is 251100000001.", values=("251100000001",)),
    Fact(about="phone", asked_by=("phone",), tell="10055500000.", values=("10055500000",)),
)
ASK = Intent(id="ask", say="What does delivery cost?", goal="Ask about delivery.")
UNDO = Intent(id="undo", say="Cancel my order.", goal="Have the order cancelled.", actions=(CANCEL,))
SHOW = Intent(id="show", say="What is this?", goal="Ask.", picture="hose.png", picture_words="Look:")


def task_of(*intents: Intent) -> Task:
    return DATASET.tasks[0].model_copy(update={"intents": intents, "facts": FACTS})


class Talk:
    """A dialogue with the customer, spoken line by line; this persona adds nothing to the task's words."""

    def __init__(self, task: Task, persona: Persona = PLAIN) -> None:
        self.customer = AgendaCustomer(Role(task, persona, DATASET.customer_guide, RULES, seed=1))
        self.events: list[Event] = []

    async def hear(self, text: str = GREETING) -> Turn:
        self.events.append(Message(role="agent", text=text))
        turn = await self.customer.respond(tuple(self.events))
        self.events.append(Message(role="customer", text=turn.text))
        return turn

    def do(self, call: Call, ok: bool = True, **more: Any) -> None:
        arguments = {"platform": "mapleway", "shop_id": "S2001", "user_id": "U1001", **call.arguments, **more}
        self.events.append(ToolCall(tool=call.tool, arguments=arguments, result="{}", ok=ok, writes=True))


async def test_the_first_intent_answers_the_greeting() -> None:
    turn = await Talk(task_of(ASK)).hear()
    assert turn == Turn(ASK.say[0], intent="ask", acts=("raised",))


async def test_an_answered_question_is_followed_by_the_next_intent() -> None:
    talk = Talk(task_of(ASK, UNDO))
    await talk.hear()
    assert (await talk.hear("Delivery is free.")).text == UNDO.say[0]


async def test_the_dialogue_ends_with_a_stop_when_every_intent_is_through() -> None:
    talk = Talk(task_of(ASK))
    await talk.hear()
    last = await talk.hear("Delivery is free. Is there anything else I can help you with?")
    assert last.stop
    assert last.through
    assert last.text


async def test_a_picture_is_sent_with_its_intent() -> None:
    turn = await Talk(task_of(SHOW)).hear()
    assert turn.text == "What is this? Look: https://img.mapleway.example/hose.png"


async def test_an_intent_with_changes_is_over_when_they_happened_in_the_shop() -> None:
    talk = Talk(task_of(UNDO, ASK))
    await talk.hear()
    talk.do(CANCEL)
    assert (await talk.hear("Done.")).text == ASK.say[0]


async def test_a_promise_is_no_change() -> None:
    talk = Talk(task_of(UNDO, ASK))
    await talk.hear()
    assert (await talk.hear("I have cancelled it.")).text not in (ASK.say[0], "")


@pytest.mark.parametrize(("ok", "order_id"), [(False, "251100000001"), (True, "251100000002")])
async def test_a_refused_or_another_change_does_not_end_the_intent(ok: bool, order_id: str) -> None:
    talk = Talk(task_of(UNDO, ASK))
    await talk.hear()
    talk.do(CANCEL, ok=ok, order_id=order_id)
    assert (await talk.hear("Done.")).text != ASK.say[0]


async def test_an_accepted_alternative_ends_the_intent_too() -> None:
    other = CANCEL.model_copy(update={"arguments": {"action": "cancel", "order_id": "251100000009"}})
    talk = Talk(task_of(UNDO.model_copy(update={"or_actions": ((other,),)}), ASK))
    await talk.hear()
    talk.do(other)
    assert (await talk.hear("Done.")).text == ASK.say[0]


async def test_a_proposal_is_agreed_to_where_the_intent_has_changes() -> None:
    talk = Talk(task_of(UNDO))
    await talk.hear()
    assert (await talk.hear("I would cancel your order. Shall I go ahead?")).text == "Yes, please go ahead."


async def test_a_proposal_is_turned_down_where_the_customer_only_asks() -> None:
    talk = Talk(task_of(ASK))
    await talk.hear()
    answer = await talk.hear("It is free. Would you like me to place an order?")
    assert answer.text == "No, thank you, I only wanted to know."


async def test_the_tasks_own_consent_goes_first() -> None:
    talk = Talk(task_of(UNDO.model_copy(update={"consent": "Only if it costs nothing."})))
    await talk.hear()
    assert (await talk.hear("Shall I cancel it?")).text == "Only if it costs nothing."


async def test_offering_further_help_is_not_taken_for_a_proposal() -> None:
    talk = Talk(task_of(ASK, UNDO))
    await talk.hear()
    assert (await talk.hear("It is free. Would you like me to help you with anything else?")).text == UNDO.say[0]


@pytest.mark.parametrize("question", ["Which order is it?", "Please tell me the order number."])
async def test_a_fact_is_told_when_it_is_asked_for(question: str) -> None:
    talk = Talk(task_of(UNDO))
    await talk.hear()
    assert (await talk.hear(question)).text == "It is 251100000001."


async def test_several_facts_are_told_at_once() -> None:
    talk = Talk(task_of(UNDO))
    await talk.hear()
    assert (await talk.hear("Which order is it, and your phone?")).text == "It is 251100000001. 10055500000."


async def test_a_statement_that_names_a_fact_is_no_question() -> None:
    talk = Talk(task_of(UNDO))
    await talk.hear()
    assert "10055500000" not in (await talk.hear("I see your phone in the profile.")).text


async def test_an_unknown_question_is_answered_with_look_it_up() -> None:
    talk = Talk(task_of(UNDO))
    await talk.hear()
    assert (await talk.hear("What is the serial code on its back?")).text in phrases()["unknown"]["other"]


async def test_the_same_question_is_not_answered_for_ever() -> None:
    talk = Talk(task_of(UNDO))
    await talk.hear()
    answers = [(await talk.hear("Which order is it?")).text for _ in range(6)]
    assert answers.count("It is 251100000001.") == 2


@pytest.mark.parametrize(("patience", "reminders"), [("high", 3), ("medium", 2), ("low", 2)])
async def test_the_customer_gives_up_after_as_many_reminders_as_patience_allows(patience: str, reminders: int) -> None:
    talk = Talk(task_of(UNDO, ASK), PLAIN.model_copy(update={"patience": patience}))
    await talk.hear()
    answers = []
    while ASK.say[0] not in answers:
        answers.append((await talk.hear("I am sorry.")).text)
        assert len(answers) < 10
    assert len(answers) == reminders + 1
    assert len(set(answers)) == len(answers)


async def test_a_fresh_intent_has_its_own_reminders() -> None:
    again = UNDO.model_copy(update={"id": "again", "say": ("Cancel the other one.",)})
    talk = Talk(task_of(UNDO, again), PLAIN.model_copy(update={"patience": "medium"}))
    await talk.hear()
    texts = [(await talk.hear("I am sorry.")).text for _ in range(6)]
    assert texts[2] == "Cancel the other one."
    assert texts[:2] == texts[3:5]


@pytest.mark.parametrize("task", DATASET.tasks, ids=lambda task: task.id)
async def test_no_withheld_value_is_said_unasked(task: Task) -> None:
    talk = Talk(task, DATASET.personas[task.persona].model_copy(update={"patience": "high"}))
    turn, withheld = await talk.hear(), [value for fact in task.facts for value in fact.values]
    said = [turn.text]
    while not turn.stop:
        turn = await talk.hear("I am sorry, I can't help you with that.")
        said.append(turn.text)
    openly = " ".join(
        text for each in task.intents for text in (*each.say, each.consent, each.condition, each.objection)
    )
    assert not [value for value in withheld if value not in openly and value in " ".join(said)]


@pytest.mark.parametrize("task", DATASET.tasks, ids=lambda task: task.id)
async def test_every_intent_is_raised_even_when_nothing_is_ever_done(task: Task) -> None:
    talk = Talk(task, DATASET.personas[task.persona])
    said = []
    turn = await talk.hear()
    while not turn.stop:
        said.append(turn.text)
        turn = await talk.hear("Well.")
    spoken = " ".join(said)
    assert [intent.id for intent in task.intents if not any(each in spoken for each in intent.say)] == []
    assert turn.through


async def test_two_customers_of_one_task_say_the_same() -> None:
    first, second = Talk(DATASET.tasks[0]), Talk(DATASET.tasks[0])
    for text in (GREETING, "Which order?", "Shall I?", "Done."):
        assert await first.hear(text) == await second.hear(text)
