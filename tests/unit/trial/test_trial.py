"""One trial from left to right: what its record holds, and that no trial touches another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from bots import CASE, DATASET, TASK, Bot, Sleeper, own, plain, warm_world

from ecom_fixtures.agents.protocol import Brief, Case, Reply
from ecom_fixtures.trajectory import Message, ToolCall
from ecom_fixtures.trial.record import Outcome
from ecom_fixtures.trial.trial import World, case_seed, lost_trial, run_trial
from ecom_fixtures.worlds.shop.database import Template


@pytest.fixture
async def world(template: Template) -> World:
    return await warm_world(template)


async def test_a_solved_trial_passes_with_verdict_and_trajectory(world: World) -> None:
    record = await run_trial(world, CASE)
    assert record.outcome is Outcome.PASSED
    assert (record.ended_by, record.error) == ("stop", "")
    assert record.verdict is not None
    assert record.verdict.reward == 1
    assert {type(event) for event in record.events} == {Message, ToolCall}
    assert record.turns == sum(1 for event in record.events if event.kind == "message" and event.role == "customer") - 1
    assert record.agent_usage.calls > record.turns
    assert record.seconds > 0


async def test_the_record_says_which_trial_it_is_of(world: World) -> None:
    record = await run_trial(world, Case(TASK.id, 3, 9))
    assert (record.task, record.number, record.title, record.persona) == (
        TASK.id, TASK.number, TASK.title, TASK.persona,
    )  # fmt: skip
    assert (record.trial, record.seed, record.agent, record.customer) == (3, 9, "oracle", "agenda")


async def test_an_unsolved_trial_fails_without_an_error(world: World) -> None:
    record = await run_trial(replace(world, agent=own(Bot)), CASE)
    assert (record.outcome, record.error) == (Outcome.FAILED, "")
    assert record.verdict is not None
    assert record.verdict.dimensions == {"action": False, "search": False, "output": True}


class Hasty(Bot):
    async def reply(self, messages: Sequence[Message]) -> Reply | str:
        await self.brief.tools.call_tool("manage_order", {**self.brief.context, "action": "cancel", "order_id": ORDER})
        return "Done."


ORDER = "251111001021"


async def test_conduct_is_recorded_outside_the_reward(world: World) -> None:
    record = await run_trial(replace(world, agent=own(Hasty)), CASE)
    assert record.conduct.unconfirmed
    assert any("which is cancelled" in finding for finding in record.conduct.forbidden)


async def test_an_own_agent_in_a_context_is_entered_and_left_inside_the_trial(world: World) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def build(brief: Brief) -> AsyncIterator[Bot]:
        tools = await brief.tools.list_tools()
        steps.append(f"entered with {len(tools.tools)} tools")
        yield Bot(brief)
        await brief.tools.list_tools()
        steps.append("left")

    record = await run_trial(replace(world, agent=own(build)), CASE)
    assert record.judged
    assert steps == ["entered with 21 tools", "left"]


async def test_an_agent_in_a_context_is_left_when_its_time_is_up(world: World) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def build(brief: Brief) -> AsyncIterator[Bot]:
        try:
            yield Sleeper(brief)
        finally:
            steps.append("left")

    record = await run_trial(replace(world, agent=own(build), time_limit=0.3), CASE)
    assert record.ended_by == "time"
    assert steps == ["left"]


async def test_nothing_of_the_ground_truth_is_in_the_brief(world: World) -> None:
    briefs: list[Brief] = []

    def build(brief: Brief) -> Bot:
        briefs.append(brief)
        return Bot(brief)

    await run_trial(replace(world, agent=own(build)), CASE)
    assert briefs[0].context == {"platform": "mapleway", "shop_id": "S2001", "user_id": TASK.user_id}
    assert not [intent.goal for intent in TASK.intents if intent.goal in briefs[0].instructions]


async def test_a_trial_leaves_the_template_and_the_next_trial_as_they_were(world: World) -> None:
    copy = world.template.copy()
    before = copy.snapshot()
    copy.close()
    first, second = await run_trial(world, CASE), await run_trial(world, CASE)
    copy = world.template.copy()
    assert copy.snapshot() == before
    copy.close()
    assert plain(first) == plain(second)


async def test_concurrent_trials_give_the_same_records_as_one_by_one(world: World) -> None:
    tasks = [task.id for task in DATASET.tasks[:8]]
    alone = {task: await run_trial(world, Case(task, 1, 7)) for task in tasks}
    together = await asyncio.gather(*(run_trial(world, Case(tasks[number % 8], 1, 7)) for number in range(32)))
    assert [plain(record) for record in together] == [plain(alone[record.task]) for record in together]
    assert all(record.passed for record in together)


def test_a_trials_seed_depends_on_task_and_trial_and_nothing_else() -> None:
    assert case_seed(0, "a", 1) == case_seed(0, "a", 1)
    assert len({case_seed(seed, task, trial) for seed in (0, 1) for task in "ab" for trial in (1, 2)}) == 8


async def test_a_lost_trial_is_an_infra_error_of_that_case(world: World) -> None:
    record = lost_trial(world, CASE, "the process was killed")
    assert (record.task, record.outcome, record.error) == (TASK.id, Outcome.INFRA_ERROR, "the process was killed")


async def test_the_customer_has_the_tasks_own_persona_or_the_one_that_was_chosen(world: World) -> None:
    records = [await run_trial(each, CASE) for each in (world, replace(world, persona="angry-hasty-vague"))]
    assert [record.persona for record in records] == [TASK.persona, "angry-hasty-vague"]
    first, second = (
        next(e for e in record.events if e.kind == "message" and e.role == "customer") for record in records
    )
    assert first != second


def test_a_random_persona_hangs_on_the_seed_alone(world: World) -> None:
    chosen = [replace(world, persona="random").persona_of(TASK, seed) for seed in [*range(50), *range(50)]]
    assert chosen[:50] == chosen[50:]
    assert len(set(chosen)) > 30
    assert set(chosen) <= set(DATASET.personas)
