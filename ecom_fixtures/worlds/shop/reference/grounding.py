"""Which values of a call the agent has really seen, and where it could look for the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ecom_fixtures.agents.reference.app import Use
from ecom_fixtures.agents.reference.history import History, fold
from ecom_fixtures.dataset.tasks import Call

# Words of the tools themselves, not facts of the case.
VOCABULARY = frozenset({"action", "summarized_query", "needed_query"})
_MONEY = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MULTIPLES = 10
_LONGEST_AMOUNT = 9
_QUESTIONS = {
    "order_id": "Could you tell me which order number it is?",
    "product_id": "Could you tell me the item number of the product?",
    "exchange_product_id": "Could you tell me which product you would like instead?",
    "address": "Could you tell me the full address?",
    "phone_number": "Could you tell me the phone number?",
    "user_name": "Could you tell me the name of the contact person?",
    "title": "Could you tell me the title for the invoice?",
    "payment": "How would you like to pay?",
    "service_time": "Which day of the week suits you?",
    "amount": "Could you send me a picture that shows the price?",
}


def unseen(call: Call, history: History, trusted: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """The (argument, value) pairs of ``call`` that stand nowhere in what the agent has been told.

    An amount counts as seen when it is a seen number, the sum or difference of two of them, or a
    multiple of one of these. ``trusted`` values always count as seen.
    """
    return [
        (name, value)
        for name, value in _leaves(call.arguments)
        if name not in VOCABULARY and value not in trusted and not _known(name, value, history)
    ]


def look_further(missing: list[tuple[str, str]], history: History, context: dict[str, str]) -> Iterator[Use]:
    """Look-ups that may bring the missing values to light, the likeliest first; those already made are left out."""
    names = {name for name, _ in missing}
    user, place = context["user_id"], {"platform": context["platform"], "shop_id": context["shop_id"]}
    yield Use("get_user_info", {"user_id": user})
    if "amount" in names:
        yield from (picture_look_up(link) for link in history.links)
    yield Use("get_user_orders_info", {**place, "user_id": user})
    for order_id in history.found("order_id"):
        yield Use("manage_order", {**place, "user_id": user, "action": "query", "order_id": order_id})
    yield Use("get_discount_info", place)
    for product_id in history.found("product_id"):
        yield Use("get_product_info", {**place, "product_id": product_id})


def question(missing: list[tuple[str, str]]) -> str:
    """What to ask the customer for the first missing value."""
    name = missing[0][0]
    return _QUESTIONS.get(name, f"Could you tell me the {name.replace('_', ' ')}?")


def picture_look_up(link: str) -> Use:
    """Look at the picture behind ``link``."""
    return Use(
        "get_image_info",
        {
            "summarized_query": "The customer sent a picture.",
            "needed_query": "What does the picture show, and what text is on it?",
            "history_messages": f"customer: {link}",
        },
    )


def stated(word: str, history: History) -> bool:
    """Whether ``word`` stands in what the agent has been told."""
    return fold(word) in history.seen


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for inner, child in value.items():
            yield from _leaves(child, inner)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from _leaves(child, name)
    elif value is not None:
        yield name, str(value)


def _known(name: str, value: str, history: History) -> bool:
    if name == "amount":
        return derivable(Decimal(value), history)
    if name == "quantity":
        number = int(value)
        word = _NUMBER_WORDS[number] if number < len(_NUMBER_WORDS) else value
        return number == 1 or bool(re.search(rf"\b({number}|{word})\b", history.seen))
    return stated(value, history)


def derivable(amount: Decimal, history: History) -> bool:
    texts = (text.replace(",", "").rstrip(".") for text in _MONEY.findall(history.seen))
    # Ids and phone numbers are no amounts.
    numbers = {Decimal(text) for text in texts if len(text) <= _LONGEST_AMOUNT}
    targets = [amount / times for times in range(1, _MULTIPLES)]
    return any(
        target in numbers or any(target + number in numbers or target - number in numbers for number in numbers)
        for target in targets
    )
