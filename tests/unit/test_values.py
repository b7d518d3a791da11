"""What is said of a value that doesn't fit: where, what, and which keys are known there."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from ecom_fixtures.values import Model, Problem, first_problem


class Leaf(Model):
    colour: str = Field(default="green", max_length=5)


class Tree(Model):
    name: str
    top: Leaf | None = None
    leaves: tuple[Leaf, ...] = ()
    named: dict[str, list[Leaf]] = Field(default_factory=dict)


def problem(shape: Any, value: object) -> Problem:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(shape).validate_python(value)
    return first_problem(caught.value, shape)


KNOWN_OF_LEAF = "is not a key that is known here; known are colour"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"name": "a", "size": 1}, "size: is not a key that is known here; known are name, top, leaves, named"),
        ({"name": "a", "top": {"size": 1}}, f"top.size: {KNOWN_OF_LEAF}"),
        ({"name": "a", "leaves": [{}, {"size": 1}]}, f"leaves.1.size: {KNOWN_OF_LEAF}"),
        ({"name": "a", "named": {"name": [{"size": 1}]}}, f"named.name.0.size: {KNOWN_OF_LEAF}"),
    ],
)
def test_a_key_that_is_not_known_is_answered_with_those_that_are(value: object, told: str) -> None:
    assert str(problem(Tree, value)) == told


def test_the_first_problem_comes_with_the_number_of_others() -> None:
    assert str(problem(list[Tree], [{}, {}, {}])) == "0.name: field required (and 2 more)"


def test_the_value_itself_is_not_shown() -> None:
    assert str(problem(Leaf, {"colour": "secret"})) == "colour: string should have at most 5 characters"


def test_what_is_wrong_with_the_whole_has_no_place() -> None:
    assert str(problem(Tree, 7)) == "input should be a valid dictionary"
