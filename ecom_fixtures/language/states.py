"""Whether a text says that something is in a state, in the usual words: an order, a product, a cashback record."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from ecom_fixtures.language.saying import denies, occurrences, said_at

# How far before a state's words *will* or *once* may stand.
_NEAR = 32


def says_state(state: str, plain: str) -> bool:
    """Whether ``plain``, a text as `folded`, says that something is in ``state``: now, and not denied."""
    here = (start for words in _words(state) for start, _ in said_at(words, plain))
    if any(not _coming().search(plain, max(0, start - _NEAR), start) for start in here):
        return True
    opposite = _lists()["denied"].get(state)
    denied = (start for words in _words(opposite) for start, _ in occurrences(words, plain)) if opposite else ()
    return any(denies(plain, start) for start in denied)


@cache
def _words(state: str) -> tuple[str, ...]:
    return (state.replace("_", " "), *_lists()["words"].get(state, ()))


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _coming() -> re.Pattern[str]:
    """Words that make what follows yet to come, up to where the state's own words begin."""
    words = "|".join(map(re.escape, _lists()["coming"]["before"]))
    return re.compile(rf"(?<![a-z])(?:{words})\b(?: [a-z']+){{0,4}} $")
