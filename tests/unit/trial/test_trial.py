"""One trial from left to right: what its record holds, and that no trial touches another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from bots import CASE, DATASET, TASK, Bot, Sleeper, own, plain, warm_setup

from ecom_fixtures.agents.protocol import Brief, Reply
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.evaluation.play import play
from ecom_fixtures.trajectory import Message, ToolCall
from ecom_fixtures.trial.record import Outcome
from ecom_fixtures.trial.setup import Setup
from ecom_fixtures.trial.trial import lost_trial, run_trial


@pytest.fixture
async def setup() -> Setup:
    return await warm_setup()


async def test_a_solved_trial_passes_with_verdict_and_trajectory(setup: Setup) -> None:
    record = await run_trial(setup, CASE)
    assert record.outcome is Outcome.PASSED
    assert (record.ended_by, record.error) == ("stop", "")
    assert record.verdict is not None
    assert record.verdict.reward == 1
    assert {event.kind for event in record.events} == {"message", "tool"}
    assert record.turns == sum(1 for event in record.events if event.kind == "message" and event.role == "customer") - 1
    assert record.agent_usage.calls > record.turns
    assert record.seconds > 0


async def test_the_record_says_which_trial_it_is_of(setup: Setup) -> None:
    record = await run_trial(setup, Case(TASK.id, "", 3, 9))
    assert (record.task, record.number, record.title, record.persona) == (
        TASK.id, TASK.number, TASK.title, TASK.persona,
    )  # fmt: skip
    assert (record.trial, record.seed, record.agent, record.customer) == (3, 9, "oracle", "agenda")


async def test_an_unsolved_trial_fails_without_an_error(setup: Setup) -> None:
    record = await run_trial(replace(setup, agent=own(Bot)), CASE)
    assert (record.outcome, record.error) == (Outcome.FAILED, "")
    assert record.verdict is not None
    assert record.verdict.dimensions == {"action": False, "search": False, "output": False}


class Hasty(Bot):
    async def reply(self, messages: Sequence[Message]) -> Reply | str:
        await self.brief.tools.call_tool("manage_order", {**self.brief.context, "action": "cancel", "order_id": ORDER})
        return "Done."


ORDER = "251111001021"


async def test_conduct_is_recorded_outside_the_reward(setup: Setup) -> None:
    record = await run_trial(replace(setup, agent=own(Hasty)), CASE)
    assert record.conduct.unconfirmed
    assert any("which is cancelled" in finding for finding in record.conduct.forbidden)


async def test_an_own_agent_in_a_context_is_entered_and_left_inside_the_trial(setup: Setup) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def build(brief: Brief) -> AsyncIterator[Bot]:
        tools = await brief.tools.list_tools()
        steps.append(f"entered with {len(tools.tools)} tools")
        yield Bot(brief)
        await brief.tools.list_tools()
        steps.append("left")

    record = await run_trial(replace(setup, agent=own(build)), CASE)
    assert record.judged
    assert steps == ["entered with 21 tools", "left"]


async def test_an_agent_in_a_context_is_left_when_its_time_is_up(setup: Setup) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def build(brief: Brief) -> AsyncIterator[Bot]:
        try:
            yield Sleeper(brief)
        finally:
            steps.append("left")

    record = await run_trial(replace(setup, agent=own(build), time_limit=0.3), CASE)
    assert record.ended_by == "time"
    assert steps == ["left"]


async def test_nothing_of_the_ground_truth_is_in_the_brief(setup: Setup) -> None:
    briefs: list[Brief] = []

    def build(brief: Brief) -> Bot:
        briefs.append(brief)
        return Bot(brief)

    await run_trial(replace(setup, agent=own(build)), CASE)
    assert briefs[0].context == {"platform": "mapleway", "shop_id": "S2001", "user_id": TASK.user_id}
    assert not [intent.goal for intent in TASK.intents if intent.goal in briefs[0].instructions]


async def test_a_trial_leaves_the_template_and_the_next_trial_as_they_were(setup: Setup) -> None:
    before = await play(setup.source, TASK, ())
    first, second = await run_trial(setup, CASE), await run_trial(setup, CASE)
    assert await play(setup.source, TASK, ()) == before
    assert plain(first) == plain(second)


async def test_concurrent_trials_give_the_same_records_as_one_by_one(setup: Setup) -> None:
    tasks = [task.id for task in DATASET.tasks[:8]]
    alone = {task: await run_trial(setup, Case(task, "", 1, 7)) for task in tasks}
    together = await asyncio.gather(*(run_trial(setup, Case(tasks[number % 8], "", 1, 7)) for number in range(32)))
    assert [plain(record) for record in together] == [plain(alone[record.task]) for record in together]
    assert all(record.passed for record in together)


def test_a_trials_seed_depends_on_task_and_trial_and_nothing_else() -> None:
    assert Case.of("a", 1) == Case.of("a", 1)
    assert len({Case.of(task, trial, seed).seed for seed in (0, 1) for task in "ab" for trial in (1, 2)}) == 8


async def test_a_lost_trial_is_an_infra_error_of_that_case(setup: Setup) -> None:
    record = lost_trial(setup, CASE, "the process was killed")
    assert (record.task, record.outcome, record.error) == (TASK.id, Outcome.INFRA_ERROR, "the process was killed")


async def test_the_customer_has_the_tasks_own_persona_or_the_one_that_was_chosen(setup: Setup) -> None:
    records = [await run_trial(each, CASE) for each in (setup, replace(setup, persona="angry-hasty-vague"))]
    assert [record.persona for record in records] == [TASK.persona, "angry-hasty-vague"]
    first, second = (
        next(e for e in record.events if e.kind == "message" and e.role == "customer") for record in records
    )
    assert first != second


def test_a_random_persona_hangs_on_the_seed_alone(setup: Setup) -> None:
    chosen = [
        replace(setup, persona="random").persona_of(Case(TASK.id, "", 1, seed)) for seed in [*range(50), *range(50)]
    ]
    assert chosen[:50] == chosen[50:]
    assert len(set(chosen)) > 30
    assert set(chosen) <= set(DATASET.personas)


async def test_a_variant_is_the_group_whose_persona_the_customer_has(setup: Setup) -> None:
    record = await run_trial(
        replace(setup, persona="calm-patient-clear"), Case.of(TASK.id, 1, variant="angry-hasty-vague")
    )
    assert (record.variant, record.persona) == ("angry-hasty-vague", "angry-hasty-vague")
    assert record.case == Case.of(TASK.id, 1, variant="angry-hasty-vague")


async def test_every_event_and_model_call_has_its_time(setup: Setup) -> None:
    class Slow(Bot):
        async def reply(self, messages: Sequence[Message]) -> Reply | str:
            await asyncio.sleep(0.2)
            await self.brief.tools.call_tool("get_user_info", {"user_id": TASK.user_id})
            return "I see."

    record = await run_trial(replace(setup, agent=own(Slow)), CASE)
    answer = next(event for event in record.events[1:] if event.kind == "message" and event.role == "agent")
    call = next(event for event in record.events if isinstance(event, ToolCall))
    assert (answer.duration or 0) >= 0.2
    assert (answer.start or 0) <= (call.start or 0) <= (answer.start or 0) + (answer.duration or 0)
    starts = [event.start or 0.0 for event in (await run_trial(setup, CASE)).calls]
    assert starts == sorted(starts)


async def test_the_calls_of_models_are_those_that_the_agents_usage_sums(setup: Setup) -> None:
    record = await run_trial(setup, CASE)
    assert {(call.role, call.model) for call in record.calls} == {("agent", "oracle")}
    assert {call.finish for call in record.calls} == {"stop", "tool_calls"}
    assert len(record.calls) == record.agent_usage.calls
    assert sum(call.input_tokens or 0 for call in record.calls) == record.agent_usage.input_tokens


async def test_a_picture_that_the_customer_sends_is_in_its_message(setup: Setup) -> None:
    task = DATASET.task("refuse-cashback-for-product-page")
    record = await run_trial(setup, Case.of(task.id, 1))
    sent = [link for event in record.events if event.kind == "message" for link in event.pictures]
    assert [link.rpartition("/")[2] for link in sent if link] == list(task.pictures)
