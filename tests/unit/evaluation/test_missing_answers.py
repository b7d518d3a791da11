"""Where an answer counts: in its intent's scope, in the agent's own words, uncontradicted; and what is told else."""

from __future__ import annotations

from typing import Any

import pytest
from asking import asking

from ecom_fixtures.dataset.tasks import Intent
from ecom_fixtures.evaluation.answers import missing_answers
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.trajectory import Event, Message, ToolCall

FITTING = Intent.model_validate(
    {
        "id": "fitting",
        "say": "What does the fitting cost?",
        "goal": "Ask.",
        "answers": [{"money": 100, "wrong": [120]}],
    }
)
HOB = Intent.model_validate({"id": "hob", "say": "And the hob?", "goal": "Ask.", "answers": [{"money": 1299}]})
TAP = Intent.model_validate(
    {
        "id": "tap",
        "say": "Is it the brass or the chrome one?",
        "goal": "Ask.",
        "answers": [{"name": ["brass"], "wrong": ["chrome"]}],
        "keywords": ["screw"],
    }
)


def dialogue(*lines: tuple[str, str] | str) -> Dialogue:
    """The agent's messages as texts, the customer's with the intent that they belong to, in whose words by default."""
    events: list[Event] = []
    for line in lines:
        if isinstance(line, str):
            events.append(Message(role="agent", text=line))
        else:
            events.append(Message(role="customer", text=line[1], intent=line[0]))
    return Dialogue.of(events)


def missing(intents: list[Intent], *lines: tuple[str, str] | str) -> list[str]:
    return [str(each) for each in missing_answers(asking(*intents), dialogue(*lines))]


ASK = ("fitting", "What does the fitting cost?")
NEXT = ("hob", "And the hob?")


@pytest.mark.parametrize(
    "lines",
    [
        (ASK, "It's 100 yuan.", NEXT, "That is ¥1,299."),
        # Volunteered.
        (ASK, "The fitting is 100 yuan, the hob 1,299 yuan.", NEXT, "As I said."),
        # They come back to it.
        (ASK, "One moment.", NEXT, "1,299 yuan.", ("fitting", "And the fitting?"), "100 yuan."),
        # No message says what it belongs to.
        (("", "Hello."), "The hob is 1,299 yuan.", ("", "Well?"), "And the fitting 100 yuan."),
    ],
)
def test_an_answer_counts_where_it_is_asked(lines: tuple[tuple[str, str] | str, ...]) -> None:
    assert not missing([FITTING, HOB], *lines)


def test_an_answer_to_another_question_does_not_count() -> None:
    found = missing([FITTING, HOB], ASK, "One moment.", NEXT, "1,299 yuan, and by the way 100 yuan.")
    assert found == ["fitting: 100 yuan (said only for another question)"]


def test_the_same_answer_is_given_to_each_question_that_asks_for_it() -> None:
    again = FITTING.model_copy(update={"id": "again"})
    lines = (ASK, "100 yuan.", ("again", "And a second fitting?"), "Let me see.")
    assert missing([FITTING, again], *lines) == ["again: 100 yuan (said only for another question)"]


def test_what_was_never_said_is_told() -> None:
    assert missing([FITTING], ASK, "Let me see.") == ["fitting: 100 yuan (never said)"]


@pytest.mark.parametrize("text", ["It's 100 yuan, for extra pipes 120 yuan.", "It's 100 yuan. No, it's 120 yuan."])
def test_a_contradicted_answer_names_what_contradicts_it(text: str) -> None:
    assert missing([FITTING], ASK, text) == ["fitting: 100 yuan (said, but so was the wrong answer '120 yuan')"]


def test_a_wrong_answer_in_another_message_spoils_nothing() -> None:
    assert not missing([FITTING], ASK, "I'd think 120 yuan. Let me see.", ("fitting", "Well?"), "It's 100 yuan.")


def test_the_customers_words_said_back_are_no_answer() -> None:
    asked = ("tap", "It is the brass one, isn't it?")
    said_back = "tap: 'brass' (only the customer's own words, said back)"
    assert missing([TAP], asked, "You asked about the brass one. Mind the screw.") == [said_back]
    assert missing([TAP], asked, "The brass one? Mind the screw.") == [said_back]
    assert not missing([TAP], asked, "It's the brass one, with a screw.")


def test_what_the_customer_says_later_may_be_the_agents_words() -> None:
    lines = (ASK, "Shall I book it for 100 yuan?", ("fitting", "Yes, for 100 yuan."))
    assert not missing([FITTING], *lines)


def test_a_keyword_counts_where_it_is_asked() -> None:
    lines = (ASK, "100 yuan. Mind the screw.", NEXT, "1,299 yuan.", ("tap", "Which tap?"), "Take the brass one.")
    assert missing([FITTING, HOB, TAP], *lines) == ["tap: 'screw' (said only for another question)"]


def test_the_raw_result_of_a_look_up_is_no_answer() -> None:
    result: dict[str, Any] = {"tool": "get_product_info", "arguments": {}, "ok": True, "writes": False}
    call = ToolCall(result='{"fee": "100 yuan"}', **result)
    said = Message(role="agent", text='Here: {"fee": "100 yuan"}')
    [found] = missing_answers(asking(FITTING), Dialogue.of([*dialogue(ASK).events, call, said]))
    assert found.why == "never said"
