"""Every check notices the fault that it is there for; see test_own_dataset for small datasets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from own_dataset import ARRIVED, CASHBACK, CRACK, HURRY, ORDER, task, write

from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.evaluation.play import play
from ecom_fixtures.validity.base import Bench
from ecom_fixtures.validity.dialogues import pictures_count, solvable
from ecom_fixtures.validity.truth import every_wrong_turn_is_caught, truth_obeys_policy
from ecom_fixtures.validity.words import unguessable
from ecom_fixtures.validity.worlds import customs_are_kept, reads_are_pure, trials_are_isolated
from ecom_fixtures.worlds.shop.database import Database
from ecom_fixtures.worlds.shop.world import ShopSource, ShopWorld

Break = Callable[..., Bench]
SWAP = "swap-for-80-litre-heater-and-expedite"
PRICE = "refund-app-price-drop-install-and-invoice"
CHAIR = "cashback-without-review-refused"


async def test_a_value_that_can_nowhere_be_found_makes_a_task_unsolvable(broken: Break) -> None:
    bench = broken((f"tasks/{PRICE}.yaml", "amount: 500", "amount: 501.37"), tasks=(PRICE,))
    assert (await solvable(bench)).failed


async def test_a_customer_who_gives_a_withheld_fact_away_is_noticed(broken: Break) -> None:
    bench = broken((f"tasks/{CHAIR}.yaml", "Alder armchair", "Alder armchair 251029002501"), tasks=(CHAIR,))
    assert any("leak" in line for line in (await solvable(bench)).broken)


async def test_a_picture_that_nothing_hangs_on_is_noticed(broken: Break) -> None:
    bench = broken((f"tasks/{CHAIR}.yaml", "    answers: [{count: 312, of: ratings}]\n", ""), tasks=(CHAIR,))
    assert any("that is shown" in line for line in (await pictures_count(bench)).broken)


async def test_a_keyword_that_the_customer_says_is_noticed(broken: Break) -> None:
    bench = broken(
        (f"tasks/{CHAIR}.yaml", "you've looked at it at all.", "you've seen its 312 ratings."), tasks=(CHAIR,)
    )
    assert (await unguessable(bench)).failed


async def test_a_change_that_the_state_forbids_is_noticed(broken: Break) -> None:
    orders = "shop/customers/part-a.yaml"
    bench = broken((orders, "state: processing", "state: cancelled"), tasks=(SWAP,))
    assert (await truth_obeys_policy(bench)).failed


async def test_an_order_id_of_another_day_breaks_a_custom(broken: Break) -> None:
    bench = broken(("shop/customers/part-b.yaml", "created: 2025-11-06", "created: 2025-11-05"), tasks=(SWAP,))
    broken_customs = (await customs_are_kept(replace(bench, built_in=True))).broken
    assert "order 251106002102: the id doesn't begin with the day of its creation" in broken_customs


async def test_a_delivered_parcel_on_its_way_breaks_a_custom(broken: Break) -> None:
    parcel = ("shop/customers/part-b.yaml", "Delivered, signed for by the customer", "On the lorry")
    bench = broken(parcel, tasks=(SWAP,))
    told = "order 251018002101: is completed, but its parcel's last stop reads 'on the lorry'"
    assert told in (await customs_are_kept(replace(bench, built_in=True))).broken


async def test_a_tool_and_an_order_state_that_no_task_makes_use_of_break_a_custom(broken: Break) -> None:
    bench = broken(tasks=(SWAP,))
    broken_customs = (await customs_are_kept(replace(bench, built_in=True))).broken
    assert "no task requires get_fault_code_info" in broken_customs
    assert "no customer of a task has an order that is return_requested" in broken_customs


async def test_no_look_up_is_refused_that_is_made_to_see_whether_it_changes_anything(tmp_path: Path) -> None:
    orders = (ORDER, {**ARRIVED, "cashback": CASHBACK})
    bench = Bench.of(Dataset.load(write(tmp_path / "own", task(HURRY), orders=orders, pictures={"crack": CRACK})))
    played = await play(bench.source, bench.dataset.tasks[0], list(bench.source.reads()))
    assert [step for step in played.steps if step.answer.refused] == []
    assert {step.call.tool for step in played.steps} >= {"register_cashback_by_review", "get_image_info"}


class Nosy(ShopSource):
    """A shop in which asking where an order is hurries it up."""

    def reads(self) -> Iterable[Call]:
        yield from super().reads()
        context = self.dataset.tasks[0].context
        yield Call(tool="manage_urgent", arguments={**context, "order_id": "251112000001"})


async def test_a_look_up_that_changes_the_world_is_noticed(tmp_path: Path) -> None:
    bench = own_bench(tmp_path, Nosy)
    assert any("manage_urgent" in line for line in (await reads_are_pure(bench)).broken)


class Leaky(ShopSource):
    """A shop whose trials all play in one database."""

    @cached_property
    def database(self) -> Database:
        return self.template.copy()

    @asynccontextmanager
    async def open(self, task: Task | None) -> AsyncIterator[ShopWorld]:
        yield ShopWorld(self.database, self.pictures)


async def test_a_trial_that_leaves_something_behind_is_noticed(tmp_path: Path) -> None:
    bench = own_bench(tmp_path, Leaky)
    assert (await trials_are_isolated(bench)).broken == ("a copy after one",)


def own_bench(folder: Path, kind: type[ShopSource]) -> Bench:
    """The smallest dataset in a world of another kind."""
    bench = Bench.of(Dataset.load(write(folder / "own", task(HURRY))))
    assert isinstance(bench.source, ShopSource)
    source = kind(bench.dataset, bench.source.pictures)
    return replace(bench, source=source, oracle=replace(bench.oracle, source=source))


async def test_the_count_of_mistakes_is_not_nothing(bench: Bench) -> None:
    small = bench.with_tasks([bench.dataset.task(SWAP)])
    finding = await every_wrong_turn_is_caught(small)
    assert finding.total > 15
