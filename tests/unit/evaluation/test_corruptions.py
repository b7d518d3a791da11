"""Over real tasks: what is done too much or with other arguments. All kinds of mistakes: see tests/validity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from stage import (
    DATASET,
    SOURCE,
    Stage,
    askable,
    each_task,
    made,
    other_orders,
    other_products,
    with_calls,
    with_intents,
)

from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.play import play
from ecom_fixtures.evaluation.verdict import verdict_on


@pytest.fixture
async def stage(task: Task) -> Stage:
    return await Stage.of(task)


def added_changes(task: Task) -> Iterator[Call]:
    """Changes that no task asks for on these orders, one of each kind."""
    expected = list(task.calls())
    orders = other_orders(task)
    yield Call(tool="transfer_to_specialist")
    yield Call(tool="manage_ecard", arguments={"action": "refund", "amount": "0.01"})
    items = [{"product_id": other_products(task)[0], "quantity": 1}]
    yield Call(tool="manage_order", arguments={"action": "add", "payment": "wallet", "product_info_list": items})
    for order_id in orders[:3]:
        phone = {"phone_number": "10055599999"}
        yield Call(tool="manage_order", arguments={"action": "cancel", "order_id": order_id})
        yield Call(tool="manage_order", arguments={"action": "modify", "order_id": order_id, **phone})
        yield Call(tool="manage_return", arguments={"order_id": order_id})
        yield Call(tool="manage_urgent", arguments={"order_id": order_id})
        invoice = {"title": "Nobody", "order_id": order_id, "invoice_type": "personal", **phone}
        yield Call(tool="manage_invoice", arguments=invoice)
        visit = {"user_name": "Nobody", "service_type": "repair", "service_time": "sunday", **phone}
        yield Call(tool="schedule_service", arguments={"order_id": order_id, **visit})
        register = Call(tool="register_cashback_by_review", arguments={"action": "register", "order_id": order_id})
        if register not in expected:
            yield register


def changed_searches(call: Call, orders: Sequence[str], products: Sequence[str]) -> Iterator[Call]:
    """``call`` with one of its ids replaced by another that exists."""
    for name, value in call.arguments.items():
        others: Sequence[Any] = ()
        match name:
            case "order_id":
                others = [order for order in orders if order != value]
            case "product_id":
                others = products
            case "product_ids":
                others = [value[:-1], [*value[:-1], products[0]]]
            case "fault_code":
                others = ["E99"]
            case "history_messages":
                pictures = sorted(path.name for path in DATASET.images.glob("*.png"))
                others = [f"https://img.mapleway.example/{name}" for name in pictures if name not in value][:2]
        yield from (Call(tool=call.tool, arguments={**call.arguments, name: other}) for other in others)


@each_task
async def test_no_added_change_survives(stage: Stage) -> None:
    last = stage.task.intents[-1]
    survivors, killed = [], 0
    for extra in added_changes(stage.task):
        longer = last.model_copy(update={"actions": (*last.actions, extra)})
        played = await stage.play(with_intents(stage.task, [*stage.task.intents[:-1], longer]))
        if played.failing == {"action"}:
            killed += 1
        elif not played.refused:
            survivors.append(extra)
    assert not survivors
    assert killed >= 3


@each_task
async def test_no_search_with_another_argument_is_taken_for_the_required_one(stage: Stage) -> None:
    orders, products = other_orders(stage.task), other_products(stage.task)
    survivors = []
    for search in dict.fromkeys(map(str, stage.task.searches)):
        [call, *_] = [each for each in stage.task.searches if str(each) == search]
        for wrong in changed_searches(call, orders, products):
            plan = with_calls(
                stage.task, "searches", lambda calls, call=call, wrong=wrong: [wrong if c == call else c for c in calls]
            )
            if (await stage.play(plan)).failing != {"search"}:
                survivors.append(wrong)
    assert not survivors


@each_task
async def test_an_amount_that_is_off_by_the_smallest_coin_fails(stage: Stage) -> None:
    def cheaper(calls: Sequence[Call]) -> list[Call]:
        return [
            call.model_copy(
                update={"arguments": {**call.arguments, "amount": str(Decimal(str(amount)) - Decimal("0.01"))}}
            )
            if (amount := call.arguments.get("amount"))
            else call
            for call in calls
        ]

    plan = with_calls(stage.task, "actions", cheaper)
    expected = {"action"} if plan != stage.task else set()
    assert (await stage.play(plan)).failing == expected


@each_task
async def test_a_refused_look_up_is_none(stage: Stage) -> None:
    played = await play(SOURCE, stage.task, [askable(search) for search in stage.task.searches])
    events = [made(step).model_copy(update={"ok": False}) for step in played.steps]
    verdict = verdict_on(stage.truth, Dialogue.of(events), played.state)
    assert len(verdict.missing_searches) == len(stage.task.searches)


def test_the_dataset_has_what_these_tests_change() -> None:
    calls = [call for task in DATASET.tasks for call in task.calls()]
    names = {name for call in calls for name in call.arguments}
    assert {"amount", "address", "phone_number", "title", "service_time", "product_info_list", "quantity"} <= names
    assert any(intent.answers for task in DATASET.tasks for intent in task.intents)
