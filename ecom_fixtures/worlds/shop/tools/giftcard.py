"""The tool for the gift card: rules, balance, paying, refunding."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.shop.arguments import Amount, Choice, Platform, ProductId, Quantity, ShopId, UserId
from ecom_fixtures.worlds.shop.tables import Customer, EcardPayment, Product
from ecom_fixtures.worlds.shop.view import ShopView

Action = Annotated[
    Literal["info", "pay", "balance", "refund"],
    Choice,
    Field(
        description="info: the card's rules; balance: what is on it; "
        "pay: take price x quantity from it; refund: put money on it"
    ),
]
RefundAmount = Annotated[Amount, Field(description="Yuan to put on the card, at most two decimals; for refund")]


def manage_ecard(
    shop: ShopView,
    platform: Platform,
    user_id: UserId,
    action: Action,
    shop_id: ShopId | None = None,
    product_id: ProductId | None = None,
    quantity: Quantity | None = None,
    amount: RefundAmount | None = None,
) -> dict[str, Any]:
    """Look up a customer's gift card, pay a product with it, or refund money to it.

    pay needs shop_id, product_id and quantity, takes today's price and is refused if the balance doesn't suffice.
    refund needs amount or, for today's price of a product, shop_id, product_id and quantity; amount goes first.
    """
    customer = shop.customer(platform, user_id)
    if shop_id is not None:
        shop.shop(platform, shop_id)
        if product_id is not None:
            shop.product(shop_id, product_id)
    if action == "info":
        return {"platform": platform, "rules": shop.gift_card_rules}
    if action == "pay":
        if shop_id is None or product_id is None or quantity is None:
            raise ToolError("manage_ecard, action pay, needs shop_id, product_id and quantity.")
        _pay(shop, customer, shop.product(shop_id, product_id), quantity)
    elif action == "refund":
        customer.ecard_balance += amount or _price(shop, shop_id, product_id, quantity)
    return {"user_id": user_id, "balance": customer.ecard_balance}


def _pay(shop: ShopView, customer: Customer, product: Product, quantity: int) -> None:
    due = product.price * quantity
    if due > customer.ecard_balance:
        raise ToolError(f"The balance of {customer.ecard_balance} yuan doesn't cover {due} yuan; nothing was paid.")
    customer.ecard_balance -= due
    shop.session.add(
        EcardPayment(user_id=customer.user_id, product_id=product.product_id, quantity=quantity, amount=due)
    )


def _price(shop: ShopView, shop_id: str | None, product_id: str | None, quantity: int | None) -> Decimal:
    if shop_id is None or product_id is None or quantity is None:
        raise ToolError("manage_ecard, action refund, needs amount, or shop_id, product_id and quantity.")
    return shop.product(shop_id, product_id).price * quantity
