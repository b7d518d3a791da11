"""The tools' invariants: look-ups are pure, changes do what they say and nothing else, refusals change nothing."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from ecom_fixtures.errors import ToolError
from ecom_fixtures.shop.database import Database, Template
from ecom_fixtures.shop.pictures import SidecarReader
from ecom_fixtures.shop.snapshot import diff
from ecom_fixtures.shop.source import Source
from ecom_fixtures.shop.tables import Cashback, CashbackState
from ecom_fixtures.shop.toolbox import SPECS, Toolbox

DATA = Path(__file__).parent / "data"
S = {"platform": "mapleway", "shop_id": "S1"}
P = {**S, "user_id": "U1"}
CARD = {"platform": "mapleway", "user_id": "U1"}
PAID, DELIVERED, OTHERS = "251112000001", "251020000002", "251113000004"
HOSE = "https://img.mapleway.example/hose.png"
INVOICE = {"title": "Ada Fenwick", "order_id": PAID, "phone_number": "10055500001", "invoice_type": "personal"}
VISIT = {
    **P,
    "order_id": PAID,
    "user_name": "Ada Fenwick",
    "phone_number": "10055500001",
    "service_type": "repair",
    "service_time": "monday",
}
LOOK = {"summarized_query": "Which hose?", "needed_query": "Its colour.", "history_messages": f"See {HOSE}"}
ADD = {**P, "action": "add", "payment": "wallet", "product_info_list": [{"product_id": "P1-02", "quantity": 2}]}
EXCHANGE = {**P, "order_id": PAID, "original_product_id": "P1-01", "action": "exchange"}


def wide(text: str) -> str:
    """The same characters in full width, as an East Asian keyboard gives them."""
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


@cache
def template() -> Template:
    return Template(Source(DATA / "shop"))


def toolbox(database: Database) -> Toolbox:
    return Toolbox(database, SidecarReader(DATA / "images"))


def call(database: Database, name: str, arguments: dict[str, Any]) -> Any:
    return json.loads(asyncio.run(toolbox(database).call(name, arguments)))


def ask(name: str, **arguments: Any) -> Any:
    return call(template().copy(), name, arguments)


def everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, also of those that a snapshot leaves out."""
    with database.session() as session:
        return {table.name: list(session.execute(select(table)).all()) for table in SQLModel.metadata.sorted_tables}


