"""Single corruptions of a ground truth: what the apprentice gets wrong, and what the evaluation must notice.

Every mistake is a copy of the task in which one thing is different. An agent that follows the copy
is wrong about the task in exactly one known way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from ecom_fixtures.agents.reference.mistake import Kind, Mistake
from ecom_fixtures.dataset.tasks import Call, Intent, Task
from ecom_fixtures.language.stating import is_stated
from ecom_fixtures.worlds.shop.reference.telling import spellings
from ecom_fixtures.worlds.shop.rules import RULES
from ecom_fixtures.worlds.shop.words import shop_words

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def mistakes(task: Task, other_orders: Iterable[str] = (), other_products: Iterable[str] = ()) -> Iterator[Mistake]:
    """Every single mistake that can be made about ``task``.

    ``other_orders`` are further orders of the same customer, ``other_products`` further products: wrong
    ids that exist.
    """
    others = {"order_id": list(other_orders), "product_id": list(other_products)}
    for intent in task.intents:
        for place, call in enumerate(intent.actions):
            yield from _wrong_arguments(task, intent, place, call, others)
            left = intent.actions[:place] + intent.actions[place + 1 :]
            yield Mistake(Kind.PARTIALLY_RESOLVED, f"leaves out {call}", _plan(task, intent, actions=left), "action")
            # What has been exchanged is no longer there to be exchanged: the shop refuses to do it twice.
            if call.tool != "manage_exchange":
                again = (*intent.actions[: place + 1], *intent.actions[place:])
                yield Mistake(Kind.WRONG_DECISION, f"repeats {call}", _plan(task, intent, actions=again), "action")
        for place, call in enumerate(intent.searches):
            left = intent.searches[:place] + intent.searches[place + 1 :]
            rest = [search for each in task.intents for search in each.searches]
            if rest.count(call) == 1:
                # What it doesn't look up it makes up.
                told = frozenset(word for answer in intent.wanted for word in spellings(answer))
                what, plan = f"doesn't look up {call}", _plan(task, intent, searches=left)
                yield Mistake(Kind.PARTIALLY_RESOLVED, what, plan, "search", told)
        yield from _unsaid(task, intent)
    # Where the customer agrees to nothing, nobody is handed over either.
    if changing := [intent for intent in task.intents if intent.actions]:
        transfer = Call(tool="transfer_to_specialist", arguments={})
        plan = _plan(task, changing[-1], actions=(*changing[-1].actions, transfer))
        yield Mistake(Kind.WRONG_DECISION, "hands over to a specialist", plan, "action")


def _unsaid(task: Task, intent: Intent) -> Iterator[Mistake]:
    """One of the answers or keywords left out, which no look-up may tell either."""
    done = "; ".join(shop_words().phrase(call.tool, call.arguments) for call in intent.actions)
    for place, answer in enumerate(intent.wanted):
        # Who tells what they have done has told it.
        if is_stated(answer, done):
            continue
        at = place - len(intent.answers)
        if at < 0:
            plan = _plan(task, intent, answers=intent.answers[:place] + intent.answers[place + 1 :])
        else:
            plan = _plan(task, intent, keywords=intent.keywords[:at] + intent.keywords[at + 1 :])
        yield Mistake(Kind.MISSING_KEYWORD, f"doesn't say {answer}", plan, "output", unsaid=(answer,))


def _wrong_arguments(
    task: Task, intent: Intent, place: int, call: Call, others: dict[str, list[str]]
) -> Iterator[Mistake]:
    # A file may write them in any form that the tools take, "Monday" or an id as a number, or give a blank for nothing.
    plain = RULES.normalise(call.tool, call.arguments, partial=True)
    for name, value in call.arguments.items():
        for wrong in _wrong_values(name, value, plain[name], others) if name in plain else ():
            other = Call(tool=call.tool, arguments={**call.arguments, name: wrong})
            actions = (*intent.actions[:place], other, *intent.actions[place + 1 :])
            kind = Kind.WRONG_DECISION if name == "order_id" else Kind.WRONG_ARGUMENT
            what = f"{call.tool} with {name}={wrong!r} instead of {value!r}"
            yield Mistake(kind, what, _plan(task, intent, actions=actions), "action", frozenset(_texts(wrong)))


def _wrong_values(name: str, value: Any, plain: Any, others: dict[str, list[str]]) -> Iterator[Any]:
    match name:
        case "order_id":
            yield from (order for order in others["order_id"] if order != plain)
        case "product_id" | "exchange_product_id":
            yield from (product for product in others["product_id"] if product != plain)
        case "product_info_list":
            for line in value:
                yield [{**entry, "quantity": int(entry["quantity"]) + 1} if entry is line else entry for entry in value]
        case "quantity":
            yield int(value) + 1
        case "amount":
            yield str(Decimal(str(value)) + 10)
        case "payment":
            yield "wallet" if plain == "bank_card" else "bank_card"
        case "service_time":
            yield DAYS[(DAYS.index(plain) + 1) % len(DAYS)]
        case "service_type":
            yield "repair" if plain == "inspect" else "inspect"
        case "invoice_type":
            yield "company" if plain == "personal" else "personal"
        case "title" | "user_name":
            yield f"{value} Ltd"
        case "phone_number":
            yield f"{plain[:-1]}{(int(plain[-1]) + 1) % 10}"
        case "address":
            yield f"{value}, back entrance"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for entry in value:
            yield from (str(part) for part in entry.values())
    else:
        yield str(value)


def _plan(task: Task, intent: Intent, **changes: Any) -> Task:
    wrong = intent.model_copy(update=changes)
    return task.model_copy(update={"intents": tuple(wrong if each is intent else each for each in task.intents)})
