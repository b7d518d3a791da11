"""Checks on the shop: look-ups change nothing, trials don't touch each other, the books are in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

from ecom_fixtures.errors import ToolError
from ecom_fixtures.validity.base import Bench, Finding, tally
from ecom_fixtures.worlds.shop.pictures import HOST, SidecarReader
from ecom_fixtures.worlds.shop.source import CustomerSource, OrderSource
from ecom_fixtures.worlds.shop.tables import CashbackState, OrderState
from ecom_fixtures.worlds.shop.toolbox import Toolbox

# How many look-ups are made between two comparisons of the whole shop.
BATCH = 25
_PRODUCT_READS = (
    "get_product_info",
    "get_installation_service_info",
    "get_repair_info",
    "get_auxiliary_materials_info",
    "get_gift_info",
)


async def reads_are_pure(bench: Bench) -> Finding:
    """Every look-up that can be made leaves the shop as it was."""
    database = bench.template.copy()
    toolbox = Toolbox(database, SidecarReader(bench.dataset.images))
    before, results = database.snapshot(), []
    reads = list(_every_read(bench))
    for start in range(0, len(reads), BATCH):
        batch = reads[start : start + BATCH]
        for tool, arguments in batch:
            with suppress(ToolError):
                await toolbox.call(tool, arguments)
        pure = database.snapshot() == before
        results += [(f"{tool}({arguments}), or one of {BATCH} look-ups around it", pure) for tool, arguments in batch]
    database.close()
    return tally("look-ups change nothing", results)


async def trials_are_isolated(bench: Bench) -> Finding:
    """After any task has been solved, a fresh copy is what it was before."""
    fresh = bench.template.copy()
    before, results = fresh.snapshot(), []
    fresh.close()
    world = bench.world("oracle")
    for task in bench.dataset.tasks:
        await bench.run(world, task)
        copy = bench.template.copy()
        results.append((f"a copy after {task.id}", copy.snapshot() == before))
        copy.close()
    return tally("trials are isolated", results)


async def books_are_in_order(bench: Bench) -> Finding:
    """No two facts of the shop contradict each other: totals, balances, states, dates, cashback."""
    results = []
    database = bench.template.copy()
    toolbox = Toolbox(database, SidecarReader(bench.dataset.images))
    for customer in bench.source.customers:
        for order in customer.orders:
            shown = await _order(toolbox, customer, order)
            total = sum((line.unit_price * line.quantity for line in order.lines), Decimal(0))
            results.append((f"order {order.order_id}: total {shown}, its lines sum to {total}", shown == total))
            results += _order_story(order)
    database.close()
    return tally("the books are in order", results)


def _order_story(order: OrderSource) -> Iterator[tuple[str, bool]]:
    key = f"order {order.order_id}"
    if order.parcel:
        last = order.parcel.track[-1].event.casefold()
        arrived = any(word in last for word in ("delivered", "handed", "collected", "received", "signed", "left with"))
        is_there = order.state in (OrderState.DELIVERED, OrderState.COMPLETED, OrderState.RETURN_REQUESTED)
        yield f"{key}: is {order.state}, but its parcel's last stop reads {last!r}", arrived == is_there
    if order.cashback and order.cashback.state is not CashbackState.NOT_REGISTERED:
        settled = order.state in (OrderState.DELIVERED, OrderState.COMPLETED)
        yield f"{key}: cashback {order.cashback.state} while {order.state}", settled
    yield f"{key}: the id doesn't begin with the day of its creation", order.order_id[:6] == f"{order.created:%y%m%d}"


async def _order(toolbox: Toolbox, customer: CustomerSource, order: OrderSource) -> Decimal:
    import json

    arguments = {
        "platform": customer.platform,
        "shop_id": order.shop_id,
        "user_id": customer.user_id,
        "action": "query",
        "order_id": order.order_id,
    }
    return Decimal(json.loads(await toolbox.call("manage_order", arguments))["total"])


def _every_read(bench: Bench) -> Iterator[tuple[str, dict[str, Any]]]:
    platform = bench.source.market.shops[0].platform
    for shop in bench.source.market.shops:
        yield "get_discount_info", {"platform": platform, "shop_id": shop.shop_id}
    for product in bench.source.products:
        one = {"platform": platform, "shop_id": product.shop_id, "product_id": product.product_id}
        yield from ((tool, one) for tool in _PRODUCT_READS)
        for fault in product.faults:
            yield "get_fault_code_info", {**one, "fault_code": fault.code}
    for customer in bench.source.customers:
        who = {"user_id": customer.user_id}
        yield "get_user_info", who
        for action in ("info", "balance"):
            yield "manage_ecard", {"platform": customer.platform, **who, "action": action}
        for order in customer.orders:
            own = {"platform": customer.platform, "shop_id": order.shop_id, **who}
            yield "get_user_orders_info", own
            its = {**own, "order_id": order.order_id}
            yield "get_logistics_info", its
            yield "manage_order", {**its, "action": "query"}
            yield "register_cashback_by_review", {**its, "action": "query"}
            for line in order.lines:
                yield "manage_exchange", {**its, "action": "query", "original_product_id": line.product_id}
    for picture in sorted(bench.dataset.images.glob("*.png")):
        question = {"summarized_query": "a picture", "needed_query": "what it shows"}
        yield "get_image_info", {**question, "history_messages": HOST + picture.name}
