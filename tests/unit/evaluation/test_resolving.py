"""Answers that are looked up get their value from a fresh world, or say where they don't."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from stage import DATASET, SOURCE

from ecom_fixtures.dataset.answers import Answer
from ecom_fixtures.dataset.tasks import Intent, Task
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.evaluation.resolving import resolve


def task(*answers: dict[str, Any]) -> Task:
    intent = Intent.model_validate({"id": "ask", "say": "Well?", "goal": "Ask.", "answers": list(answers)})
    return DATASET.tasks[0].model_copy(update={"intents": (intent,)})


async def resolved(*answers: dict[str, Any]) -> tuple[Answer, ...]:
    [intent] = (await resolve(task(*answers), DATASET, SOURCE)).intents
    return intent.answers


async def test_a_value_is_looked_up_and_typed() -> None:
    price, name = await resolved(
        {"money": "get_product_info(P12-01).price", "wrong": [1]}, {"name": "get_product_info(P12-01).name"}
    )
    assert isinstance(price.value, Decimal)
    assert price.value > 0
    assert price.wrong == ("1",)
    assert isinstance(name.value, tuple)


async def test_a_reason_and_a_choice_are_looked_up_too() -> None:
    look_up = {"money": "get_product_info(P12-01).price"}
    reason, choice = await resolved({"no": look_up}, {"one_of": [{"name": "x"}, look_up]})
    assert not [*reason.look_ups, *choice.look_ups]


async def test_a_task_without_look_ups_stays_as_it_is() -> None:
    plain = task({"money": 1})
    assert await resolve(plain, DATASET, SOURCE) is plain


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"money": "get_prices(P12-01).price"}, "there is no such tool"),
        ({"money": "get_product_info(P99-99).price"}, "P99-99"),
        ({"money": "get_product_info(P12-01).colour"}, "it holds 0 different values of that name"),
        ({"money": "get_product_info(P12-01).name"}, "can't be read as money"),
        ({"money": "get_discount_info(P12-01).price"}, "the tool takes 0 arguments of its own, not one"),
    ],
)
async def test_what_cannot_be_looked_up_is_told_with_file_and_key(answer: dict[str, Any], problem: str) -> None:
    with pytest.raises(DatasetError) as refused:
        await resolved(answer)
    told = str(refused.value)
    assert "intents.ask.answers" in told
    assert DATASET.task_file(DATASET.tasks[0]).name in told
    assert problem in told
