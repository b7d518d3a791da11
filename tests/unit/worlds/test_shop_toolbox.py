"""How tools follow from functions, and the one form in which calls are compared."""

from __future__ import annotations

import json
from typing import Any

import pytest
from small_shop import HOSE, P, ask

from ecom_fixtures.dataset.tasks import Call
from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.shop.rules import RULES
from ecom_fixtures.worlds.shop.toolbox import SPECS

PAPER = """get_user_info get_user_orders_info get_product_info compare_products_info get_installation_service_info
    get_repair_info get_fault_code_info get_auxiliary_materials_info get_gift_info get_discount_info get_logistics_info
    get_image_info manage_order manage_return manage_exchange manage_urgent manage_ecard manage_invoice
    schedule_service register_cashback_by_review transfer_to_specialist"""
EQUAL: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "lists as sets": (
        "compare_products_info",
        {"product_ids": ["P1", "P2"]},
        {"product_ids": ["P2", "P1", "P2"]},
    ),
    "order lines in any order": (
        "manage_order",
        {"product_info_list": [{"product_id": "P1", "quantity": 1}, {"product_id": "P2", "quantity": 2}]},
        {"product_info_list": [{"quantity": "2", "product_id": "P2"}, {"product_id": "P1", "quantity": 1.0}]},
    ),
    "25 and 25.00": ("manage_ecard", {"amount": 25}, {"amount": "25.00"}),
    "numbers and text": ("manage_order", {"order_id": 251112000001}, {"order_id": "251112000001"}),
    "width and blanks": (
        "manage_order",
        {"address": "9 New Road, End"},
        {"address": f" 9  New\nRoad{chr(0xFF0C)} End"},
    ),
    "letter case of a choice": ("manage_order", {"action": "query"}, {"action": " Query"}),
    "digits of a phone number": ("manage_order", {"phone_number": "10055500001"}, {"phone_number": "100-5550 0001"}),
    "a phone number's country code": (
        "manage_order",
        {"phone_number": "10055500001"},
        {"phone_number": "+8610055500001"},
    ),
    "the spelling of an address": ("manage_order", {"address": "9 New Road, End"}, {"address": "9 NEW ROAD End."}),
    "a visitor's title": ("schedule_service", {"user_name": "Ada Fenwick"}, {"user_name": "Mrs. Ada Fenwick"}),
    "the title of a person's invoice": (
        "manage_invoice",
        {"title": "Ada Fenwick", "invoice_type": "personal"},
        {"title": "Dr Ada Fenwick", "invoice_type": "personal"},
    ),
    "not given and blank": ("manage_order", {"action": "query"}, {"action": "query", "payment": None, "address": ""}),
    "the same picture asked about otherwise": (
        "get_image_info",
        {"history_messages": HOSE},
        {"history_messages": f"Look! ({HOSE}).", "needed_query": "What is it?", "summarized_query": "A picture"},
    ),
}


def test_there_are_the_papers_21_tools() -> None:
    assert list(SPECS) == PAPER.split()


