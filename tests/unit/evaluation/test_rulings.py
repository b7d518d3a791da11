"""Two ways to judge the same dialogue: by what is meant, as the suite does, and by the paper's literal rules."""

from __future__ import annotations

from typing import Any

import pytest
from stage import DATASET, SOURCE, made

from ecom_fixtures.dataset.tasks import Call, Intent, Keyword, Task
from ecom_fixtures.evaluation.judge import judge
from ecom_fixtures.evaluation.judgement import Judgement, Ruling
from ecom_fixtures.evaluation.play import play
from ecom_fixtures.evaluation.truth import truth_of
from ecom_fixtures.trajectory import Event, Message

ORDER = "251111001021"
LOOK = Call(tool="get_product_info", arguments={"product_id": "P12-01"})
MOVE: dict[str, Any] = {"action": "modify", "order_id": ORDER, "address": "Unit 3, Kiln Yard, Lindle Bay"}
TASK = DATASET.task("swap-for-80-litre-heater-and-expedite").model_copy(
    update={
        "intents": (
            Intent(
                id="move",
                say="Move it.",
                goal="Have it moved.",
                searches=(LOOK,),
                keywords=(Keyword(any_of=("18 days",)),),
                actions=(Call(tool="manage_order", arguments=MOVE),),
            ),
        )
    }
)


def compare(*products: str) -> Call:
    return Call(tool="compare_products_info", arguments={"product_ids": list(products)})


def move(address: str) -> Call:
    return Call(tool="manage_order", arguments={**MOVE, "address": address})


async def judged(*calls: Call, by: Ruling, said: str = "It takes 18 days.", task: Task = TASK) -> Judgement:
    played = await play(SOURCE, task, calls)
    events: list[Event] = [*map(made, played.steps), Message(role="agent", text=said)]
    return judge(await truth_of(task, DATASET, SOURCE), events, played.state, by=by)


BOTH: dict[Ruling, set[str]] = {"suite": {"action", "search", "output"}, "paper": {"action", "search", "output"}}
# What is right by which rules.
CASES: dict[str, tuple[list[Call], dict[Ruling, set[str]]]] = {
    "to the letter": ([LOOK, move(MOVE["address"])], BOTH),
    "the look-up in another grouping": (
        [compare("P12-01", "P12-02"), move(MOVE["address"])],
        BOTH | {"paper": {"action", "output"}},
    ),
    "the address in another spelling": (
        [LOOK, move("unit 3, kiln yard, Lindle Bay.")],
        BOTH | {"paper": {"search", "output"}},
    ),
    "another address": (
        [LOOK, move("Unit 4, Kiln Yard, Lindle Bay")],
        {"suite": {"search", "output"}, "paper": {"search", "output"}},
    ),
}


@pytest.mark.parametrize("by", ["suite", "paper"])
@pytest.mark.parametrize("case", CASES)
async def test_what_is_right_by_which_rules(case: str, by: Ruling) -> None:
    calls, right = CASES[case]
    verdict = (await judged(*calls, by=by)).verdict
    assert verdict
    assert {name for name, is_right in verdict.dimensions.items() if is_right} == right[by]


async def test_how_the_agent_went_about_it_is_the_same_by_either_rules() -> None:
    late = [move(MOVE["address"]), LOOK]
    one, other = [(await judged(*late, by=by)).conduct for by in ("suite", "paper")]
    assert one == other
    assert one.late_searches


async def test_a_difference_is_told_as_it_was_written() -> None:
    verdict = (await judged(LOOK, move("Unit 4, KILN YARD, Lindle Bay."), by="suite")).verdict
    assert verdict
    [change] = verdict.state_diff
    assert (change.expected, change.actual) == (MOVE["address"], "Unit 4, KILN YARD, Lindle Bay.")
