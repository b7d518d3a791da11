"""The customer who is a language model, with a scripted chat in place of the model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from ecom_fixtures.agents.protocol import GREETING
from ecom_fixtures.customers.model import ModelCustomer, portrait
from ecom_fixtures.customers.protocol import Role, Turn, split_stop
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.dataset.tasks import Call, Fact, Intent
from ecom_fixtures.errors import ContextOverflow, CustomerFault
from ecom_fixtures.trajectory import Event, Message, ToolCall, Usage
from ecom_fixtures.worlds.shop.rules import RULES

DATASET = Dataset.load(default_folder())
PERSONA = DATASET.personas["busy-nurse"]
TASK = DATASET.tasks[0].model_copy(
    update={
        "about": "You have moved.",
        "intents": (
            Intent(id="first", say="-", goal="Ask for the first thing.", picture="hose.png"),
            Intent(id="second", say="-", goal="Ask for the second thing."),
        ),
        "facts": (Fact(about="your phone", asked_by=("phone",), tell="10055500000."),),
    }
)
TALK: tuple[Event, ...] = (
    Message(role="agent", text=GREETING),
    Message(role="customer", text="Hi."),
    ToolCall(tool="get_user_info", arguments={}, result="{}", ok=True, writes=False),
    Message(role="agent", text="What can I do?"),
)


class Script:
    """A chat that gives the scripted answers, one a call, and keeps what it was asked."""

    def __init__(self, *answers: str | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[list[dict[str, Any]]] = []

    async def complete(self, messages: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], Usage]:
        self.asked.append([dict(message) for message in messages])
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"role": "assistant", "content": answer}, Usage(calls=1, input_tokens=10, output_tokens=2)


def customer(script: Script, *, thinking: bool = False) -> ModelCustomer:
    return ModelCustomer(Role(TASK, PERSONA, DATASET.customer_guide, RULES, seed=1), script, thinking=thinking)


async def said(*answers: str, events: Sequence[Event] = TALK) -> Turn:
    return await customer(Script(*answers)).respond(events)


async def test_a_plain_answer_is_the_next_message() -> None:
    assert (await said("I have moved.")).text == "I have moved."


async def test_the_model_sees_the_dialogue_from_the_customers_side_and_no_tool_calls() -> None:
    script = Script("Hello.")
    await customer(script).respond(TALK)
    system, *talk = script.asked[0]
    assert system["role"] == "system"
    assert talk == [
        {"role": "user", "content": GREETING},
        {"role": "assistant", "content": "Hi."},
        {"role": "user", "content": "What can I do?"},
    ]


async def test_the_instructions_hold_guide_persona_situation_facts_and_the_present_intent_only() -> None:
    script = Script("Hello.")
    await customer(script).respond(TALK)
    text = script.asked[0][0]["content"]
    assert DATASET.customer_guide.strip() in text
    assert portrait(PERSONA) in text
    assert "You have moved." in text
    assert "your phone: 10055500000." in text
    assert "https://img.mapleway.example/hose.png" in text
    assert "Intent 1 of 2" in text
    assert "first thing" in text
    assert "second thing" not in text


async def test_a_settled_intent_is_followed_by_the_next_one_in_the_same_turn() -> None:
    script = Script("###NEXT###", "And the second thing?")
    turn = await customer(script).respond(TALK)
    assert turn.text == "And the second thing?"
    assert "second thing" in script.asked[1][0]["content"]


@pytest.mark.parametrize(
    "answer", ["Thanks!\n###NEXT###", "###NEXT###\nThanks!", "Thanks! ###NEXT###", "Thanks! **###next###**"]
)
async def test_text_beside_the_line_that_settles_an_intent_is_kept(answer: str) -> None:
    assert (await said(answer, "And the second?")).text == "Thanks!\nAnd the second?"


async def test_the_model_is_told_what_it_has_begun_to_say() -> None:
    script = Script("Thanks!\n###NEXT###", "More.")
    await customer(script).respond(TALK)
    assert "'Thanks!'" in script.asked[1][-1]["content"]
    assert "'Thanks!'" not in script.asked[0][-1]["content"]


async def test_the_place_in_the_agenda_is_kept_from_turn_to_turn() -> None:
    script = Script("###NEXT###", "The second?", "Please do.")
    one = customer(script)
    await one.respond(TALK)
    await one.respond(TALK)
    assert "Intent 2 of 2" in script.asked[2][0]["content"]


@pytest.mark.parametrize("answer", ["Bye!\n###STOP###", "###STOP###\nBye!", "Bye! ###STOP###", "`###STOP###` Bye!"])
async def test_a_stop_after_the_last_intent_ends_the_dialogue_and_loses_no_text(answer: str) -> None:
    turn = await said("###NEXT###", answer)
    assert turn.stop
    assert turn.through
    assert turn.text == "Bye!"


async def test_settling_the_last_intent_ends_the_dialogue() -> None:
    turn = await said("###NEXT###", "Thanks, bye.\n###NEXT###")
    assert (turn.text, turn.stop, turn.through) == ("Thanks, bye.", True, True)


async def test_a_stop_before_the_last_intent_is_not_through() -> None:
    turn = await said("I have had enough.\n###STOP###")
    assert (turn.text, turn.stop, turn.through) == ("I have had enough.", True, False)


async def test_the_usage_of_all_calls_of_a_turn_is_summed() -> None:
    assert (await said("###NEXT###", "More.")).usage == Usage(calls=2, input_tokens=20, output_tokens=4)


async def test_the_usage_is_that_of_the_turn_alone() -> None:
    one = customer(Script("One.", "Two."))
    await one.respond(TALK)
    assert (await one.respond(TALK)).usage.calls == 1


async def test_an_empty_answer_is_asked_again() -> None:
    assert (await said("", "Hello.")).text == "Hello."


async def test_only_empty_answers_are_the_customers_fault() -> None:
    with pytest.raises(CustomerFault, match="only empty answers"):
        await said(*[""] * 10)


async def test_a_full_context_of_the_customers_model_is_not_the_agents_fault() -> None:
    with pytest.raises(CustomerFault, match="too long"):
        await customer(Script(ContextOverflow("too long"))).respond(TALK)


def thought(message: str, settled: object = False) -> str:
    return json.dumps({"agent_said": "hello", "settled": settled, "message": message})


async def test_a_thinking_customer_says_only_its_message() -> None:
    script = Script(f"Here it is:\n```json\n{thought('I moved.')}\n```")
    turn = await customer(script, thinking=True).respond(TALK)
    assert turn.text == "I moved."
    assert "JSON object" in script.asked[0][0]["content"]


@pytest.mark.parametrize("settled", [True, "true"])
async def test_a_thinking_customer_settles_an_intent_by_its_field(settled: object) -> None:
    script = Script(thought("Thanks.", settled), thought("And now?"))
    assert (await customer(script, thinking=True).respond(TALK)).text == "Thanks.\nAnd now?"


async def test_a_thinking_customer_ends_with_the_last_settled_intent() -> None:
    script = Script(thought("", True), thought("Bye.", True))
    turn = await customer(script, thinking=True).respond(TALK)
    assert (turn.text, turn.stop, turn.through) == ("Bye.", True, True)


@pytest.mark.parametrize("answer", ["I moved.", "", '{"message": "I moved."}', "{", '["a"]'])
async def test_a_thought_in_another_form_is_the_customers_fault(answer: str) -> None:
    with pytest.raises(CustomerFault, match="asked form"):
        await customer(Script(answer, answer), thinking=True).respond(TALK)


def test_a_text_without_a_stop_is_left_as_it_is() -> None:
    assert split_stop("Stop it. ###") == ("Stop it. ###", False)


def test_lines_on_both_sides_of_a_stop_stay_lines() -> None:
    assert split_stop("One.\n###STOP###\nTwo.") == ("One.\nTwo.", True)


CANCEL = Call(tool="manage_order", arguments={"action": "cancel", "order_id": "251100000001"})
CHANGE = TASK.model_copy(
    update={
        "intents": (
            Intent(id="undo", say="-", goal="Have the order cancelled.", actions=(CANCEL,)),
            Intent(id="second", say="-", goal="Ask for the second thing."),
        )
    }
)
PROPOSAL = Message(role="agent", text="I would cancel your order 251100000001. Shall I go ahead?")


class Asked:
    """A dialogue in which the intent was raised and the agent waits for a yes to its change."""

    def __init__(self, *answers: str) -> None:
        self.script = Script("Please cancel my order.", *answers)
        role = Role(CHANGE, PERSONA, DATASET.customer_guide, RULES, seed=1)
        self.customer = ModelCustomer(role, self.script)

    async def answer(self) -> Turn:
        first = await self.customer.respond(TALK[:1])
        assert (first.intent, first.acts) == ("undo", ("raised",))
        return await self.customer.respond((TALK[0], Message(role="customer", text=first.text), PROPOSAL))


async def test_a_mark_that_would_swallow_the_answer_is_held_back_and_the_model_asked_again() -> None:
    asked = Asked("###NEXT###", "Yes, please.")
    turn = await asked.answer()
    assert (turn.text, turn.stop, turn.intent) == ("Yes, please.", False, "undo")
    assert "still waiting for your answer" in asked.script.asked[-1][-1]["content"]


async def test_a_mark_that_swallows_the_answer_twice_is_a_fault_of_the_customer() -> None:
    with pytest.raises(CustomerFault, match="while the agent waited for its answer"):
        await Asked("###NEXT###", "###STOP###").answer()


@pytest.mark.parametrize("answer", ["Yes, do it.\n###STOP###", "Yes, do it. ###NEXT###"])
async def test_a_yes_with_a_mark_is_said_without_it(answer: str) -> None:
    turn = await Asked(answer).answer()
    assert (turn.text, turn.stop) == ("Yes, do it.", False)


@pytest.mark.parametrize(
    "mark",
    ["###NEXT###", "**###NEXT###**", "### NEXT ###", "#NEXT#", "###next###.", "```\n###NEXT###\n```", "`###NEXT###`"],
)
async def test_a_mark_is_known_in_its_usual_disfigurements(mark: str) -> None:
    assert (await said(f"Thanks!\n{mark}", "And the second?")).text == "Thanks!\nAnd the second?"


async def test_what_a_model_thinks_aloud_is_not_said() -> None:
    assert (await said("<think>I must not tell.</think>\nHello.")).text == "Hello."


async def test_a_model_that_refuses_to_play_is_a_fault_of_the_customer() -> None:
    with pytest.raises(CustomerFault, match="did not play its part"):
        await said("As an AI, I can't pretend to be a customer.")


async def test_a_thought_may_have_more_keys_and_gets_a_second_try() -> None:
    thought = {"agent_said": "hello", "settled": False, "message": "Hi.", "mood": "calm"}
    turn = await customer(Script("what?", json.dumps(thought)), thinking=True).respond(TALK)
    assert turn.text == "Hi."
