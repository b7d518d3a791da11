"""Plays plans of a task on fresh copies of the shop and judges them, without an agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from twelve import TWELVE

from ecom_fixtures.dataset.tasks import Call, Intent, Task
from ecom_fixtures.errors import ToolError
from ecom_fixtures.evaluation.judgement import Verdict
from ecom_fixtures.evaluation.verdict import judge
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.shop.database import Template
from ecom_fixtures.worlds.shop.pictures import SidecarReader
from ecom_fixtures.worlds.shop.source import Source
from ecom_fixtures.worlds.shop.toolbox import SPECS, Toolbox, complete

DATASET = TWELVE
SOURCE = Source(DATASET.folder / "shop")
each_task = pytest.mark.parametrize("task", DATASET.tasks, ids=lambda task: task.id)


@dataclass(frozen=True)
class Played:
    """What came of a plan: the verdict on it, and which of its changes the shop refused."""

    verdict: Verdict
    refused: tuple[str, ...]

    @property
    def failing(self) -> set[str]:
        return {name for name, right in self.verdict.dimensions.items() if not right}


class Stage:
    """Plays plans on fresh copies of the shop and judges them by one task."""

    def __init__(self, task: Task, template: Template, accepted: tuple[Snapshot, ...]) -> None:
        self.task, self.template, self.accepted = task, template, accepted

    async def play(self, plan: Task) -> Played:
        """Make all look-ups and changes of ``plan``, in its order, and say its keywords."""
        database = self.template.copy()
        toolbox = Toolbox(database, SidecarReader(DATASET.images))
        events: list[Event] = []
        for intent in plan.intents:
            for call in (*intent.searches, *intent.actions):
                events.append(await make(toolbox, call, plan))
            events += [Message(role="agent", text=f"It is {keyword.any_of[0]}.") for keyword in intent.keywords]
        verdict = judge(self.task, events, database.snapshot(), self.accepted)
        database.close()
        calls = (event for event in events if isinstance(event, ToolCall) and event.writes and not event.ok)
        return Played(verdict, tuple(call.tool for call in calls))


async def make(toolbox: Toolbox, call: Call, plan: Task) -> ToolCall:
    arguments = complete(call, plan.context)
    if call.tool == "get_image_info":
        arguments |= {"summarized_query": "A picture.", "needed_query": "What is it?"}
    made = ToolCall(tool=call.tool, arguments=arguments, result="", ok=True, writes=SPECS[call.tool].writes(arguments))
    try:
        return made.model_copy(update={"result": await toolbox.call(call.tool, arguments)})
    except ToolError as error:
        return made.model_copy(update={"result": str(error), "ok": False})


def other_orders(task: Task) -> list[str]:
    [customer] = [customer for customer in SOURCE.customers if customer.user_id == task.user_id]
    return [order.order_id for order in customer.orders]


def other_products(task: Task) -> list[str]:
    named = str([str(call) for call in task.calls()])
    return [product.product_id for product in SOURCE.products if product.product_id not in named][::12]


def with_intents(task: Task, intents: Sequence[Intent]) -> Task:
    return task.model_copy(update={"intents": tuple(intents)})


def with_calls(task: Task, kind: str, change: Any) -> Task:
    """``task`` with ``change`` applied to the list of calls of that kind in every intent."""
    return with_intents(
        task, [intent.model_copy(update={kind: tuple(change(getattr(intent, kind)))}) for intent in task.intents]
    )
