"""Policies that know the task and cut one corner; they must never pass either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecom_fixtures.agents.reference.app import Say, Use
from ecom_fixtures.agents.reference.history import History
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.worlds.shop.reference.oracle import Oracle
from ecom_fixtures.worlds.shop.reference.telling import spellings


@dataclass(frozen=True)
class Echo:
    """Repeats what the customer says."""

    def move(self, history: History) -> Say | Use:
        return Say(history.customer[-1])


@dataclass(frozen=True)
class KeywordList:
    """Knows every required answer by heart and says them all, without a single look-up."""

    task: Task

    def move(self, history: History) -> Say | Use:
        answers = [answer for intent in self.task.intents for answer in intent.wanted]
        words = [word for answer in answers for word in spellings(answer)]
        return Say("It may be one of these: " + "; ".join(words or ["yes", "no"]) + ".")


@dataclass(frozen=True)
class WriteEverything:
    """Makes every change it can think of on every order of the customer, asked or not."""

    task: Task

    def move(self, history: History) -> Say | list[Use]:
        steps = [step for step in self._steps(history) if not history.called(step.tool, **step.arguments)]
        return steps or Say("I have done everything that can be done for you.")

    def _steps(self, history: History) -> Iterator[Use]:
        own = self.task.context
        place = {"platform": own["platform"], "shop_id": own["shop_id"]}
        yield Use("get_user_info", {"user_id": own["user_id"]})
        yield Use("get_user_orders_info", own)
        name, phone = history.found("name"), history.found("phone_number")
        for order_id in history.found("order_id"):
            order = {**own, "order_id": order_id}
            yield Use("manage_urgent", order)
            yield Use("manage_order", {**order, "action": "cancel"})
            yield Use("manage_return", order)
            yield Use("register_cashback_by_review", {**order, "action": "register"})
            yield Use("get_logistics_info", order)
            if name and phone:
                who = {"order_id": order_id, "phone_number": phone[0]}
                yield Use("manage_invoice", {**who, "title": name[0], "invoice_type": "personal"})
                visit = {"service_type": "install", "service_time": "monday", "user_name": name[0]}
                yield Use("schedule_service", {**place, **who, **visit, "user_id": own["user_id"]})


def no_pictures(task: Task) -> Oracle:
    """The oracle that never looks at a picture and happens to guess right what it shows."""
    intents = tuple(
        intent.model_copy(
            update={
                "searches": tuple(call for call in intent.searches if call.tool != "get_image_info"),
                "proof": (),
            }
        )
        for intent in task.intents
    )
    guessed = frozenset(word for intent in task.intents for answer in intent.wanted for word in spellings(answer))
    amounts = frozenset(str(call.arguments["amount"]) for call in task.calls() if "amount" in call.arguments)
    return Oracle(task.model_copy(update={"intents": intents}), trusted=guessed | amounts)