READS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "get_user_info",
        {"user_id": "U1"},
        {
            "user_id": "U1",
            "name": "Ada Fenwick",
            "phone_number": "10055500001",
            "address": "1 Mill Lane,  Harrow End",
            "gift_card_balance": "250.00",
        },
    ),
    ("get_user_orders_info", P, {"user_id": "U1", "order_ids": [DELIVERED, PAID]}),
    (
        "get_product_info",
        {**S, "product_id": "P1-02"},
        {
            "product_id": "P1-02",
            "name": "Toaster",
            "state": "on_sale",
            "price": "80.50",
            "description": "Browns bread.",
        },
    ),
    (
        "get_installation_service_info",
        {**S, "product_id": "P1-01"},
        {"product_id": "P1-01", "name": "Kettle", "installation": "Plug it in."},
    ),
    (
        "get_repair_info",
        {**S, "product_id": "P1-01"},
        {"product_id": "P1-01", "name": "Kettle", "repair": "Two years."},
    ),
    (
        "get_fault_code_info",
        {**S, "product_id": "P1-01", "fault_code": f" e{wide('4')} "},
        {"product_id": "P1-01", "name": "Kettle", "fault_code": "E4", "meaning": "No water.", "remedy": "Fill it."},
    ),
    (
        "get_auxiliary_materials_info",
        {**S, "product_id": "P1-03"},
        {"product_id": "P1-03", "name": "Grill", "materials": "Charcoal."},
    ),
    ("get_gift_info", {**S, "product_id": "P1-01"}, {"product_id": "P1-01", "name": "Kettle", "gifts": "A mug."}),
    (
        "get_discount_info",
        S,
        {
            "offers": [
                {
                    "offer_id": "F1",
                    "title": "Now",
                    "terms": "Ten off.",
                    "starts": "2025-11-01 00:00:00",
                    "ends": "2025-11-30 00:00:00",
                }
            ]
        },
    ),
    (
        "get_logistics_info",
        {**P, "order_id": DELIVERED},
        {
            "order_id": DELIVERED,
            "carrier": "Swift",
            "tracking_number": "HL1",
            "track": [
                {"time": "2025-10-21 08:00:00", "event": "Picked up"},
                {"time": "2025-10-23 08:00:00", "event": "Delivered"},
            ],
        },
    ),
    (
        "get_logistics_info",
        {**P, "order_id": PAID},
        {"order_id": PAID, "state": "paid", "parcel": "not handed to a carrier"},
    ),
    ("get_image_info", LOOK, {"shows": "An orange hose.", "fields": {"colour": "orange"}}),
    (
        "manage_order",
        {**P, "action": "query", "order_id": PAID},
        {
            "order_id": PAID,
            "state": "paid",
            "payment": "wallet",
            "created": "2025-11-12 09:00:00",
            "address": "1 Mill Lane,  Harrow End",
            "phone_number": "10055500001",
            "lines": [
                {"product_id": "P1-01", "name": "Kettle", "quantity": 2, "unit_price": "120.00"},
                {"product_id": "P1-03", "name": "Grill", "quantity": 1, "unit_price": "300.00"},
            ],
            "total": "540.00",
        },
    ),
    (
        "manage_exchange",
        {**P, "order_id": PAID, "original_product_id": "P1-01", "action": "query"},
        {
            "order_id": PAID,
            "product_id": "P1-01",
            "options": [
                {"product_id": "P1-02", "name": "Toaster", "state": "on_sale", "price": "80.50"},
                {"product_id": "P1-03", "name": "Grill", "state": "off_sale", "price": "300.00"},
            ],
        },
    ),
    ("manage_ecard", {**CARD, "action": "info"}, {"platform": "mapleway", "rules": "Valid for three years."}),
    ("manage_ecard", {**CARD, "action": "balance"}, {"user_id": "U1", "balance": "250.00"}),
    (
        "register_cashback_by_review",
        {**P, "order_id": DELIVERED, "action": "query"},
        {"order_id": DELIVERED, "amount": "15.00", "state": "not_registered", "terms": "A review with a picture."},
    ),
]
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
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("get_user_info", {"user_id": "U9"}, "There is no customer U9"),
    ("get_user_info", {}, "get_user_info needs user_id"),
    ("get_user_info", {"user_id": "  "}, "user_id must not be empty"),
    ("get_user_info", {"user_id": "U1", "verbose": True}, "no argument 'verbose'; it takes user_id"),
    ("get_user_orders_info", {**P, "platform": "otherway"}, "no shop S1 on the platform otherway"),
    ("get_user_orders_info", {**P, "user_id": "U3"}, "U3 is not on the platform mapleway"),
    ("get_product_info", {**S, "product_id": "P2-01"}, "S1 has no product P2-01"),
    ("compare_products_info", {**S, "product_ids": ["P1-01", "P9"]}, "S1 has no product P9"),
    ("compare_products_info", {**S, "product_ids": []}, "product_ids must not be empty"),
    ("compare_products_info", {**S, "product_ids": "P1-01"}, "product_ids must be a list"),
    ("get_installation_service_info", {**S, "product_id": "P9"}, "no product P9"),
    ("get_repair_info", {**S, "product_id": "P9"}, "no product P9"),
    ("get_fault_code_info", {**S, "product_id": "P1-01", "fault_code": "E5"}, "no fault code E5"),
    ("get_auxiliary_materials_info", {**S, "product_id": "P9"}, "no product P9"),
    ("get_gift_info", {**S, "product_id": "P9"}, "no product P9"),
    ("get_discount_info", {**S, "shop_id": "S9"}, "no shop S9"),
    ("get_logistics_info", {**P, "order_id": "9"}, "U1 has no order 9"),
    ("get_image_info", {**LOOK, "history_messages": "the picture above"}, "no picture link"),
    ("manage_order", {**P, "action": "delete"}, "one of query, cancel, modify, add, not 'delete'"),
    ("manage_order", {**P, "action": "query"}, "action query, needs order_id"),
    ("manage_order", {**P, "action": "cancel", "order_id": OTHERS}, f"U1 has no order {OTHERS}"),
    ("manage_order", {**P, "action": "cancel", "order_id": "251101000005"}, "no order 251101000005 in shop S1"),
    ("manage_order", {**P, "action": "modify", "order_id": PAID}, "needs address or phone_number"),
    (
        "manage_order",
        {**P, "action": "modify", "order_id": PAID, "address": "X", "payment": "wallet"},
        "can change only address and phone_number",
    ),
    ("manage_order", {**P, "action": "modify", "order_id": PAID, "phone_number": "none"}, "must be 5 to 20 digits"),
    ("manage_order", {**P, "action": "modify", "order_id": PAID, "address": "\ud800"}, "broken characters"),
    ("manage_order", {**ADD, "payment": None}, "needs payment and product_info_list"),
    ("manage_order", {**ADD, "payment": "cash"}, "one of gift_card, bank_card, wallet, not 'cash'"),
    ("manage_order", {**ADD, "product_info_list": []}, "needs payment and product_info_list"),
    ("manage_order", {**ADD, "order_id": PAID}, "takes no order_id"),
    (
        "manage_order",
        {**ADD, "product_info_list": [{"product_id": "P1-02", "quantity": 0}]},
        "product_info_list[0].quantity must be 1 or more, not 0",
    ),
    (
        "manage_order",
        {**ADD, "product_info_list": [{"product_id": "P1-02"}]},
        "needs product_info_list[0].quantity",
    ),
    (
        "manage_order",
        {**ADD, "product_info_list": [{"product_id": "P1-02", "quantity": 10**30}]},
        "quantity must be 9999 or less",
    ),
    ("manage_order", {**ADD, "product_info_list": [*ADD["product_info_list"]] * 2}, "names a product twice"),
    (
        "manage_order",
        {**ADD, "product_info_list": [*ADD["product_info_list"], {"product_id": "P2-01", "quantity": 1}]},
        "S1 has no product P2-01",
    ),
    ("manage_return", {**P, "order_id": OTHERS}, f"U1 has no order {OTHERS}"),
    ("manage_exchange", EXCHANGE, "needs exchange_product_id"),
    ("manage_exchange", {**EXCHANGE, "original_product_id": "P1-02"}, "holds no product P1-02"),
    ("manage_exchange", {**EXCHANGE, "exchange_product_id": "P1-01"}, "for itself"),
    ("manage_exchange", {**EXCHANGE, "exchange_product_id": "P1-03"}, "already holds P1-03"),
    ("manage_exchange", {**EXCHANGE, "exchange_product_id": "P2-01"}, "no product P2-01"),
    ("manage_urgent", {**P, "order_id": PAID, "user_id": "U2"}, f"U2 has no order {PAID}"),
    (
        "manage_ecard",
        {**P, "action": "pay", "product_id": "P1-02", "quantity": 4},
        "balance of 250.00 yuan doesn't cover 322.00 yuan",
    ),
    ("manage_ecard", {**P, "action": "pay", "product_id": "P1-02"}, "needs shop_id, product_id and quantity"),
    ("manage_ecard", {**P, "action": "pay", "product_id": "P1-02", "quantity": -1}, "quantity must be 1 or more"),
    ("manage_ecard", {**CARD, "action": "refund"}, "needs amount, or shop_id, product_id and quantity"),
    ("manage_ecard", {**CARD, "action": "refund", "amount": 0}, "amount must be more than 0"),
    ("manage_ecard", {**CARD, "action": "refund", "amount": "1.005"}, "at most two decimals"),
    ("manage_ecard", {**CARD, "action": "refund", "amount": "1e40"}, "amount must be 1000000 or less"),
    ("manage_ecard", {**CARD, "action": "refund", "amount": True}, "must be a number"),
    ("manage_ecard", {**P, "action": "refund", "amount": 5, "product_id": "P9"}, "no product P9"),
    ("manage_ecard", {**CARD, "platform": "otherway", "action": "balance"}, "not on the platform otherway"),
    ("manage_invoice", {**INVOICE, "order_id": "9"}, "There is no order 9"),
    ("manage_invoice", {**INVOICE, "invoice_type": "paper"}, "one of personal, company, vat_special"),
    ("schedule_service", {**VISIT, "service_time": "tomorrow"}, "one of monday, tuesday"),
    ("schedule_service", {**VISIT, "order_id": OTHERS}, f"U1 has no order {OTHERS}"),
    ("register_cashback_by_review", {**P, "order_id": PAID, "action": "register"}, "has no cashback"),
    ("transfer_to_specialist", {**P, "user_id": "U9"}, "no customer U9"),
    ("transfer_to_specialist", {**P, "shop_id": "S9"}, "no shop S9"),
    ("make_coffee", {}, "no tool 'make_coffee'; the tools are get_user_info, "),
]


