"""Checks on the ground truth: every wrong turn is caught, every expected change is allowed and asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.errors import ToolError
from ecom_fixtures.evaluation.conduct import forbidden
from ecom_fixtures.evaluation.failure import classify
from ecom_fixtures.evaluation.judgement import FailureClass, Verdict
from ecom_fixtures.evaluation.verdict import judge
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.validity.base import Bench, Finding, tally
from ecom_fixtures.worlds.shop.pictures import SidecarReader
from ecom_fixtures.worlds.shop.reference.mistakes import Kind, Mistake, mistakes
from ecom_fixtures.worlds.shop.toolbox import SPECS, Toolbox, complete

# Double mistakes are many; so many of them are drawn per task.
DOUBLES = 8
OTHER_PRODUCTS = 2
OTHER_ORDERS = 3


async def every_wrong_turn_is_caught(bench: Bench) -> Finding:
    """Single mistakes fail in their dimension alone and with their class, double ones fail; the truth itself passes.

    A change too many that the shop refuses (nothing left to exchange, the card is empty) changes nothing and is none.
    """
    results: list[tuple[str, bool]] = []
    singles = harmless = 0
    for task in bench.dataset.tasks:
        verdict, _, _ = await _follow(bench, task, task)
        results.append((f"{task.id}: the ground truth itself", bool(verdict.reward)))
        made = []
        for mistake in _mistakes(bench, task, task):
            verdict, kind, refused = await _follow(bench, task, mistake.plan)
            if verdict.reward and refused:
                harmless += 1
                continue
            made.append(mistake)
            failing = {dimension for dimension, right in verdict.dimensions.items() if not right}
            right = failing == {mistake.dimension} and kind == _class_of(mistake)
            results.append((f"{task.id}: {mistake.what} ({mistake.kind}, judged {kind})", right))
        singles += len(made)
        for what, plan in _doubles(bench, task, made):
            verdict, _, refused = await _follow(bench, task, plan)
            if not (verdict.reward and refused):
                results.append((f"{task.id}: {what}", not verdict.reward))
    doubles = len(results) - singles - len(bench.dataset.tasks)
    note = f"{singles} single mistakes, {doubles} double; {harmless} more the shop refuses, and all is well"
    return tally("every wrong turn is caught", results, note)


async def truth_obeys_policy(bench: Bench) -> Finding:
    """Each expected change has an effect and is allowed by the policy in the state in which it is made."""
    results = []
    for task in bench.dataset.tasks:
        database = bench.template.copy()
        toolbox = Toolbox(database, SidecarReader(bench.dataset.images))
        for intent in task.intents:
            for action in intent.actions:
                arguments = complete(action, task.context)
                finding, before = forbidden(database, action.tool, arguments), database.snapshot()
                await toolbox.call(action.tool, arguments)
                results.append((f"{task.id}: {finding}", finding is None))
                results.append((f"{task.id}: {action} has no effect", database.snapshot() != before))
        database.close()
    return tally("the truth obeys the policy", results)


async def _follow(bench: Bench, task: Task, plan: Task) -> tuple[Verdict, FailureClass | None, bool]:
    """Judge, against ``task``, an agent that does exactly what ``plan`` says, and tell if the shop refused a call."""
    database = bench.template.copy()
    toolbox = Toolbox(database, SidecarReader(bench.dataset.images))
    events: list[Event] = [Message(role="customer", text="Yes, please."), *_look_ups(plan)]
    for intent in plan.intents:
        for action in intent.actions:
            arguments = complete(action, task.context)
            try:
                result, ok = await toolbox.call(action.tool, arguments), True
            except ToolError as error:
                result, ok = str(error), False
            events.append(ToolCall(tool=action.tool, arguments=arguments, result=result, ok=ok, writes=True))
    events += [Message(role="agent", text=f"It is {keyword.any_of[0]}.") for keyword in plan.keywords]
    verdict = judge(task, events, database.snapshot(), await bench.oracle.accepted(task))
    database.close()
    missing = [item.intent for item in (*verdict.missing_searches, *verdict.missing_keywords)]
    refused = any(isinstance(event, ToolCall) and not event.ok for event in events)
    return verdict, None if verdict.reward else classify(task, events, missing).kind, refused


def _look_ups(plan: Task) -> Iterator[ToolCall]:
    for search in plan.searches:
        arguments = complete(search, plan.context)
        for name, field in SPECS[search.tool].arguments.model_fields.items():
            if field.is_required():
                arguments.setdefault(name, "-")
        yield ToolCall(tool=search.tool, arguments=arguments, result="{}", ok=True, writes=False)


def _mistakes(bench: Bench, task: Task, plan: Task) -> list[Mistake]:
    orders = bench.orders_of(task.user_id)[:OTHER_ORDERS]
    products = [product.product_id for product in bench.source.products[:OTHER_PRODUCTS]]
    return list(mistakes(plan, orders, products))


def _doubles(bench: Bench, task: Task, singles: Sequence[Mistake]) -> Iterator[tuple[str, Task]]:
    """Two mistakes at once, drawn at random but always the same; a pair that undoes itself is none."""
    chance = Random(task.id)
    for _ in range(DOUBLES):
        first = chance.choice(singles)
        second = chance.choice(_mistakes(bench, task, first.plan))
        if _sum(second.plan) != _sum(task):
            yield f"{first.what}, and {second.what}", second.plan


def _sum(plan: Task) -> tuple[list[str], list[str], list[str]]:
    """What a plan comes to: its changes, look-ups and answers, whatever their order."""
    actions: list[Call] = [action for intent in plan.intents for action in intent.actions]
    return (
        sorted(map(str, actions)),
        sorted(map(str, plan.searches)),
        sorted(keyword.any_of[0] for keyword in plan.keywords),
    )


def _class_of(mistake: Mistake) -> FailureClass:
    """An answer that lacks its key word is a case partially resolved."""
    if mistake.kind is Kind.MISSING_KEYWORD:
        return FailureClass.PARTIALLY_RESOLVED
    return FailureClass(mistake.kind.value)
