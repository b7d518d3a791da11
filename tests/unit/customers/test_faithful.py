"""What a simulated customer must not do, each thing once, and that a clean dialogue has nothing of it."""

from __future__ import annotations

import pytest
from twelve import TWELVE

from ecom_fixtures.customers.faithfulness import customer_faults
from ecom_fixtures.dataset.tasks import Fact, Intent
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.worlds.shop.rules import RULES

ORDER = "251100000001"
HOST = "https://img.mapleway.example/"
TASK = TWELVE.tasks[0].model_copy(
    update={
        "about": "You have paid 129.50 for a hose.",
        "facts": (
            Fact(about="the order", asked_by=("order number",), tell=f"It is {ORDER}.", values=(ORDER, "Birch")),
        ),
        "intents": (
            Intent(id="undo", say="Cancel the hose.", goal="Have it cancelled.", picture="hose.png"),
            Intent(id="price", say="And what does   the pump cost?", goal="Ask.", picture="pump.png"),
        ),
    }
)


def faults(*texts: str, through: bool = True) -> list[str]:
    """The faults of a dialogue in which the customer speaks first and the agent every other time."""
    roles = ("customer", "agent") * len(texts)
    events: list[Event] = [Message(role=role, text=text) for role, text in zip(roles, texts, strict=False)]
    return list(customer_faults(RULES, TASK, events, through=through))


def test_a_clean_dialogue_has_no_fault() -> None:
    assert (
        faults(
            f"Cancel the hose. Here it is: {HOST}hose.png",
            "What is the order number?",
            f"It is {ORDER}, for 129.50.",
            "Done; the refund is 120.00 by 2025-12-01, number R-7781.",
            "120.00, number R-7781? And what does the pump cost?",
            "It costs 49.90.",
            "49.90 is fine. Bye.",
        )
        == []
    )


@pytest.mark.parametrize("value", [ORDER, "BIRCH"])
def test_a_fact_told_unasked_is_a_leak(value: str) -> None:
    [fault] = faults(f"Cancel the hose, I mean {value}.", "What is the order number?", "I've just said it.")
    assert fault.startswith("leak: the order (")


@pytest.mark.parametrize("heard", ["Your ORDER NUMBER, please?", "Is it the one from Birch Road?"])
def test_a_fact_that_was_asked_for_or_named_is_no_leak(heard: str) -> None:
    assert faults("Cancel the hose.", heard, "Yes, Birch.") == []


def test_what_a_tool_has_shown_the_agent_is_still_a_leak() -> None:
    call = ToolCall(tool="get_user_info", arguments={}, result=f"order number {ORDER}", ok=True, writes=False)
    events: list[Event] = [call, Message(role="customer", text=f"It is {ORDER}.")]
    assert [fault.partition(":")[0] for fault in customer_faults(RULES, TASK, events)] == ["leak"]


@pytest.mark.parametrize("value", ["251199999999", "77.77", "R-7781", f"{HOST}cat.png"])
def test_a_value_that_nobody_has_given_is_ungrounded(value: str) -> None:
    [fault] = faults(f"Cancel the hose, {value}.", "I will.")
    assert fault.startswith("ungrounded value: ")
    assert value in fault


def test_what_a_tool_has_shown_the_agent_is_still_ungrounded() -> None:
    call = ToolCall(tool="get_product_info", arguments={}, result="77.77", ok=True, writes=False)
    events: list[Event] = [call, Message(role="customer", text="It costs 77.77.")]
    assert customer_faults(RULES, TASK, events) == ("ungrounded value: 77.77",)


@pytest.mark.parametrize("early", ["and what does the pump COST?", f"{HOST}pump.png"])
def test_a_later_intent_in_the_first_message_is_front_loading(early: str) -> None:
    [fault] = faults(f"Cancel the hose. {early}", "I will.", "Thanks.")
    assert fault.startswith("front-loading: ")
    assert "intent price" in fault


def test_a_later_intent_in_a_later_message_is_none() -> None:
    assert faults("Cancel the hose.", "I will.", f"And what does the pump cost? {HOST}pump.png") == []


def test_the_same_message_again_is_repetition() -> None:
    assert faults("Cancel the hose.", "No.", " cancel  the hose.", "No.", "Bye.") == [
        "repetition: message 2 is the one before it"
    ]
    assert faults("Cancel the hose.", "No.", "Please.", "No.", "Cancel the hose.") == []


def test_an_early_stop_is_one() -> None:
    [fault] = faults("Cancel the hose.", "No.", "Bye.", through=False)
    assert fault.startswith("early stop: ")


def test_every_fault_of_a_dialogue_is_told() -> None:
    told = faults(
        f"Cancel the hose {ORDER} for 77.77. And what does the pump cost?", "No.", "No.", "No.", "No.", through=False
    )
    assert [fault.partition(":")[0] for fault in told] == [
        "leak", "ungrounded value", "front-loading", "repetition", "early stop"
    ]  # fmt: skip
