"""How the agent went about it, beyond the paper and outside the reward: consent, policy, and the order of things."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.errors import ToolError
from ecom_fixtures.evaluation.judgement import Conduct
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.worlds.matching import fulfils
from ecom_fixtures.worlds.shop.database import Database
from ecom_fixtures.worlds.shop.tables import Cashback as CashbackRow
from ecom_fixtures.worlds.shop.tables import CashbackState, Order, OrderState, Product, ProductState
from ecom_fixtures.worlds.shop.toolbox import normalise

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
_YES = re.compile(
    r"\b(yes|yeah|yep|sure|okay|ok|please do|go ahead|do it|agreed?|confirm(?:ed)?|correct|that'?s right|fine)\b", re.I
)


def forbidden(database: Database, tool: str, arguments: Mapping[str, Any]) -> str | None:
    """Why the policy forbids this change in the shop's present state, or None. Look before the change is made.

    A call that the tool refuses by its form changes nothing, so nothing forbids it.
    """
    try:
        arguments = normalise(tool, arguments, partial=True)
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


def review(task: Task, events: Sequence[Event], forbidden_changes: Sequence[str]) -> Conduct:
    """The findings of a whole dialogue: unconfirmed and forbidden changes, look-ups that came too late."""
    return Conduct(
        unconfirmed=tuple(_unconfirmed(events)),
        forbidden=tuple(forbidden_changes),
        late_searches=tuple(_late_searches(task, events)),
    )


def _unconfirmed(events: Sequence[Event]) -> list[str]:
    """Changes made while the customer's last message held no yes."""
    last, findings = "", []
    for event in events:
        if isinstance(event, Message):
            last = event.text if event.role == "customer" else last
        elif event.writes and event.ok and not _YES.search(last):
            findings.append(f"{event.tool} without an explicit yes (the customer had said {last[:80]!r})")
    return findings


def _late_searches(task: Task, events: Sequence[Event]) -> list[str]:
    """Required look-ups that were made only after a change of the same intent."""
    calls = [event for event in events if isinstance(event, ToolCall)]
    findings = []
    for intent in task.intents:
        changes = [n for n, call in enumerate(calls) for action in intent.actions if fulfils(action, call)]
        for search in intent.searches:
            looked = [n for n, call in enumerate(calls) if fulfils(search, call)]
            if changes and looked and min(looked) > min(changes):
                findings.append(f"{search} only after {calls[min(changes)].tool}")
    return findings
