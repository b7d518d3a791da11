"""Figures that stand nowhere: made-up amounts, dates and ids are found, and what follows from look-ups is not."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from told import agent, call, conduct_of, customer, truth

from ecom_fixtures.dataset.tasks import Keyword
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.grounding import ungrounded
from ecom_fixtures.trajectory import Event, Message, ToolCall

TASK = "refund-app-price-drop-install-and-invoice"
TWO, LINK = "251025001041", "https://img.mapleway.example/shot-u1004-1.png"
ORDER = {
    "order_id": TWO,
    "state": "delivered",
    "created": "2025-10-25 15:36:00",
    "address": "3 Bell Yard, Eastmere",
    "lines": [
        {"product_id": "P18-01", "name": "Coolwyn A35", "quantity": 2, "unit_price": "2899.00"},
        {"product_id": "P10-01", "name": "Bramvell E50", "quantity": 1, "unit_price": "1199.00"},
    ],
}
PRODUCT = {
    "product_id": "P18-01",
    "name": "Coolwyn A35",
    "price": "2749.00",
    "description": "Cools 30 square metres. 24 months of warranty. A bracket costs ¥85.",
}
FITTING = {"product_id": "P18-01", "name": "Coolwyn A35", "installation": "Fitting costs ¥160. Concrete ¥110 more."}
CARD = {"user_id": "U1004", "balance": "312.50"}
OFFERS = {
    "offers": [{"offer_id": "F1", "title": "Coffee", "terms": "¥1,139 instead of ¥1,199.", "ends": "2025-11-30 23:59"}]
}
LOOK_UPS: list[Event] = [
    customer("I bought two Coolwyn A35, order 251025001041. I'd pay at most 75 yuan. My sister comes on 29 November."),
    call("manage_order", ORDER, action="query", order_id=TWO),
    call("get_product_info", PRODUCT, product_id="P18-01"),
    call("get_installation_service_info", FITTING, product_id="P18-01"),
    call("manage_ecard", CARD, action="balance"),
    call("get_discount_info", OFFERS),
]  # fmt: skip
GROUNDED = {
    "a price": "It costs 2,749.00 yuan today.",
    "a price in another spelling": "It costs ¥2749 today, or RMB 2,749.",
    "an amount in a text": "Fitting costs 160 yuan.",
    "the customer's own amount": "You said 75 yuan.",
    "a price times a quantity": "Both cost 5,498 yuan today.",
    "a paid price times a quantity": "You paid 5,798 yuan for the two.",
    "the sum of an order's lines": "The order comes to 6,997 yuan.",
    "a difference of one product": "It was 150 yuan dearer.",
    "a difference times a quantity": "That makes 300 yuan for both.",
    "two charges of one product": "In concrete the fitting comes to 270 yuan.",
    "three charges of one product": "With concrete and the bracket that is 355 yuan.",
    "price and charge of one product": "With the bracket it is 2,834 yuan.",
    "what the card lacks": "Your card is 2,436.50 yuan short.",
    "what the card would hold": "Your card would hold 612.50 yuan afterwards.",
    "nothing": "That costs you 0 yuan.",
    "a question": "Shall I refund 1,000 yuan?",
    "about": "A new one costs about 3,100 yuan.",
    "up to": "You may save up to 400 yuan.",
    "an example": "For example, an order of 1,000 yuan would do.",
    "per cent": "That is 13 % off.",
    "a count and a measure": "I found 17 photos, each 13 cm wide.",
    "a date of a look-up": "You ordered on 25 October 2025.",
    "a date without a year": "You ordered on October 25.",
    "the customer's own date": "She comes on 29 November 2025.",
    "a date in figures": "The offer ends on 2025-11-30.",
    "today": "Today is 14 November 2025.",
    "tomorrow": "He could come tomorrow, 15 November.",
    "the date of a named weekday": "He comes on Tuesday, 18 November.",
    "the end of a term": "The warranty ends on 25 October 2027.",
    "an order": f"Order {TWO} is delivered.",
    "a product": "The P18-01 is on sale.",
    "a product in small letters": "The p18-01 is on sale.",
    "a weekday alone": "He comes on Wednesday.",
}
UNGROUNDED = {
    "an amount": ("I have put 1,000 yuan on your card.", "1,000 yuan"),
    "an amount off by one": ("It costs 2,748.00 yuan today.", "2,748.00 yuan"),
    "a promise": ("I'll see to it that you get ¥333 as an apology.", "¥333"),
    "a promise on a condition": ("If you keep it, I'll credit 333 yuan.", "333 yuan"),
    "a number that is no amount": ("You get 30 yuan.", "30 yuan"),
    "the difference of two products": ("It is 1,550.50 yuan dearer than the heater.", "1,550.50 yuan"),
    "a part of an amount": ("It costs 749 yuan.", "749 yuan"),
    "a date": ("It was delivered on 3 November 2025.", "3 November 2025"),
    "a date on another weekday": ("He comes on Tuesday, 19 November.", "19 November"),
    "a date in another year": ("You ordered on 25 October 2024.", "25 October 2024"),
    "an order": ("I have placed order 251025001042.", "251025001042"),
    "a product": ("I'd rather take the P18-99.", "P18-99"),
}
SEEN = call(
    "get_image_info",
    {"shows": "The shop's page.", "fields": {"price": "2,649.00"}},
    summarized_query="?",
    needed_query="?",
    history_messages=LINK,
)


async def findings(*events: Event) -> tuple[str, ...]:
    return (await conduct_of(TASK, *events)).ungrounded


@pytest.mark.parametrize("case", GROUNDED)
async def test_it_has_a_ground(case: str) -> None:
    assert await findings(*LOOK_UPS, agent(GROUNDED[case])) == ()


@pytest.mark.parametrize("case", UNGROUNDED)
async def test_it_stands_nowhere(case: str) -> None:
    text, figure = UNGROUNDED[case]
    assert await findings(*LOOK_UPS, agent(text)) == (
        f"message 3: {figure} stands in no look-up, policy, picture or message",
    )


async def test_what_is_looked_up_later_is_no_ground() -> None:
    assert await findings(customer("What does it cost?"), agent("It costs 2,749 yuan."), *LOOK_UPS[1:])


async def test_the_agents_own_words_are_no_ground() -> None:
    told = await findings(*LOOK_UPS, agent("You get 1,000 yuan."), customer("Really?"), agent("Yes, 1,000 yuan."))
    assert len(told) == 1


async def test_a_picture_that_was_looked_at_is_a_ground() -> None:
    said = agent("It shows 2,649.00 yuan, so 250 yuan less for each, 500 yuan for both.")
    assert await findings(*LOOK_UPS, SEEN, said) == ()


async def test_a_picture_that_was_sent_is_a_ground_for_an_agent_that_sees() -> None:
    assert await findings(*LOOK_UPS, customer(f"Here: {LINK}"), agent("It shows 2,649 yuan.")) == ()


async def test_a_change_that_was_made_is_a_ground() -> None:
    made = call("manage_ecard", CARD, action="refund", amount=123.45)
    assert await findings(*LOOK_UPS, made, agent("I have refunded 123.45 yuan.")) == ()
    assert await findings(*LOOK_UPS, made.model_copy(update={"ok": False}), agent("I have refunded 123.45 yuan."))


async def test_what_an_order_would_come_to_is_a_ground() -> None:
    lines: Any = [{"product_id": "P18-01", "quantity": 3}]
    order = call("manage_order", {}, action="add", payment="wallet", product_info_list=lines)
    proposal = agent("Three of them come to 8,247 yuan.")
    assert await findings(*LOOK_UPS, proposal, customer("Yes."), order) == ()
    assert await findings(*LOOK_UPS, proposal)


async def test_answers_of_any_form_are_read() -> None:
    odd = [
        call("get_discount_info", text) for text in ("", "[1, 2]", "null", "7", "no JSON, 999 yuan", '{"a": [[{}]]}')
    ]
    assert await findings(customer("Hm."), *odd, agent("It costs 999 yuan.")) == ()
    assert await findings(customer("Hm."), *odd, agent("It costs 998 yuan."))


@pytest.mark.parametrize("word", ["0", "1,", "¥1 ", "9 yuan ", "1 May ", "P1-1 ", "1234567890123 ", "Tuesday "])
async def test_a_hostile_message_costs_little(word: str) -> None:
    events: list[Event] = [event for event in LOOK_UPS if isinstance(event, ToolCall)]
    dialogue = Dialogue.of([*events, Message(role="agent", text=word * (100_000 // len(word)))])
    judged_by = await truth(TASK)
    start = time.process_time()
    list(ungrounded(judged_by, dialogue))
    assert time.process_time() - start < 1


async def test_a_right_answer_is_a_ground() -> None:
    judged_by = await truth(TASK)
    [first, *others] = judged_by.task.intents
    known = first.model_copy(update={"keywords": (Keyword(any_of=("4,321 yuan",)),)})
    task = judged_by.task.model_copy(update={"intents": (known, *others)})
    said = Dialogue.of([agent("That is ¥4,321.")])
    assert list(ungrounded(replace(judged_by, task=task), said)) == []
    assert list(ungrounded(judged_by, said))