def names(cases: list[tuple[str, dict[str, Any], Any]]) -> list[str]:
    return [f"{name}-{arguments.get('action', '')}{number}" for number, (name, arguments, _) in enumerate(cases)]


@pytest.mark.parametrize(("name", "arguments", "answer"), READS, ids=names(READS))
def test_a_look_up_answers_and_changes_nothing(name: str, arguments: dict[str, Any], answer: Any) -> None:
    database = template().copy()
    before = everything(database)
    assert call(database, name, arguments) == answer
    assert everything(database) == before
    assert not SPECS[name].writes(arguments)


@pytest.mark.parametrize(("name", "arguments", "cells"), WRITES, ids=names(WRITES))
def test_a_change_does_what_it_says_and_nothing_else(name: str, arguments: dict[str, Any], cells: Any) -> None:
    database = template().copy()
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
    once, twice = template().copy(), template().copy()
    for database in (once, twice):
        call(database, "manage_ecard", {**CARD, "action": "refund", "amount": 500})
        call(database, name, arguments)
    call(twice, name, arguments)
    assert diff(once.snapshot(), twice.snapshot())


@pytest.mark.parametrize(("name", "arguments", "reason"), REFUSED, ids=names(REFUSED))
def test_a_refused_call_says_why_and_changes_nothing(name: str, arguments: dict[str, Any], reason: str) -> None:
    database = template().copy()
    before = everything(database)
    with pytest.raises(ToolError) as refusal:
        call(database, name, arguments)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert everything(database) == before


