"""What the shop's customers call its things, and what a change of it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.language.text import plain
from ecom_fixtures.worlds.naming import Catalogue, Deed, Thing
from ecom_fixtures.worlds.shop.rules import RULES
from ecom_fixtures.worlds.shop.source import Source

# Tool and action, or kind of service, to the operation as people call it.
OPERATIONS = {
    "manage_order:cancel": "cancel",
    "manage_order:modify": "modify",
    "manage_order:add": "order",
    "manage_return": "return",
    "manage_exchange:exchange": "exchange",
    "manage_urgent": "expedite",
    "manage_ecard:pay": "pay",
    "manage_ecard:refund": "refund",
    "manage_invoice": "invoice",
    "register_cashback_by_review:register": "cashback",
    "schedule_service:install": "install",
    "schedule_service:repair": "repair",
    "schedule_service:inspect": "inspect",
    "transfer_to_specialist": "transfer",
}
# Arguments that set a new value, and the kind of value.
_VALUES = {
    "service_time": "weekday",
    "address": "address",
    "phone_number": "phone",
    "user_name": "person",
    "title": "title",
    "payment": "payment",
    "amount": "money",
}
_WRITTEN = ("address", "user_name", "title")
_OBJECTS = ("order_id", "product_id", "original_product_id", "exchange_product_id")


def catalogue(source: Source, task: Task) -> Catalogue:
    """The orders of the task's customer, those that the task itself places, and every product."""
    things = [Thing.product(each.product_id, each.name, each.category) for each in source.products]
    for customer in (customer for customer in source.customers if customer.user_id == task.user_id):
        for order in customer.orders:
            parts = tuple(line.product_id for line in order.lines)
            things.append(Thing(order.order_id, "order", parts=parts))
    known = {thing.id for thing in things}
    placed = tuple(product for call in task.calls() for product in _bought(call.arguments))
    later = {str(call.arguments["order_id"]) for call in task.calls() if "order_id" in call.arguments} - known
    things += [Thing(each, "order", parts=placed) for each in sorted(later)]
    return Catalogue({thing.id: thing for thing in things})


def deed(call: Call) -> Deed:
    """What a change comes to. Names and addresses are as they were written, other values in the form in which calls are
    compared."""
    arguments = RULES.normalise(call.tool, call.arguments, partial=True)
    arguments |= {name: plain(str(call.arguments[name])) for name in _WRITTEN if arguments.get(name)}
    action = arguments.get("action") or arguments.get("service_type")
    bought = tuple(_bought(arguments))
    things = (*(str(arguments[name]) for name in _OBJECTS if arguments.get(name)), *bought)
    values = [(kind, str(arguments[name])) for name, kind in _VALUES.items() if arguments.get(name)]
    quantities = [arguments.get("quantity"), *(line["quantity"] for line in arguments.get("product_info_list") or ())]
    values += [("count", str(number)) for number in quantities if number and int(number) > 1]
    name = f"{call.tool}:{action}" if action else call.tool
    return Deed(OPERATIONS.get(name, name), things, tuple(values))


def _bought(arguments: Mapping[str, Any]) -> Iterator[str]:
    for line in arguments.get("product_info_list") or ():
        if line.get("product_id"):
            yield str(line["product_id"])
