"""How people name a change: the operation and the new values in it."""

from __future__ import annotations

import time

import pytest

from ecom_fixtures.language.operations import names_operation, names_value

NAMED = [
    ("cancel", "I'd cancel order 251112004022."),
    ("cancel", "We could call it off."),
    ("cancel", "The cancellation covers the whole order."),
    ("return", "A courier would pick it up and take it back."),
    ("return", "I'll arrange the return."),
    ("return", "Shall I have the armchair sent back?"),
    ("refund", "You would get 1,599 yuan back on your gift card."),
    ("refund", "The 105 yuan go back to your gift card."),
    ("refund", "I'd credit ¥105."),
    ("refund", "I would return the difference of 500 yuan to you."),
    ("refund", "I'd put 105 yuan on your gift card."),
    ("exchange", "I'd swap the 60-litre heater for the 80-litre one."),
    ("expedite", "I can fast-track it."),
    ("expedite", "I'd ask the carrier to hurry up with it."),
    ("expedite", "I'd mark the order as urgent."),
    ("order", "I'd place an order for one heater."),
    ("order", "Shall I buy it for you?"),
    ("pay", "It would be paid with your gift card."),
    ("pay", "749 yuan would be deducted."),
    ("modify", "The new address would be 27 Kestrel Row."),
    ("modify", "I'd have it delivered to 27 Kestrel Row instead."),
    ("modify", "I'd update the phone number."),
    ("invoice", "An invoice titled Howard Pellam."),
    ("cashback", "I'd register the cash-back for your review."),
    ("install", "A fitter would come on Monday."),
    ("install", "I'd book the installation."),
    ("repair", "I'd send a technician."),
    ("repair", "Shall I book somebody to fix it?"),
    ("inspect", "Somebody would come and take a look."),
    ("transfer", "I'd hand you over to a specialist."),
    ("grant_a_wish", "Shall I grant it?"),
]
NOT_NAMED = [
    ("cancel", "Shall I go ahead?"),
    ("cancel", "I'd expedite order 251112004022."),
    ("refund", "I'd cancel order 251112004022."),
    ("return", "I'd cancel order 251112004022."),
    ("exchange", "I'd return the heater."),
    ("expedite", "I'd cancel the order."),
    ("pay", "I'd cancel the order."),
    ("invoice", "I'd cancel the order."),
    ("install", "I'd cancel the order."),
    ("grant_a_wish", "Shall I go ahead?"),
]
VALUES = [
    ("weekday", "thursday", "On Thursday, then.", True),
    ("weekday", "thursday", "On Thu 20 Nov?", True),
    ("weekday", "thursday", "On 20 November?", True),
    ("weekday", "thursday", "On 2025-11-20?", True),
    ("weekday", "thursday", "On Friday or on 21 November?", False),
    ("weekday", "thursday", "On 31 November?", False),
    ("address", "27 Kestrel Row, Flat 8, Hollin Bridge", "to 27 kestrel row flat 8, Hollin Bridge.", True),
    ("address", "27 Kestrel Row, Flat 8, Hollin Bridge", "to 27 Kestrel Row", True),
    ("address", "27 Kestrel Row, Flat 8, Hollin Bridge", "to 29 Kestrel Row, Flat 8, Hollin Bridge", False),
    ("phone", "10055520377", "on 100 5552 0377", True),
    ("phone", "10055520377", "on +86 10055520377", True),
    ("phone", "10055520377", "on 10055520378", False),
    ("person", "Howard Pellam", "for Mr Pellam", True),
    ("person", "Howard Pellam", "for Mrs Osgood", False),
    ("title", "Kiln Yard Ltd", "made out to KILN YARD LTD.", True),
    ("title", "Kiln Yard Ltd", "made out to Kiln Yard", False),
    ("payment", "gift_card", "from your gift card", True),
    ("payment", "gift_card", "by e-card", True),
    ("payment", "bank_card", "with your debit card", True),
    ("payment", "bank_card", "from your gift card", False),
    ("money", "105", "¥105.00", True),
    ("money", "1599.00", "a refund of 1,599 yuan", True),
    ("money", "105", "1,105 yuan", False),
    ("money", "105", "105 cm", False),
    ("count", "2", "two of them", True),
    ("count", "2", "2 x P60-04", True),
    ("count", "2", "both", True),
    ("count", "2", "one of them", False),
    ("kind", "vat special", "a VAT special invoice", True),
]


@pytest.mark.parametrize(("operation", "text"), NAMED)
def test_an_operation_is_named_in_many_words(operation: str, text: str) -> None:
    assert names_operation(operation, text)


@pytest.mark.parametrize(("operation", "text"), NOT_NAMED)
def test_an_operation_is_not_named_by_another(operation: str, text: str) -> None:
    assert not names_operation(operation, text)


@pytest.mark.parametrize(("kind", "value", "text", "named"), VALUES)
def test_a_value_is_named_in_its_spellings(kind: str, value: str, text: str, named: bool) -> None:
    assert names_value(kind, value, text, 2025) is named


@pytest.mark.parametrize("word", ["go ", "return ", "take it ", "0", "a", "put 1 ", "gift", "cancel", " "])
def test_it_takes_time_linear_in_the_text(word: str) -> None:
    text = word * (100_000 // len(word))
    start = time.process_time()
    for operation in ("cancel", "refund", "return", "pay", "exchange"):
        names_operation(operation, text)
    assert time.process_time() - start < 1
