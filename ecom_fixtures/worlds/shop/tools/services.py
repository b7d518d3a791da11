"""Tools around an order: an invoice, a technician's visit, cashback for a review; and handing over to a person."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.shop.arguments import Choice, OrderId, Phone, Platform, ShopId, UserId, Words
from ecom_fixtures.worlds.shop.tables import (
    Appointment,
    Cashback,
    CashbackState,
    Invoice,
    InvoiceType,
    Order,
    ServiceType,
    Transfer,
    Weekday,
)
from ecom_fixtures.worlds.shop.view import ShopView

Title = Annotated[Words, Field(description="Whom the invoice is made out to: a person's or a company's name")]
Kind = Annotated[InvoiceType, Choice, Field(description="Kind of invoice")]
Visitor = Annotated[Words, Field(description="Name of the person whom the technician visits")]
Service = Annotated[ServiceType, Choice, Field(description="What the technician comes for")]
Day = Annotated[Weekday, Choice, Field(description="Weekday of the visit")]
CashbackAction = Annotated[
    Literal["query", "register"],
    Choice,
    Field(description="query: look up amount, state and terms; register: enter the order for its cashback"),
]


def manage_invoice(
    shop: ShopView, title: Title, order_id: OrderId, phone_number: Phone, invoice_type: Kind
) -> dict[str, Any]:
    """Issue an invoice for an order."""
    if shop.session.get(Order, order_id) is None:
        raise ToolError(f"There is no order {order_id}.")
    invoice: dict[str, Any] = {
        "order_id": order_id,
        "title": title,
        "phone_number": phone_number,
        "invoice_type": invoice_type,
    }
    shop.session.add(Invoice(**invoice))
    return invoice


def schedule_service(
    shop: ShopView,
    platform: Platform,
    shop_id: ShopId,
    order_id: OrderId,
    user_id: UserId,
    user_name: Visitor,
    phone_number: Phone,
    service_type: Service,
    service_time: Day,
) -> dict[str, Any]:
    """Book a technician's visit for an order: repair, inspect or install, on a weekday."""
    shop.order(platform, shop_id, user_id, order_id)
    visit: dict[str, Any] = {
        "order_id": order_id,
        "user_name": user_name,
        "phone_number": phone_number,
        "service_type": service_type,
        "service_time": service_time,
    }
    shop.session.add(Appointment(**visit))
    return visit


def register_cashback_by_review(
    shop: ShopView, platform: Platform, shop_id: ShopId, user_id: UserId, order_id: OrderId, action: CashbackAction
) -> dict[str, Any]:
    """Look up the cashback that an order earns by a review, or register it."""
    order = shop.order(platform, shop_id, user_id, order_id)
    cashback = shop.session.get(Cashback, order_id)
    if cashback is None:
        raise ToolError(f"Order {order_id} has no cashback for a review.")
    if action == "register":
        # Money that went out doesn't come back by asking again.
        if cashback.state is not CashbackState.PAID:
            cashback.state = CashbackState.REGISTERED
        shop.note(order, "cashback")
    return {"order_id": order_id, "amount": cashback.amount, "state": cashback.state, "terms": cashback.terms}


def transfer_to_specialist(shop: ShopView, platform: Platform, shop_id: ShopId, user_id: UserId) -> dict[str, Any]:
    """Hand the customer over to a human specialist, when nothing else in the tools or the policy helps."""
    shop.shop(platform, shop_id)
    shop.session.add(Transfer(user_id=shop.customer(platform, user_id).user_id))
    return {"user_id": user_id, "transferred": True}