@pytest.mark.parametrize("what", EQUAL)
def test_arguments_of_equal_meaning_are_equal(what: str) -> None:
    name, one, other = EQUAL[what]
    assert RULES.normalise(name, one, partial=True) == RULES.normalise(name, other, partial=True)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("manage_ecard", {"amount": 25}, {"amount": "25.01"}),
        ("compare_products_info", {"product_ids": ["P1"]}, {"product_ids": ["P1", "P2"]}),
        ("get_fault_code_info", {"fault_code": "E4"}, {"fault_code": "E5"}),
        (
            "manage_invoice",
            {"title": "Oetker", "invoice_type": "company"},
            {"title": "Dr Oetker", "invoice_type": "company"},
        ),
        (
            "manage_order",
            {"product_info_list": [{"product_id": "P1", "quantity": 1}]},
            {"product_info_list": [{"product_id": "P1", "quantity": 2}]},
        ),
        ("get_image_info", {"history_messages": HOSE}, {"history_messages": HOSE.replace("hose", "note")}),
    ],
)
def test_arguments_of_different_meaning_differ(name: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    assert RULES.normalise(name, one, partial=True) != RULES.normalise(name, other, partial=True)


def test_normalised_arguments_have_their_defaults_filled_in() -> None:
    assert RULES.normalise("manage_ecard", {"platform": "mapleway", "user_id": "U1", "action": "info"}) == {
        "platform": "mapleway",
        "user_id": "U1",
        "action": "info",
        "shop_id": None,
        "product_id": None,
        "quantity": None,
        "amount": None,
    }


def test_partly_given_arguments_stay_partial() -> None:
    assert RULES.normalise("manage_ecard", {"amount": 5}, partial=True) == {"amount": "5.00"}
    assert RULES.normalise("get_image_info", {}, partial=True) == {}


def test_normalised_arguments_are_json() -> None:
    name, arguments, _ = EQUAL["order lines in any order"]
    assert json.loads(json.dumps(RULES.normalise(name, arguments, partial=True)))


@pytest.mark.parametrize(
    ("name", "arguments", "partial", "reason"),
    [
        ("get_user_info", {}, False, "needs user_id"),
        ("get_user_info", {"id": "U1"}, True, "no argument 'id'"),
        ("manage_ecard", {"action": "steal"}, True, "must be one of info, pay, balance, refund"),
        ("get_image_info", {"history_messages": "no link"}, True, "no picture link"),
        ("get_moon_info", {}, True, "no tool 'get_moon_info'"),
    ],
)
def test_what_a_tool_would_refuse_by_its_form_has_no_normal_form(
    name: str, arguments: dict[str, Any], partial: bool, reason: str
) -> None:
    with pytest.raises(ToolError, match=reason):
        RULES.normalise(name, arguments, partial=partial)


def test_a_call_is_completed_from_the_context_where_the_tool_has_such_an_argument() -> None:
    assert RULES.complete(Call(tool="get_user_info"), P) == {"user_id": "U1"}
    assert RULES.complete(Call(tool="get_discount_info"), P) == {"platform": "mapleway", "shop_id": "S1"}
    assert RULES.complete(Call(tool="get_image_info", arguments={"history_messages": HOSE}), P) == {
        "history_messages": HOSE
    }


def test_what_a_call_names_itself_goes_before_the_context() -> None:
    call = Call(tool="get_user_info", arguments={"user_id": "U2"})
    assert RULES.complete(call, P) == {"user_id": "U2"}


def test_completing_a_call_of_an_unknown_tool_is_refused() -> None:
    with pytest.raises(ToolError, match="no tool 'nope'"):
        RULES.complete(Call(tool="nope"), P)


@pytest.mark.parametrize(
    ("name", "arguments", "writes"),
    [
        ("get_user_info", {}, False),
        ("get_image_info", {"action": "register"}, False),
        ("manage_order", {"action": "query"}, False),
        ("manage_order", {"action": " QUERY "}, False),
        ("manage_order", {"action": "add"}, True),
        ("manage_order", {}, True),
        ("manage_ecard", {"action": "info"}, False),
        ("manage_ecard", {"action": "balance"}, False),
        ("manage_ecard", {"action": "pay"}, True),
        ("manage_return", {}, True),
        ("transfer_to_specialist", {"action": "query"}, True),
    ],
)
def test_a_tool_knows_which_of_its_calls_write(name: str, arguments: dict[str, Any], writes: bool) -> None:
    assert SPECS[name].writes(arguments) is writes


@pytest.mark.parametrize("name", SPECS)
def test_every_argument_and_tool_is_described_and_no_schema_needs_a_reference(name: str) -> None:
    schema = SPECS[name].schema()
    assert len(SPECS[name].description) > 20
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert all(argument["description"] and argument["type"] for argument in schema["properties"].values())
    for word in ("$ref", "$defs", "anyOf", '"title": "'):
        assert word not in json.dumps(schema)


def test_a_schema_tells_choices_limits_and_what_is_required() -> None:
    schema = SPECS["manage_order"].schema()
    assert schema["required"] == ["platform", "shop_id", "user_id", "action"]
    assert schema["properties"]["payment"]["enum"] == ["gift_card", "bank_card", "wallet"]
    item = schema["properties"]["product_info_list"]["items"]
    assert item["required"] == ["product_id", "quantity"]
    assert item["properties"]["quantity"]["minimum"] == 1
    assert "title" in SPECS["manage_invoice"].schema()["properties"]


def test_answers_keep_letters_of_every_alphabet() -> None:
    arguments = {
        "title": "Zoë 小店",
        "order_id": "251112000001",
        "phone_number": "10055500001",
        "invoice_type": "company",
    }
    assert "Zoë 小店" in str(ask("manage_invoice", **arguments))


def test_an_unknown_argument_with_broken_characters_is_refused_in_sound_text() -> None:
    lines = [{"\ud800": 1, "product_id": "P1", "quantity": 1}]
    with pytest.raises(ToolError) as refusal:
        RULES.normalise("manage_order", {"product_info_list": lines}, partial=True)
    assert str(refusal.value).encode()
