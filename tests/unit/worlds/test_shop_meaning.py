"""Which states of the shop mean the same, and which don't, however alike they look."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from small_shop import ADD, CARD, INVOICE, PAID, VISIT, P, S, small_shop, toolbox

from ecom_fixtures.worlds.diff import Snapshot, diff
from ecom_fixtures.worlds.shop.rules import RULES

Step = tuple[str, dict[str, Any]]


def meant(*steps: Step) -> Snapshot:
    """The state after these changes, in the one form of all that mean the same."""
    database = small_shop().copy()

    async def calls() -> None:
        tools = toolbox(database)
        for name, arguments in steps:
            await tools.call(name, arguments)

    try:
        asyncio.run(calls())
        return RULES.same(database.snapshot())
    finally:
        database.close()


def moved(address: str) -> Step:
    return "manage_order", {**P, "action": "modify", "order_id": PAID, "address": address}


def called(phone: str) -> Step:
    return "manage_order", {**P, "action": "modify", "order_id": PAID, "phone_number": phone}


def visit(**changes: Any) -> Step:
    return "schedule_service", {**VISIT, **changes}


def invoice(**changes: Any) -> Step:
    return "manage_invoice", {**INVOICE, **changes}


def paid(quantity: int, product: str = "P1-02") -> Step:
    return "manage_ecard", {**CARD, **S, "action": "pay", "product_id": product, "quantity": quantity}


HOME = moved("Unit 3, Kiln Yard, Lindle Bay")
COMPANY = {"title": "Dr Kiln Yard, Ltd.", "invoice_type": "company"}
EQUAL: dict[str, tuple[list[Step], list[Step]]] = {
    "two payments of one for one of two": ([paid(2)], [paid(1), paid(1)]),
    "an address with a final dot": ([HOME], [moved("Unit 3, Kiln Yard, Lindle Bay.")]),
    "an address in capitals": ([HOME], [moved("UNIT 3, KILN YARD, LINDLE BAY")]),
    "an address in other letters": ([HOME], [moved("unit 3, kiln yard, lindle bay")]),
    "an address without commas": ([HOME], [moved("Unit 3 Kiln Yard  Lindle Bay")]),
    "an address with tight commas": ([HOME], [moved("Unit 3,Kiln Yard,Lindle Bay")]),
    "an address in lines": ([HOME], [moved("Unit 3\nKiln Yard\nLindle Bay")]),
    "a phone number with country code": ([called("10055500009")], [called("+8610055500009")]),
    "a phone number with blanks": ([called("10055500009")], [called("+86 100 5550 0009")]),
    "a phone number with hyphens": ([called("10055500009")], [called("100-5550-0009")]),
    "a phone number as it is dialled from abroad": ([called("10055500009")], [called("008610055500009")]),
    "a visitor with title": ([visit()], [visit(user_name="Ms Ada Fenwick")]),
    "a visitor with title and dot": ([visit()], [visit(user_name="Dr. Ada Fenwick")]),
    "a visitor in small letters": ([visit()], [visit(user_name="ada fenwick")]),
    "a visitor's phone number with country code": ([visit()], [visit(phone_number="+8610055500001")]),
    "a personal invoice with title": ([invoice()], [invoice(title="Mrs. Ada Fenwick")]),
    "a company without its marks": ([invoice(**COMPANY)], [invoice(**{**COMPANY, "title": "Dr Kiln Yard Ltd"})]),
    "an order to the same address": (
        [("manage_order", {**ADD, "address": "9 Mill Lane, Harrow End"})],
        [("manage_order", {**ADD, "address": "9 mill lane, Harrow End."})],
    ),
    "two orders to the same two addresses": (
        [("manage_order", {**ADD, "address": each}) for each in ("Alder Lane 9", "Zeal Lane 1")],
        [("manage_order", {**ADD, "address": each}) for each in ("Zeal Lane 1", "alder lane 9.")],
    ),
}
UNEQUAL: dict[str, tuple[list[Step], list[Step]]] = {
    "two payments of one for one of one": ([paid(1)], [paid(1), paid(1)]),
    "payments for another product": ([paid(2)], [paid(1), paid(1, "P1-01")]),
    "another house": ([HOME], [moved("Unit 4, Kiln Yard, Lindle Bay")]),
    "an address without its town": ([HOME], [moved("Unit 3, Kiln Yard")]),
    "an address in another order": ([HOME], [moved("Kiln Yard, Unit 3, Lindle Bay")]),
    "house number and flat run together": ([moved("1 2 Mill Lane")], [moved("12 Mill Lane")]),
    "another phone number": ([called("10055500009")], [called("10055500008")]),
    "another country's code": ([called("10055500009")], [called("+8510055500009")]),
    "a number that begins like a country code": ([called("8610055500")], [called("10055500")]),
    "another name": ([visit()], [visit(user_name="Ada Fennick")]),
    "a first name only": ([visit()], [visit(user_name="Ada")]),
    "another day": ([visit()], [visit(service_time="tuesday")]),
    "a visit twice": ([visit()], [visit(), visit(user_name="Ms Ada Fenwick")]),
    "a company without a part of its name": ([invoice(**COMPANY)], [invoice(**{**COMPANY, "title": "Kiln Yard Ltd"})]),
    "a change of the address twice": ([HOME], [HOME, HOME]),
}


@pytest.mark.parametrize("case", EQUAL)
def test_spelling_is_no_difference(case: str) -> None:
    expected, actual = EQUAL[case]
    assert diff(meant(*expected), meant(*actual)) == ()


@pytest.mark.parametrize("case", UNEQUAL)
def test_meaning_is_a_difference(case: str) -> None:
    expected, actual = UNEQUAL[case]
    assert diff(meant(*expected), meant(*actual))


def test_the_form_of_a_state_can_be_read() -> None:
    state = meant(moved("UNIT 3, KILN YARD,  LINDLE BAY."), called("+86 100 5550 0009"))
    order = state["orders"][PAID]
    assert (order["address"], order["phone"]) == ("Unit 3 Kiln Yard Lindle Bay", "10055500009")


def test_a_form_is_its_own_form() -> None:
    state = meant(HOME, visit(user_name="Dr. Ada Fenwick"), paid(1), paid(1), invoice(**COMPANY))
    assert RULES.same(state) == state
