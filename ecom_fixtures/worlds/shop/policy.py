"""What the agent's policy forbids in the shop's present state (section 3 of the policy document)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.shop.database import Database
from ecom_fixtures.worlds.shop.rules import RULES
from ecom_fixtures.worlds.shop.tables import Cashback as CashbackRow
from ecom_fixtures.worlds.shop.tables import CashbackState, Order, OrderState, Product, ProductState

_UNSHIPPED = {OrderState.PENDING_PAYMENT, OrderState.PAID, OrderState.PROCESSING}
_UNDELIVERED = {OrderState.PAID, OrderState.PROCESSING, OrderState.SHIPPED}
_ARRIVED = {OrderState.DELIVERED, OrderState.COMPLETED}
# The table in section 3 of the agent's policy: in which states of its order an operation is allowed.
ALLOWED: Mapping[str, set[OrderState]] = {
    "manage_order:cancel": _UNSHIPPED,
    "manage_order:modify": _UNSHIPPED,
    "manage_exchange:exchange": _UNSHIPPED,
    "manage_return": {OrderState.DELIVERED},
    "manage_urgent": _UNDELIVERED,
    "manage_invoice": _UNDELIVERED | _ARRIVED,
    "schedule_service:install": _UNDELIVERED | _ARRIVED,
    "schedule_service:repair": _ARRIVED,
    "schedule_service:inspect": _ARRIVED,
    "register_cashback_by_review:register": _ARRIVED,
}


def forbidden(database: Database, tool: str, arguments: Mapping[str, Any]) -> str | None:
    """Why the policy forbids this change in the shop's present state, or None. Look before the change is made.

    A call that the tool refuses by its form changes nothing, so nothing forbids it.
    """
    try:
        arguments = RULES.normalise(tool, arguments, partial=True)
    except ToolError:
        return None
    operation = arguments.get("action") or arguments.get("service_type")
    name = f"{tool}:{operation}" if operation else tool
    with database.session() as session:
        order = session.get(Order, arguments.get("order_id") or "")
        if order and order.state not in ALLOWED.get(name, set(OrderState)):
            return f"{name} on order {order.order_id}, which is {order.state}"
        bought = [line["product_id"] for line in arguments.get("product_info_list") or ()]
        for product_id in [*bought, arguments.get("exchange_product_id")]:
            product = session.get(Product, product_id or "")
            if product and product.state is not ProductState.ON_SALE:
                return f"{name} of product {product.product_id}, which is {product.state}"
        if order and name == "register_cashback_by_review:register":
            cashback = session.get(CashbackRow, order.order_id)
            if cashback and cashback.state is not CashbackState.NOT_REGISTERED:
                return f"{name} on order {order.order_id}, whose cashback is {cashback.state}"
    return None
