"""Tools for an order that went out or is about to: return, exchange, expedite."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from sqlmodel import col, select

from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.shop.arguments import Choice, OrderId, Platform, ProductId, ShopId, UserId
from ecom_fixtures.worlds.shop.tables import ExchangeOption, Line, Order, OrderState, Product
from ecom_fixtures.worlds.shop.view import ShopView

Action = Annotated[
    Literal["query", "exchange"],
    Choice,
    Field(description="query: list what the product can be exchanged for; exchange: swap it"),
]
Original = Annotated[ProductId, Field(description="Id of the product in the order that is to be exchanged")]
Wanted = Annotated[ProductId, Field(description="Id of the product wanted instead; needed for exchange")]


def manage_return(
    shop: ShopView, platform: Platform, shop_id: ShopId, order_id: OrderId, user_id: UserId
) -> dict[str, Any]:
    """Request the return of a whole order. Its state becomes return_requested; no money is moved."""
    order = shop.order(platform, shop_id, user_id, order_id)
    order.state = OrderState.RETURN_REQUESTED
    shop.note(order, "return")
    return {"order_id": order_id, "state": order.state}


def manage_exchange(
    shop: ShopView,
    platform: Platform,
    shop_id: ShopId,
    order_id: OrderId,
    user_id: UserId,
    original_product_id: Original,
    action: Action,
    exchange_product_id: Wanted | None = None,
) -> dict[str, Any]:
    """List what a product in an order can be exchanged for, or exchange it at the price originally paid."""
    order = shop.order(platform, shop_id, user_id, order_id)
    line = shop.line(order, original_product_id)
    if action == "query":
        return {"order_id": order_id, "product_id": original_product_id, "options": _options(shop, line)}
    if exchange_product_id is None:
        raise ToolError("manage_exchange, action exchange, needs exchange_product_id.")
    product = shop.product(shop_id, exchange_product_id)
    _swap(shop, order, line, product)
    return {
        "order_id": order_id,
        "exchanged": original_product_id,
        "product_id": product.product_id,
        "name": product.name,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
    }


def manage_urgent(
    shop: ShopView, platform: Platform, shop_id: ShopId, order_id: OrderId, user_id: UserId
) -> dict[str, Any]:
    """Ask the warehouse and the carrier to hurry with an order."""
    shop.note(shop.order(platform, shop_id, user_id, order_id), "expedite")
    return {"order_id": order_id, "expedited": True}


def _options(shop: ShopView, line: Line) -> list[dict[str, Any]]:
    query = (
        select(Product)
        .join(ExchangeOption, col(ExchangeOption.option_id) == col(Product.product_id))
        .where(ExchangeOption.product_id == line.product_id)
        .order_by(col(Product.product_id))
    )
    return [
        {"product_id": product.product_id, "name": product.name, "state": product.state, "price": product.price}
        for product in shop.session.exec(query)
    ]


def _swap(shop: ShopView, order: Order, line: Line, product: Product) -> None:
    """Whether the product is a listed option and on sale is policy, and the agent's to check."""
    if product.product_id == line.product_id:
        raise ToolError(f"{product.product_id} can't be exchanged for itself.")
    if shop.session.get(Line, (order.order_id, product.product_id)) is not None:
        raise ToolError(f"Order {order.order_id} already holds {product.product_id}.")
    line.product_id = product.product_id
    shop.note(order, "exchange")
