"""Why a trial was not solved, as it is told after real trials in which an agent makes one known mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from bots import DATASET, Bot, Sleeper, own, setup_of, source_of
from records import record

from ecom_fixtures.agents.protocol import AgentSpec, Reply
from ecom_fixtures.agents.reference.agent import ReferenceAgent
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.reporting.course import course_of
from ecom_fixtures.reporting.explain import explain, reason
from ecom_fixtures.reporting.reason import Explainer
from ecom_fixtures.trajectory import Message
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.trial.trial import run_trial
from ecom_fixtures.worlds.shop.reference.unfit import Hasty
from ecom_fixtures.worlds.words import Words

WORDS = source_of(DATASET).words
CLEAR_OUT, HEATER, HOSE, GIFT, MOVED = (
    "clear-out-after-sale",
    "buy-fan-heater-and-hurry-everything",
    "refuse-cashback-for-product-page",
    "purifier-gift-promised-in-chat",
    "moved-change-all-orders",
)


def mistaken(task_id: str, what: str) -> AgentSpec:
    """An agent that makes the one mistake about a task whose description begins so."""
    task = DATASET.task(task_id)
    mistake = next(each for each in source_of(DATASET).mistakes(task, task) if each.what.startswith(what))
    # A customer objects to what they know to be wrong, so this one doesn't ask.
    policy = Hasty(mistake.plan, trusted=mistake.invented, unsaid=mistake.unsaid)
    return ReferenceAgent("mistaken", lambda case: policy)


async def play(task_id: str, agent: str | AgentSpec, **other: Any) -> Record:
    return await run_trial(replace(setup_of(agent), **other), Case.of(task_id, 1))


def why(trial: Record) -> str:
    return reason(trial, WORDS, DATASET.task(trial.task))


def told(trial: Record) -> str:
    return explain(trial, WORDS, DATASET.task(trial.task))


@pytest.mark.parametrize(
    ("task_id", "mistake", "expected"),
    [
        (
            CLEAR_OUT,
            "leaves out manage_return(order_id='251107002202')",
            "Not done: arrange the return of order 251107002202",
        ),
        (
            CLEAR_OUT,
            "manage_ecard with amount",
            "Refund 368.0 yuan to the customer's gift card: amount should be 358.00",
        ),
        (
            CLEAR_OUT,
            "repeats manage_return(order_id='251106002201')",
            "Once too often: arrange the return of order 251106002201",
        ),
        (HEATER, "manage_order with payment", "Order new-1 is paid by bank card, should be gift card"),
        (
            HEATER,
            "manage_order with product_info_list",
            "Place an order for 2 x P44-11, paid by gift card: product info list should be 1 x P44-11",
        ),
        (HEATER, "hands over", "Not wanted: hand the customer over to a specialist"),
        (
            HEATER,
            "repeats manage_ecard(action='pay'",
            "Tried, and refused: pay for 1 x P44-11 with the customer's gift card",
        ),
        (HOSE, "doesn't look up get_installation_service_info", "Never looked up the installation of P15-01"),
        (
            HOSE,
            "doesn't look up get_image_info(history_messages='https://img.mapleway.example/photo-u1006-1.png')",
            "Didn't look at the picture https://img.mapleway.example/photo-u1006-1.png"
            " (called once, not successfully with these arguments)",
        ),
        (HOSE, "doesn't say 'orange'", "Not said: 'orange'"),
        (GIFT, "doesn't say 5 photos", "Not said: 5 photos or one of 3 other wordings"),
        (
            GIFT,
            "manage_invoice with invoice_type",
            "Company invoice titled Rosalind Peake for order 251103002601: invoice type is company, should be personal",
        ),
        (
            MOVED,
            "manage_order with address",
            "Order 251112002301 goes to 27 Kestrel Row, Flat 8, Hollin Bridge, back entrance,"
            " should go to 27 Kestrel Row, Flat 8, Hollin Bridge",
        ),
    ],
    ids=lambda text: text[:40],
)
async def test_a_mistake_is_told_in_one_sentence(task_id: str, mistake: str, expected: str) -> None:
    trial = await play(task_id, mistaken(task_id, mistake))
    assert trial.outcome is Outcome.FAILED
    assert why(trial) == expected


class Gives(Bot):
    """Answers once, and then breaks down."""

    async def reply(self, messages: Sequence[Message]) -> Reply | str:
        if len(messages) > 3:
            raise KeyError("lost the plot")
        return "Let me see."


async def test_a_dialogue_that_broke_off_says_first_where() -> None:
    trial = await play(MOVED, own(Gives))
    assert why(trial) == "Ended in intent 1 of 5: the agent crashed with KeyError: 'lost the plot'"


async def test_what_was_never_brought_up_is_not_reached_instead_of_missing() -> None:
    trial = await play(MOVED, own(Gives))
    text = told(trial)
    assert "not reached: what-is-in-it, how-wide, where-is-vacuum, hurry-vacuum" in text
    assert "Order 251112002301 goes to" in text
    assert trial.verdict
    assert any("expedite" in str(change) for change in trial.verdict.state_diff)
    assert "expedite" not in text
    assert "search:" not in text


async def test_too_many_turns_end_a_dialogue_early() -> None:
    trial = await play(CLEAR_OUT, "oracle", max_turns=2)
    assert why(trial) == "Ended in intent 1 of 2: the customer was not through after 2 turns"


async def test_time_that_is_up_ends_a_dialogue_early() -> None:
    trial = await play(CLEAR_OUT, own(Sleeper), time_limit=0.3)
    assert why(trial) == "Ended in intent 1 of 2: the trial took longer than 0.3 s"


async def test_a_hand_over_before_the_last_intent_ends_a_dialogue_early() -> None:
    trial = await play(MOVED, "transfer")
    assert why(trial) == "Ended in intent 1 of 5: the agent handed the customer over"


async def test_an_outcome_that_says_nothing_about_the_agent_tells_its_error() -> None:
    class Offline(Bot):
        async def reply(self, messages: Sequence[Message]) -> Reply | str:
            raise ConnectionError("the line\nis dead")

    trial = await play(MOVED, own(Offline))
    assert trial.outcome is Outcome.INFRA_ERROR
    assert why(trial).endswith("the line is dead")
    assert told(trial).startswith("INFRA ERROR (does not count against the agent): moved-change-all-orders, trial 1\n")


async def test_a_solved_trial_has_no_reason() -> None:
    assert why(await play(CLEAR_OUT, "oracle")) == ""


async def test_without_words_and_task_the_bare_names_are_told() -> None:
    trial = await play(HOSE, mistaken(HOSE, "doesn't look up get_installation_service_info"))
    assert reason(trial, Words(), None) == "Not done: get_installation_service_info(product_id='P15-01')"


@pytest.mark.parametrize("task", DATASET.tasks[::9], ids=lambda task: task.id)
async def test_every_intent_is_found_where_the_customer_brings_it_up(task: Any) -> None:
    trial = await run_trial(setup_of("oracle"), Case.of(task.id, 1))
    course = course_of(task, trial.events)
    assert len(course.raised) == len(task.intents)
    for number, intent in zip(course.raised, task.intents, strict=True):
        event = trial.events[number]
        assert isinstance(event, Message)
        # Where a persona writes several messages, a greeting may stand in the one before.
        near = " ".join(one.text for one in trial.events[max(0, number - 2) : number + 3] if isinstance(one, Message))
        begins = [" ".join(wording.split(". ")[0].split()[:5]) for wording in intent.say]
        assert any(each in " ".join(near.split()) for each in begins)


async def test_the_excerpt_shows_where_the_failed_intent_came_up() -> None:
    trial = await play(MOVED, mistaken(MOVED, "doesn't look up get_product_info"))
    head, _, excerpt = told(trial).partition("where the customer brought up how-wide (messages and tool calls ")
    assert head
    first, *lines = excerpt.splitlines()
    number = int(first.split(" ")[0])
    event = trial.events[number - 1]
    assert isinstance(event, Message)
    assert lines[0].startswith(f"  customer: {event.text[:60]}")
    assert len(lines) == 7 < len(trial.events)
    assert number > 5


async def test_the_excerpt_of_a_dialogue_that_broke_off_is_its_end() -> None:
    text = told(await play(MOVED, own(Gives)))
    assert text.partition("the end of the dialogue (")[2].splitlines()[-1].startswith("  customer: ")


def test_an_error_of_many_lines_stays_one_line() -> None:
    assert "\n" not in Explainer(record(outcome=Outcome.INFRA_ERROR, error="a\nb\n c"), Words(), None).reason()


async def test_conduct_is_told_beside_the_verdict() -> None:
    trial = await play(CLEAR_OUT, "write-everything")
    assert "conduct, outside the verdict: changes without the customer's yes:" in told(trial)
