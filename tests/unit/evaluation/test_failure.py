"""The failure classes: each rule on hand-made dialogues, and the apprentice's known mistakes in real trials."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest
from bots import setup_of
from stage import DATASET

from ecom_fixtures.agents.reference.agent import ReferenceAgent
from ecom_fixtures.agents.reference.mistake import Kind, Mistake
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.tasks import Call, Intent, Task
from ecom_fixtures.evaluation.failure import classify
from ecom_fixtures.evaluation.judgement import Failure, FailureClass
from ecom_fixtures.trajectory import ToolCall
from ecom_fixtures.trial.record import Record
from ecom_fixtures.trial.trial import run_trial
from ecom_fixtures.worlds.shop.reference.mistakes import mistakes
from ecom_fixtures.worlds.shop.reference.unfit import Hasty
from ecom_fixtures.worlds.shop.rules import RULES

ARGUMENT, DECISION, PARTLY = FailureClass
ONE, TWO = "251100000001", "251100000002"
MOVE = Call(tool="manage_order", arguments={"action": "modify", "order_id": ONE, "phone_number": "10055500000"})
PAY = Call(tool="manage_ecard", arguments={"action": "refund", "amount": "20"})
TASK = DATASET.tasks[0].model_copy(
    update={
        "intents": (
            Intent(id="ask", say="What is it?", goal="Ask."),
            Intent(id="move", say="New phone.", goal="Have it changed.", actions=(MOVE,)),
            Intent(id="pay", say="Pay me back.", goal="Get money.", actions=(PAY,)),
        )
    }
)


def made(call: Call, ok: bool = True, writes: bool = True, **other: Any) -> ToolCall:
    arguments = {**TASK.context, **call.arguments, **other}
    return ToolCall(tool=call.tool, arguments=arguments, result="{}", ok=ok, writes=writes)


def refused(call: Call, **other: Any) -> ToolCall:
    return made(call, ok=False, **other)


CANCEL = made(Call(tool="manage_order", arguments={"action": "cancel", "order_id": ONE}))
URGENT = made(Call(tool="manage_urgent", arguments={"order_id": ONE}))
CASES = {
    "nothing at all": ([], [], PARTLY, "move"),
    "one of two": ([made(MOVE)], [], PARTLY, "pay"),
    "an answer is missing": ([made(MOVE), made(PAY)], ["ask", "pay"], PARTLY, "ask"),
    "a change goes before an answer": ([made(MOVE)], ["ask"], PARTLY, "pay"),
    "another argument": ([made(MOVE, phone_number="10055500009"), made(PAY)], [], ARGUMENT, "move"),
    "another amount": ([made(MOVE), made(PAY, amount="30")], ["ask"], ARGUMENT, "pay"),
    "another order": ([made(MOVE, order_id=TWO), made(PAY)], [], DECISION, ""),
    "another operation": ([CANCEL, made(PAY)], [], DECISION, ""),
    "another tool": ([URGENT, made(MOVE)], [], DECISION, ""),
    "a change too many": ([made(MOVE), made(PAY), URGENT], [], DECISION, ""),
    "twice": ([made(MOVE), made(PAY), made(PAY)], [], DECISION, "pay"),
    "the first one decides": ([made(MOVE, phone_number="10055500009"), URGENT], [], ARGUMENT, "move"),
    "or the other": ([URGENT, made(MOVE, phone_number="10055500009")], [], DECISION, ""),
    "a look-up is no change": ([made(MOVE, writes=False, phone_number="1")], [], PARTLY, "move"),
    "refused with a wrong argument": ([refused(MOVE, phone_number="10055500009"), made(PAY)], [], ARGUMENT, "move"),
    "refused for another order": ([refused(MOVE, order_id=TWO), made(PAY)], [], DECISION, ""),
    "refused with arguments of no meaning": ([refused(PAY, amount=["?"]), made(MOVE)], [], ARGUMENT, "pay"),
    "refused to the letter": ([made(MOVE), refused(PAY)], [], PARTLY, "pay"),
    "refused, then right": ([refused(MOVE, order_id=TWO), made(MOVE), made(PAY)], ["ask"], PARTLY, "ask"),
    "made goes before refused": ([refused(PAY, amount="30"), URGENT], [], DECISION, ""),
    "a phone number with country code": ([made(MOVE, phone_number="+8610055500000")], [], PARTLY, "pay"),
    "in other words": ([made(MOVE, phone_number=" 10055500000 "), made(PAY, amount=20.0)], ["ask"], PARTLY, "ask"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_rules(case: str) -> None:
    events, missing, kind, intent = CASES[case]
    failure = classify(RULES, TASK, events, missing)
    assert (failure.kind, failure.intent) == (kind, intent)


def test_the_decisive_call_is_named() -> None:
    failure = classify(RULES, TASK, [made(MOVE), made(PAY, amount="30")], [])
    assert failure.call.startswith("manage_ecard(")
    assert "amount='30'" in failure.call
    assert classify(RULES, TASK, [made(MOVE)], []).call == str(PAY)
    assert classify(RULES, TASK, [made(MOVE), made(PAY)], ["ask"]) == Failure(kind=PARTLY, intent="ask", call="")


def test_an_accepted_alternative_is_no_wrong_decision() -> None:
    other = Call(tool="manage_urgent", arguments={"order_id": ONE})
    ask, move, pay = TASK.intents
    task = TASK.model_copy(update={"intents": (ask, move.model_copy(update={"or_actions": ((other,),)}), pay)})
    assert (classify(RULES, task, [made(other)], []).kind, classify(RULES, task, [made(other)], []).intent) == (
        PARTLY,
        "pay",
    )
    assert classify(RULES, task, [made(other), made(MOVE), made(PAY)], []).kind is DECISION


def test_where_the_shop_is_as_it_should_be_no_change_was_wrong() -> None:
    failure = classify(RULES, TASK, [refused(MOVE, phone_number="1"), CANCEL], ["ask"], settled=True)
    assert failure == Failure(kind=PARTLY, intent="ask", call="")


async def trial(task: Task, mistake: Mistake | None) -> Record:
    # A customer objects to what they know to be wrong, so this one doesn't ask.
    oracle = Hasty(mistake.plan, trusted=mistake.invented, unsaid=mistake.unsaid) if mistake else Hasty(task)
    agent = ReferenceAgent("apprentice", lambda case: oracle)
    return await run_trial(setup_of(agent, DATASET), Case(task.id, "", 1, 1))


def one_of_each_kind(task: Task) -> list[Mistake]:
    made = list(mistakes(task))
    kinds = sorted({mistake.kind for mistake in made})
    return [Random(task.id).choice([each for each in made if each.kind is kind]) for kind in kinds]


HANDFUL = [task for task in DATASET.tasks if task.number in (6, 13, 21, 33, 39)]


@pytest.mark.parametrize("task", HANDFUL, ids=lambda task: task.id)
async def test_the_apprentices_mistakes_get_their_class(task: Task) -> None:
    made = one_of_each_kind(task)
    right, *records = await asyncio.gather(trial(task, None), *(trial(task, each) for each in made))
    assert right.failure is None
    found = [
        (mistake.what, record.failure and record.failure.kind) for mistake, record in zip(made, records, strict=True)
    ]
    assert found == [
        (each.what, PARTLY if each.kind is Kind.MISSING_KEYWORD else FailureClass(each.kind.value)) for each in made
    ]


def test_the_handful_makes_every_kind_of_mistake() -> None:
    assert {mistake.kind for task in HANDFUL for mistake in one_of_each_kind(task)} == set(Kind)


async def test_an_agent_that_does_nothing_has_resolved_it_in_part() -> None:
    [task] = [task for task in DATASET.tasks if task.number == 17]
    record = await run_trial(setup_of("null", DATASET), Case(task.id, "", 1, 1))
    assert record.failure
    assert (record.failure.kind, record.failure.intent) == (PARTLY, task.intents[0].id)
