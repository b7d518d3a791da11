"""What a look-up told: the records in its answer, by id and field name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ecom_fixtures.worlds.base import Arguments

# What an answer is about, by tool or tool:action. A card's balance is told by the card alone: the policy sends the
# agent there, even if the profile shows one.
_ABOUT = {
    "get_user_info": "customer {user_id}",
    "get_user_orders_info": "customer {user_id} in shop {shop_id}",
    "compare_products_info": "shop {shop_id}",
    "get_fault_code_info": "product {product_id}, fault {fault_code}",
    "get_discount_info": "shop {shop_id}",
    "get_logistics_info": "parcel of order {order_id}",
    "manage_order:query": "order {order_id}",
    "manage_exchange:query": "order {order_id}, product {product_id}",
    "manage_ecard:balance": "card of {user_id}",
    "manage_ecard:info": "cards of {platform}",
    "register_cashback_by_review:query": "cashback of order {order_id}",
}
_PRODUCT = "product {product_id}"
# Lists whose rows are things of their own. Of a comparison nothing but these is left.
_THINGS = {"products": _PRODUCT, "options": _PRODUCT, "offers": "offer {offer_id}"}
_NAMELESS = frozenset({"products", "platform", "user_id", "order_id", "product_id", "offer_id", "fault_code"})


def records_of(tool: str, arguments: Arguments, result: str) -> frozenset[str]:
    """The records in what a successful look-up with these normalised ``arguments`` answered; of a picture its name.

    None of an answer that can't be read.
    """
    if "picture" in arguments:
        return frozenset({f"picture {arguments['picture']}"})
    name = f"{tool}:{arguments['action']}" if arguments.get("action") else tool
    try:
        found = json.loads(result)
        about = _ABOUT.get(name, _PRODUCT).format_map({**arguments, **found})
        return frozenset(_records(about, found))
    except (ValueError, KeyError, TypeError, AttributeError):
        return frozenset()


def _records(about: str, row: Mapping[str, Any]) -> Iterator[str]:
    for field, value in row.items():
        if field not in _NAMELESS:
            yield f"{about}: {field}"
        if field in _THINGS:
            for each in value:
                yield from _records(_THINGS[field].format_map(each), each)
