"""The shop's calls and state in words for people; see words.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from ecom_fixtures.worlds.words import Words


@cache
def shop_words() -> Words:
    """Read once per process."""
    return Words.model_validate(tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8")))
