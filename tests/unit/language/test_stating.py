"""Which texts state a typed answer: in every usual spelling, not denied, not contradicted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ecom_fixtures.dataset.answers import Answer
from ecom_fixtures.language.stating import contradiction, states

TABLE: dict[str, list[tuple[dict[str, Any], str]]] = yaml.safe_load(
    Path(__file__).with_name("answers.yaml").read_text(encoding="utf-8")
)
TEA = {"name": ["teapot"], "wrong": ["tote bag"]}


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"money": 100}, "That comes to ¥100."),
        ({"money": 100}, "RMB 100.00 for the fitting"),
        ({"money": 100}, "It costs a hundred yuan."),
        ({"money": 1299}, "The hob is 1,299.00 yuan."),
        ({"money": 100}, "The fitting is 100 yuan, the hob 1,299 yuan."),
        ({"money": 0}, "It's free of charge."),
        ({"money": 0}, "Fitting costs nothing."),
        ({"money": 0}, "There's no charge for that."),
        ({"months": 12}, "The warranty is one year."),
        ({"years": 2}, "You have 24 months."),
        ({"days": 18}, "Claim it within eighteen days."),
        ({"hours": 24}, "within a day"),
        ({"length": "12 cm"}, "at least 120 mm are needed"),
        ({"length": "59 cm"}, "The niche is 56 x 59 x 55 cm."),
        ({"volume": "80 litres"}, "It's the 80-litre one."),
        ({"volume": "80 litres"}, "an 80 L tank"),
        ({"date": "2025-11-24"}, "It comes on 24 November."),
        ({"date": "2025-11-24"}, "Nov 24th, 2025"),
        ({"weekday": "thursday"}, "no later than Thursday"),
        ({"time": "15:30"}, "at half past three pm or 3:30 pm"),
        ({"percent": 10}, "ten per cent off"),
        ({"count": 5, "of": "photos"}, "It takes five photos."),
        ({"state": "shipped"}, "It is on its way."),
        ({"state": "not_registered"}, "It hasn't been registered yet."),
        ({"no": {"length": "12 cm"}}, "I'm afraid it won't fit: 12 cm are needed."),
        ({"yes": {"months": 12}}, "Yes, for twelve months."),
        (TEA, "You get a glass teapot; the tote bag is for reviews in words only."),
        (TEA, "A teapot, not the tote bag."),
        ({"one_of": [{"money": 1}, {"name": "x1"}]}, "It's the X1."),
    ],
)
def test_it_is_stated(answer: dict[str, Any], text: str) -> None:
    assert states(Answer.model_validate(answer), text)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"money": 100}, "That comes to 1100 yuan."),
        ({"money": 100}, "It doesn't cost 100 yuan."),
        ({"money": 100}, "The fee is 100 yuan. The fee is 120 yuan."),
        ({"money": 100}, "It's 100 or 120 yuan."),
        ({"money": 100, "wrong": [120]}, "The fitting is 100 yuan, extra pipes are 120 yuan."),
        ({"money": 0}, "Feel free to ask about the free-standing stove."),
        ({"months": 12}, "The warranty is 12 weeks."),
        ({"count": 5, "of": "photos"}, "three photos and 5 stars"),
        ({"state": "shipped"}, "It hasn't shipped."),
        ({"state": "not_registered", "wrong": ["registered"]}, "It is registered."),
        ({"no": {"length": "12 cm"}}, "Yes, 12 cm are enough."),
        ({"no": {"length": "12 cm"}}, "No."),
        (TEA, "You get the teapot and the tote bag."),
        (TEA, "You get no teapot."),
    ],
)
def test_it_is_not_stated(answer: dict[str, Any], text: str) -> None:
    assert not states(Answer.model_validate(answer), text)


def test_what_contradicts_it_is_told() -> None:
    assert contradiction(Answer.model_validate(TEA), "a teapot and a tote bag") == "tote bag"


@pytest.mark.parametrize(("answer", "text"), TABLE["states"])
def test_it_is_stated_as_agents_put_it(answer: dict[str, Any], text: str) -> None:
    assert states(read(answer), text)


@pytest.mark.parametrize(("answer", "text"), TABLE["misses"])
def test_a_wrong_answer_as_agents_put_it_is_none(answer: dict[str, Any], text: str) -> None:
    assert not states(read(answer), text)


def read(answer: dict[str, Any]) -> Answer:
    return Answer.model_validate(answer)
