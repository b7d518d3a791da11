"""A required look-up is met by what was told, whatever tool or grouping told it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from stage import DATASET, SOURCE, made
from twelve import WHOLE

from ecom_fixtures.dataset.tasks import Call, Intent, Task
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.play import play
from ecom_fixtures.evaluation.searches import Searches
from ecom_fixtures.evaluation.truth import Truth, truth_of
from ecom_fixtures.trajectory import Event, Message

TASK = DATASET.task("swap-for-80-litre-heater-and-expedite")
ORDER = "251111001021"
SHOTS = "https://img.mapleway.example/"
ABOUT = {"summarized_query": "A picture.", "needed_query": "What is it?"}


def call(tool: str, **arguments: Any) -> Call:
    return Call(tool=tool, arguments=arguments)


def product(product_id: str) -> Call:
    return call("get_product_info", product_id=product_id)


def compare(*product_ids: str) -> Call:
    return call("compare_products_info", product_ids=list(product_ids))


def fault(code: str, product_id: str = "P61-04") -> Call:
    return call("get_fault_code_info", product_id=product_id, fault_code=code)


def picture(name: str, **more: Any) -> Call:
    return call("get_image_info", history_messages=f"{SHOTS}{name}", **more)


def order(**more: Any) -> Call:
    return call("manage_order", action="query", order_id=ORDER, **more)


FIVE = ("P41-01", "P41-02", "P41-03", "P41-04", "P41-05")
EXCHANGE = call("manage_exchange", action="query", order_id=ORDER, original_product_id="P10-01")
BALANCE, PROFILE = call("manage_ecard", action="balance"), call("get_user_info")
MET: dict[str, tuple[Call, list[Call]]] = {
    "a compare over four products where one of them is required": (product("P12-01"), [compare("P12-01", *FIVE[:3])]),
    "a superset where a compare is": (compare(*FIVE[:3]), [compare(*FIVE)]),
    "single look-ups where a compare is": (compare(*FIVE[:3]), [product(each) for each in FIVE[:3]]),
    "two compares where one is": (compare(*FIVE), [compare(*FIVE[:2]), compare(*FIVE[2:])]),
    "a compare and a single look-up where a compare is": (compare(*FIVE[:3]), [product(FIVE[0]), compare(*FIVE[1:3])]),
    "a fault code in lower case": (fault("A2"), [fault("a2")]),
    "a question in other words about a picture": (picture("shot-u1004-1.png"), [picture("shot-u1004-1.png", **ABOUT)]),
    "the same look-up with an argument too many": (order(), [order(phone_number="10055510055")]),
}  # fmt: skip
UNMET: dict[str, tuple[Call, list[Call]]] = {
    "nothing": (product("P12-01"), []),
    "a compare without the product": (product("P12-01"), [compare(*FIVE)]),
    "a compare that leaves one out": (compare(*FIVE), [compare(*FIVE[:4])]),
    "single look-ups but for one": (compare(*FIVE[:3]), [product(each) for each in FIVE[:2]]),
    "what a product can be exchanged for doesn't describe it": (product("P10-03"), [EXCHANGE]),
    "descriptions don't tell what can be exchanged": (EXCHANGE, [compare("P10-01", "P10-02", "P10-03")]),
    "another code of the product": (fault("A2"), [fault("A1")]),
    "another picture": (picture("shot-u1004-1.png"), [picture("shot-u1004-2.png", **ABOUT)]),
    "another text of the product": (call("get_repair_info", product_id="P12-01"), [product("P12-01")]),
    "the profile doesn't count for the card": (BALANCE, [PROFILE]),
    "an order's parcel is not the order": (order(), [call("get_logistics_info", order_id=ORDER)]),
    "a change's answer is no look-up": (order(), [call("manage_order", action="cancel", order_id=ORDER)]),
}
LITERALLY_MET = {"a fault code in lower case": False, "the same look-up with an argument too many": True,
                 "a question in other words about a picture": True}  # fmt: skip


def task_with(*intents: Intent, task: Task = TASK) -> Task:
    return task.model_copy(update={"intents": intents})


def intent(name: str, *searches: Call, **more: Any) -> Intent:
    return Intent(id=name, say="Tell me.", goal="Know it.", searches=searches, **more)


async def truth_with(*searches: Call) -> Truth:
    return await truth_of(task_with(intent("ask", *searches)), DATASET, SOURCE)


async def events_of(task: Task, calls: Sequence[Call]) -> list[Event]:
    return [made(step) for step in (await play(SOURCE, task, calls)).steps]


async def missing(search: Call, calls: Sequence[Call], *, literal: bool = False) -> list[str]:
    truth = await truth_with(search)
    dialogue = Dialogue.of(await events_of(truth.task, calls))
    return [str(each) for each in Searches(truth, dialogue, literal).missing()]


@pytest.mark.parametrize("case", MET)
async def test_met_by(case: str) -> None:
    search, calls = MET[case]
    assert await missing(search, calls) == []


@pytest.mark.parametrize("case", UNMET)
async def test_not_met_by(case: str) -> None:
    search, calls = UNMET[case]
    assert await missing(search, calls)


@pytest.mark.parametrize("case", MET)
async def test_by_the_papers_rules_the_arguments_decide(case: str) -> None:
    search, calls = MET[case]
    assert (await missing(search, calls, literal=True) == []) is LITERALLY_MET.get(case, False)


async def test_a_refused_look_up_tells_nothing() -> None:
    truth = await truth_with(product("P12-01"))
    events = [
        event.model_copy(update={"ok": False})
        for event in await events_of(truth.task, [compare("P12-01", "P12-02"), product("P12-01")])
    ]
    assert len(list(Searches(truth, Dialogue.of(events)).missing())) == 1


async def test_what_a_look_up_would_tell_is_found_out_once_for_every_required_one() -> None:
    for task in WHOLE.tasks:
        truth = await truth_of(task, WHOLE, SOURCE)
        untold = {str(search) for search in task.searches if not truth.records.get(str(search))}
        assert untold == set(), task.id


async def test_where_nobody_can_say_what_is_told_the_arguments_decide() -> None:
    """An order that is there only after the dialogue has placed it."""
    later = call("get_logistics_info", order_id="251114991002")
    truth = await truth_with(later)
    assert truth.records == {}
    asked = Call(tool=later.tool, arguments={**TASK.context, **later.arguments})
    [event] = await events_of(truth.task, [asked])
    granted = event.model_copy(update={"ok": True, "result": "{}"})
    assert list(Searches(truth, Dialogue.of([granted])).missing()) == []


CANCEL = call("manage_order", action="cancel", order_id=ORDER)
URGENT = call("manage_urgent", order_id=ORDER)
WANTED = (compare(*FIVE[:2]), order())
IN_TIME = {
    "all before": [order(), compare(*FIVE), CANCEL],
    "by other tools, before": [product(FIVE[0]), order(), product(FIVE[1]), CANCEL],
    "once more after": [order(), compare(*FIVE), CANCEL, order(), product(FIVE[0])],
    "never": [CANCEL],
}
LATE = {
    "the last part of it after": ([order(), product(FIVE[0]), CANCEL, product(FIVE[1])], ["compare"]),
    "after the change that is as right": ([order(), URGENT, compare(*FIVE)], ["compare"]),
    "both after": ([CANCEL, order(), compare(*FIVE)], ["compare", "manage_order"]),
}


async def late(calls: Sequence[Call]) -> list[str]:
    matter = intent("do", *WANTED, actions=(CANCEL,), or_actions=((URGENT,),))
    truth = await truth_of(task_with(matter), DATASET, SOURCE)
    hello = Message(role="agent", text="Hello."), Message(role="customer", text="Please.")
    return list(Searches(truth, Dialogue.of([*hello, *await events_of(truth.task, calls)])).late())


@pytest.mark.parametrize("case", IN_TIME)
async def test_a_look_up_before_its_change_is_in_time(case: str) -> None:
    assert await late(IN_TIME[case]) == []


@pytest.mark.parametrize("case", LATE)
async def test_a_look_up_after_its_change_is_late(case: str) -> None:
    calls, tools = LATE[case]
    findings = await late(calls)
    assert len(findings) == len(tools)
    assert all(finding.startswith(f"after message 2: {tool}") for finding, tool in zip(findings, tools, strict=True))
