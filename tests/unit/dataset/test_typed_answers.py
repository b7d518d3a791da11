"""How a task's typed answers are written in a file, what is wrong with one that isn't, and how they are told."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ecom_fixtures.dataset.answers import Answer


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"money": "100.00"}, "100 yuan"),
        ({"money": 4.8}, "4.8 yuan"),
        ({"months": 12}, "12 months"),
        ({"years": 1}, "1 year"),
        ({"percent": 10}, "10 %"),
        ({"count": 5, "of": "photos"}, "5 photos"),
        ({"length": "12 cm"}, "12 cm"),
        ({"state": "pending_payment"}, "pending payment"),
        ({"name": ["teapot", "tea pot"]}, "'teapot' or 'tea pot'"),
        ({"name": list("abcd")}, "'a' or one of 3 other wordings"),
        ({"no": {"length": "12 cm"}}, "no, since 12 cm"),
        ({"yes": {"state": "delivered"}}, "yes, since delivered"),
        ({"one_of": [{"money": 1}, {"weekday": "thursday"}]}, "1 yuan or thursday"),
        ({"money": "get_product_info(P21-01).price"}, "get_product_info(P21-01).price yuan"),
    ],
)
def test_an_answer_reads_as_somebody_would_put_it(written: dict[str, Any], told: str) -> None:
    assert str(Answer.model_validate(written)) == told


@pytest.mark.parametrize(
    "written",
    [
        {"money": "1299.50", "wrong": [1399]},
        {"count": 5, "of": "photos"},
        {"no": {"one_of": [{"length": "12 cm"}, {"name": "too narrow"}]}},
        {"money": "get_product_info(P21-01).price"},
    ],
)
def test_an_answer_survives_the_journal(written: dict[str, Any]) -> None:
    answer = Answer.model_validate(written)
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("100 yuan", "'100 yuan' is no answer; write one as {kind: value}"),
        ({"price": 3}, "price is no kind of answer"),
        ({"money": 1, "days": 2}, "money, days is no kind of answer"),
        ({}, "nothing is no kind of answer"),
        ({"money": "cheap"}, "money: 'cheap' is neither a number nor TOOL(id).field"),
        ({"money": "NaN"}, "money: 'NaN' is neither"),
        ({"days": True}, "days: True is neither"),
        ({"money": "get_product_info(P1)price"}, "isn't a look-up; write it as TOOL(id).field"),
        ({"name": "get_product_info(P1).Price"}, "isn't a look-up; write it as TOOL(id).field"),
        ({"date": "tomorrow"}, "date: 'tomorrow' can't be read"),
        ({"date": "2025-13-01"}, "date: '2025-13-01' can't be read"),
        ({"time": "25:00"}, "time: '25:00' can't be read"),
        ({"weekday": "thu"}, "weekday: 'thu' can't be read"),
        ({"length": "12"}, "length: '12' can't be read"),
        ({"no": "too long"}, "'too long' is no answer"),
        ({"one_of": [{"money": "x"}]}, "money: 'x' is neither"),
        ({"money": 3, "wrong": ["dear"]}, "money: 'dear' is neither"),
        ({"money": 3, "wrong": ["get_product_info(P1).price"]}, "can't be looked up"),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused_in_a_sentence(written: Any, problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Answer.model_validate(written)
    [error] = refused.value.errors()
    assert problem in error["msg"]


def test_every_look_up_within_an_answer_is_known() -> None:
    written = {"one_of": [{"no": {"money": "get_product_info(P1).price"}}, {"state": "get_logistics_info(1).state"}]}
    found = [str(each) for each in Answer.model_validate(written).look_ups]
    assert found == ["get_product_info(P1).price", "get_logistics_info(1).state"]
