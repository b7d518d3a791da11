"""Tools that look a customer up: the profile, the orders."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from ecom_fixtures.worlds.shop.arguments import Platform, ShopId, UserId
from ecom_fixtures.worlds.shop.tables import Order
from ecom_fixtures.worlds.shop.view import ShopView


def get_user_info(shop: ShopView, user_id: UserId) -> dict[str, Any]:
    """Look up a customer's profile: name, phone number, address and gift-card balance in yuan."""
    customer = shop.any_customer(user_id)
    return {
        "user_id": customer.user_id,
        "name": customer.name,
        "phone_number": customer.phone,
        "address": customer.address,
        "gift_card_balance": customer.ecard_balance,
    }


def get_user_orders_info(shop: ShopView, platform: Platform, shop_id: ShopId, user_id: UserId) -> dict[str, Any]:
    """List the ids of all orders of a customer in a shop. What an order holds is told by manage_order, action query."""
    shop.shop(platform, shop_id)
    shop.customer(platform, user_id)
    query = select(Order.order_id).where(Order.user_id == user_id, Order.shop_id == shop_id)
    return {"user_id": user_id, "order_ids": list(shop.session.exec(query.order_by(col(Order.order_id))))}
