"""Policies that must never pass: each stands for a way of scoring without serving the customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ecom_fixtures.agents.reference.app import Say, Use
from ecom_fixtures.agents.reference.history import History
from ecom_fixtures.worlds.shop.reference.grounding import picture_look_up

_PRODUCT_LOOK_UPS = (
    "get_product_info",
    "get_installation_service_info",
    "get_repair_info",
    "get_auxiliary_materials_info",
    "get_gift_info",
)


@dataclass(frozen=True)
class Null:
    """Does nothing and says nothing of use."""

    def move(self, history: History) -> Say | Use:
        return Say("I am sorry, I can't help you with that.")


@dataclass(frozen=True)
class Transfer:
    """Hands every customer over to a person."""

    context: Mapping[str, str]

    def move(self, history: History) -> Say | Use:
        if not history.called("transfer_to_specialist"):
            return Use("transfer_to_specialist", dict(self.context))
        return Say("I have handed you over to a specialist, who will take it from here.")


@dataclass(frozen=True)
class Approve:
    """Says yes to everything, takes every picture as proof and never looks at one."""

    context: Mapping[str, str]

    def move(self, history: History) -> Say | Use:
        place = dict(self.context)
        if history.links:
            if not history.called("get_user_orders_info"):
                return Use("get_user_orders_info", place)
            for order_id in history.found("order_id"):
                if not history.called("register_cashback_by_review", order_id=order_id):
                    register = {**place, "action": "register", "order_id": order_id}
                    return Use("register_cashback_by_review", register)
        return Say("Yes, of course, that is approved. I have taken care of it for you.")


@dataclass(frozen=True)
class Dump:
    """Makes every look-up it can, on everything it finds, and recites all the results."""

    context: Mapping[str, str]

    def move(self, history: History) -> Say | list[Use]:
        steps = [step for step in self._look_ups(history) if not history.called(step.tool, **step.arguments)]
        return steps or Say("This is all I know.\n" + "\n".join(call.result for call in history.calls))

    def _look_ups(self, history: History) -> Iterator[Use]:
        platform, shop_id, user = (self.context[name] for name in ("platform", "shop_id", "user_id"))
        place = {"platform": platform, "shop_id": shop_id}
        own = {**place, "user_id": user}
        yield Use("get_user_info", {"user_id": user})
        yield Use("get_discount_info", place)
        for action in ("info", "balance"):
            yield Use("manage_ecard", {"platform": platform, "user_id": user, "action": action})
        yield from (picture_look_up(link) for link in history.links)
        yield Use("get_user_orders_info", own)
        for order_id in history.found("order_id"):
            order = {**own, "order_id": order_id}
            yield Use("manage_order", {**order, "action": "query"})
            yield Use("get_logistics_info", order)
            yield Use("register_cashback_by_review", {**order, "action": "query"})
            for product_id in history.found("product_id"):
                yield Use("manage_exchange", {**order, "action": "query", "original_product_id": product_id})
        products = history.found("product_id")
        for product_id in products:
            yield from (Use(tool, {**place, "product_id": product_id}) for tool in _PRODUCT_LOOK_UPS)
        if products:
            yield Use("compare_products_info", {**place, "product_ids": products})
