"""Looking for answers takes time linear in the text, whatever the text. What it costs: benchmarks/matching_cost.py."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from ecom_fixtures.dataset.answers import Answer
from ecom_fixtures.language.saying import says
from ecom_fixtures.language.stating import contradiction, is_stated
from ecom_fixtures.language.text import folded
from ecom_fixtures.language.values import find

SIZE = 100_000
# Ten times the target, so that a busy machine passes; what is quadratic takes minutes.
MOST_SECONDS = 1
UNITS = ["0", "1,", "1.", "no, ", "a, ", "not a, a or a, ", "\n", "instead of ", "1 x ", "one hundred ", "2025-", "? "]
ANSWERS = [{"money": 100, "wrong": [120]}, {"count": 5, "of": "photos"}, {"no": {"name": ["a"], "wrong": ["b"]}}]
FUNCTIONS: dict[str, Callable[[str], Any]] = {
    "find": find,
    "says": lambda text: says("a b", folded(text), denied_after=True),
    "states": lambda text: [
        (is_stated(answer, text), contradiction(answer, text)) for answer in map(Answer.model_validate, ANSWERS)
    ],
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("unit", UNITS)
def test_a_hostile_text_costs_no_more_than_a_long_one(name: str, unit: str) -> None:
    text = (unit * SIZE)[:SIZE]
    started = time.process_time()
    FUNCTIONS[name](text)
    assert time.process_time() - started < MOST_SECONDS
