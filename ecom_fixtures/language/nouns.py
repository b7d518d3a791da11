"""Words for things: which of them name nothing alone, and which are the same."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import Field

from ecom_fixtures.values import Model

# Shorter words keep their s: "gas".
_SHORTEST_PLURAL = 4


class Nouns(Model):
    """The word lists of nouns.toml."""

    none: frozenset[str]
    weak: frozenset[str]
    same: dict[str, str] = Field(default_factory=dict)


NOUNS = Nouns.model_validate(tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")))


@cache
def stem(word: str) -> str:
    """The one form of a noun: singular, and of words that mean the same the one that stands for them."""
    plural = len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    singular = word.removesuffix("s") if plural else word
    return NOUNS.same.get(singular, singular)


def is_strong(word: str) -> bool:
    """Whether the word can name a thing alone: neither a number nor one that only tells things of a kind apart."""
    return not word.isdigit() and stem(word) not in NOUNS.weak
