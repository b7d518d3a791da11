"""Which texts say something and which deny it, clause by clause; what is said of something else; what it costs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ecom_fixtures.language.saying import denies, in_contrast, is_denied_after, says
from ecom_fixtures.language.text import folded

TABLE: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("sayings.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", TABLE["says"])
def test_it_is_said(text: str) -> None:
    assert says("brass", folded(text))


@pytest.mark.parametrize("text", TABLE["denies"])
def test_it_is_not_said_or_denied(text: str) -> None:
    assert not says("brass", folded(text))


@pytest.mark.parametrize("text", TABLE["contrast"])
def test_it_is_said_of_something_or_some_time_else(text: str) -> None:
    assert in_contrast(folded(text), folded(text).index("grey"))


@pytest.mark.parametrize("text", TABLE["answer"])
def test_it_is_said_of_what_was_asked(text: str) -> None:
    assert not in_contrast(folded(text), folded(text).index("grey"))


def test_only_a_wrong_answer_is_denied_by_what_follows_it() -> None:
    text = "the grey one is not tight"
    assert says("grey", text)
    assert not says("grey", text, denied_after=True)
    assert is_denied_after(text, text.index("grey") + len("grey"))


def test_the_reach_of_a_denial_ends() -> None:
    text = "i can't see one two three four five six brass"
    assert not denies(text, text.index("brass"))
    assert denies(text, text.index("six"))
