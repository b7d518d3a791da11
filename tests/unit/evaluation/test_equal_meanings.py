"""Over the real tasks: what means the same as the ground truth passes, however it is written or ordered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from stage import Stage, each_task, other_orders, other_products, with_calls, with_intents

from ecom_fixtures.dataset.tasks import Call, Task


@pytest.fixture
async def stage(task: Task) -> Stage:
    return await Stage.of(task)


def spelled_otherwise(call: Call) -> Call:
    """The same call in another spelling of the same meaning."""
    arguments = dict(call.arguments)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for name, value in call.arguments.items():
        match name:
            case "amount":
                arguments[name] = f"{Decimal(str(value)):.2f}"
            case "order_id" | "phone_number":
                arguments[name] = value.translate(wide)
            case "service_time" | "service_type" | "invoice_type" | "action" | "payment":
                arguments[name] = f" {value.upper()} "
            case "product_ids":
                arguments[name] = value[::-1]
            case "product_info_list":
                arguments[name] = [
                    {"quantity": str(line["quantity"]), "product_id": line["product_id"]} for line in value[::-1]
                ]
            case "address" | "title" | "user_name":
                arguments[name] = f" {value.replace(' ', '  ')} "
    return call.model_copy(update={"arguments": arguments})


@each_task
async def test_other_spellings_of_the_same_meaning_pass(stage: Stage) -> None:
    plan = stage.task
    for kind in ("actions", "searches"):
        plan = with_calls(plan, kind, lambda calls: map(spelled_otherwise, calls))
    assert (await stage.play(plan)).verdict.reward == 1


@each_task
async def test_amounts_may_be_numbers_of_any_kind(stage: Stage) -> None:
    def as_float(calls: Sequence[Call]) -> list[Call]:
        return [
            call.model_copy(update={"arguments": {**call.arguments, "amount": float(call.arguments["amount"])}})
            if "amount" in call.arguments
            else call
            for call in calls
        ]

    assert (await stage.play(with_calls(stage.task, "actions", as_float))).verdict.reward == 1


@each_task
async def test_the_order_of_independent_changes_does_not_matter(stage: Stage) -> None:
    plan = with_calls(stage.task, "actions", lambda calls: reversed(calls))
    assert (await stage.play(plan)).verdict.reward == 1


@each_task
async def test_further_look_ups_do_not_matter(stage: Stage) -> None:
    more = [
        Call(tool="manage_order", arguments={"action": "query", "order_id": each}) for each in other_orders(stage.task)
    ]
    more += [Call(tool="get_product_info", arguments={"product_id": each}) for each in other_products(stage.task)]
    plan = with_calls(stage.task, "searches", lambda calls: [*more, *calls, *more])
    assert (await stage.play(plan)).verdict.reward == 1


@each_task
async def test_address_and_phone_may_be_changed_by_two_calls(stage: Stage) -> None:
    def split(calls: Sequence[Call]) -> Iterator[Call]:
        for call in calls:
            both = {"address", "phone_number"}
            if call.arguments.get("action") == "modify" and both <= call.arguments.keys():
                for name in ("phone_number", "address"):
                    rest = {key: value for key, value in call.arguments.items() if key not in both - {name}}
                    yield call.model_copy(update={"arguments": rest})
            else:
                yield call

    assert (await stage.play(with_calls(stage.task, "actions", split))).verdict.reward == 1


@each_task
async def test_every_accepted_list_of_changes_passes(stage: Stage) -> None:
    for place, intent in enumerate(stage.task.intents):
        for other in intent.or_actions:
            intents = list(stage.task.intents)
            intents[place] = intent.model_copy(update={"actions": other})
            assert (await stage.play(with_intents(stage.task, intents))).verdict.reward == 1
