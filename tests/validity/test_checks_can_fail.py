"""Every check notices the fault that it is there for."""

from __future__ import annotations

from collections.abc import Callable

from ecom_fixtures.validity.base import Bench
from ecom_fixtures.validity.dialogues import not_by_luck, pictures_count, solvable
from ecom_fixtures.validity.shopkeeping import books_are_in_order
from ecom_fixtures.validity.truth import every_wrong_turn_is_caught, truth_obeys_policy
from ecom_fixtures.validity.words import unguessable

Break = Callable[..., Bench]
SWAP = "swap-for-80-litre-heater-and-expedite"
HOSE = "refuse-cashback-for-product-page"
PRICE = "refund-app-price-drop-install-and-invoice"
CHAIR = "cashback-without-review-refused"


async def test_a_value_that_can_nowhere_be_found_makes_a_task_unsolvable(broken: Break) -> None:
    bench = broken((f"tasks/{PRICE}.yaml", "amount: 500", "amount: 501.37"), tasks=(PRICE,))
    assert not (await solvable(bench)).passed


async def test_a_customer_who_gives_a_withheld_fact_away_is_noticed(broken: Break) -> None:
    bench = broken(
        (f"tasks/{CHAIR}.yaml", "I bought an Alder armchair", "My order 251029002501 is an Alder armchair"),
        tasks=(CHAIR,),
    )
    assert any("leak" in line for line in (await solvable(bench)).broken)


async def test_a_task_without_changes_and_decoys_is_passed_by_reciting(broken: Break) -> None:
    bench = broken((f"tasks/{HOSE}.yaml", ", decoys: [green, violet, purple]", ""), tasks=(HOSE,))
    assert any("dump" in line for line in (await not_by_luck(bench)).broken)


async def test_a_picture_that_nothing_hangs_on_is_noticed(broken: Break) -> None:
    bench = broken((f"tasks/{CHAIR}.yaml", '    keywords: ["312"]\n', ""), tasks=(CHAIR,))
    assert any("another picture" in line for line in (await pictures_count(bench)).broken)


async def test_a_keyword_that_the_customer_says_is_noticed(broken: Break) -> None:
    bench = broken((f"tasks/{CHAIR}.yaml", "you've looked at it at all.", "you've seen the 312."), tasks=(CHAIR,))
    assert not (await unguessable(bench)).passed


async def test_a_change_that_the_state_forbids_is_noticed(broken: Break) -> None:
    orders = "shop/customers/part-a.yaml"
    bench = broken((orders, "state: processing", "state: cancelled"), tasks=(SWAP,))
    assert not (await truth_obeys_policy(bench)).passed


async def test_an_order_id_of_another_day_is_noticed(broken: Break) -> None:
    bench = broken(("shop/customers/part-b.yaml", "created: 2025-11-06", "created: 2025-11-05"), tasks=(SWAP,))
    assert not (await books_are_in_order(bench)).passed


async def test_the_count_of_mistakes_is_not_nothing(bench: Bench) -> None:
    small = bench.with_tasks([bench.dataset.task(SWAP)])
    finding = await every_wrong_turn_is_caught(small)
    assert finding.total > 15
