"""Numbers in a text, written in figures or in words. Linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_ONES += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: number for number, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_LARGE = {"dozen": 12, "hundred": 100, "thousand": 1000}
_ARTICLES = {"a", "an"}
_WORD = "|".join(sorted({*_SMALL, *_LARGE}, key=len, reverse=True))
# Figures stand apart from other figures: no part of a longer number is one.
_NUMBER = re.compile(
    rf"(?<![\d.,])\d{{1,3}}(?:[,\u202f\u2009]\d{{3}})+(?:\.\d+)?(?!\d)|(?<![\d])(?<!\d[.,])\d+(?:\.\d+)?(?!\d)"
    rf"|\b(?:an? (?={'|'.join(_LARGE)}))?(?:{_WORD})(?:(?:[ -]|,? and )(?:{_WORD}))*\b"
    r"|\bhalf (?:an? )?(?=hour|day|year|dozen)|\b(?:an?|half an?) (?=hour|day|week|month|year)|½|¼|¾",
    re.I,
)
_FRACTIONS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}


@dataclass(frozen=True)
class Number:
    """A number and where it stands."""

    value: Decimal
    start: int
    end: int
    in_words: bool


def numbers(text: str) -> Iterator[Number]:
    """Every number in ``text``, in order."""
    for match in _NUMBER.finditer(text):
        word = match[0].strip()
        if word[0].isdigit():
            value = Decimal(re.sub(r"[,\u202f\u2009]", "", word))
            yield Number(value, match.start(), match.start() + len(word), in_words=False)
        else:
            yield Number(_spelled(word.lower()), match.start(), match.start() + len(word), in_words=True)


def _spelled(words: str) -> Decimal:
    """The value of a number in words: *two hundred and forty-five*."""
    if words in _FRACTIONS:
        return _FRACTIONS[words]
    if words.startswith("half"):
        return Decimal("0.5")
    total, part = 0, 0
    for word in re.split(r"[ ,-]+", words):
        if word in _ARTICLES:
            part = 1
        elif word in _SMALL:
            part += _SMALL[word]
        elif word == "thousand":
            total, part = total + (part or 1) * 1000, 0
        elif word in _LARGE:
            part = (part or 1) * _LARGE[word]
    return Decimal(total + part)
