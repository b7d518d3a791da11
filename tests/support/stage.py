"""Plays plans of a task on fresh copies of the shop and judges them, without an agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from twelve import TWELVE

from ecom_fixtures.dataset.tasks import Call, Intent, Task
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.judgement import Verdict
from ecom_fixtures.evaluation.play import Step, play
from ecom_fixtures.evaluation.truth import Truth, truth_of
from ecom_fixtures.evaluation.verdict import verdict_on
from ecom_fixtures.trajectory import Event, ToolCall
from ecom_fixtures.validity.truth import spoken
from ecom_fixtures.worlds.pictures import SidecarReader
from ecom_fixtures.worlds.shop.house_rules import orders_of
from ecom_fixtures.worlds.shop.rules import RULES
from ecom_fixtures.worlds.shop.world import ShopSource

DATASET = TWELVE
SOURCE = ShopSource(DATASET, SidecarReader(DATASET.images))
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
    """Plays plans on fresh worlds and judges them by one task."""

    def __init__(self, truth: Truth) -> None:
        self.truth, self.task = truth, truth.task

    @classmethod
    async def of(cls, task: Task) -> Stage:
        return cls(await truth_of(task, DATASET, SOURCE))

    async def play(self, plan: Task) -> Played:
        """Make all look-ups and changes of ``plan``, in its order, and give its answers."""
        calls = [askable(call) for intent in plan.intents for call in (*intent.searches, *intent.actions)]
        played = await play(SOURCE, plan, calls)
        events: list[Event] = [made(step) for step in played.steps]
        events += spoken(plan)
        verdict = verdict_on(self.truth, Dialogue.of(events), played.state)
        calls_made = (event for event in events if isinstance(event, ToolCall) and event.writes and not event.ok)
        return Played(verdict, tuple(call.tool for call in calls_made))


def askable(call: Call) -> Call:
    """The call with the words that a question about a picture needs and the truth doesn't name."""
    words = {"summarized_query": "A picture.", "needed_query": "What is it?"} if call.tool == "get_image_info" else {}
    return Call(tool=call.tool, arguments={**call.arguments, **words})


def made(step: Step) -> ToolCall:
    """The step as it would stand in a dialogue."""
    tool, arguments = step.call.tool, step.call.arguments
    return ToolCall(
        tool=tool,
        arguments=arguments,
        result=step.answer.text,
        ok=not step.answer.refused,
        writes=RULES.writes(tool, arguments),
    )


def other_orders(task: Task) -> list[str]:
    return list(orders_of(SOURCE.source, task))


def other_products(task: Task) -> list[str]:
    named = str([str(call) for call in task.calls()])
    return [product.product_id for product in SOURCE.source.products if product.product_id not in named][::12]


def with_intents(task: Task, intents: Sequence[Intent]) -> Task:
    return task.model_copy(update={"intents": tuple(intents)})


def with_calls(task: Task, kind: str, change: Any) -> Task:
    """``task`` with ``change`` applied to the list of calls of that kind in every intent."""
    return with_intents(
        task, [intent.model_copy(update={kind: tuple(change(getattr(intent, kind)))}) for intent in task.intents]
    )
