"""Numbers in a text, written in figures or in words. Linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from ecom_fixtures.language.text import level

# Nobody writes more numbers in one message; what follows them is not looked at.
MOST = 1500
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: n for n, word in enumerate(["zero", *_ONES, *_TEENS])} | {w: 10 * n for n, w in enumerate(_TENS, 2)}
_LARGE = {"hundred": 100, "thousand": 1000}
# Words that stand for a number before what they count.
_FIXED = {"a dozen": 12, "half a dozen": 6, "a couple of": 2, "a pair of": 2, "dozen": 12}
_FRACTIONS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_PERIOD = "hour|day|week|fortnight|month|year"

_ones, _teens, _tens = "|".join(_ONES), "|".join(reversed(_TEENS)), "|".join(_TENS)
_small = rf"(?:(?:{_tens})(?:[ -](?:{_ones})\b)?|{_teens}|{_ones}|zero)"
_hundreds = rf"(?:(?:{_small}|an?) hundred(?:(?: and)? {_small}\b)?|{_small})"
_spelled = rf"(?:{_hundreds}|an?) thousand(?:,?(?: and)? {_hundreds}\b)?|{_hundreds}"
_NUMBER = re.compile(
    r"(?P<figures>\d++(?:[.,\u202f\u2009]\d++)*+)(?P<part> ?[½¼¾]| 1/2\b| and a half\b)?"
    rf"|(?<![a-z0-9'])(?:(?P<fixed>{'|'.join(_FIXED)})\b|(?P<words>{_spelled})\b(?P<half> and a half\b)?"
    rf"|(?P<halved>half (?:an? )?)(?={_PERIOD})|(?P<article>an? )(?=(?:full |whole )?(?:{_PERIOD})))|(?P<sign>[½¼¾])"
)
# Where a number may begin. An expression that begins with one of a few characters is found faster.
_BEGINNING = re.compile(
    r"[\dadefhnostz½¼¾](?:(?<=[\d½¼¾])\d*+|(?<![a-z0-9'].)(?:(?<=a)[n ]|(?<=d)oz|(?<=e)[il]|(?<=f)(?:iv|if|o)|(?<=h)al"
    r"|(?<=n)in|(?<=o)ne|(?<=s)(?:ev|ix)|(?<=t)(?:en|[hw])|(?<=z)er))"
)
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:[,\u202f\u2009]\d{3})+(?:\.\d+)?")
_CONTINENTAL = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{2}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number and where it stands."""

    value: Decimal
    start: int
    end: int


def numbers(text: str) -> Iterator[Number]:
    """The numbers in ``text``, in order, at most `MOST`; those with a doubtful comma or point are none."""
    for match in islice(_matches(level(text)), MOST):
        value = _value(match)
        if value is not None:
            end = match.start() + len(match[0].rstrip())
            yield Number(value, match.start(), end)


def _matches(plain: str) -> Iterator[re.Match[str]]:
    taken = 0
    for beginning in _BEGINNING.finditer(plain):
        if beginning.start() >= taken and (match := _NUMBER.match(plain, beginning.start())):
            taken = match.end()
            yield match


def _value(match: re.Match[str]) -> Decimal | None:
    match match.lastgroup:
        case "figures":
            return _in_figures(match["figures"])
        case "part":
            whole = _in_figures(match["figures"])
            return None if whole is None else whole + _FRACTIONS.get(match["part"].strip(), Decimal("0.5"))
        case "words":
            return Decimal(_in_words(match["words"]))
        case "half":
            return _in_words(match["words"]) + Decimal("0.5")
        case "fixed":
            return Decimal(_FIXED[match["fixed"]])
        case "halved":
            return Decimal("0.5")
        case "article":
            return Decimal(1)
    return _FRACTIONS[match[0]]


def _in_figures(run: str) -> Decimal | None:
    """The value of digits with points and commas: 1299, 1,299.00 or 1.299,00; none of any other form."""
    if _PLAIN.fullmatch(run):
        return Decimal(run)
    if _GROUPED.fullmatch(run):
        return Decimal(re.sub(r"[,\u202f\u2009]", "", run))
    if _CONTINENTAL.fullmatch(run):
        return Decimal(run.replace(".", "").replace(",", "."))
    return None


def _in_words(words: str) -> int:
    """The value of a number in words: *two hundred and forty-five*."""
    total, part = 0, 0
    for word in re.split(r"[ ,-]+", words):
        if word == "thousand":
            total, part = total + (part or 1) * 1000, 0
        elif word in _LARGE:
            part = (part or 1) * _LARGE[word]
        else:
            part += _SMALL.get(word, 0)
    return total + part
