"""A refused call says why and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from small_shop import (
    ADD,
    CARD,
    EXCHANGE,
    INVOICE,
    LOOK,
    OTHERS,
    PAID,
    VISIT,
    P,
    S,
    call,
    everything,
    small_shop,
)

from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.shop.toolbox import SPECS

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


@pytest.mark.parametrize(("name", "arguments", "reason"), REFUSED, ids=names(REFUSED))
def test_a_refused_call_says_why_and_changes_nothing(name: str, arguments: dict[str, Any], reason: str) -> None:
    database = small_shop().copy()
    before = everything(database)
    with pytest.raises(ToolError) as refusal:
        call(database, name, arguments)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert everything(database) == before


def test_every_tool_is_among_the_cases() -> None:
    assert {name for name, *_ in REFUSED} == set(SPECS) | {"make_coffee"}
