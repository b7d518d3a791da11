"""The shop's single mistakes: each is one, and where none can be made none is."""

from __future__ import annotations

from pathlib import Path

from own_dataset import GREETING, HURRY, VISIT, task, write

from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.validity.base import Bench
from ecom_fixtures.worlds.shop.reference.mistakes import mistakes
from ecom_fixtures.worlds.shop.rules import RULES


def test_what_a_file_writes_in_another_form_is_not_taken_for_another_value() -> None:
    right = Task.model_validate(task({**HURRY, "actions": [{"schedule_service": VISIT}]}))
    made = [mistake.plan.intents[0].actions for mistake in mistakes(right, [str(VISIT["order_id"]), "251112000001"])]
    single = [actions[0] for actions in made if len(actions) == 1]
    assert len(single) == len(VISIT)
    assert plain(right.intents[0].actions[0]) not in map(plain, single)


async def test_the_apprentice_makes_none_in_a_task_that_asks_for_nothing(tmp_path: Path) -> None:
    bench = Bench.of(Dataset.load(write(tmp_path / "own", task(GREETING))))
    setup = bench.setup("apprentice")
    records = [await bench.run(setup, bench.dataset.tasks[0], trial) for trial in range(1, 6)]
    assert [record.error for record in records] == [""] * 5


def plain(call: Call) -> object:
    return RULES.normalise(call.tool, call.arguments, partial=True)
