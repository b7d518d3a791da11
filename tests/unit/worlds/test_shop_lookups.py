"""Look-ups answer from the shop and change nothing."""

from __future__ import annotations

from typing import Any

import pytest
from small_shop import CARD, DELIVERED, LOOK, PAID, P, S, ask, call, everything, small_shop, wide

from ecom_fixtures.worlds.shop.toolbox import SPECS

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


def names(cases: list[tuple[str, dict[str, Any], Any]]) -> list[str]:
    return [f"{name}-{arguments.get('action', '')}{number}" for number, (name, arguments, _) in enumerate(cases)]


@pytest.mark.parametrize(("name", "arguments", "answer"), READS, ids=names(READS))
def test_a_look_up_answers_and_changes_nothing(name: str, arguments: dict[str, Any], answer: Any) -> None:
    database = small_shop().copy()
    before = everything(database)
    assert call(database, name, arguments) == answer
    assert everything(database) == before
    assert not SPECS[name].writes(arguments)


def test_products_are_compared_in_the_order_asked_and_each_once() -> None:
    answer = ask("compare_products_info", **S, product_ids=["P1-03", "P1-01", " P1-03"])
    assert [product["product_id"] for product in answer["products"]] == ["P1-03", "P1-01"]


def test_ids_may_come_with_blanks_full_width_digits_or_as_numbers() -> None:
    for order_id in (f" {PAID} ", wide(PAID), int(PAID)):
        assert ask("manage_order", **P, action="query", order_id=order_id)["order_id"] == PAID


def test_null_and_blank_count_as_not_given_where_that_is_allowed() -> None:
    answer = ask("manage_order", **P, action="query", order_id=PAID, payment=None, address=" ", product_info_list=[])
    assert answer["order_id"] == PAID


def test_every_tool_that_can_look_up_is_among_the_cases() -> None:
    reading = {name for name, spec in SPECS.items() if spec.reads_when}
    assert {name for name, *_ in READS} | {"compare_products_info"} == reading
