"""What the shop knows of its own books: what would be a contradiction, what is only custom, every look-up there is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.shop.pictures import HOST
from ecom_fixtures.worlds.shop.source import CustomerSource, OrderSource, Source
from ecom_fixtures.worlds.shop.tables import CashbackState, OrderState
from ecom_fixtures.worlds.shop.toolbox import SPECS, Toolbox

# The oracle always looks these up on its way, and a specialist is what the policy nearly always rules out.
NEVER_REQUIRED = frozenset({"get_user_info", "get_user_orders_info", "transfer_to_specialist"})
_ARRIVED = (OrderState.DELIVERED, OrderState.COMPLETED, OrderState.RETURN_REQUESTED)
# How many products are compared at once.
_COMPARED = 3
_PRODUCT_READS = (
    "get_product_info",
    "get_installation_service_info",
    "get_repair_info",
    "get_auxiliary_materials_info",
    "get_gift_info",
)


async def books_are_in_order(source: Source, tasks: Sequence[Task], toolbox: Toolbox) -> list[tuple[str, bool]]:
    """What would be a contradiction in any shop: a visitor whom nobody knows, a wrong total, cashback too early."""
    results = list(_visits(source, tasks))
    for customer in source.customers:
        for order in customer.orders:
            results.append(await _total(toolbox, customer, order))
            results += _cashback(order)
    return results


def customs(source: Source, tasks: Sequence[Task]) -> Iterator[tuple[str, bool]]:
    """What another shop may do otherwise: how the built-in dataset writes its orders, and that it leaves nothing out.

    Every tool is required by some task, and every order state occurs among the tasks' customers.
    """
    for order in (order for customer in source.customers for order in customer.orders):
        yield from _order_story(order)
    required = {call.tool for task in tasks for call in task.calls()}
    states = order_states(source, tasks)
    yield from ((f"no task requires {name}", name in required) for name in SPECS if name not in NEVER_REQUIRED)
    yield from ((f"no customer of a task has an order that is {state}", states[state] > 0) for state in OrderState)


def order_states(source: Source, tasks: Sequence[Task]) -> Counter[OrderState]:
    """How many orders of the tasks' customers are in each state."""
    users = {task.user_id for task in tasks}
    customers = [customer for customer in source.customers if customer.user_id in users]
    return Counter(order.state for customer in customers for order in customer.orders)


def orders_of(source: Source, task: Task) -> tuple[str, ...]:
    """The ids of the orders of the task's customer."""
    customers = (customer for customer in source.customers if customer.user_id == task.user_id)
    return tuple(order.order_id for customer in customers for order in customer.orders)


def reads_about(source: Source, task: Task) -> Iterator[Call]:
    """The look-ups of the task's customer: the profile, and what each of their orders holds."""
    for customer in (customer for customer in source.customers if customer.user_id == task.user_id):
        who = {"user_id": customer.user_id}
        yield Call(tool="get_user_info", arguments=who)
        for order in customer.orders:
            own = {"platform": customer.platform, "shop_id": order.shop_id, **who}
            yield Call(tool="manage_order", arguments={**own, "action": "query", "order_id": order.order_id})


def every_read(source: Source, images: Path) -> Iterator[Call]:
    """Every look-up that can be made of what the shop has."""
    places = {shop.shop_id: {"platform": shop.platform, "shop_id": shop.shop_id} for shop in source.market.shops}
    for place in places.values():
        yield Call(tool="get_discount_info", arguments=place)
        there = [product.product_id for product in source.products if product.shop_id == place["shop_id"]]
        if there:
            yield Call(tool="compare_products_info", arguments={**place, "product_ids": there[:_COMPARED]})
    for product in source.products:
        one = {**places[product.shop_id], "product_id": product.product_id}
        yield from (Call(tool=tool, arguments=one) for tool in _PRODUCT_READS)
        for fault in product.faults:
            yield Call(tool="get_fault_code_info", arguments={**one, "fault_code": fault.code})
    for customer in source.customers:
        who = {"user_id": customer.user_id}
        yield Call(tool="get_user_info", arguments=who)
        for action in ("info", "balance"):
            yield Call(tool="manage_ecard", arguments={"platform": customer.platform, **who, "action": action})
        for order in customer.orders:
            own = {"platform": customer.platform, "shop_id": order.shop_id, **who}
            yield Call(tool="get_user_orders_info", arguments=own)
            its = {**own, "order_id": order.order_id}
            yield Call(tool="get_logistics_info", arguments=its)
            yield Call(tool="manage_order", arguments={**its, "action": "query"})
            if order.cashback:
                yield Call(tool="register_cashback_by_review", arguments={**its, "action": "query"})
            for line in order.lines:
                yield Call(
                    tool="manage_exchange", arguments={**its, "action": "query", "original_product_id": line.product_id}
                )
    for picture in sorted(images.glob("*.png")):
        question = {"summarized_query": "a picture", "needed_query": "what it shows"}
        yield Call(tool="get_image_info", arguments={**question, "history_messages": HOST + picture.name})


def _order_story(order: OrderSource) -> Iterator[tuple[str, bool]]:
    key = f"order {order.order_id}"
    if order.parcel:
        last = order.parcel.track[-1].event.casefold()
        arrived = any(word in last for word in ("delivered", "handed", "collected", "received", "signed", "left with"))
        is_there = order.state in _ARRIVED
        yield f"{key}: is {order.state}, but its parcel's last stop reads {last!r}", arrived == is_there
    yield f"{key}: the id doesn't begin with the day of its creation", order.order_id[:6] == f"{order.created:%y%m%d}"


def _visits(source: Source, tasks: Sequence[Task]) -> Iterator[tuple[str, bool]]:
    shops = {(shop.platform, shop.shop_id) for shop in source.market.shops}
    customers = {(customer.platform, customer.user_id) for customer in source.customers}
    for task in tasks:
        for what, key, known in (("shop", task.shop_id, shops), ("customer", task.user_id, customers)):
            yield f"task {task.id}: there is no {what} {key} on {task.platform}", (task.platform, key) in known


def _cashback(order: OrderSource) -> Iterator[tuple[str, bool]]:
    """Registered once the goods have come; they may have been sent back since."""
    if order.cashback and order.cashback.state is not CashbackState.NOT_REGISTERED:
        what = f"order {order.order_id}: cashback {order.cashback.state}, though the order is {order.state}"
        yield what, order.state in _ARRIVED


async def _total(toolbox: Toolbox, customer: CustomerSource, order: OrderSource) -> tuple[str, bool]:
    """Whether an agent is told the right total of an order."""
    arguments = {
        "platform": customer.platform,
        "shop_id": order.shop_id,
        "user_id": customer.user_id,
        "action": "query",
        "order_id": order.order_id,
    }
    total = sum((line.unit_price * line.quantity for line in order.lines), Decimal(0))
    try:
        shown = Decimal(json.loads(await toolbox.call("manage_order", arguments))["total"])
    except ToolError as error:
        return f"order {order.order_id} can't be looked up: {error}", False
    return f"order {order.order_id}: total {shown}, its lines sum to {total}", shown == total
