"""What the shop's look-ups tell: records by id and field name, whichever tool brings them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from small_shop import CARD, DELIVERED, LOOK, PAID, P, S, ask, call, small_shop

from ecom_fixtures.worlds.shop.rules import RULES

CARD_OF_KETTLE = {f"product P1-01: {field}" for field in ("name", "state", "price", "description")}
TOLD: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "a product": ("get_product_info", {**S, "product_id": "P1-01"}, CARD_OF_KETTLE),
    "one product, compared": ("compare_products_info", {**S, "product_ids": ["P1-01"]}, CARD_OF_KETTLE),
    "a text of a product": (
        "get_repair_info",
        {**S, "product_id": "P1-01"},
        {"product P1-01: name", "product P1-01: repair"},
    ),
    "a fault code, as the product spells it": (
        "get_fault_code_info",
        {**S, "product_id": "P1-01", "fault_code": "e4"},
        {f"product P1-01, fault E4: {field}" for field in ("name", "meaning", "remedy")},
    ),
    "offers": (
        "get_discount_info",
        S,
        {"shop S1: offers", *(f"offer F1: {field}" for field in ("title", "terms", "starts", "ends"))},
    ),
    "a picture": ("get_image_info", LOOK, {"picture hose.png"}),
    "the orders of a customer": ("get_user_orders_info", P, {"customer U1 in shop S1: order_ids"}),
    "what an order can be exchanged for": (
        "manage_exchange",
        {**P, "order_id": PAID, "original_product_id": "P1-01", "action": "query"},
        {f"order {PAID}, product P1-01: options"}
        | {f"product {each}: {field}" for each in ("P1-02", "P1-03") for field in ("name", "state", "price")},
    ),
    "a balance": ("manage_ecard", {**CARD, "action": "balance"}, {"card of U1: balance"}),
    "a cashback": (
        "register_cashback_by_review",
        {**P, "order_id": DELIVERED, "action": "query"},
        {f"cashback of order {DELIVERED}: {field}" for field in ("amount", "state", "terms")},
    ),
}


@pytest.mark.parametrize("what", TOLD)
def test_a_look_up_tells_its_records(what: str) -> None:
    tool, arguments, told = TOLD[what]
    assert RULES.records(tool, arguments, json.dumps(ask(tool, **arguments))) == told


def test_an_order_tells_the_same_after_a_change() -> None:
    database = small_shop().copy()
    query = {**P, "order_id": PAID, "action": "query"}
    before = call(database, "manage_order", query)
    call(database, "manage_order", {**query, "action": "modify", "address": "9 Mill Lane"})
    after = call(database, "manage_order", query)
    assert before != after
    assert RULES.records("manage_order", query, json.dumps(before)) == RULES.records(
        "manage_order", query, json.dumps(after)
    )


def test_the_profile_doesnt_tell_what_the_card_holds() -> None:
    balance = RULES.records("manage_ecard", {**CARD, "action": "balance"}, '{"user_id": "U1", "balance": "250.00"}')
    assert balance
    assert not balance & RULES.records(
        "get_user_info", {"user_id": "U1"}, json.dumps(ask("get_user_info", user_id="U1"))
    )


@pytest.mark.parametrize("result", ["", "no JSON", "[]", "7", '{"products": [7]}', '{"products": 7}', "null"])
@pytest.mark.parametrize("tool", ["compare_products_info", "manage_order", "no_such_tool"])
def test_an_answer_that_cant_be_read_tells_nothing(tool: str, result: str) -> None:
    assert RULES.records(tool, {**S, "action": "query"}, result) == frozenset()


def test_whose_records_a_look_up_returns() -> None:
    assert RULES.whose("get_user_info", {"user_id": " U2 "}) == "U2"
    assert RULES.whose("get_product_info", {**S, "product_id": "P1-01"}) is None
    assert RULES.whose("get_user_info", {"user_id": ["U2"]}) is None
