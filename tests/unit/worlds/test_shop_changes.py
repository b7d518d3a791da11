"""Changes do what they say, each time, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from small_shop import (
    ADD,
    CARD,
    DELIVERED,
    EXCHANGE,
    INVOICE,
    PAID,
    VISIT,
    P,
    ask,
    call,
    everything,
    small_shop,
    wide,
)

from ecom_fixtures.worlds.diff import diff
from ecom_fixtures.worlds.shop.tables import Cashback, CashbackState
from ecom_fixtures.worlds.shop.toolbox import ALWAYS, SPECS

# What a change does, as the cells that differ afterwards: (table, key, column) -> new value.
WRITES: list[tuple[str, dict[str, Any], dict[tuple[str, str, str], str | None]]] = [
    (
        "manage_order",
        {**P, "action": "cancel", "order_id": PAID},
        {
            ("orders", PAID, "state"): "cancelled",
            ("ticket", f"{PAID}, cancel #1", "(row)"): f"order_id={PAID}, kind=cancel",
        },
    ),
    (
        "manage_order",
        {**P, "action": "modify", "order_id": PAID, "address": "9 New  Road"},
        {
            ("orders", PAID, "address"): "9 New Road",
            ("ticket", f"{PAID}, change address #1", "(row)"): f"order_id={PAID}, kind=change address",
        },
    ),
    (
        "manage_order",
        {**P, "action": "modify", "order_id": PAID, "phone_number": "10055509999"},
        {
            ("orders", PAID, "phone"): "10055509999",
            ("ticket", f"{PAID}, change phone number #1", "(row)"): f"order_id={PAID}, kind=change phone number",
        },
    ),
    (
        "manage_order",
        ADD,
        {
            ("line", "new-1 P1-02", "(row)"): "quantity=2, unit_price=80.50",
            ("orders", "new-1", "(row)"): "shop_id=S1, state=pending_payment, payment=wallet, "
            "address=1 Mill Lane, Harrow End, phone=10055500001, user_id=U1",
        },
    ),
    (
        "manage_order",
        {**ADD, "payment": "gift_card", "address": "9 New Road", "phone_number": "10055509999"},
        {
            ("line", "new-1 P1-02", "(row)"): "quantity=2, unit_price=80.50",
            ("orders", "new-1", "(row)"): "shop_id=S1, state=paid, payment=gift_card, "
            "address=9 New Road, phone=10055509999, user_id=U1",
        },
    ),
    (
        "manage_return",
        {**P, "order_id": DELIVERED},
        {
            ("orders", DELIVERED, "state"): "return_requested",
            ("ticket", f"{DELIVERED}, return #1", "(row)"): f"order_id={DELIVERED}, kind=return",
        },
    ),
    (
        "manage_exchange",
        {**EXCHANGE, "exchange_product_id": "P1-02"},
        {
            ("line", f"{PAID} P1-01", "(row)"): None,
            ("line", f"{PAID} P1-02", "(row)"): "quantity=2, unit_price=120.00",
            ("ticket", f"{PAID}, exchange #1", "(row)"): f"order_id={PAID}, kind=exchange",
        },
    ),
    (
        "manage_urgent",
        {**P, "order_id": PAID},
        {("ticket", f"{PAID}, expedite #1", "(row)"): f"order_id={PAID}, kind=expedite"},
    ),
    (
        "manage_ecard",
        {**P, "action": "pay", "product_id": "P1-01", "quantity": wide("2")},
        {
            ("customer", "U1", "ecard_balance"): "50.00",
            ("ecardpayment", "U1, P1-01, 2, 200.00 #1", "(row)"): "user_id=U1, product_id=P1-01, quantity=2, "
            "amount=200.00",
        },
    ),
    ("manage_ecard", {**CARD, "action": "refund", "amount": 19.9}, {("customer", "U1", "ecard_balance"): "269.90"}),
    (
        "manage_ecard",
        {**P, "action": "refund", "product_id": "P1-02", "quantity": 2},
        {("customer", "U1", "ecard_balance"): "411.00"},
    ),
    (
        "manage_invoice",
        INVOICE,
        {
            ("invoice", "Ada Fenwick, 10055500001, personal, 251112000001 #1", "(row)"): "title=Ada Fenwick, "
            "phone_number=10055500001, invoice_type=personal, order_id=251112000001"
        },
    ),
    (
        "schedule_service",
        VISIT,
        {
            ("appointment", "Ada Fenwick, 10055500001, repair, monday, 251112000001 #1", "(row)"): "user_name="
            "Ada Fenwick, phone_number=10055500001, service_type=repair, service_time=monday, order_id=251112000001"
        },
    ),
    (
        "register_cashback_by_review",
        {**P, "order_id": DELIVERED, "action": "register"},
        {
            ("cashback", DELIVERED, "state"): "registered",
            ("ticket", f"{DELIVERED}, cashback #1", "(row)"): f"order_id={DELIVERED}, kind=cashback",
        },
    ),
    ("transfer_to_specialist", P, {("transfer", "U1 #1", "(row)"): "user_id=U1"}),
]


def names(cases: list[tuple[str, dict[str, Any], Any]]) -> list[str]:
    return [f"{name}-{arguments.get('action', '')}{number}" for number, (name, arguments, _) in enumerate(cases)]


@pytest.mark.parametrize(("name", "arguments", "cells"), WRITES, ids=names(WRITES))
def test_a_change_does_what_it_says_and_nothing_else(name: str, arguments: dict[str, Any], cells: Any) -> None:
    database = small_shop().copy()
    before, kept = database.snapshot(), everything(database)
    call(database, name, arguments)
    changes = diff(before, database.snapshot())
    assert {(change.table, change.key, change.column): change.actual for change in changes} == cells
    untouched = kept.keys() - {change.table for change in changes}
    assert {table: everything(database)[table] for table in untouched} == {table: kept[table] for table in untouched}
    assert SPECS[name].writes(arguments)


# A product that was exchanged is gone: the second call is refused.
REPEATABLE = [case for case in WRITES if case[0] != "manage_exchange"]


@pytest.mark.parametrize(("name", "arguments", "cells"), REPEATABLE, ids=names(REPEATABLE))
def test_a_change_made_twice_is_seen_to_have_been_made_twice(name: str, arguments: dict[str, Any], cells: Any) -> None:
    once, twice = small_shop().copy(), small_shop().copy()
    for database in (once, twice):
        call(database, "manage_ecard", {**CARD, "action": "refund", "amount": 500})
        call(database, name, arguments)
    call(twice, name, arguments)
    assert diff(once.snapshot(), twice.snapshot())


def test_a_new_order_gets_the_shops_next_number_and_todays_price() -> None:
    answer = ask("manage_order", **ADD)
    assert answer["order_id"] == "251113000005"
    assert answer["created"] == "2025-11-14 10:00:00"
    assert answer["lines"] == [{"product_id": "P1-02", "name": "Toaster", "quantity": 2, "unit_price": "80.50"}]
    assert answer["total"] == "161.00"


def test_the_shop_leaves_its_policy_to_the_agent() -> None:
    grill = [{"product_id": "P1-03", "quantity": 1}]
    assert ask("manage_order", **{**ADD, "product_info_list": grill})["total"] == "300.00"
    assert ask("manage_order", **P, action="cancel", order_id=DELIVERED)["state"] == "cancelled"


def test_the_whole_balance_can_be_spent() -> None:
    database = small_shop().copy()
    call(database, "manage_ecard", {**CARD, "action": "refund", "amount": 50})
    answer = call(database, "manage_ecard", {**P, "action": "pay", "product_id": "P1-03", "quantity": 1})
    assert answer["balance"] == "0.00"


def test_a_product_exchanged_there_and_back_is_not_as_if_nothing_had_happened() -> None:
    database = small_shop().copy()
    before = database.snapshot()
    call(database, "manage_exchange", {**EXCHANGE, "exchange_product_id": "P1-02"})
    back = {**EXCHANGE, "original_product_id": "P1-02", "exchange_product_id": "P1-01"}
    assert call(database, "manage_exchange", back)["unit_price"] == "120.00"
    assert {change.table for change in diff(before, database.snapshot())} == {"ticket"}


def test_cashback_that_was_paid_stays_paid() -> None:
    database = small_shop().copy()
    with database.session() as session:
        cashback = session.get(Cashback, DELIVERED)
        assert cashback is not None
        cashback.state = CashbackState.PAID
    answer = call(database, "register_cashback_by_review", {**P, "order_id": DELIVERED, "action": "register"})
    assert answer["state"] == "paid"


def test_every_tool_that_can_write_is_among_the_cases() -> None:
    assert {name for name, *_ in WRITES} == {name for name, spec in SPECS.items() if spec.reads_when != ALWAYS}
