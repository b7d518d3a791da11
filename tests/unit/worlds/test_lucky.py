"""The agents that know the task and cut one corner: each does what it is said to do, and fails by it alone."""

from __future__ import annotations

from bots import setup_of
from twelve import TWELVE

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.trajectory import Message, ToolCall
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.trial.trial import run_trial

PICTURES = TWELVE.task("refuse-cashback-for-product-page")
CHANGES = TWELVE.task("moved-change-all-orders")


async def trial(agent: str, task: Task) -> Record:
    return await run_trial(setup_of(agent, TWELVE), Case(task.id, "", 1, 1))


def calls(record: Record) -> list[ToolCall]:
    return [event for event in record.events if isinstance(event, ToolCall)]


def said(record: Record, role: str) -> list[str]:
    return [event.text for event in record.events if isinstance(event, Message) and event.role == role]


async def test_the_echo_says_what_the_customer_says() -> None:
    record = await trial("echo", PICTURES)
    heard = said(record, "customer")
    assert said(record, "agent")[1:] == heard[: record.turns]
    assert (record.outcome, calls(record)) == (Outcome.FAILED, [])


async def test_the_keyword_list_says_every_wording_and_looks_nothing_up() -> None:
    record = await trial("keyword-list", PICTURES)
    answers = [answer for intent in PICTURES.intents for answer in intent.answers]
    wordings = [each for answer in answers if isinstance(answer.value, tuple) for each in map(str, answer.value)]
    assert wordings
    assert all(wording in text for wording in wordings for text in said(record, "agent")[1:])
    assert (record.outcome, calls(record)) == (Outcome.FAILED, [])


async def test_write_everything_tries_changes_on_every_order() -> None:
    record = await trial("write-everything", CHANGES)
    expected = {call.arguments["order_id"] for intent in CHANGES.intents for call in intent.actions}
    assert record.outcome is Outcome.FAILED
    for tool in ("manage_order", "manage_return", "manage_urgent", "manage_invoice", "schedule_service"):
        assert {call.arguments["order_id"] for call in calls(record) if call.tool == tool and call.writes} >= expected
    assert any(call.ok for call in calls(record) if call.writes)


async def test_no_pictures_does_everything_but_look() -> None:
    blind, seeing = [await trial(agent, PICTURES) for agent in ("no-pictures", "oracle")]
    assert "get_image_info" in {call.tool for call in calls(seeing)}
    assert "get_image_info" not in {call.tool for call in calls(blind)}
    assert (seeing.outcome, blind.outcome) == (Outcome.PASSED, Outcome.FAILED)


async def test_no_pictures_is_the_oracle_where_there_is_none() -> None:
    assert not CHANGES.pictures
    assert (await trial("no-pictures", CHANGES)).passed
