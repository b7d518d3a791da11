"""Whether a text names a change: what is done, and the new values that it sets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from ecom_fixtures.language.text import folded
from ecom_fixtures.language.values import find

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Shorter words of an operation's own name say nothing.
_SHORTEST = 4


def names_operation(operation: str, text: str) -> bool:
    """Whether ``text`` names the operation in the usual words; one that has none, by a word of its own name."""
    return bool(_operation(operation).search(folded(text)))


def names_value(kind: str, value: str, text: str, year: int) -> bool:
    """Whether ``text`` names a new value of that kind. A date without a year is one of ``year``."""
    if kind == "weekday":
        return any(
            value in (found.value, weekday_of(str(found.value), year)) for found in find(text, ("weekday", "date"))
        )
    return _NAMED.get(kind, _said)(value, text)


def _said(value: str, text: str) -> bool:
    """All of the value's words in a row."""
    return f" {_words(value)} " in f" {_words(text)} "


def _address(value: str, text: str) -> bool:
    """All of an address, or its first part: *27 Kestrel Row* of *27 Kestrel Row, Flat 8, Hollin Bridge*."""
    first = value.split(",")[0]
    return _said(value, text) or (" " in first.strip() and _said(first, text))


def _person(value: str, text: str) -> bool:
    """A name, or the family's alone."""
    return _said(value, text) or _said(value.split()[-1], text)


def _money(value: str, text: str) -> bool:
    return any(f"{found.value:.2f}" == f"{float(value):.2f}" for found in find(text, ("money",)))


def _phone(value: str, text: str) -> bool:
    digits = re.sub(r"\D", "", value)
    return any(digits.endswith(found.value) for found in find(text, ("phone",)))


def _payment(value: str, text: str) -> bool:
    return bool(_any_of("payments", value).search(folded(text)))


def _count(value: str, text: str) -> bool:
    named = any(found.value[0] == int(value) for found in find(text, ("count",)))
    return named or bool(_any_of("counts", value).search(folded(text)))


_NAMED: Mapping[str, Callable[[str, str], bool]] = {
    "address": _address,
    "person": _person,
    "money": _money,
    "phone": _phone,
    "payment": _payment,
    "count": _count,
}


@cache
def weekday_of(day: str, year: int) -> str:
    """The weekday of a date as `find` writes it; empty where there is no such day."""
    try:
        return _WEEKDAYS[date.fromisoformat(dated(day, year)).weekday()]
    except ValueError:
        return ""


def dated(day: str, year: int) -> str:
    """A date as `find` writes it, with ``year`` where it has none."""
    return f"{year:04}{day[1:]}" if day.startswith("-") else day


@cache
def _operation(name: str) -> re.Pattern[str]:
    own = [re.escape(word) for word in re.split(r"[_:]", name) if len(word) >= _SHORTEST]
    return _pattern(_lists()["operations"].get(name, own))


@cache
def _any_of(kind: str, name: str) -> re.Pattern[str]:
    return _pattern([re.escape(folded(name).replace("_", " ")), *_lists()[kind].get(name, ())])


def _pattern(entries: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<!\w)(?:{entry})(?!\w)" for entry in entries) or r"(?!)")


@lru_cache(maxsize=256)
def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", folded(text)))


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