def test_every_tool_is_among_the_cases() -> None:
    used = {name for name, *_ in READS} | {name for name, *_ in WRITES} | {"compare_products_info"}
    assert used == set(SPECS)
    assert {name for name, *_ in REFUSED} == set(SPECS) | {"make_coffee"}


def test_products_are_compared_in_the_order_asked_and_each_once() -> None:
    answer = ask("compare_products_info", **S, product_ids=["P1-03", "P1-01", " P1-03"])
    assert [product["product_id"] for product in answer["products"]] == ["P1-03", "P1-01"]


def test_ids_may_come_with_blanks_full_width_digits_or_as_numbers() -> None:
    for order_id in (f" {PAID} ", wide(PAID), int(PAID)):
        assert ask("manage_order", **P, action="query", order_id=order_id)["order_id"] == PAID


def test_null_and_blank_count_as_not_given_where_that_is_allowed() -> None:
    answer = ask("manage_order", **P, action="query", order_id=PAID, payment=None, address=" ", product_info_list=[])
    assert answer["order_id"] == PAID


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
    database = template().copy()
    call(database, "manage_ecard", {**CARD, "action": "refund", "amount": 50})
    answer = call(database, "manage_ecard", {**P, "action": "pay", "product_id": "P1-03", "quantity": 1})
    assert answer["balance"] == "0.00"


def test_a_product_exchanged_there_and_back_is_not_as_if_nothing_had_happened() -> None:
    database = template().copy()
    before = database.snapshot()
    call(database, "manage_exchange", {**EXCHANGE, "exchange_product_id": "P1-02"})
    back = {**EXCHANGE, "original_product_id": "P1-02", "exchange_product_id": "P1-01"}
    assert call(database, "manage_exchange", back)["unit_price"] == "120.00"
    assert {change.table for change in diff(before, database.snapshot())} == {"ticket"}


def test_cashback_that_was_paid_stays_paid() -> None:
    database = template().copy()
    with database.session() as session:
        cashback = session.get(Cashback, DELIVERED)
        assert cashback is not None
        cashback.state = CashbackState.PAID
    answer = call(database, "register_cashback_by_review", {**P, "order_id": DELIVERED, "action": "register"})
    assert answer["state"] == "paid"
