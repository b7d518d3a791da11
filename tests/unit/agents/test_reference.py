"""The reference agents' own promises; that the oracle solves all and the others nothing is shown in tests/validity."""

from __future__ import annotations

import asyncio

import pytest
from bots import setup_of
from twelve import TWELVE

from ecom_fixtures.agents.reference.agent import ReferenceAgent
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.cases import plan as plan_cases
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.trial.record import Outcome
from ecom_fixtures.trial.trial import run_trial
from ecom_fixtures.worlds.shop.reference import reference_agents
from ecom_fixtures.worlds.shop.reference.oracle import STUCK, Oracle

DATASET = TWELVE
TASK = DATASET.task("refund-app-price-drop-install-and-invoice")


def with_last_action(wrong: Call) -> Dataset:
    """The dataset with one task only, whose last intent wants ``wrong``."""
    last = TASK.intents[-1].model_copy(update={"actions": (wrong,)})
    return Dataset(DATASET.folder, (TASK.model_copy(update={"intents": (*TASK.intents[:-1], last)}),))


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        # Another customer's order: the shop would take it, but nothing that is told or looked up shows it.
        (TASK.intents[-1].actions[0].model_copy(
            update={"arguments": {**TASK.intents[-1].actions[0].arguments, "order_id": "251112001011"}}
        ), "251112001011"),
        (Call(tool="manage_ecard", arguments={"action": "refund", "amount": "123.45"}), "123.45"),
    ],
    ids=["order", "amount"],
)  # fmt: skip
async def test_the_oracle_says_that_it_is_stuck_rather_than_use_a_value_that_it_has_not_seen(
    wrong: Call, value: str
) -> None:
    record = await run_trial(setup_of("oracle", with_last_action(wrong)), Case(TASK.id, "", 1, 1))
    assert record.outcome is Outcome.FAILED
    assert record.verdict is not None
    assert not record.verdict.action
    said = [event.text for event in record.events if event.kind == "message" and event.role == "agent"]
    assert any(STUCK in text and repr(value) in text for text in said)
    assert not any(value in str(event.arguments) for event in record.events if event.kind == "tool" and event.writes)


def plan(task: Task, seed: int) -> Oracle:
    apprentice = reference_agents(DATASET)["apprentice"]
    assert isinstance(apprentice, ReferenceAgent)
    policy = apprentice.policy(Case(task.id, "", 1, seed))
    assert isinstance(policy, Oracle)
    return policy


def plans(seeds: int) -> list[tuple[Task, Oracle]]:
    return [
        (task, plan(task, Case.of(task.id, trial, 0).seed)) for trial in range(1, seeds + 1) for task in DATASET.tasks
    ]


def test_the_apprentice_does_the_same_for_the_same_seed() -> None:
    assert plans(5) == plans(5)


def test_the_apprentice_differs_from_seed_to_seed() -> None:
    made = [plan(TASK, seed) for seed in range(20)]
    assert len({repr(each) for each in made}) > 5


def test_the_apprentice_is_right_about_half_the_time() -> None:
    right = [policy.task == task for task, policy in plans(20)]
    assert 0.4 < sum(right) / len(right) < 0.6


def test_the_apprentice_is_now_right_and_now_wrong_about_every_task() -> None:
    right: dict[str, set[bool]] = {task.id: set() for task in DATASET.tasks}
    for task, policy in plans(20):
        right[task.id].add(policy.task == task)
    assert all(outcomes == {True, False} for outcomes in right.values())


async def test_an_apprentice_with_a_mistake_fails_and_one_without_passes() -> None:
    cases = plan_cases(DATASET.tasks, 2, 0)
    apprentice = setup_of("apprentice")
    records = await asyncio.gather(*(run_trial(apprentice, case) for case in cases))
    right = [plan(DATASET.task(case.task_id), case.seed).task == DATASET.task(case.task_id) for case in cases]
    assert [record.task for record, expected in zip(records, right, strict=True) if record.passed is not expected] == []
    assert set(right) == {True, False}
