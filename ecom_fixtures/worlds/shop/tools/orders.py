"""Tools about orders: look up, cancel, change, place, follow the parcel."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Integer, cast, func
from sqlmodel import col, select

from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.shop.arguments import Choice, OrderId, OrderItem, Phone, Platform, ShopId, UserId, Words
from ecom_fixtures.worlds.shop.tables import Line, Order, OrderState, Parcel, Payment, Track
from ecom_fixtures.worlds.shop.view import ShopView

Action = Annotated[
    Literal["query", "cancel", "modify", "add"],
    Choice,
    Field(description="query: look the order up; cancel it; modify its address or phone number; add: place a new one"),
]
PaymentChoice = Annotated[Payment, Choice, Field(description="How the new order is paid; needed for add")]
Address = Annotated[Words, Field(description="Delivery address; for modify or add")]
Items = Annotated[list[OrderItem], Field(max_length=50, description="What the new order holds; needed for add")]


def manage_order(
    shop: ShopView,
    platform: Platform,
    shop_id: ShopId,
    user_id: UserId,
    action: Action,
    order_id: OrderId | None = None,
    payment: PaymentChoice | None = None,
    address: Address | None = None,
    phone_number: Phone | None = None,
    product_info_list: Items | None = None,
) -> dict[str, Any]:
    """Look up, cancel, modify or place an order of a customer.

    query, cancel and modify need order_id. modify changes address, phone_number or both. add needs payment and
    product_info_list, delivers to the customer's own address and phone number unless others are given, and doesn't
    take money: an order paid by gift card also needs manage_ecard, action pay.
    """
    if action == "add":
        if payment is None or not product_info_list:
            raise ToolError("manage_order, action add, needs payment and product_info_list.")
        if order_id is not None:
            raise ToolError("manage_order, action add, takes no order_id: the shop gives the new order its number.")
        shop.shop(platform, shop_id)
        customer = shop.customer(platform, user_id)
        home = {"address": address or customer.address, "phone": phone_number or customer.phone}
        return _order_text(shop, _add(shop, shop_id, user_id, payment, product_info_list, home))
    if order_id is None:
        raise ToolError(f"manage_order, action {action}, needs order_id.")
    order = shop.order(platform, shop_id, user_id, order_id)
    if action == "cancel":
        order.state = OrderState.CANCELLED
        shop.note(order, "cancel")
    elif action == "modify":
        if payment is not None or product_info_list:
            raise ToolError("manage_order, action modify, can change only address and phone_number.")
        _modify(shop, order, address, phone_number)
    return _order_text(shop, order)


def get_logistics_info(
    shop: ShopView, platform: Platform, shop_id: ShopId, order_id: OrderId, user_id: UserId
) -> dict[str, Any]:
    """Look up an order's parcel: carrier, tracking number and the stops so far."""
    order = shop.order(platform, shop_id, user_id, order_id)
    parcel = shop.session.get(Parcel, order_id)
    if parcel is None:
        return {"order_id": order_id, "state": order.state, "parcel": "not handed to a carrier"}
    stops = shop.session.exec(select(Track).where(Track.order_id == order_id).order_by(col(Track.time)))
    return {
        "order_id": order_id,
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "track": [{"time": stop.time, "event": stop.event} for stop in stops],
    }


def _modify(shop: ShopView, order: Order, address: str | None, phone_number: str | None) -> None:
    """One ticket for each thing changed, so that one call for both equals two calls for one each."""
    if address is None and phone_number is None:
        raise ToolError("manage_order, action modify, needs address or phone_number.")
    if address is not None:
        order.address = address
        shop.note(order, "change address")
    if phone_number is not None:
        order.phone = phone_number
        shop.note(order, "change phone number")


def _add(
    shop: ShopView,
    shop_id: str,
    user_id: str,
    payment: Payment,
    items: list[OrderItem],
    home: dict[str, Any],
) -> Order:
    products = {item.product_id: shop.product(shop_id, item.product_id) for item in items}
    if len(products) < len(items):
        raise ToolError("product_info_list names a product twice; give each product once, with its quantity.")
    order = Order(
        order_id=_next_order_id(shop),
        shop_id=shop_id,
        user_id=user_id,
        state=OrderState.PAID if payment is Payment.GIFT_CARD else OrderState.PENDING_PAYMENT,
        payment=payment,
        created=shop.today,
        **home,
    )
    shop.session.add(order)
    shop.session.flush()  # its lines refer to it
    for item in items:
        price = products[item.product_id].price
        shop.session.add(Line(order_id=order.order_id, unit_price=price, **item.model_dump()))
    return order


def _next_order_id(shop: ShopView) -> str:
    highest = shop.session.exec(select(func.max(cast(col(Order.order_id), Integer)))).one()
    return str((highest or 0) + 1)


def _order_text(shop: ShopView, order: Order) -> dict[str, Any]:
    lines = shop.lines(order)
    return {
        "order_id": order.order_id,
        "state": order.state,
        "payment": order.payment,
        "created": order.created,
        "address": order.address,
        "phone_number": order.phone,
        "lines": [
            {"product_id": product.product_id, "name": product.name}
            | {"quantity": line.quantity, "unit_price": line.unit_price}
            for line, product in lines
        ],
        "total": sum((line.unit_price * line.quantity for line, _ in lines), Decimal(0)),
    }
